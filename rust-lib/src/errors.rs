//! The last error: one per thread, a code and a sentence.
//!
//! A refused call replaces it, a successful call leaves it alone, `last_error_clear` clears it.

use std::cell::RefCell;
use std::ffi::{c_char, c_int};

use crate::ffi::{self, Failure};
use crate::status::Status;

const ROOM: usize = 256;

struct LastError {
    status: Status,
    /// NUL-terminated; in place, so that remembering an error allocates nothing.
    message: [u8; ROOM],
}

thread_local! {
    static LAST: RefCell<LastError> = const {
        RefCell::new(LastError { status: Status::Ok, message: [0; ROOM] })
    };
}

/// Keeps a failure as this thread's last error; a long message is cut between two characters.
pub fn remember(failure: &Failure) {
    LAST.with_borrow_mut(|last| {
        let text = &failure.message;
        let mut length = text.len().min(ROOM - 1);
        while !text.is_char_boundary(length) {
            length -= 1;
        }
        last.status = failure.status;
        last.message = [0; ROOM];
        last.message[..length].copy_from_slice(&text.as_bytes()[..length]);
    });
}

/// The code of this thread's last error; `Status::Ok` when there is none. Never fails.
#[no_mangle]
pub extern "C" fn last_error_code() -> Status {
    LAST.with_borrow(|last| last.status)
}

/// The sentence of this thread's last error, UTF-8; empty when there is none. Never null.
///
/// Ownership: the library's; valid until this thread's next refused call, its `last_error_clear` or
/// its end.
#[no_mangle]
pub extern "C" fn last_error_message() -> *const c_char {
    LAST.with_borrow(|last| last.message.as_ptr().cast())
}

/// Forgets this thread's last error. Never fails.
#[no_mangle]
pub extern "C" fn last_error_clear() {
    LAST.with_borrow_mut(|last| {
        last.status = Status::Ok;
        last.message = [0; ROOM];
    });
}

/// Divides, rounding towards zero, and writes the quotient to `out`.
///
/// Errors: `NullPointer`, `DivisionByZero`, `Overflow` (the smallest number by -1); then nothing is
/// written. Ownership: `out` stays the caller's.
///
/// # Safety
/// `out` is null or points to an `i32`.
#[no_mangle]
pub unsafe extern "C" fn divide(dividend: i32, divisor: i32, out: *mut i32) -> Status {
    ffi::wall(|| {
        let place = unsafe { ffi::borrow_mut("out", out) }?;
        if divisor == 0 {
            let text = format!("{dividend} divided by zero");
            return Err(Failure::new(Status::DivisionByZero, text));
        }
        *place = dividend.checked_div(divisor).ok_or_else(|| {
            let text = format!("{dividend} / {divisor} does not fit");
            Failure::new(Status::Overflow, text)
        })?;
        Ok(Status::Ok)
    })
}

/// Sets the C library's `errno` to `code` as its last act and returns -1, as a system call does.
/// The last error is not touched. Never fails.
#[no_mangle]
pub extern "C" fn fail_with_errno(code: c_int) -> c_int {
    set_errno(code);
    -1
}

fn set_errno(code: c_int) {
    extern "C" {
        #[cfg_attr(target_os = "linux", link_name = "__errno_location")]
        #[cfg_attr(
            any(target_vendor = "apple", target_os = "freebsd"),
            link_name = "__error"
        )]
        #[cfg_attr(
            any(target_os = "android", target_os = "netbsd", target_os = "openbsd"),
            link_name = "__errno"
        )]
        #[cfg_attr(windows, link_name = "_errno")]
        fn errno_place() -> *mut c_int;
    }
    // SAFETY: the C library gives every thread a valid place for its errno.
    unsafe { *errno_place() = code };
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CStr;

    fn message() -> String {
        let text = unsafe { CStr::from_ptr(last_error_message()) };
        text.to_str().expect("it is UTF-8").to_owned()
    }

    #[test]
    fn a_long_message_is_cut_between_two_characters() {
        remember(&Failure::new(Status::Panic, "ä".repeat(200)));
        assert_eq!(message(), "ä".repeat(127));
    }

    #[test]
    fn a_shorter_message_leaves_nothing_of_a_longer_one() {
        remember(&Failure::new(Status::Panic, "a long message"));
        remember(&Failure::new(Status::Stale, "short"));
        assert_eq!(message(), "short");
        assert_eq!(last_error_code(), Status::Stale);
    }

    #[test]
    fn another_thread_sees_nothing() {
        remember(&Failure::new(Status::Stale, "here"));
        let there = std::thread::spawn(|| last_error_code())
            .join()
            .expect("no panic");
        assert_eq!(there, Status::Ok);
    }

    #[test]
    fn a_refused_division_writes_nothing() {
        let mut out = 0x55;
        assert_eq!(unsafe { divide(1, 0, &mut out) }, Status::DivisionByZero);
        assert_eq!(unsafe { divide(i32::MIN, -1, &mut out) }, Status::Overflow);
        assert_eq!(out, 0x55);
    }
}
