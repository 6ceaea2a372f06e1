//! Structs of 1 to 8 bytes by value in both directions: a size that no register has is where an FFI
//! rounds, and each size is another way to do it.
//!
//! `*_report` tells byte by byte what it received (see `received`). Nothing here can panic.

use crate::received::{record, words_of};

/// One byte.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bytes1 {
    /// All of it.
    pub bytes: [u8; 1],
}

/// 2 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bytes2 {
    /// All of it.
    pub bytes: [u8; 2],
}

/// 3 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bytes3 {
    /// All of it.
    pub bytes: [u8; 3],
}

/// 4 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bytes4 {
    /// All of it.
    pub bytes: [u8; 4],
}

/// 5 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bytes5 {
    /// All of it.
    pub bytes: [u8; 5],
}

/// 6 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bytes6 {
    /// All of it.
    pub bytes: [u8; 6],
}

/// 7 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bytes7 {
    /// All of it.
    pub bytes: [u8; 7],
}

/// 8 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bytes8 {
    /// All of it.
    pub bytes: [u8; 8],
}

words_of! {
    Bytes1 { bytes }
    Bytes2 { bytes }
    Bytes3 { bytes }
    Bytes4 { bytes }
    Bytes5 { bytes }
    Bytes6 { bytes }
    Bytes7 { bytes }
    Bytes8 { bytes }
}

/// As many bytes as there are places: `first` and what follows it, wrapping around.
pub(crate) fn counted<const N: usize>(first: u8) -> [u8; N] {
    std::array::from_fn(|index| first.wrapping_add(index as u8))
}

/// Reports one byte, by value; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn bytes1_report(value: Bytes1) -> usize {
    record(&[&value])
}

/// Returns one byte, by value: `first` and what follows it, wrapping around. Never fails.
#[no_mangle]
pub extern "C" fn bytes1_make(first: u8) -> Bytes1 {
    Bytes1 {
        bytes: counted(first),
    }
}

/// Reports 2 bytes, by value; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn bytes2_report(value: Bytes2) -> usize {
    record(&[&value])
}

/// Returns 2 bytes, by value: `first` and what follows it, wrapping around. Never fails.
#[no_mangle]
pub extern "C" fn bytes2_make(first: u8) -> Bytes2 {
    Bytes2 {
        bytes: counted(first),
    }
}

/// Reports 3 bytes, by value; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn bytes3_report(value: Bytes3) -> usize {
    record(&[&value])
}

/// Returns 3 bytes, by value: `first` and what follows it, wrapping around. Never fails.
#[no_mangle]
pub extern "C" fn bytes3_make(first: u8) -> Bytes3 {
    Bytes3 {
        bytes: counted(first),
    }
}

/// Reports 4 bytes, by value; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn bytes4_report(value: Bytes4) -> usize {
    record(&[&value])
}

/// Returns 4 bytes, by value: `first` and what follows it, wrapping around. Never fails.
#[no_mangle]
pub extern "C" fn bytes4_make(first: u8) -> Bytes4 {
    Bytes4 {
        bytes: counted(first),
    }
}

/// Reports 5 bytes, by value; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn bytes5_report(value: Bytes5) -> usize {
    record(&[&value])
}

/// Returns 5 bytes, by value: `first` and what follows it, wrapping around. Never fails.
#[no_mangle]
pub extern "C" fn bytes5_make(first: u8) -> Bytes5 {
    Bytes5 {
        bytes: counted(first),
    }
}

/// Reports 6 bytes, by value; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn bytes6_report(value: Bytes6) -> usize {
    record(&[&value])
}

/// Returns 6 bytes, by value: `first` and what follows it, wrapping around. Never fails.
#[no_mangle]
pub extern "C" fn bytes6_make(first: u8) -> Bytes6 {
    Bytes6 {
        bytes: counted(first),
    }
}

/// Reports 7 bytes, by value; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn bytes7_report(value: Bytes7) -> usize {
    record(&[&value])
}

/// Returns 7 bytes, by value: `first` and what follows it, wrapping around. Never fails.
#[no_mangle]
pub extern "C" fn bytes7_make(first: u8) -> Bytes7 {
    Bytes7 {
        bytes: counted(first),
    }
}

/// Reports 8 bytes, by value; returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn bytes8_report(value: Bytes8) -> usize {
    record(&[&value])
}

/// Returns 8 bytes, by value: `first` and what follows it, wrapping around. Never fails.
#[no_mangle]
pub extern "C" fn bytes8_make(first: u8) -> Bytes8 {
    Bytes8 {
        bytes: counted(first),
    }
}
