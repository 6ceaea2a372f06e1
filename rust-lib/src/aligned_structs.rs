//! Structs with a raised alignment, by value in both directions and behind pointers.
//!
//! `*_report` tells field by field what it received (see `received`), `*_make` returns graffiti.

use crate::ffi;
use crate::received::{record, words_of};
use crate::status::Status;

/// Sixteen bytes on a boundary of sixteen.
#[repr(C, align(16))]
#[derive(Clone, Copy)]
pub struct Lanes {
    /// Offset 0.
    pub lanes: [f32; 4],
}

/// Five bytes used, 32 in size.
#[repr(C, align(32))]
#[derive(Clone, Copy)]
pub struct Wide {
    /// Offset 0.
    pub a: u32,
    /// Offset 4.
    pub b: i8,
}

/// Two bytes used, eight in size.
#[repr(C, align(8))]
#[derive(Clone, Copy)]
pub struct Slot {
    /// Offset 0.
    pub a: u8,
    /// Offset 1.
    pub b: i8,
}

words_of! {
    Lanes { lanes }
    Wide { a, b }
    Slot { a, b }
}

/// Reports four aligned floats, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn lanes_report(value: Lanes) -> usize {
    record(&[&value])
}

/// Returns four aligned floats, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn lanes_make() -> Lanes {
    Lanes {
        lanes: [1.25, -2.5, 3.75, -4.125],
    }
}

/// Reports five bytes aligned to 32, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn wide_report(value: Wide) -> usize {
    record(&[&value])
}

/// Returns five bytes aligned to 32, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn wide_make() -> Wide {
    Wide {
        a: 0x1312_1110,
        b: 0x20,
    }
}

/// Reports two bytes aligned to 8, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn slot_report(value: Slot) -> usize {
    record(&[&value])
}

/// Returns two bytes aligned to 8, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn slot_make() -> Slot {
    Slot { a: 0x10, b: 0x20 }
}

/// Reports an aligned struct behind two numbers and in front of a third, by value; returns how many
/// words. Never fails.
#[no_mangle]
pub extern "C" fn lanes_between(first: u8, second: f32, value: Lanes, last: i16) -> usize {
    record(&[&first, &second, &value, &last])
}

/// Turns the lanes behind the pointer round: the first becomes the last.
///
/// Errors: `NullPointer`, `Misaligned`. Ownership: the lanes stay the caller's.
///
/// # Safety
/// `lanes` is null or points to four.
#[no_mangle]
pub unsafe extern "C" fn lanes_reverse(lanes: *mut Lanes) -> Status {
    ffi::wall(|| {
        unsafe { ffi::borrow_mut("lanes", lanes) }?.lanes.reverse();
        Ok(Status::Ok)
    })
}

/// Reports a struct aligned to 32, behind a pointer; returns how many words.
///
/// Errors: 0 for a null or misaligned pointer. Ownership: the struct stays the caller's.
///
/// # Safety
/// `value` is null or points to one.
#[no_mangle]
pub unsafe extern "C" fn wide_look(value: *const Wide) -> usize {
    ffi::wall(|| Ok(record(&[unsafe { ffi::borrow("value", value) }?])))
}
