//! Structs by value that no registers hold, in both directions: of 24, 32, 256 bytes, nested.
//!
//! `*_report` tells field by field what it received (see `received`), `*_make` returns graffiti.

use crate::integer_structs::{Shorts, Tail};
use crate::received::{record, words_of};

/// 24 bytes: in memory everywhere but in its own way.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct LongTriple {
    /// Offset 0.
    pub a: u64,
    /// Offset 8.
    pub b: i64,
    /// Offset 16.
    pub c: u64,
}

/// 17 bytes used, 24 in size.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct LongTail {
    /// Offset 0.
    pub a: u64,
    /// Offset 8.
    pub b: i64,
    /// Offset 16.
    pub c: u8,
}

/// 32 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IntEight {
    /// Offset 0.
    pub numbers: [i32; 8],
}

/// 256 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Huge {
    /// Offset 0.
    pub words: [u64; 32],
}

/// A struct with a padded end inside, and an array of structs.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Holder {
    /// Offset 0.
    pub id: u8,
    /// Offset 8.
    pub inner: Tail,
    /// Offset 24.
    pub rest: [Shorts; 2],
}

words_of! {
    LongTriple { a, b, c }
    LongTail { a, b, c }
    IntEight { numbers }
    Huge { words }
    Holder { id, inner, rest }
}

/// Reports three longs, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn long_triple_report(value: LongTriple) -> usize {
    record(&[&value])
}

/// Returns three longs, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn long_triple_make() -> LongTriple {
    LongTriple {
        a: 0x1716_1514_1312_1110,
        b: 0x2726_2524_2322_2120,
        c: 0x3736_3534_3332_3130,
    }
}

/// Reports two longs and a byte, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn long_tail_report(value: LongTail) -> usize {
    record(&[&value])
}

/// Returns two longs and a byte, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn long_tail_make() -> LongTail {
    LongTail {
        a: 0x1716_1514_1312_1110,
        b: 0x2726_2524_2322_2120,
        c: 0x30,
    }
}

/// Reports eight integers, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn int_eight_report(value: IntEight) -> usize {
    record(&[&value])
}

/// Returns eight integers, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn int_eight_make() -> IntEight {
    IntEight {
        numbers: [
            0x1312_1110,
            0x2322_2120,
            0x3332_3130,
            0x4342_4140,
            0x5352_5150,
            0x6362_6160,
            0x7372_7170,
            -0x7c7d_7e80,
        ],
    }
}

/// Reports 256 bytes, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn huge_report(value: Huge) -> usize {
    record(&[&value])
}

/// Returns 256 bytes, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn huge_make() -> Huge {
    Huge {
        words: [
            0x1716_1514_1312_1110,
            0x2726_2524_2322_2120,
            0x3736_3534_3332_3130,
            0x4746_4544_4342_4140,
            0x5756_5554_5352_5150,
            0x6766_6564_6362_6160,
            0x7776_7574_7372_7170,
            0x8786_8584_8382_8180,
            0x9796_9594_9392_9190,
            0xa7a6_a5a4_a3a2_a1a0,
            0xb7b6_b5b4_b3b2_b1b0,
            0xc7c6_c5c4_c3c2_c1c0,
            0xd7d6_d5d4_d3d2_d1d0,
            0xe7e6_e5e4_e3e2_e1e0,
            0xf7f6_f5f4_f3f2_f1f0,
            0x706_0504_0302_0100,
            0x1f1e_1d1c_1b1a_1918,
            0x2f2e_2d2c_2b2a_2928,
            0x3f3e_3d3c_3b3a_3938,
            0x4f4e_4d4c_4b4a_4948,
            0x5f5e_5d5c_5b5a_5958,
            0x6f6e_6d6c_6b6a_6968,
            0x7f7e_7d7c_7b7a_7978,
            0x8f8e_8d8c_8b8a_8988,
            0x9f9e_9d9c_9b9a_9998,
            0xafae_adac_abaa_a9a8,
            0xbfbe_bdbc_bbba_b9b8,
            0xcfce_cdcc_cbca_c9c8,
            0xdfde_dddc_dbda_d9d8,
            0xefee_edec_ebea_e9e8,
            0xfffe_fdfc_fbfa_f9f8,
            0xf0e_0d0c_0b0a_0908,
        ],
    }
}

/// Reports a struct of structs, by value, field by field; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn holder_report(value: Holder) -> usize {
    record(&[&value])
}

/// Returns a struct of structs, by value: graffiti. Never fails.
#[no_mangle]
pub extern "C" fn holder_make() -> Holder {
    Holder {
        id: 0x10,
        inner: Tail {
            a: 0x2726_2524_2322_2120,
            b: 0x30,
        },
        rest: [
            Shorts {
                a: 0x4140,
                b: 0x5150,
                c: 0x6160,
            },
            Shorts {
                a: 0x7170,
                b: -0x7e80,
                c: 0x9190,
            },
        ],
    }
}

/// Overwrites its own copy of 256 bytes and returns the sum of what that copy then holds, 528: the
/// caller's must not change. Never fails.
#[no_mangle]
pub extern "C" fn huge_scribble(mut value: Huge) -> u64 {
    for (word, number) in std::hint::black_box(&mut value).words.iter_mut().zip(1..) {
        *word = number;
    }
    value.words.iter().sum()
}

/// Overwrites its own copy of three longs and returns the sum of what that copy then holds, 6: the
/// caller's must not change. Never fails.
#[no_mangle]
pub extern "C" fn long_triple_scribble(mut value: LongTriple) -> u64 {
    let copy = std::hint::black_box(&mut value);
    (copy.a, copy.b, copy.c) = (1, 2, 3);
    value.a + value.b as u64 + value.c
}
