//! The ways in which a library can end the process of its caller, each on purpose: what not to do,
//! here so that every caller can show how it dies.

use std::ffi::c_int;

extern "C" {
    fn raise(signal: c_int) -> c_int;
}

/// Ends the process with this exit code, without a word to the caller.
#[no_mangle]
pub extern "C" fn exit_process(code: c_int) {
    std::process::exit(code);
}

/// Aborts the process when `really` is not 0. Returns 0x51 otherwise.
#[no_mangle]
pub extern "C" fn abort_process(really: u8) -> c_int {
    if really != 0 {
        std::process::abort();
    }
    0x51
}

/// Sends the calling thread a signal by its number and returns 0x51 if that was survived.
#[no_mangle]
pub extern "C" fn raise_signal(number: c_int) -> c_int {
    // SAFETY: any number may come in; the C library refuses those that are no signal.
    unsafe { raise(number) };
    0x51
}
