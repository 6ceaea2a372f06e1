//! Bits alone, the halves of 128 bits, and bits above a narrow result.
//!
//! Only `*_halves` follow a pointer, so only they need the wall.

use crate::ffi;
use crate::status::Status;

/// Writes the two halves of `value` to `out`: the high 64 bits, then the low ones.
///
/// Errors: `NullPointer`, `Misaligned`. Ownership: `out` stays the caller's.
///
/// # Safety
/// `out` is null or has room for two words.
#[no_mangle]
pub unsafe extern "C" fn i128_halves(value: i128, out: *mut u64) -> Status {
    ffi::wall(|| {
        let halves = unsafe { ffi::items_mut("out", ffi::some("out", out)?, 2) }?;
        halves.copy_from_slice(&[(value >> 64) as u64, value as u64]);
        Ok(Status::Ok)
    })
}

/// Joins two halves. Never fails.
#[no_mangle]
pub extern "C" fn i128_join(high: u64, low: u64) -> i128 {
    ((u128::from(high) << 64) | u128::from(low)) as i128
}

/// Writes the two halves of `value` to `out`: the high 64 bits, then the low ones.
///
/// Errors: `NullPointer`, `Misaligned`. Ownership: `out` stays the caller's.
///
/// # Safety
/// `out` is null or has room for two words.
#[no_mangle]
pub unsafe extern "C" fn u128_halves(value: u128, out: *mut u64) -> Status {
    ffi::wall(|| {
        let halves = unsafe { ffi::items_mut("out", ffi::some("out", out)?, 2) }?;
        halves.copy_from_slice(&[(value >> 64) as u64, value as u64]);
        Ok(Status::Ok)
    })
}

/// Joins two halves. Never fails.
#[no_mangle]
pub extern "C" fn u128_join(high: u64, low: u64) -> u128 {
    (u128::from(high) << 64) | u128::from(low)
}

/// The number of the only bit that is set in `value`; 64 if it is not exactly one. Never fails.
#[no_mangle]
pub extern "C" fn lone_bit(value: u64) -> u32 {
    if value.is_power_of_two() {
        value.trailing_zeros()
    } else {
        64
    }
}

/// The number with only bit `index` set; 0 from 64 on. Never fails.
#[no_mangle]
pub extern "C" fn bit_at(index: u32) -> u64 {
    1u64.checked_shl(index).unwrap_or(0)
}

/// Returns all 64 bits as they came. Declared narrower by a caller, it answers with dirty upper
/// bits, which the ABI leaves undefined and the caller must ignore. Never fails.
#[no_mangle]
pub extern "C" fn all_bits(value: u64) -> u64 {
    value
}
