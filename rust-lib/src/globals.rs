//! Exported statics: read by name, written by name.

use std::ffi::c_char;

/// The version of this interface. A caller compares it before the first call.
#[no_mangle]
pub static ABI_VERSION: u32 = 1;

/// The most that `limit_apply` lets through. Callers may write it; not while another thread reads.
#[no_mangle]
pub static mut LIMIT: i32 = 1000;

/// Six primes, ascending.
#[no_mangle]
pub static PRIMES: [u16; 6] = [2, 3, 5, 7, 11, 65521];

/// A constant struct with a hole behind `kind`.
#[repr(C)]
pub struct BuildInfo {
    /// 0x10.
    pub kind: u8,
    /// 0x23222120.
    pub number: u32,
    /// "abide", padded with NULs.
    pub name: [u8; 8],
}

/// What this library says of itself.
#[no_mangle]
pub static BUILD_INFO: BuildInfo = BuildInfo {
    kind: 0x10,
    number: 0x2322_2120,
    name: *b"abide\0\0\0",
};

/// Text that a static can hold.
#[repr(transparent)]
pub struct StaticText(*const c_char);

// SAFETY: it only ever points to constant text.
unsafe impl Sync for StaticText {}

/// "graffiti", NUL-terminated. Ownership: the library's, for ever.
#[no_mangle]
pub static MOTTO: StaticText = StaticText(b"graffiti\0".as_ptr().cast());

/// The offset and the scale of `scaled`; callers may write it as they may `LIMIT`.
#[no_mangle]
pub static mut SCALE: [f64; 2] = [0.0, 1.0];

/// `value * SCALE[1] + SCALE[0]`. Never fails.
#[no_mangle]
pub extern "C" fn scaled(value: f64) -> f64 {
    // SAFETY: as in `limit_seen`.
    let [offset, scale] = unsafe { (&raw const SCALE).read_volatile() };
    value * scale + offset
}

/// What the library sees in `LIMIT`. Never fails.
#[no_mangle]
pub extern "C" fn limit_seen() -> i32 {
    // SAFETY: a plain read; volatile, because the writer is outside of Rust.
    unsafe { (&raw const LIMIT).read_volatile() }
}

/// `value`, but at most `LIMIT`. Never fails.
#[no_mangle]
pub extern "C" fn limit_apply(value: i32) -> i32 {
    value.min(limit_seen())
}

/// Sets `LIMIT` from inside the library and returns what it was. Never fails.
#[no_mangle]
pub extern "C" fn limit_replace(value: i32) -> i32 {
    let before = limit_seen();
    // SAFETY: as in `limit_seen`.
    unsafe { (&raw mut LIMIT).write_volatile(value) };
    before
}
