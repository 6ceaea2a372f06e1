//! Structs by value in both directions, by pointer, nested, with arrays, packed.
//!
//! `*_report` functions tell field by field what they received (see `received`); `*_make` functions
//! return graffiti: every byte tells which field (high digit) and which byte of it (low digit) it
//! is.

use crate::ffi;
use crate::float_structs::FloatPair;
use crate::received::{record, words_of};
use crate::status::Status;

/// Two doubles: a pair in float registers on most platforms.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Up.
    pub y: f64,
}

/// Four bytes, one of them a hole.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Small {
    /// Offset 0.
    pub a: u8,
    /// Offset 2.
    pub b: u16,
}

/// Three bytes: no register has this size.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Odd {
    /// All of it.
    pub bytes: [u8; 3],
}

/// Five fields with holes: 40 bytes, in memory everywhere.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Mixed {
    /// Offset 0.
    pub a: i8,
    /// Offset 8.
    pub b: f64,
    /// Offset 16.
    pub c: i16,
    /// Offset 20.
    pub d: u32,
    /// Offset 24.
    pub e: i64,
    /// Offset 32.
    pub f: f32,
}

/// A struct and an array in a struct.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Nested {
    /// Offset 0.
    pub id: u16,
    /// Offset 4.
    pub pair: FloatPair,
    /// Offset 12.
    pub flags: [u8; 3],
    /// Offset 16.
    pub inner: Small,
}

/// 64 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Big {
    /// Eight words.
    pub words: [u64; 8],
}

/// One field: everywhere the same as that field.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct Metres(pub f64);

/// One narrow field: the same as that field, its sign too.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct Steps(pub i16);

/// 13 bytes without holes.
#[repr(C, packed)]
#[derive(Clone, Copy)]
pub struct Packed {
    /// Offset 0.
    pub a: u8,
    /// Offset 1.
    pub b: f64,
    /// Offset 9.
    pub c: u32,
}

words_of! {
    Point { x, y }
    Small { a, b }
    Odd { bytes }
    Mixed { a, b, c, d, e, f }
    Nested { id, pair, flags, inner }
    Big { words }
    Packed { a, b, c }
}

/// Half way between two points. Never fails.
#[no_mangle]
pub extern "C" fn midpoint(a: Point, b: Point) -> Point {
    Point {
        x: (a.x + b.x) / 2.0,
        y: (a.y + b.y) / 2.0,
    }
}

/// How far the point is from 0, 0; NaN for a null or misaligned pointer.
/// Ownership: the point stays the caller's.
///
/// # Safety
/// `point` is null or points to a point.
#[no_mangle]
pub unsafe extern "C" fn point_distance(point: *const Point) -> f64 {
    ffi::wall(|| {
        let point = unsafe { ffi::borrow("point", point) }?;
        Ok(point.x.hypot(point.y))
    })
}

/// Swaps the coordinates and turns the sign of the new `x`.
///
/// Errors: `NullPointer`, `Misaligned`. Ownership: the point stays the caller's.
///
/// # Safety
/// `point` is null or points to a point.
#[no_mangle]
pub unsafe extern "C" fn point_turn(point: *mut Point) -> Status {
    ffi::wall(|| {
        let point = unsafe { ffi::borrow_mut("point", point) }?;
        (point.x, point.y) = (-point.y, point.x);
        Ok(Status::Ok)
    })
}

/// Reports a small struct, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn small_report(value: Small) -> usize {
    record(&[&value])
}

/// Returns a small struct, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn small_make() -> Small {
    Small { a: 0x10, b: 0x2120 }
}

/// Reports a struct of three bytes, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn odd_report(value: Odd) -> usize {
    record(&[&value])
}

/// Returns a struct of three bytes, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn odd_make() -> Odd {
    Odd {
        bytes: [0x10, 0x11, 0x12],
    }
}

/// Reports a struct of 40 bytes with holes, by value, field by field; returns how many words. Never
/// fails.
#[no_mangle]
pub extern "C" fn mixed_report(value: Mixed) -> usize {
    record(&[&value])
}

/// Returns a struct of 40 bytes with holes, by value: graffiti; `b` is -2.5, `f` 6.75. Never fails.
#[no_mangle]
pub extern "C" fn mixed_make() -> Mixed {
    Mixed {
        a: 0x10,
        b: -2.5,
        c: 0x3130,
        d: 0x4342_4140,
        e: 0x5756_5554_5352_5150,
        f: 6.75,
    }
}

/// Reports a nested struct, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn nested_report(value: Nested) -> usize {
    record(&[&value])
}

/// Returns a nested struct, by value: graffiti; `pair` is 2.25, -2.75. Never fails.
#[no_mangle]
pub extern "C" fn nested_make() -> Nested {
    Nested {
        id: 0x1110,
        pair: FloatPair { a: 2.25, b: -2.75 },
        flags: [0x30, 0x31, 0x32],
        inner: Small { a: 0x40, b: 0x5150 },
    }
}

/// Reports a struct of 64 bytes, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn big_report(value: Big) -> usize {
    record(&[&value])
}

/// Returns a struct of 64 bytes, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn big_make() -> Big {
    Big {
        words: std::array::from_fn(|index| {
            0x1716_1514_1312_1110 + index as u64 * 0x1010_1010_1010_1010
        }),
    }
}

/// Doubles a length of a one-field type. Never fails.
#[no_mangle]
pub extern "C" fn metres_double(length: Metres) -> Metres {
    Metres(length.0 * 2.0)
}

/// Reports a packed struct behind a pointer, which may have any alignment; returns 3.
///
/// Errors: 0 for null. Ownership: the struct stays the caller's.
///
/// # Safety
/// `value` is null or points to one.
#[no_mangle]
pub unsafe extern "C" fn packed_report(value: *const Packed) -> usize {
    ffi::wall(|| Ok(record(&[unsafe { ffi::borrow("value", value) }?])))
}

/// Writes graffiti to the packed struct behind `out`; `b` becomes -2.5.
///
/// Errors: `NullPointer`. Ownership: the struct stays the caller's.
///
/// # Safety
/// `out` is null or points to one.
#[no_mangle]
pub unsafe extern "C" fn packed_make(out: *mut Packed) -> Status {
    ffi::wall(|| {
        *unsafe { ffi::borrow_mut("out", out) }? = Packed {
            a: 0x10,
            b: -2.5,
            c: 0x3332_3130,
        };
        Ok(Status::Ok)
    })
}

/// Overwrites its own copy of the struct and returns the sum of what that copy then holds, 36: the
/// caller's must not change. Never fails.
#[no_mangle]
pub extern "C" fn big_scribble(mut value: Big) -> u64 {
    for (word, number) in std::hint::black_box(&mut value).words.iter_mut().zip(1..) {
        *word = number;
    }
    value.words.iter().sum()
}

/// How many steps lead from one to the other; wraps around. Never fails.
#[no_mangle]
pub extern "C" fn steps_between(from: Steps, to: Steps) -> Steps {
    Steps(to.0.wrapping_sub(from.0))
}
