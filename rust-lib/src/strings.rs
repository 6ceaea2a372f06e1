//! Text: NUL-terminated and with a length, UTF-8 and UTF-16, borrowed, owned and caller-allocated.

use std::ffi::{c_char, CString};

use crate::ffi::{self, Failure};
use crate::owned::{give, take_back, Kind};
use crate::status::Status;

/// Text that leaves the library, to come back to `string_release`.
pub(crate) fn give_text(text: String) -> Result<*mut c_char, Failure> {
    let text = CString::new(text)
        .map_err(|_| Failure::new(Status::InvalidValue, "the text would contain a NUL"))?;
    Ok(give(text.into_raw(), Kind::Text))
}

/// "Hello, NAME!", UTF-8.
///
/// Ownership: the caller's, to give back to `string_release`; `name` stays the caller's.
/// Errors: null for a null `name` (`NullPointer`) and for one that is not UTF-8 (`InvalidUtf8`).
///
/// # Safety
/// `name` is null or NUL-terminated.
#[no_mangle]
pub unsafe extern "C" fn greet(name: *const c_char) -> *mut c_char {
    ffi::wall(|| {
        let name = unsafe { ffi::text("name", name) }?;
        give_text(format!("Hello, {name}!"))
    })
}

/// `text`, `times` times over.
///
/// Ownership: the caller's, to give back to `string_release`; `text` stays the caller's.
/// Errors: null for a null `text`, one that is not UTF-8, and a result over 64 MB (`OutOfRange`).
///
/// # Safety
/// `text` is null or NUL-terminated.
#[no_mangle]
pub unsafe extern "C" fn repeat_text(text: *const c_char, times: usize) -> *mut c_char {
    ffi::wall(|| {
        let text = unsafe { ffi::text("text", text) }?;
        match text.len().checked_mul(times) {
            Some(size) if size <= 64 << 20 => give_text(text.repeat(times)),
            _ => Err(Failure::new(Status::OutOfRange, "over 64 MB of text")),
        }
    })
}

/// `count` texts with `separator` between them.
///
/// Ownership: the caller's, to give back to `string_release`; what came in stays the caller's.
/// Errors: null for a null pointer anywhere, also inside `texts`, and for what is not UTF-8.
/// `texts` may be null when `count` is 0.
///
/// # Safety
/// `texts` points to `count` pointers; these and `separator` are null or NUL-terminated.
#[no_mangle]
pub unsafe extern "C" fn join_texts(
    texts: *const *const c_char,
    count: usize,
    separator: *const c_char,
) -> *mut c_char {
    ffi::wall(|| {
        let separator = unsafe { ffi::text("separator", separator) }?;
        let mut parts = Vec::new();
        for text in unsafe { ffi::items("texts", texts, count) }? {
            parts.push(unsafe { ffi::text("an item of texts", *text) }?);
        }
        give_text(parts.join(separator))
    })
}

/// Frees a string that this library gave away. Null is allowed and does nothing.
///
/// Errors: a pointer that was freed before or never came from here is refused: nothing is freed,
/// the last error is `Stale`.
///
/// # Safety
/// Anything may come in; only what this library gave away is followed.
#[no_mangle]
pub unsafe extern "C" fn string_release(text: *mut c_char) {
    ffi::wall(|| {
        if !text.is_null() {
            take_back(text, Kind::Text)?;
            // SAFETY: it was on the list of what `give_text` gave away, and is no longer.
            drop(unsafe { CString::from_raw(text) });
        }
        Ok(())
    })
}

/// "rust-lib". Never null, never fails. Ownership: the library's, for ever.
#[no_mangle]
pub extern "C" fn library_name() -> *const c_char {
    b"rust-lib\0".as_ptr().cast()
}

/// "Grüße", then a byte that is no UTF-8 (0xff), then "!". Never null, never fails.
/// Ownership: the library's, for ever.
#[no_mangle]
pub extern "C" fn broken_text() -> *const c_char {
    b"Gr\xc3\xbc\xc3\x9fe\xff!\0".as_ptr().cast()
}

/// How many bytes `text` has, the NUL not counted.
///
/// Errors: 0 for null. Ownership: `text` stays the caller's.
///
/// # Safety
/// `text` is null or NUL-terminated.
#[no_mangle]
pub unsafe extern "C" fn text_length(text: *const c_char) -> usize {
    ffi::wall(|| Ok(unsafe { ffi::c_bytes("text", text) }?.len()))
}

