//! Unions by value in both member orders: an FFI that classifies a union by its first member passes
//! one order and fails the other.

use crate::ffi;
use crate::received::record;
use crate::status::Status;

/// The integer first.
#[repr(C)]
#[derive(Clone, Copy)]
pub union IntFirst {
    /// 64 bits as an integer.
    pub as_int: i64,
    /// 64 bits as a float.
    pub as_float: f64,
}

/// The float first.
#[repr(C)]
#[derive(Clone, Copy)]
pub union FloatFirst {
    /// 64 bits as a float.
    pub as_float: f64,
    /// 64 bits as an integer.
    pub as_int: i64,
}

/// Four bytes seen in three ways.
#[repr(C)]
#[derive(Clone, Copy)]
pub union Word {
    /// As one number.
    pub word: u32,
    /// As two.
    pub halves: [u16; 2],
    /// As four.
    pub bytes: [u8; 4],
}

/// A union in a struct, behind a tag of the author's own.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Variant {
    /// 1: `as_int`, 2: `as_float`.
    pub kind: u16,
    /// The value.
    pub value: IntFirst,
    /// Behind it, to see its size.
    pub tail: u8,
}

/// The 64 bits of the union. Never fails.
#[no_mangle]
pub extern "C" fn int_first_bits(value: IntFirst) -> u64 {
    // SAFETY: every bit pattern is an integer.
    unsafe { value.as_int as u64 }
}

/// A union holding this float. Never fails.
#[no_mangle]
pub extern "C" fn int_first_of(float: f64) -> IntFirst {
    IntFirst { as_float: float }
}

/// The 64 bits of the union. Never fails.
#[no_mangle]
pub extern "C" fn float_first_bits(value: FloatFirst) -> u64 {
    // SAFETY: every bit pattern is an integer.
    unsafe { value.as_int as u64 }
}

/// A union holding this integer. Never fails.
#[no_mangle]
pub extern "C" fn float_first_of(int: i64) -> FloatFirst {
    FloatFirst { as_int: int }
}

/// Reports kind, the 64 bits of the value, and tail of a struct by value; returns 3. Never fails.
#[no_mangle]
pub extern "C" fn variant_report(variant: Variant) -> usize {
    // SAFETY: every bit pattern is an integer.
    record(&[
        &variant.kind,
        unsafe { &variant.value.as_int },
        &variant.tail,
    ])
}

/// Reverses the bytes of the word behind the pointer.
///
/// Errors: `NullPointer`, `Misaligned`. Ownership: the word stays the caller's.
///
/// # Safety
/// `word` is null or points to a word.
#[no_mangle]
pub unsafe extern "C" fn word_reverse(word: *mut Word) -> Status {
    ffi::wall(|| {
        let word = unsafe { ffi::borrow_mut("word", word) }?;
        // SAFETY: every bit pattern is four bytes.
        unsafe { word.bytes.reverse() };
        Ok(Status::Ok)
    })
}
