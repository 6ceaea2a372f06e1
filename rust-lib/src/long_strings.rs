//! Text that is long, that holds a NUL, that comes out behind a pointer, and that is kept.

use std::ffi::c_char;

use crate::ffi::{self, Failure};
use crate::status::Status;
use crate::strings::give_text;

/// A number that depends on every byte of the text and on its place (FNV-1a); 0 for null. Never
/// fails. Ownership: `text` stays the caller's.
///
/// # Safety
/// `text` is null or NUL-terminated.
#[no_mangle]
pub unsafe extern "C" fn text_hash(text: *const c_char) -> u64 {
    ffi::wall(|| {
        let bytes = unsafe { ffi::c_bytes("text", text) }?;
        Ok(bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
        }))
    })
}

/// A copy of the text.
///
/// Ownership: the caller's, to give back to `string_release`; `text` stays the caller's. Errors: null
/// for a null `text` and for one that is not UTF-8.
///
/// # Safety
/// `text` is null or NUL-terminated.
#[no_mangle]
pub unsafe extern "C" fn copy_text(text: *const c_char) -> *mut c_char {
    ffi::wall(|| give_text(unsafe { ffi::text("text", text) }?.to_owned()))
}

/// A numbered list: `lines` times "0000000 Grüße\n" with the line's number, 16 bytes each.
///
/// Ownership: the caller's, to give back to `string_release`. Errors: null for more than 1,000,000
/// lines (`OutOfRange`).
#[no_mangle]
pub extern "C" fn numbered_text(lines: u32) -> *mut c_char {
    ffi::wall(|| {
        if lines > 1_000_000 {
            return Err(Failure::new(Status::OutOfRange, "over 1,000,000 lines"));
        }
        give_text(
            (0..lines)
                .map(|line| format!("{line:07} Gr\u{fc}\u{df}e\n"))
                .collect(),
        )
    })
}

/// "eins", NUL, "zwei", NUL, "drei", and a last NUL; their number of bytes, the last NUL not counted,
/// goes to `length`.
///
/// Errors: null for a null or misaligned `length`. Ownership: the library's, for ever.
///
/// # Safety
/// `length` is null or one `usize`.
#[no_mangle]
pub unsafe extern "C" fn text_with_nuls(length: *mut usize) -> *const c_char {
    static TEXT: &[u8] = b"eins\0zwei\0drei\0";
    ffi::wall(|| {
        *unsafe { ffi::borrow_mut("length", length) }? = TEXT.len() - 1;
        Ok(TEXT.as_ptr().cast())
    })
}

/// Writes a pointer to "NAME greets back" to `out`.
///
/// Ownership: the text becomes the caller's, to give back to `string_release`. Errors:
/// `NullPointer`, `Misaligned`, `InvalidUtf8`; then nothing is written.
///
/// # Safety
/// `name` is null or NUL-terminated, `out` is null or one pointer.
#[no_mangle]
pub unsafe extern "C" fn greet_into(name: *const c_char, out: *mut *mut c_char) -> Status {
    ffi::wall(|| {
        let name = unsafe { ffi::text("name", name) }?;
        let place = unsafe { ffi::borrow_mut("out", out) }?;
        *place = give_text(format!("{name} greets back"))?;
        Ok(Status::Ok)
    })
}

/// The texts of a weekday: its name goes to `long`, its first two letters to `short`.
///
/// Errors: `NullPointer`, `Misaligned`, `OutOfRange` (from 7 on); then nothing is written.
/// Ownership: both texts are the library's, for ever.
///
/// # Safety
/// `long` and `short` are null or one pointer each.
#[no_mangle]
pub unsafe extern "C" fn weekday(
    index: u8,
    long: *mut *const c_char,
    short: *mut *const c_char,
) -> Status {
    static DAYS: [(&[u8], &[u8]); 7] = [
        (b"Montag\0", b"Mo\0"),
        (b"Dienstag\0", b"Di\0"),
        (b"Mittwoch\0", b"Mi\0"),
        (b"Donnerstag\0", b"Do\0"),
        (b"Freitag\0", b"Fr\0"),
        (b"Samstag\0", b"Sa\0"),
        (b"Sonntag\0", b"So\0"),
    ];
    ffi::wall(|| {
        let (long, short) = (ffi::some("long", long)?, ffi::some("short", short)?);
        let (name, letters) = DAYS.get(usize::from(index)).ok_or_else(|| {
            Failure::new(Status::OutOfRange, format!("there is no weekday {index}"))
        })?;
        unsafe {
            long.write(name.as_ptr().cast());
            short.write(letters.as_ptr().cast());
        }
        Ok(Status::Ok)
    })
}
