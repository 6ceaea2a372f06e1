//! Packed structs by value in both directions: fields that lie across registers.
//!
//! `*_report` tells field by field what it received (see `received`), `*_make` returns graffiti.

use crate::received::{record, words_of};
use crate::structs::Packed;

/// Five bytes: one register.
#[repr(C, packed)]
#[derive(Clone, Copy)]
pub struct PackedFive {
    /// Offset 0.
    pub a: u8,
    /// Offset 1.
    pub b: i32,
}

/// Nine bytes: the wide field lies across two registers.
#[repr(C, packed)]
#[derive(Clone, Copy)]
pub struct PackedNine {
    /// Offset 0.
    pub a: i8,
    /// Offset 1.
    pub b: u64,
}

/// Eight bytes, each field where it would be without packing.
#[repr(C, packed)]
#[derive(Clone, Copy)]
pub struct PackedPair {
    /// Offset 0.
    pub a: u32,
    /// Offset 4.
    pub b: i32,
}

/// 25 bytes: in memory everywhere.
#[repr(C, packed)]
#[derive(Clone, Copy)]
pub struct PackedWide {
    /// Offset 0.
    pub a: u8,
    /// Offset 1.
    pub b: f64,
    /// Offset 9.
    pub c: i64,
    /// Offset 17.
    pub d: u64,
}

words_of! {
    PackedFive { a, b }
    PackedNine { a, b }
    PackedPair { a, b }
    PackedWide { a, b, c, d }
}

/// Reports five packed bytes, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn packed_five_report(value: PackedFive) -> usize {
    record(&[&value])
}

/// Returns five packed bytes, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn packed_five_make() -> PackedFive {
    PackedFive {
        a: 0x10,
        b: 0x2322_2120,
    }
}

/// Reports nine packed bytes, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn packed_nine_report(value: PackedNine) -> usize {
    record(&[&value])
}

/// Returns nine packed bytes, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn packed_nine_make() -> PackedNine {
    PackedNine {
        a: 0x10,
        b: 0x2726_2524_2322_2120,
    }
}

/// Reports a packed struct without a misaligned field, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn packed_pair_report(value: PackedPair) -> usize {
    record(&[&value])
}

/// Returns a packed struct without a misaligned field, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn packed_pair_make() -> PackedPair {
    PackedPair {
        a: 0x1312_1110,
        b: 0x2322_2120,
    }
}

/// Reports a packed struct of 25 bytes, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn packed_wide_report(value: PackedWide) -> usize {
    record(&[&value])
}

/// Returns a packed struct of 25 bytes, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn packed_wide_make() -> PackedWide {
    PackedWide {
        a: 0x10,
        b: -2.5,
        c: 0x3736_3534_3332_3130,
        d: 0x4746_4544_4342_4140,
    }
}

/// Reports a packed struct of 13 bytes, by value; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn packed_take(value: Packed) -> usize {
    record(&[&value])
}

/// Returns a packed struct of 13 bytes, by value; `b` is -2.5. Never fails.
#[no_mangle]
pub extern "C" fn packed_give() -> Packed {
    Packed {
        a: 0x10,
        b: -2.5,
        c: 0x3332_3130,
    }
}

/// Reports a packed struct of 13 bytes, by value, between two numbers; returns how many words.
/// Never fails.
#[no_mangle]
pub extern "C" fn packed_between(first: i64, value: Packed, last: u16) -> usize {
    record(&[&first, &value, &last])
}
