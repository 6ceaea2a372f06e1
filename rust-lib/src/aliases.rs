//! C's own integer types, whose width and sign are the platform's. Nothing here can panic.

use std::ffi::{
    c_char, c_int, c_long, c_longlong, c_schar, c_short, c_uchar, c_uint, c_ulong, c_ulonglong,
    c_ushort,
};

/// Returns the C integer `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_c_char(value: c_char) -> c_char {
    value
}

/// Returns the C integer `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_c_schar(value: c_schar) -> c_schar {
    value
}

/// Returns the C integer `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_c_uchar(value: c_uchar) -> c_uchar {
    value
}

/// Returns the C integer `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_c_short(value: c_short) -> c_short {
    value
}

/// Returns the C integer `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_c_ushort(value: c_ushort) -> c_ushort {
    value
}

/// Returns the C integer `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_c_int(value: c_int) -> c_int {
    value
}

/// Returns the C integer `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_c_uint(value: c_uint) -> c_uint {
    value
}

/// Returns the C integer `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_c_long(value: c_long) -> c_long {
    value
}

/// Returns the C integer `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_c_ulong(value: c_ulong) -> c_ulong {
    value
}

/// Returns the C integer `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_c_longlong(value: c_longlong) -> c_longlong {
    value
}

/// Returns the C integer `value` as it came. Never fails.
#[no_mangle]
pub extern "C" fn echo_c_ulonglong(value: c_ulonglong) -> c_ulonglong {
    value
}
