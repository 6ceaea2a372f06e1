//! Floats, compared by their bits: infinities, signed zeros, NaN payloads.
//!
//! Nothing here can panic, so nothing here needs the wall; only `mean` follows a pointer.

use crate::ffi::{self, Failure};
use crate::status::Status;

/// The bits of the received `f32`. Never fails.
#[no_mangle]
pub extern "C" fn bits_f32(value: f32) -> u32 {
    value.to_bits()
}

/// The `f32` with these bits. Never fails.
#[no_mangle]
pub extern "C" fn from_bits_f32(bits: u32) -> f32 {
    f32::from_bits(bits)
}

/// Returns `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_f32(value: f32) -> f32 {
    value
}

/// The bits of the received `f64`. Never fails.
#[no_mangle]
pub extern "C" fn bits_f64(value: f64) -> u64 {
    value.to_bits()
}

/// The `f64` with these bits. Never fails.
#[no_mangle]
pub extern "C" fn from_bits_f64(bits: u64) -> f64 {
    f64::from_bits(bits)
}

/// Returns `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_f64(value: f64) -> f64 {
    value
}

/// `a - b` in single precision: not symmetric, so swapped arguments show. Never fails.
#[no_mangle]
pub extern "C" fn subtract_f32(a: f32, b: f32) -> f32 {
    a - b
}

/// `a - b` in double precision: not symmetric, so swapped arguments show. Never fails.
#[no_mangle]
pub extern "C" fn subtract_f64(a: f64, b: f64) -> f64 {
    a - b
}

/// Widens to double precision: exact for every number. Never fails.
#[no_mangle]
pub extern "C" fn widen_f32(value: f32) -> f64 {
    value.into()
}

/// Rounds to single precision, to the nearest, ties to even. Never fails.
#[no_mangle]
pub extern "C" fn narrow_f64(value: f64) -> f32 {
    value as f32
}

/// Writes the mean of `count` numbers to `out`.
///
/// Errors: `NullPointer`, `Misaligned`, `InvalidLength`, `OutOfRange` (no numbers); then nothing is
/// written. Ownership: all memory stays the caller's.
///
/// # Safety
/// `items` points to `count` numbers, `out` to one; they do not overlap.
#[no_mangle]
pub unsafe extern "C" fn mean(items: *const f64, count: usize, out: *mut f64) -> Status {
    ffi::wall(|| {
        let numbers = unsafe { ffi::items("items", items, count) }?;
        let place = unsafe { ffi::borrow_mut("out", out) }?;
        if numbers.is_empty() {
            return Err(Failure::new(Status::OutOfRange, "no numbers have no mean"));
        }
        *place = numbers.iter().sum::<f64>() / count as f64;
        Ok(Status::Ok)
    })
}
