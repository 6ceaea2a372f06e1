//! Structs of integers by value in both directions: what fits two registers, holes inside and at the
//! end.
//!
//! `*_report` tells field by field what it received (see `received`), `*_make` returns graffiti.

use crate::received::{record, words_of};

/// Six bytes: three shorts.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Shorts {
    /// Offset 0.
    pub a: u16,
    /// Offset 2.
    pub b: i16,
    /// Offset 4.
    pub c: u16,
}

/// Twelve bytes: one register and a half.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Ints {
    /// Offset 0.
    pub a: i32,
    /// Offset 4.
    pub b: u32,
    /// Offset 8.
    pub c: i32,
}

/// Nine bytes used, sixteen in size.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Tail {
    /// Offset 0.
    pub a: u64,
    /// Offset 8.
    pub b: i8,
}

/// The same fields the other way round.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Front {
    /// Offset 0.
    pub a: i8,
    /// Offset 8.
    pub b: u64,
}

/// Sixteen bytes: the last size that two registers hold.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Longs {
    /// Offset 0.
    pub a: i64,
    /// Offset 8.
    pub b: u64,
}

words_of! {
    Shorts { a, b, c }
    Ints { a, b, c }
    Tail { a, b }
    Front { a, b }
    Longs { a, b }
}

/// Reports three shorts, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn shorts_report(value: Shorts) -> usize {
    record(&[&value])
}

/// Returns three shorts, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn shorts_make() -> Shorts {
    Shorts {
        a: 0x1110,
        b: 0x2120,
        c: 0x3130,
    }
}

/// Reports three integers, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn ints_report(value: Ints) -> usize {
    record(&[&value])
}

/// Returns three integers, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn ints_make() -> Ints {
    Ints {
        a: 0x1312_1110,
        b: 0x2322_2120,
        c: 0x3332_3130,
    }
}

/// Reports a struct with a padded end, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn tail_report(value: Tail) -> usize {
    record(&[&value])
}

/// Returns a struct with a padded end, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn tail_make() -> Tail {
    Tail {
        a: 0x1716_1514_1312_1110,
        b: 0x20,
    }
}

/// Reports a struct with a hole in front, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn front_report(value: Front) -> usize {
    record(&[&value])
}

/// Returns a struct with a hole in front, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn front_make() -> Front {
    Front {
        a: 0x10,
        b: 0x2726_2524_2322_2120,
    }
}

/// Reports two longs, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn longs_report(value: Longs) -> usize {
    record(&[&value])
}

/// Returns two longs, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn longs_make() -> Longs {
    Longs {
        a: 0x1716_1514_1312_1110,
        b: 0x2726_2524_2322_2120,
    }
}
