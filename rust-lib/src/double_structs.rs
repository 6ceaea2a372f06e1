//! Structs of doubles alone, and nested ones of floats, by value in both directions: what AArch64
//! calls homogeneous, one to five of them.
//!
//! `*_report` tells field by field what it received (see `received`), `*_make` returns graffiti.

use crate::float_structs::FloatPair;
use crate::received::{record, words_of};
use crate::structs::Point;

/// Three: in float registers on AArch64, in memory on x86-64.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct DoubleTriple {
    /// Offset 0.
    pub a: f64,
    /// Offset 8.
    pub b: f64,
    /// Offset 16.
    pub c: f64,
}

/// Four: the most that float registers take on AArch64.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct DoubleQuad {
    /// Offset 0.
    pub a: f64,
    /// Offset 8.
    pub b: f64,
    /// Offset 16.
    pub c: f64,
    /// Offset 24.
    pub d: f64,
}

/// Five: one too many for registers everywhere.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct DoubleFive {
    /// Offset 0.
    pub numbers: [f64; 5],
}

/// Three in an array.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct DoubleArray {
    /// Offset 0.
    pub numbers: [f64; 3],
}

/// One: the same register as a double.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct DoubleOne {
    /// Offset 0.
    pub x: f64,
}

/// Three in a row, two of them nested.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NestedTriple {
    /// Offset 0.
    pub pair: Point,
    /// Offset 16.
    pub third: f64,
}

/// Four in a row, in two structs.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NestedQuad {
    /// Offset 0.
    pub low: FloatPair,
    /// Offset 8.
    pub high: FloatPair,
}

words_of! {
    DoubleTriple { a, b, c }
    DoubleQuad { a, b, c, d }
    DoubleFive { numbers }
    DoubleArray { numbers }
    DoubleOne { x }
    NestedTriple { pair, third }
    NestedQuad { low, high }
}

/// Reports three doubles, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn double_triple_report(value: DoubleTriple) -> usize {
    record(&[&value])
}

/// Returns three doubles, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn double_triple_make() -> DoubleTriple {
    DoubleTriple {
        a: 1.25,
        b: -2.5,
        c: 3.75,
    }
}

/// Reports four doubles, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn double_quad_report(value: DoubleQuad) -> usize {
    record(&[&value])
}

/// Returns four doubles, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn double_quad_make() -> DoubleQuad {
    DoubleQuad {
        a: 1.25,
        b: -2.5,
        c: 3.75,
        d: -4.125,
    }
}

/// Reports five doubles, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn double_five_report(value: DoubleFive) -> usize {
    record(&[&value])
}

/// Returns five doubles, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn double_five_make() -> DoubleFive {
    DoubleFive {
        numbers: [1.25, -2.5, 3.75, -4.125, 5.5],
    }
}

/// Reports an array of three doubles, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn double_array_report(value: DoubleArray) -> usize {
    record(&[&value])
}

/// Returns an array of three doubles, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn double_array_make() -> DoubleArray {
    DoubleArray {
        numbers: [1.25, -2.5, 3.75],
    }
}

/// Reports a struct of one double, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn double_one_report(value: DoubleOne) -> usize {
    record(&[&value])
}

/// Returns a struct of one double, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn double_one_make() -> DoubleOne {
    DoubleOne { x: 1.25 }
}

/// Reports a pair of doubles and a third, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn nested_triple_report(value: NestedTriple) -> usize {
    record(&[&value])
}

/// Returns a pair of doubles and a third, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn nested_triple_make() -> NestedTriple {
    NestedTriple {
        pair: Point { x: 1.25, y: -2.5 },
        third: 3.75,
    }
}

/// Reports two pairs of floats, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn nested_quad_report(value: NestedQuad) -> usize {
    record(&[&value])
}

/// Returns two pairs of floats, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn nested_quad_make() -> NestedQuad {
    NestedQuad {
        low: FloatPair { a: 1.25, b: -2.5 },
        high: FloatPair { a: 3.75, b: -4.125 },
    }
}
