//! What goes to a callback and comes back from it: every kind of value, in both directions.
//!
//! No lock is held while a callback runs. `user` is left out where it is not what is tested.

use std::ffi::c_char;

use crate::ffi::{self, Failure};
use crate::float_structs::FloatInt;
use crate::status::Status;
use crate::structs::{Big, Small};

/// Refuses a null callback.
fn some<F>(callback: Option<F>) -> Result<F, Failure> {
    callback.ok_or_else(|| Failure::new(Status::NullPointer, "the callback is null"))
}

/// Ten arguments of all widths, integers and floats in turn. Returns the callback's answer; 0 for a
/// null callback.
#[no_mangle]
pub extern "C" fn call_with_ten(
    call: Option<
        extern "C" fn(
            a: i8,
            b: f32,
            c: u16,
            d: f64,
            e: i32,
            f: bool,
            g: u64,
            h: f32,
            i: i16,
            j: i64,
        ) -> u64,
    >,
) -> u64 {
    ffi::wall(|| {
        let call = some(call)?;
        Ok(call(
            -112,
            1.25,
            0x2120,
            -2.5,
            -1280134736,
            true,
            0xc7c6_c5c4_c3c2_c1c0,
            3.75,
            -7712,
            0x7776_7574_7372_7170,
        ))
    })
}

/// `with(-value)`; NaN for a null callback.
#[no_mangle]
pub extern "C" fn call_with_double(
    value: f64,
    with: Option<extern "C" fn(value: f64) -> f64>,
) -> f64 {
    ffi::wall(|| Ok(some(with)?(-value)))
}

/// The bits of `with(-value)`; 0 for a null callback.
#[no_mangle]
pub extern "C" fn call_with_float(
    value: f32,
    with: Option<extern "C" fn(value: f32) -> f32>,
) -> u32 {
    ffi::wall(|| Ok(some(with)?(-value).to_bits()))
}

/// `with(value)`, widened; 0 for a null callback.
#[no_mangle]
pub extern "C" fn call_for_byte(value: i8, with: Option<extern "C" fn(value: i8) -> i8>) -> i64 {
    ffi::wall(|| Ok(some(with)?(value).into()))
}

/// `with(value)`, widened; 0 for a null callback.
#[no_mangle]
pub extern "C" fn call_for_short(
    value: u16,
    with: Option<extern "C" fn(value: u16) -> u16>,
) -> u64 {
    ffi::wall(|| Ok(some(with)?(value).into()))
}

/// How many of `count` numbers from 0 on are kept; 0 for a null callback.
#[no_mangle]
pub extern "C" fn count_kept(count: u32, keep: Option<extern "C" fn(number: u32) -> bool>) -> u32 {
    ffi::wall(|| {
        let keep = some(keep)?;
        Ok((0..count).filter(|number| keep(*number)).count() as u32)
    })
}

/// `with(value)`; 0 for a null callback.
#[no_mangle]
pub extern "C" fn call_for_long(value: u64, with: Option<extern "C" fn(value: u64) -> u64>) -> u64 {
    ffi::wall(|| Ok(some(with)?(value)))
}

/// Hands 64 bytes to `take` by value; returns its answer, -1 for a null callback.
#[no_mangle]
pub extern "C" fn call_with_big(
    big: Big,
    take: Option<extern "C" fn(big: Big, last: u8) -> i32>,
) -> i32 {
    ffi::wall(|| Ok(some(take)?(big, 0x90)))
}

/// Hands two small structs to `take` by value; returns its answer, -1 for a null callback.
#[no_mangle]
pub extern "C" fn call_with_two_structs(
    take: Option<extern "C" fn(first: Small, second: FloatInt) -> i32>,
) -> i32 {
    ffi::wall(|| {
        let first = Small { a: 0x10, b: 0x2120 };
        let second = FloatInt {
            x: -2.5,
            n: 0x4746_4544_4342_4140,
        };
        Ok(some(take)?(first, second))
    })
}

/// Writes the small struct that `make` returns to `out`.
///
/// Errors: `NullPointer`, `Misaligned`; then nothing is written or called. Ownership: `out` stays
/// the caller's.
///
/// # Safety
/// `out` is null or points to a small struct.
#[no_mangle]
pub unsafe extern "C" fn small_from(
    make: Option<extern "C" fn(seed: u16) -> Small>,
    out: *mut Small,
) -> Status {
    ffi::wall(|| {
        let make = some(make)?;
        let place = ffi::some("out", out)?;
        unsafe { place.write(make(0xa1a0)) };
        Ok(Status::Ok)
    })
}

/// Hands each part of `text` between commas to `take`, NUL-terminated, with its length. The parts
/// are the library's and valid during the call only. Returns how many there were.
///
/// Errors: -1 for a null callback, null text and text that is not UTF-8. Ownership: `text` stays the
/// caller's.
///
/// # Safety
/// `text` is null or NUL-terminated.
#[no_mangle]
pub unsafe extern "C" fn split_at_commas(
    text: *const c_char,
    take: Option<extern "C" fn(part: *const c_char, length: usize)>,
) -> i32 {
    ffi::wall(|| {
        let text = unsafe { ffi::text("text", text) }?;
        let take = some(take)?;
        let mut parts = 0;
        for part in text.split(',') {
            let terminated = [part.as_bytes(), b"\0"].concat();
            take(terminated.as_ptr().cast(), part.len());
            parts += 1;
        }
        Ok(parts)
    })
}

/// Hands a null and an empty text to `take`. Returns 2, -1 for a null callback.
#[no_mangle]
pub extern "C" fn say_nothing(take: Option<extern "C" fn(text: *const c_char)>) -> i32 {
    ffi::wall(|| {
        let take = some(take)?;
        take(std::ptr::null());
        take(b"\0".as_ptr().cast());
        Ok(2)
    })
}

/// Hands three numbers to `look` behind a pointer, which is valid during the call only. Returns
/// its answer, -1 for a null callback.
#[no_mangle]
pub extern "C" fn show_numbers(
    look: Option<extern "C" fn(numbers: *const u16, count: usize) -> i32>,
) -> i32 {
    ffi::wall(|| Ok(some(look)?([0x1110, 0x2120, 0xf3f0].as_ptr(), 3)))
}
