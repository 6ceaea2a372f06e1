//! Integers of every width, each way alone (`widen_*` in, `narrow_*` out) and both (`echo_*`).
//!
//! Nothing here can panic or follow a pointer, so nothing here needs the wall.

/// Adds two numbers; beyond the ends of `i32` it wraps around. Never fails.
#[no_mangle]
pub extern "C" fn add_numbers(a: i32, b: i32) -> i32 {
    a.wrapping_add(b)
}

/// The same without `#[no_mangle]`: not to be found under this name from outside.
/// cbindgen:ignore
pub extern "C" fn add_numbers_mangled(a: i32, b: i32) -> i32 {
    a.wrapping_add(b)
}

/// Returns `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_i8(value: i8) -> i8 {
    value
}

/// Returns `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_i16(value: i16) -> i16 {
    value
}

/// Returns `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_i32(value: i32) -> i32 {
    value
}

/// Returns `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_i64(value: i64) -> i64 {
    value
}

/// Returns `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_i128(value: i128) -> i128 {
    value
}

/// Returns `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_isize(value: isize) -> isize {
    value
}

/// Returns `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_u8(value: u8) -> u8 {
    value
}

/// Returns `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_u16(value: u16) -> u16 {
    value
}

/// Returns `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_u32(value: u32) -> u32 {
    value
}

/// Returns `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_u64(value: u64) -> u64 {
    value
}

/// Returns `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_u128(value: u128) -> u128 {
    value
}

/// Returns `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_usize(value: usize) -> usize {
    value
}

/// Tells the received `i8` in 64 bits. Never fails.
#[no_mangle]
pub extern "C" fn widen_i8(value: i8) -> i64 {
    value.into()
}

/// Answers with the low bits of `bits`, as `i8`. Never fails.
#[no_mangle]
pub extern "C" fn narrow_i8(bits: u64) -> i8 {
    bits as i8
}

/// Tells the received `i16` in 64 bits. Never fails.
#[no_mangle]
pub extern "C" fn widen_i16(value: i16) -> i64 {
    value.into()
}

/// Answers with the low bits of `bits`, as `i16`. Never fails.
#[no_mangle]
pub extern "C" fn narrow_i16(bits: u64) -> i16 {
    bits as i16
}

/// Tells the received `i32` in 64 bits. Never fails.
#[no_mangle]
pub extern "C" fn widen_i32(value: i32) -> i64 {
    value.into()
}

/// Answers with the low bits of `bits`, as `i32`. Never fails.
#[no_mangle]
pub extern "C" fn narrow_i32(bits: u64) -> i32 {
    bits as i32
}

/// Tells the received `isize` in 64 bits. Never fails.
#[no_mangle]
pub extern "C" fn widen_isize(value: isize) -> i64 {
    value as i64
}

/// Answers with the low bits of `bits`, as `isize`. Never fails.
#[no_mangle]
pub extern "C" fn narrow_isize(bits: u64) -> isize {
    bits as isize
}

/// Tells the received `u8` in 64 bits. Never fails.
#[no_mangle]
pub extern "C" fn widen_u8(value: u8) -> u64 {
    value.into()
}

/// Answers with the low bits of `bits`, as `u8`. Never fails.
#[no_mangle]
pub extern "C" fn narrow_u8(bits: u64) -> u8 {
    bits as u8
}

/// Tells the received `u16` in 64 bits. Never fails.
#[no_mangle]
pub extern "C" fn widen_u16(value: u16) -> u64 {
    value.into()
}

/// Answers with the low bits of `bits`, as `u16`. Never fails.
#[no_mangle]
pub extern "C" fn narrow_u16(bits: u64) -> u16 {
    bits as u16
}

/// Tells the received `u32` in 64 bits. Never fails.
#[no_mangle]
pub extern "C" fn widen_u32(value: u32) -> u64 {
    value.into()
}

/// Answers with the low bits of `bits`, as `u32`. Never fails.
#[no_mangle]
pub extern "C" fn narrow_u32(bits: u64) -> u32 {
    bits as u32
}

/// Tells the received `usize` in 64 bits. Never fails.
#[no_mangle]
pub extern "C" fn widen_usize(value: usize) -> u64 {
    value as u64
}

/// Answers with the low bits of `bits`, as `usize`. Never fails.
#[no_mangle]
pub extern "C" fn narrow_usize(bits: u64) -> usize {
    bits as usize
}
