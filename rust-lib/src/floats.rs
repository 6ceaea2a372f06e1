//! Floats, compared by their bits: infinities, signed zeros, NaN payloads, and floats among integers.
//!
//! Nothing here can panic, so nothing here needs the wall; only `mean` follows a pointer.

use crate::ffi::{self, Failure};
use crate::received::record;
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

/// Nine doubles: one more than the registers take. Reports them through `received`, returns how many. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn nine_doubles(
    a: f64,
    b: f64,
    c: f64,
    d: f64,
    e: f64,
    f: f64,
    g: f64,
    h: f64,
    i: f64,
) -> usize {
    record(&[&a, &b, &c, &d, &e, &f, &g, &h, &i])
}

/// Nine single floats: one more than the registers take. Reports them through `received`, returns how many. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn nine_floats(
    a: f32,
    b: f32,
    c: f32,
    d: f32,
    e: f32,
    f: f32,
    g: f32,
    h: f32,
    i: f32,
) -> usize {
    record(&[&a, &b, &c, &d, &e, &f, &g, &h, &i])
}

/// Floats and integers in turn, both kinds of registers at once. Reports them through `received`, returns how many. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn floats_and_integers(
    a: f32,
    b: i32,
    c: f64,
    d: u8,
    e: f32,
    f: i64,
    g: f64,
    h: u16,
    i: f32,
    j: i8,
) -> usize {
    record(&[&a, &b, &c, &d, &e, &f, &g, &h, &i, &j])
}

/// Integers run out of registers first, then floats. Reports them through `received`, returns how many. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn registers_run_out(
    a: i64,
    b: f64,
    c: i64,
    d: f64,
    e: i64,
    f: f64,
    g: i64,
    h: f64,
    i: i64,
    j: f64,
    k: i64,
    l: f64,
    m: i64,
    n: f64,
    o: i64,
    p: f64,
    q: i32,
    r: f32,
    s: u8,
    t: f64,
) -> usize {
    record(&[
        &a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o, &p, &q, &r, &s, &t,
    ])
}
