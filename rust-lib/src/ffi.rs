//! The panic wall, and the one door through which every pointer of a caller comes in.

use std::borrow::Cow;
use std::ffi::{c_char, CStr};
use std::panic::{catch_unwind, AssertUnwindSafe};

use crate::errors;
use crate::status::Status;

/// Why a call is refused. The wall turns it into the answer that the function's type has for it.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    /// The code; never `Status::Ok`.
    pub status: Status,
    /// One sentence for the last error.
    pub message: Cow<'static, str>,
}

impl Failure {
    /// A refusal with its sentence.
    pub fn new(status: Status, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }
}

/// What a function answers instead of a result: its status, or the one value that says "refused".
pub trait Refusal {
    /// The answer for this status.
    fn refused(status: Status) -> Self;
}

impl Refusal for Status {
    fn refused(status: Status) -> Self {
        status
    }
}

impl<T> Refusal for *const T {
    fn refused(_: Status) -> Self {
        std::ptr::null()
    }
}

impl<T> Refusal for *mut T {
    fn refused(_: Status) -> Self {
        std::ptr::null_mut()
    }
}

impl Refusal for () {
    fn refused(_: Status) -> Self {}
}

macro_rules! refused_as {
    ($($type:ty => $value:expr),+ $(,)?) => {
        $(impl Refusal for $type {
            fn refused(_: Status) -> Self {
                $value
            }
        })+
    };
}

refused_as!(usize => 0, u32 => 0, u64 => 0, i32 => -1, i64 => 0, f64 => f64::NAN);

/// The panic wall. Runs `body`; a refusal or a panic becomes the function's own kind of answer and
/// the last error of this thread. A success leaves the last error as it was.
pub fn wall<R: Refusal>(body: impl FnOnce() -> Result<R, Failure>) -> R {
    let failure = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(value)) => return value,
        Ok(Err(failure)) => failure,
        Err(payload) => Failure::new(Status::Panic, panic_message(payload)),
    };
    errors::remember(&failure);
    R::refused(failure.status)
}

/// A payload of any other type is forgotten, not dropped: its `drop` could panic outside the wall.
fn panic_message(payload: Box<dyn std::any::Any + Send>) -> Cow<'static, str> {
    match payload.downcast::<String>() {
        Ok(text) => Cow::Owned(*text),
        Err(payload) => match payload.downcast::<&'static str>() {
            Ok(text) => Cow::Borrowed(*text),
            Err(other) => {
                std::mem::forget(other);
                Cow::Borrowed("a panic without a message")
            }
        },
    }
}

/// Refuses null, misaligned and impossibly long memory. Null is allowed for zero items.
pub fn check<T>(name: &'static str, pointer: *const T, count: usize) -> Result<(), Failure> {
    if pointer.is_null() && count > 0 {
        return Err(Failure::new(Status::NullPointer, format!("{name} is null")));
    }
    if !pointer.is_aligned() {
        let text = format!("{name} is not aligned to {}", align_of::<T>());
        return Err(Failure::new(Status::Misaligned, text));
    }
    match count.checked_mul(size_of::<T>()) {
        Some(bytes) if isize::try_from(bytes).is_ok() => Ok(()),
        _ => {
            let text = format!("{name}: {count} items cannot exist");
            Err(Failure::new(Status::InvalidLength, text))
        }
    }
}

/// The pointer itself, when null is refused whatever the count.
pub fn some<T>(name: &'static str, pointer: *mut T) -> Result<*mut T, Failure> {
    check(name, pointer, 1)?;
    Ok(pointer)
}

/// One value to read.
///
/// # Safety
/// A pointer that is neither null nor misaligned must point to a valid `T` for `'a`.
pub unsafe fn borrow<'a, T>(name: &'static str, pointer: *const T) -> Result<&'a T, Failure> {
    check(name, pointer, 1)?;
    Ok(unsafe { &*pointer })
}

/// One value to change.
///
/// # Safety
/// As for [`borrow`], and nobody else may use it meanwhile.
pub unsafe fn borrow_mut<'a, T>(name: &'static str, pointer: *mut T) -> Result<&'a mut T, Failure> {
    check(name, pointer, 1)?;
    Ok(unsafe { &mut *pointer })
}

