//! Pointers of other kinds: untyped, in structs, returned, to pointers, several to one place.

use std::ffi::{c_char, c_void};

use crate::ffi::{self, Failure};
use crate::received::record;
use crate::status::Status;
use crate::structs::Point;

/// A message that points to its parts and to the next one.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Message {
    /// NUL-terminated UTF-8, or null.
    pub text: *const c_char,
    /// Bytes; may be null when `length` is 0.
    pub bytes: *const u8,
    /// How many.
    pub length: usize,
    /// The next one, or null.
    pub next: *const Message,
}

/// The sum of the bytes, each times its place from 1, of memory of any type; it wraps around.
///
/// Errors: 0 for null (allowed when `size` is 0). Ownership: all stays the caller's.
///
/// # Safety
/// `data` has `size` bytes.
#[no_mangle]
pub unsafe extern "C" fn weigh(data: *const c_void, size: usize) -> u64 {
    ffi::wall(|| {
        let bytes = unsafe { ffi::items("data", data.cast::<u8>(), size) }?;
        let weights = bytes.iter().zip(1u64..);
        Ok(weights.fold(0u64, |sum, (byte, place)| {
            sum.wrapping_add(u64::from(*byte).wrapping_mul(place))
        }))
    })
}

/// Writes `first`, `first + 1`, … to `size` bytes of memory of any type; they wrap around.
///
/// Errors: `NullPointer` (null is allowed when `size` is 0), `InvalidLength`. Ownership: all stays
/// the caller's.
///
/// # Safety
/// `out` has `size` bytes.
#[no_mangle]
pub unsafe extern "C" fn count_into(out: *mut c_void, size: usize, first: u8) -> Status {
    ffi::wall(|| {
        let bytes = unsafe { ffi::items_mut("out", out.cast::<u8>(), size) }?;
        let mut next = first;
        for place in bytes {
            *place = next;
            next = next.wrapping_add(1);
        }
        Ok(Status::Ok)
    })
}

/// Reports a chain of messages: for each the bytes of its text and its last byte. Returns how many
/// words.
///
/// Errors: 0 for a null or misaligned pointer (null is allowed in `next`, `text`, and in `bytes`
/// when `length` is 0), and for more than eight. Ownership: all stays the caller's.
///
/// # Safety
/// What is not null points to what its name says.
#[no_mangle]
pub unsafe extern "C" fn message_report(message: *const Message) -> usize {
    ffi::wall(|| {
        let mut words = Vec::new();
        let mut next = unsafe { ffi::borrow("message", message) }?;
        loop {
            if words.len() == 16 {
                let text = "more than eight messages";
                return Err(Failure::new(Status::OutOfRange, text));
            }
            let length = match next.text.is_null() {
                true => 0,
                false => unsafe { ffi::text("text", next.text) }?.len(),
            };
            let bytes = unsafe { ffi::items("bytes", next.bytes, next.length) }?;
            words.extend([length as u64, bytes.last().copied().unwrap_or(0).into()]);
            if next.next.is_null() {
                break;
            }
            next = unsafe { ffi::borrow("next", next.next) }?;
        }
        let told: Vec<_> = words
            .iter()
            .map(|word| word as &dyn crate::received::Words)
            .collect();
        Ok(record(&told))
    })
}

/// Writes a message of the library's to `out`: "signal", the bytes 0xf0, 0xf1, 0xf2, no next one.
///
/// Errors: `NullPointer`, `Misaligned`. Ownership: `out` stays the caller's; what it then points to
/// is the library's, for ever.
///
/// # Safety
/// `out` is null or has room for a message.
#[no_mangle]
pub unsafe extern "C" fn message_fill(out: *mut Message) -> Status {
    static BYTES: [u8; 3] = [0xf0, 0xf1, 0xf2];
    ffi::wall(|| {
        let place = ffi::some("out", out)?;
        let message = Message {
            text: b"signal\0".as_ptr().cast(),
            bytes: BYTES.as_ptr(),
            length: BYTES.len(),
            next: std::ptr::null(),
        };
        unsafe { place.write(message) };
        Ok(Status::Ok)
    })
}

/// Exchanges two pointers, whatever they point to.
///
/// Errors: `NullPointer`, `Misaligned`; then nothing is written. Ownership: all stays the caller's.
///
/// # Safety
/// Both are null or point to a pointer; they may be the same.
#[no_mangle]
pub unsafe extern "C" fn exchange(first: *mut *const i32, second: *mut *const i32) -> Status {
    ffi::wall(|| {
        let (first, second) = (ffi::some("first", first)?, ffi::some("second", second)?);
        unsafe { std::ptr::swap(first, second) };
        Ok(Status::Ok)
    })
}

/// Writes `a - b` to `out`; the three may be one place.
///
/// Errors: `NullPointer`, `Misaligned`; then nothing is written. Ownership: all stays the caller's.
///
/// # Safety
/// Each is null or points to an `i64`.
#[no_mangle]
pub unsafe extern "C" fn subtract_behind(a: *const i64, b: *const i64, out: *mut i64) -> Status {
    ffi::wall(|| {
        ffi::check("a", a, 1)?;
        ffi::check("b", b, 1)?;
        let place = ffi::some("out", out)?;
        unsafe { place.write(a.read().wrapping_sub(b.read())) };
        Ok(Status::Ok)
    })
}

/// Two corners of the library's own; null from 2 on. Ownership: the library's, for ever.
#[no_mangle]
pub extern "C" fn corner(index: usize) -> *const Point {
    static CORNERS: [Point; 2] = [Point { x: 1.25, y: -2.5 }, Point { x: 3.75, y: -4.125 }];
    CORNERS
        .get(index)
        .map_or(std::ptr::null(), std::ptr::from_ref)
}

/// The rows of Pascal's triangle up to the fifth, one after the other: where row `index` begins;
/// null from 5 on. Ownership: the library's, for ever.
#[no_mangle]
pub extern "C" fn pascal_row(index: usize) -> *const u8 {
    static ROWS: [u8; 15] = [1, 1, 1, 1, 2, 1, 1, 3, 3, 1, 1, 4, 6, 4, 1];
    let start = [0, 1, 3, 6, 10].get(index).copied();
    start.map_or(std::ptr::null(), |start| ROWS[start..].as_ptr())
}

/// Turns each of `count` points: a quarter to the left.
///
/// Errors: `NullPointer` (null is allowed when `count` is 0), `Misaligned`, `InvalidLength`; then
/// nothing is written. Ownership: all stays the caller's.
///
/// # Safety
/// `points` has `count` points.
#[no_mangle]
pub unsafe extern "C" fn turn_all(points: *mut Point, count: usize) -> Status {
    ffi::wall(|| {
        for point in unsafe { ffi::items_mut("points", points, count) }? {
            (point.x, point.y) = (-point.y, point.x);
        }
        Ok(Status::Ok)
    })
}
