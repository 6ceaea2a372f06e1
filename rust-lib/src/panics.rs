//! Panics: contained at the wall as a status, and what happens where there is no wall.

use std::ffi::c_char;

use crate::ffi;
use crate::status::Status;

/// Panics with `message` behind the wall.
///
/// Returns `Panic`, always; the message is the last error. Errors before the panic: `NullPointer`,
/// `InvalidUtf8`. Ownership: `message` stays the caller's.
///
/// # Safety
/// `message` is null or NUL-terminated.
#[no_mangle]
pub unsafe extern "C" fn panic_contained(message: *const c_char) -> Status {
    ffi::wall(|| {
        let message = unsafe { ffi::text("message", message) }?;
        panic!("{message}");
    })
}

/// The `index`-th of the three numbers 0x1110, 0x2120 and 0x3130. An index behind them is a mistake
/// that Rust itself notices.
///
/// Returns -1 for such an index: the panic is contained, its message is the last error.
#[no_mangle]
pub extern "C" fn panic_on_index(index: usize) -> i32 {
    ffi::wall(|| Ok([0x1110, 0x2120, 0x3130][std::hint::black_box(index)]))
}

/// Panics without a wall when `really` is not 0: Rust then aborts the process, it never unwinds
/// into C. Returns 0x51 otherwise. What not to do; here so that the abort can be specified.
#[no_mangle]
pub extern "C" fn panic_unguarded(really: u8) -> i32 {
    if really != 0 {
        panic!("a panic that no wall contains");
    }
    0x51
}

/// The `index`-th of the three numbers 0x1110, 0x2120 and 0x3130, without a wall: Rust aborts the
/// process for an index behind them. What not to do.
#[no_mangle]
pub extern "C" fn index_unguarded(index: usize) -> i32 {
    [0x1110, 0x2120, 0x3130][std::hint::black_box(index)]
}

/// Calls `call` and panics behind the wall when it answers 0; returns `Panic` then, else `Ok`.
///
/// Errors: `NullPointer`.
#[no_mangle]
pub extern "C" fn panic_after_call(call: Option<extern "C" fn() -> i32>) -> Status {
    ffi::wall(|| {
        let refused = || ffi::Failure::new(Status::NullPointer, "the callback is null");
        let answer = call.ok_or_else(refused)?();
        assert_ne!(answer, 0, "the callback answered 0");
        Ok(Status::Ok)
    })
}
