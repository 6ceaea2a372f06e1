//! Unions by value in both member orders: an FFI that classifies a union by its first member passes
//! one order and fails the other.

use crate::ffi;
use crate::float_structs::FloatPair;
use crate::received::record;
use crate::status::Status;
use crate::structs::Small;

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

/// 32 bits, the float first.
#[repr(C)]
#[derive(Clone, Copy)]
pub union SmallFloatFirst {
    /// 32 bits as a float.
    pub as_float: f32,
    /// 32 bits as an integer.
    pub as_int: u32,
}

/// A union with the float first, in a struct.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Tagless {
    /// The value.
    pub value: FloatFirst,
    /// Behind it.
    pub count: i32,
}

/// 24 bytes: in memory, whatever is first.
#[repr(C)]
#[derive(Clone, Copy)]
pub union LargeUnion {
    /// As three numbers.
    pub numbers: [i64; 3],
    /// As one float.
    pub real: f64,
}

/// A union whose members are structs.
#[repr(C)]
#[derive(Clone, Copy)]
pub union PairOrSmall {
    /// As two floats.
    pub pair: FloatPair,
    /// As a byte and a short.
    pub small: Small,
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

/// A struct with a union, by value: `kind` and the float as given, `tail` 0x30. Never fails.
#[no_mangle]
pub extern "C" fn variant_make(kind: u16, float: f64) -> Variant {
    Variant {
        kind,
        value: IntFirst { as_float: float },
        tail: 0x30,
    }
}

/// The 32 bits of the union. Never fails.
#[no_mangle]
pub extern "C" fn small_float_first_bits(value: SmallFloatFirst) -> u32 {
    // SAFETY: every bit pattern is an integer.
    unsafe { value.as_int }
}

/// A union holding this integer. Never fails.
#[no_mangle]
pub extern "C" fn small_float_first_of(int: u32) -> SmallFloatFirst {
    SmallFloatFirst { as_int: int }
}

/// Reports the 64 bits of the value and the count of a struct by value; returns 2. Never fails.
#[no_mangle]
pub extern "C" fn tagless_report(value: Tagless) -> usize {
    // SAFETY: every bit pattern is an integer.
    record(&[unsafe { &value.value.as_int }, &value.count])
}

/// A struct with a union, by value. Never fails.
#[no_mangle]
pub extern "C" fn tagless_make(int: i64, count: i32) -> Tagless {
    Tagless {
        value: FloatFirst { as_int: int },
        count,
    }
}

/// Reports the three numbers of the union; returns 3. Never fails.
#[no_mangle]
pub extern "C" fn large_union_report(value: LargeUnion) -> usize {
    // SAFETY: every bit pattern is a number.
    record(&[unsafe { &value.numbers }])
}

/// A union with three numbers: `first` and the two after it. Never fails.
#[no_mangle]
pub extern "C" fn large_union_make(first: i64) -> LargeUnion {
    let number = |index| first.wrapping_add(index);
    LargeUnion {
        numbers: [number(0), number(1), number(2)],
    }
}

/// Reports a union of structs as its two floats; returns 2. Never fails.
#[no_mangle]
pub extern "C" fn pair_or_small_report(value: PairOrSmall) -> usize {
    // SAFETY: every bit pattern is a float.
    record(&[unsafe { &value.pair.a }, unsafe { &value.pair.b }])
}

/// Two unions, one in each member order, between numbers; reports them as integers. Returns 4.
/// Never fails.
#[no_mangle]
pub extern "C" fn two_unions(first: u8, a: IntFirst, b: FloatFirst, last: f32) -> usize {
    // SAFETY: every bit pattern is an integer.
    record(&[&first, unsafe { &a.as_int }, unsafe { &b.as_int }, &last])
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