/// Writes how many characters (Unicode scalar values) `text` has to `out`.
///
/// Errors: `NullPointer`, `InvalidUtf8`; then nothing is written. Ownership: all stays the
/// caller's.
///
/// # Safety
/// `text` is null or NUL-terminated, `out` null or one `usize`.
#[no_mangle]
pub unsafe extern "C" fn count_characters(text: *const c_char, out: *mut usize) -> Status {
    ffi::wall(|| {
        let text = unsafe { ffi::text("text", text) }?;
        *unsafe { ffi::borrow_mut("out", out) }? = text.chars().count();
        Ok(Status::Ok)
    })
}

/// `Ok` when these `length` bytes are UTF-8; NULs among them are characters like others.
///
/// Errors: `InvalidUtf8`, `NullPointer` (null is allowed when `length` is 0), `InvalidLength`.
///
/// # Safety
/// `bytes` points to `length` bytes.
#[no_mangle]
pub unsafe extern "C" fn utf8_check(bytes: *const u8, length: usize) -> Status {
    ffi::wall(|| {
        ffi::utf8("bytes", unsafe { ffi::items("bytes", bytes, length) }?)?;
        Ok(Status::Ok)
    })
}

/// Writes `text` in capitals to `out`, with its NUL, and the bytes that needs to `needed`.
///
/// Errors: `BufferTooSmall` when `capacity` is less than that: `needed` is told, `out` not touched;
/// `NullPointer`, `InvalidUtf8`: nothing is written. `out` may be null when `capacity` is 0.
/// Ownership: all stays the caller's.
///
/// # Safety
/// `text` is null or NUL-terminated, `out` has `capacity` bytes, `needed` is null or one `usize`.
#[no_mangle]
pub unsafe extern "C" fn shout(
    text: *const c_char,
    out: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> Status {
    ffi::wall(|| {
        let capitals = unsafe { ffi::text("text", text) }?.to_uppercase();
        let place = unsafe { ffi::items_mut("out", out.cast::<u8>(), capacity) }?;
        *unsafe { ffi::borrow_mut("needed", needed) }? = capitals.len() + 1;
        let Some(place) = place.get_mut(..=capitals.len()) else {
            let text = format!("{} bytes are needed, not {capacity}", capitals.len() + 1);
            return Err(Failure::new(Status::BufferTooSmall, text));
        };
        place[..capitals.len()].copy_from_slice(capitals.as_bytes());
        place[capitals.len()] = 0;
        Ok(Status::Ok)
    })
}

/// UTF-16 text as UTF-8.
///
/// Ownership: the caller's, to give back to `string_release`; `text` stays the caller's.
/// Errors: null for a null or misaligned `text` and for a lone surrogate (`InvalidValue`).
///
/// # Safety
/// `text` is null or ends with a zero unit.
#[no_mangle]
pub unsafe extern "C" fn utf16_to_utf8(text: *const u16) -> *mut c_char {
    ffi::wall(|| {
        ffi::check("text", text, 1)?;
        let length = (0..)
            .take_while(|&index| unsafe { *text.add(index) } != 0)
            .count();
        let units = unsafe { std::slice::from_raw_parts(text, length) };
        let text = String::from_utf16(units)
            .map_err(|_| Failure::new(Status::InvalidValue, "a lone surrogate"))?;
        give_text(text)
    })
}

/// "Grüße 🦀" in UTF-16, in native byte order, with its zero unit. Never null, never fails.
/// Ownership: the library's, for ever.
#[no_mangle]
pub extern "C" fn utf16_greeting() -> *const u16 {
    static GREETING: [u16; 9] = [0x47, 0x72, 0xfc, 0xdf, 0x65, 0x20, 0xd83e, 0xdd80, 0];
    GREETING.as_ptr()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errors::{last_error_clear, last_error_code};
    use std::ffi::CStr;

    #[test]
    fn a_greeting_is_freed_once() {
        let greeting = unsafe { greet(b"\xc3\x87elik\0".as_ptr().cast()) };
        let text = unsafe { CStr::from_ptr(greeting) };
        assert_eq!(text.to_str(), Ok("Hello, Çelik!"));
        last_error_clear();
        unsafe { string_release(greeting) };
        assert_eq!(last_error_code(), Status::Ok);
        unsafe { string_release(greeting) };
        assert_eq!(last_error_code(), Status::Stale);
    }

    #[test]
    fn a_pointer_into_a_given_string_is_not_freed() {
        let greeting = unsafe { greet(b"x\0".as_ptr().cast()) };
        unsafe { string_release(greeting.wrapping_add(1)) };
        assert_eq!(last_error_code(), Status::Stale);
        unsafe { string_release(greeting) };
    }
}
