//! Structs of floats and integers in every order, by value in both directions: which kind of
//! register a half goes into is decided by all that lies in it.
//!
//! `*_report` tells field by field what it received (see `received`), `*_make` returns graffiti.

use crate::received::{record, words_of};

/// A float pair in an array: the same registers as two fields.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FloatArray {
    /// Offset 0.
    pub pair: [f32; 2],
}

/// One register of each kind.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IntDouble {
    /// Offset 0.
    pub n: i64,
    /// Offset 8.
    pub x: f64,
}

/// Two float registers, the second one half used.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct DoubleFloat {
    /// Offset 0.
    pub x: f64,
    /// Offset 8.
    pub y: f32,
}

/// The same, with the hole in the middle.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FloatDouble {
    /// Offset 0.
    pub y: f32,
    /// Offset 8.
    pub x: f64,
}

/// Both in one register: the integer wins.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FloatIntPair {
    /// Offset 0.
    pub x: f32,
    /// Offset 4.
    pub n: i32,
}

/// Both in one register, with a hole.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ByteFloat {
    /// Offset 0.
    pub a: u8,
    /// Offset 4.
    pub x: f32,
}

/// One register of each kind.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Crossed {
    /// Offset 0.
    pub a: f32,
    /// Offset 4.
    pub b: f32,
    /// Offset 8.
    pub c: u32,
    /// Offset 12.
    pub d: i16,
}

/// Both registers hold both kinds: all go as integers.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Woven {
    /// Offset 0.
    pub a: f32,
    /// Offset 4.
    pub b: u32,
    /// Offset 8.
    pub c: i32,
    /// Offset 12.
    pub d: f32,
}

words_of! {
    FloatArray { pair }
    IntDouble { n, x }
    DoubleFloat { x, y }
    FloatDouble { y, x }
    FloatIntPair { x, n }
    ByteFloat { a, x }
    Crossed { a, b, c, d }
    Woven { a, b, c, d }
}

/// Reports an array of two floats, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn float_array_report(value: FloatArray) -> usize {
    record(&[&value])
}

/// Returns an array of two floats, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn float_array_make() -> FloatArray {
    FloatArray { pair: [1.25, -2.5] }
}

/// Reports an integer and a double, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn int_double_report(value: IntDouble) -> usize {
    record(&[&value])
}

/// Returns an integer and a double, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn int_double_make() -> IntDouble {
    IntDouble {
        n: 0x1716_1514_1312_1110,
        x: -2.5,
    }
}

/// Reports a double and a float, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn double_float_report(value: DoubleFloat) -> usize {
    record(&[&value])
}

/// Returns a double and a float, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn double_float_make() -> DoubleFloat {
    DoubleFloat { x: 1.25, y: -2.5 }
}

/// Reports a float and a double, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn float_double_report(value: FloatDouble) -> usize {
    record(&[&value])
}

/// Returns a float and a double, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn float_double_make() -> FloatDouble {
    FloatDouble { y: 1.25, x: -2.5 }
}

/// Reports a float and an integer, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn float_int_pair_report(value: FloatIntPair) -> usize {
    record(&[&value])
}

/// Returns a float and an integer, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn float_int_pair_make() -> FloatIntPair {
    FloatIntPair {
        x: 1.25,
        n: 0x2322_2120,
    }
}

/// Reports a byte and a float, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn byte_float_report(value: ByteFloat) -> usize {
    record(&[&value])
}

/// Returns a byte and a float, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn byte_float_make() -> ByteFloat {
    ByteFloat { a: 0x10, x: -2.5 }
}

/// Reports two floats, then two integers, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn crossed_report(value: Crossed) -> usize {
    record(&[&value])
}

/// Returns two floats, then two integers, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn crossed_make() -> Crossed {
    Crossed {
        a: 1.25,
        b: -2.5,
        c: 0x3332_3130,
        d: 0x4140,
    }
}

/// Reports floats and integers in turn, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn woven_report(value: Woven) -> usize {
    record(&[&value])
}

/// Returns floats and integers in turn, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn woven_make() -> Woven {
    Woven {
        a: 1.25,
        b: 0x2322_2120,
        c: 0x3332_3130,
        d: -4.125,
    }
}
