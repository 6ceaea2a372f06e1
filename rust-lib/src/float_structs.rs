//! Structs of floats, alone and with an integer: what goes in float registers on one platform goes
//! in others on the next.
//!
//! `*_report` tells field by field what it received (see `received`), `*_make` returns fixed
//! values, no two of them alike. Nothing here can panic.

use crate::received::{record, words_of};

/// Two floats: one register on x86-64, two on AArch64.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FloatPair {
    /// The first.
    pub a: f32,
    /// The second.
    pub b: f32,
}

/// Three floats.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FloatTriple {
    /// The first.
    pub a: f32,
    /// The second.
    pub b: f32,
    /// The third.
    pub c: f32,
}

/// Four floats.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FloatQuad {
    /// The first.
    pub a: f32,
    /// The second.
    pub b: f32,
    /// The third.
    pub c: f32,
    /// The fourth.
    pub d: f32,
}

/// An integer, then a float.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IntFloat {
    /// Offset 0.
    pub n: i32,
    /// Offset 4.
    pub x: f32,
}

/// A double, then an integer: one register of each kind.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FloatInt {
    /// Offset 0.
    pub x: f64,
    /// Offset 8.
    pub n: i64,
}

words_of! {
    FloatPair { a, b }
    FloatTriple { a, b, c }
    FloatQuad { a, b, c, d }
    IntFloat { n, x }
    FloatInt { x, n }
}

/// Reports a float pair, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn float_pair_report(value: FloatPair) -> usize {
    record(&[&value])
}

/// Returns a float pair, by value: 1.25, -2.5. Never fails.
#[no_mangle]
pub extern "C" fn float_pair_make() -> FloatPair {
    FloatPair { a: 1.25, b: -2.5 }
}

/// Reports a float triple, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn float_triple_report(value: FloatTriple) -> usize {
    record(&[&value])
}

/// Returns a float triple, by value: 1.25, -2.5, 3.75. Never fails.
#[no_mangle]
pub extern "C" fn float_triple_make() -> FloatTriple {
    FloatTriple {
        a: 1.25,
        b: -2.5,
        c: 3.75,
    }
}

/// Reports a float quad, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn float_quad_report(value: FloatQuad) -> usize {
    record(&[&value])
}

/// Returns a float quad, by value: 1.25, -2.5, 3.75, -4.125. Never fails.
#[no_mangle]
pub extern "C" fn float_quad_make() -> FloatQuad {
    FloatQuad {
        a: 1.25,
        b: -2.5,
        c: 3.75,
        d: -4.125,
    }
}

/// Reports an integer and a float, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn int_float_report(value: IntFloat) -> usize {
    record(&[&value])
}

/// Returns an integer and a float, by value: graffiti, then -2.5. Never fails.
#[no_mangle]
pub extern "C" fn int_float_make() -> IntFloat {
    IntFloat {
        n: 0x1312_1110,
        x: -2.5,
    }
}

/// Reports a double and an integer, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn float_int_report(value: FloatInt) -> usize {
    record(&[&value])
}

/// Returns a double and an integer, by value: -1.25, then graffiti. Never fails.
#[no_mangle]
pub extern "C" fn float_int_make() -> FloatInt {
    FloatInt {
        x: -1.25,
        n: 0x2726_2524_2322_2120,
    }
}