/// Some values to read. Null stands for none.
///
/// # Safety
/// A pointer that is neither null nor misaligned must point to `count` valid `T` for `'a`.
pub unsafe fn items<'a, T>(
    name: &'static str,
    pointer: *const T,
    count: usize,
) -> Result<&'a [T], Failure> {
    check(name, pointer, count)?;
    if pointer.is_null() {
        return Ok(&[]);
    }
    Ok(unsafe { std::slice::from_raw_parts(pointer, count) })
}

/// Some values to change. Null stands for none.
///
/// # Safety
/// As for [`items`], and nobody else may use them meanwhile.
pub unsafe fn items_mut<'a, T>(
    name: &'static str,
    pointer: *mut T,
    count: usize,
) -> Result<&'a mut [T], Failure> {
    check(name, pointer, count)?;
    if pointer.is_null() {
        return Ok(&mut []);
    }
    Ok(unsafe { std::slice::from_raw_parts_mut(pointer, count) })
}

/// The bytes of NUL-terminated text, without the NUL.
///
/// # Safety
/// `pointer` must be null or point to memory with a NUL in it.
pub unsafe fn c_bytes<'a>(name: &'static str, pointer: *const c_char) -> Result<&'a [u8], Failure> {
    check(name, pointer, 1)?;
    Ok(unsafe { CStr::from_ptr(pointer) }.to_bytes())
}

/// NUL-terminated UTF-8.
///
/// # Safety
/// As for [`c_bytes`].
pub unsafe fn text<'a>(name: &'static str, pointer: *const c_char) -> Result<&'a str, Failure> {
    utf8(name, unsafe { c_bytes(name, pointer) }?)
}

/// UTF-8, or the refusal that tells where it ends to be.
pub fn utf8<'a>(name: &'static str, bytes: &'a [u8]) -> Result<&'a str, Failure> {
    std::str::from_utf8(bytes).map_err(|error| {
        let text = format!("{name} is not UTF-8 from byte {}", error.valid_up_to());
        Failure::new(Status::InvalidUtf8, text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_stops_at_the_wall_and_its_message_is_kept() {
        let status: Status = wall(|| panic!("number {}", 7));
        assert_eq!(status, Status::Panic);
        assert_eq!(errors::last_error_code(), Status::Panic);
        let message = unsafe { CStr::from_ptr(errors::last_error_message()) };
        assert_eq!(message.to_str(), Ok("number 7"));
    }

    #[test]
    fn a_panic_without_text_is_contained_too() {
        let answer: i32 = wall(|| std::panic::panic_any(7_u8));
        assert_eq!(answer, -1);
        assert_eq!(errors::last_error_code(), Status::Panic);
    }

    #[test]
    fn null_is_refused_unless_there_is_nothing_to_read() {
        let null = std::ptr::null::<i64>();
        assert_eq!(check("x", null, 0), Ok(()));
        let failure = check("x", null, 1).unwrap_err();
        assert_eq!(failure.status, Status::NullPointer);
        assert_eq!(failure.message, "x is null");
    }

    #[test]
    fn a_misaligned_pointer_is_refused() {
        let room = [0u64; 2];
        let pointer = room.as_ptr().wrapping_byte_add(1);
        assert_eq!(
            check("x", pointer, 1).unwrap_err().status,
            Status::Misaligned
        );
    }

    #[test]
    fn the_longest_length_that_memory_can_have_is_allowed_and_no_longer_one() {
        let room = [0u16; 1];
        let most = isize::MAX as usize / 2;
        assert_eq!(check("x", room.as_ptr(), most), Ok(()));
        let failure = check("x", room.as_ptr(), most + 1).unwrap_err();
        assert_eq!(failure.status, Status::InvalidLength);
        let failure = check("x", room.as_ptr(), usize::MAX).unwrap_err();
        assert_eq!(failure.status, Status::InvalidLength);
    }

    #[test]
    fn a_refusal_of_text_tells_the_first_bad_byte() {
        let failure = utf8("x", b"ab\xff").unwrap_err();
        assert_eq!(failure.status, Status::InvalidUtf8);
        assert_eq!(failure.message, "x is not UTF-8 from byte 2");
    }
}
