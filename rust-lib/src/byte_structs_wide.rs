//! Structs of 9 to 17 bytes by value in both directions: two registers, the second one filled in
//! part, and the first size that two do not hold.
//!
//! `*_report` tells byte by byte what it received (see `received`). Nothing here can panic.

use crate::byte_structs::counted;
use crate::received::{record, words_of};

/// 9 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bytes9 {
    /// All of it.
    pub bytes: [u8; 9],
}

/// 10 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bytes10 {
    /// All of it.
    pub bytes: [u8; 10],
}

/// 11 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bytes11 {
    /// All of it.
    pub bytes: [u8; 11],
}

/// 12 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bytes12 {
    /// All of it.
    pub bytes: [u8; 12],
}

/// 13 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bytes13 {
    /// All of it.
    pub bytes: [u8; 13],
}

/// 14 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bytes14 {
    /// All of it.
    pub bytes: [u8; 14],
}

/// 15 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bytes15 {
    /// All of it.
    pub bytes: [u8; 15],
}

/// 16 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bytes16 {
    /// All of it.
    pub bytes: [u8; 16],
}

/// 17 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bytes17 {
    /// All of it.
    pub bytes: [u8; 17],
}

words_of! {
    Bytes9 { bytes }
    Bytes10 { bytes }
    Bytes11 { bytes }
    Bytes12 { bytes }
    Bytes13 { bytes }
    Bytes14 { bytes }
    Bytes15 { bytes }
    Bytes16 { bytes }
    Bytes17 { bytes }
}

/// Reports 9 bytes, by value; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn bytes9_report(value: Bytes9) -> usize {
    record(&[&value])
}

/// Returns 9 bytes, by value: `first` and what follows it, wrapping around. Never fails.
#[no_mangle]
pub extern "C" fn bytes9_make(first: u8) -> Bytes9 {
    Bytes9 {
        bytes: counted(first),
    }
}

/// Reports 10 bytes, by value; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn bytes10_report(value: Bytes10) -> usize {
    record(&[&value])
}

/// Returns 10 bytes, by value: `first` and what follows it, wrapping around. Never fails.
#[no_mangle]
pub extern "C" fn bytes10_make(first: u8) -> Bytes10 {
    Bytes10 {
        bytes: counted(first),
    }
}

/// Reports 11 bytes, by value; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn bytes11_report(value: Bytes11) -> usize {
    record(&[&value])
}

/// Returns 11 bytes, by value: `first` and what follows it, wrapping around. Never fails.
#[no_mangle]
pub extern "C" fn bytes11_make(first: u8) -> Bytes11 {
    Bytes11 {
        bytes: counted(first),
    }
}

/// Reports 12 bytes, by value; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn bytes12_report(value: Bytes12) -> usize {
    record(&[&value])
}

/// Returns 12 bytes, by value: `first` and what follows it, wrapping around. Never fails.
#[no_mangle]
pub extern "C" fn bytes12_make(first: u8) -> Bytes12 {
    Bytes12 {
        bytes: counted(first),
    }
}

/// Reports 13 bytes, by value; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn bytes13_report(value: Bytes13) -> usize {
    record(&[&value])
}

/// Returns 13 bytes, by value: `first` and what follows it, wrapping around. Never fails.
#[no_mangle]
pub extern "C" fn bytes13_make(first: u8) -> Bytes13 {
    Bytes13 {
        bytes: counted(first),
    }
}

/// Reports 14 bytes, by value; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn bytes14_report(value: Bytes14) -> usize {
    record(&[&value])
}

/// Returns 14 bytes, by value: `first` and what follows it, wrapping around. Never fails.
#[no_mangle]
pub extern "C" fn bytes14_make(first: u8) -> Bytes14 {
    Bytes14 {
        bytes: counted(first),
    }
}

/// Reports 15 bytes, by value; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn bytes15_report(value: Bytes15) -> usize {
    record(&[&value])
}

/// Returns 15 bytes, by value: `first` and what follows it, wrapping around. Never fails.
#[no_mangle]
pub extern "C" fn bytes15_make(first: u8) -> Bytes15 {
    Bytes15 {
        bytes: counted(first),
    }
}

/// Reports 16 bytes, by value; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn bytes16_report(value: Bytes16) -> usize {
    record(&[&value])
}

/// Returns 16 bytes, by value: `first` and what follows it, wrapping around. Never fails.
#[no_mangle]
pub extern "C" fn bytes16_make(first: u8) -> Bytes16 {
    Bytes16 {
        bytes: counted(first),
    }
}

/// Reports 17 bytes, by value; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn bytes17_report(value: Bytes17) -> usize {
    record(&[&value])
}

/// Returns 17 bytes, by value: `first` and what follows it, wrapping around. Never fails.
#[no_mangle]
pub extern "C" fn bytes17_make(first: u8) -> Bytes17 {
    Bytes17 {
        bytes: counted(first),
    }
}
