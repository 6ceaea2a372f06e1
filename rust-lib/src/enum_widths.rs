//! C-like enums of the widths that `enums` leaves out, and numbers that are no variant.
//!
//! An enum is returned by its place in the declaration, so that no number is trusted on the way in.

use crate::ffi::{self, Failure};
use crate::status::Status;

/// Three values of an `i8`.
#[repr(i8)]
#[derive(Clone, Copy)]
pub enum Tiny {
    /// The lowest.
    Low = -128,
    /// In between.
    Mid = 16,
    /// The highest.
    High = 127,
}

/// The number behind it. Never fails.
#[no_mangle]
pub extern "C" fn tiny_number(value: Tiny) -> i64 {
    value as i64
}

/// The first, second or third: 0, 1, or anything else. Never fails.
#[no_mangle]
pub extern "C" fn tiny_at(place: u8) -> Tiny {
    match place {
        0 => Tiny::Low,
        1 => Tiny::Mid,
        _ => Tiny::High,
    }
}

/// Three values of an `u16`.
#[repr(u16)]
#[derive(Clone, Copy)]
pub enum Hue {
    /// The lowest.
    Low = 0,
    /// In between.
    Mid = 8480,
    /// The highest.
    High = 65535,
}

/// The number behind it. Never fails.
#[no_mangle]
pub extern "C" fn hue_number(value: Hue) -> u64 {
    value as u64
}

/// The first, second or third: 0, 1, or anything else. Never fails.
#[no_mangle]
pub extern "C" fn hue_at(place: u8) -> Hue {
    match place {
        0 => Hue::Low,
        1 => Hue::Mid,
        _ => Hue::High,
    }
}

/// Three values of an `u32`.
#[repr(u32)]
#[derive(Clone, Copy)]
pub enum Rank {
    /// The lowest.
    Low = 1,
    /// In between.
    Mid = 858927408,
    /// The highest.
    High = 4294967295,
}

/// The number behind it. Never fails.
#[no_mangle]
pub extern "C" fn rank_number(value: Rank) -> u64 {
    value as u64
}

/// The first, second or third: 0, 1, or anything else. Never fails.
#[no_mangle]
pub extern "C" fn rank_at(place: u8) -> Rank {
    match place {
        0 => Rank::Low,
        1 => Rank::Mid,
        _ => Rank::High,
    }
}

/// Three values of an `i32`.
#[repr(i32)]
#[derive(Clone, Copy)]
pub enum Depth {
    /// The lowest.
    Low = -2147483648,
    /// In between.
    Mid = -16,
    /// The highest.
    High = 2147483647,
}

/// The number behind it. Never fails.
#[no_mangle]
pub extern "C" fn depth_number(value: Depth) -> i64 {
    value as i64
}

/// The first, second or third: 0, 1, or anything else. Never fails.
#[no_mangle]
pub extern "C" fn depth_at(place: u8) -> Depth {
    match place {
        0 => Depth::Low,
        1 => Depth::Mid,
        _ => Depth::High,
    }
}

/// Three values of an `u64`.
#[repr(u64)]
#[derive(Clone, Copy)]
pub enum Mark {
    /// The lowest.
    Low = 0,
    /// In between.
    Mid = 1663540288323457296,
    /// The highest.
    High = 8608196880778817904,
}

/// The number behind it. Never fails.
#[no_mangle]
pub extern "C" fn mark_number(value: Mark) -> u64 {
    value as u64
}

/// The first, second or third: 0, 1, or anything else. Never fails.
#[no_mangle]
pub extern "C" fn mark_at(place: u8) -> Mark {
    match place {
        0 => Mark::Low,
        1 => Mark::Mid,
        _ => Mark::High,
    }
}

/// Three values of an `i64`.
#[repr(i64)]
#[derive(Clone, Copy)]
pub enum Shift {
    /// The lowest.
    Low = -9223372036854775807,
    /// In between.
    Mid = -579005069656919568,
    /// The highest.
    High = 9223372036854775807,
}

/// The number behind it. Never fails.
#[no_mangle]
pub extern "C" fn shift_number(value: Shift) -> i64 {
    value as i64
}

/// The first, second or third: 0, 1, or anything else. Never fails.
#[no_mangle]
pub extern "C" fn shift_at(place: u8) -> Shift {
    match place {
        0 => Shift::Low,
        1 => Shift::Mid,
        _ => Shift::High,
    }
}

/// `Ok` for a number that is one of `Colour`, `InvalidValue` for all others: what a function that
/// may get anything takes instead of the enum.
#[no_mangle]
pub extern "C" fn colour_check(number: u8) -> Status {
    ffi::wall(|| known(&[0, 7, 255], number.into()))
}

/// `Ok` for a number that is one of `Depth`, `InvalidValue` for all others.
#[no_mangle]
pub extern "C" fn depth_check(number: i32) -> Status {
    ffi::wall(|| known(&[i32::MIN.into(), -16, i32::MAX.into()], number.into()))
}

fn known(numbers: &[i64], number: i64) -> Result<Status, Failure> {
    if numbers.contains(&number) {
        return Ok(Status::Ok);
    }
    let text = format!("{number} is no variant");
    Err(Failure::new(Status::InvalidValue, text))
}
