//! Memory with a length: read, filled, changed, too small, misaligned.

use crate::ffi::{self, Failure};
use crate::status::Status;
use crate::structs::Point;

/// Numbers of the caller's.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Span {
    /// The first number; may be null when `len` is 0.
    pub ptr: *const i32,
    /// How many there are.
    pub len: usize,
}

/// The sum of `count` numbers; it wraps around.
///
/// Errors: 0 and the last error for null (allowed when `count` is 0), a misaligned pointer, and a
/// length that no memory has. Ownership: all stays the caller's.
///
/// # Safety
/// `items` points to `count` numbers.
#[no_mangle]
pub unsafe extern "C" fn sum(items: *const i64, count: usize) -> i64 {
    ffi::wall(|| {
        let numbers = unsafe { ffi::items("items", items, count) }?;
        Ok(numbers
            .iter()
            .fold(0i64, |sum, each| sum.wrapping_add(*each)))
    })
}

/// The sum of the numbers of a struct with a pointer, by value.
///
/// Errors: as `sum`. Ownership: all stays the caller's.
///
/// # Safety
/// `span.ptr` points to `span.len` numbers.
#[no_mangle]
pub unsafe extern "C" fn span_sum(span: Span) -> i64 {
    ffi::wall(|| {
        let numbers = unsafe { ffi::items("span.ptr", span.ptr, span.len) }?;
        Ok(numbers.iter().map(|each| i64::from(*each)).sum())
    })
}

/// The sum of the numbers of a struct with a pointer, behind a pointer.
///
/// Errors: as `sum`. Ownership: all stays the caller's.
///
/// # Safety
/// `span` is null or points to one; `span.ptr` points to `span.len` numbers.
#[no_mangle]
pub unsafe extern "C" fn span_sum_behind(span: *const Span) -> i64 {
    ffi::wall(|| {
        let span = unsafe { ffi::borrow("span", span) }?;
        let numbers = unsafe { ffi::items("span.ptr", span.ptr, span.len) }?;
        Ok(numbers.iter().map(|each| i64::from(*each)).sum())
    })
}

/// Sets `count` bytes to `value`.
///
/// Errors: `NullPointer` (null is allowed when `count` is 0), `InvalidLength`.
/// Ownership: all stays the caller's.
///
/// # Safety
/// `out` has `count` bytes.
#[no_mangle]
pub unsafe extern "C" fn fill_bytes(out: *mut u8, count: usize, value: u8) -> Status {
    ffi::wall(|| {
        unsafe { ffi::items_mut("out", out, count) }?.fill(value);
        Ok(Status::Ok)
    })
}

/// Writes `start`, `start + step`, … `count` numbers in all; they wrap around.
///
/// Errors: `NullPointer` (null is allowed when `count` is 0), `Misaligned`, `InvalidLength`.
/// Ownership: all stays the caller's.
///
/// # Safety
/// `out` has room for `count` numbers.
#[no_mangle]
pub unsafe extern "C" fn fill_ramp(out: *mut u32, count: usize, start: u32, step: u32) -> Status {
    ffi::wall(|| {
        let mut next = start;
        for place in unsafe { ffi::items_mut("out", out, count) }? {
            *place = next;
            next = next.wrapping_add(step);
        }
        Ok(Status::Ok)
    })
}

/// Replaces every number by its difference to the one before; the first stays.
///
/// Errors: as `fill_ramp`. Ownership: all stays the caller's.
///
/// # Safety
/// `items` points to `count` numbers.
#[no_mangle]
pub unsafe extern "C" fn differences(items: *mut i32, count: usize) -> Status {
    ffi::wall(|| {
        let numbers = unsafe { ffi::items_mut("items", items, count) }?;
        for index in (1..numbers.len()).rev() {
            numbers[index] = numbers[index].wrapping_sub(numbers[index - 1]);
        }
        Ok(Status::Ok)
    })
}

/// Copies the bytes, each turned round (0x12 to 0x21), and tells in `needed` how many there are.
///
/// Errors: `BufferTooSmall` when `capacity` is less: `needed` is told, `out` not touched;
/// `NullPointer`, `InvalidLength`: nothing is written. Null is allowed for no bytes.
/// Ownership: all stays the caller's.
///
/// # Safety
/// `source` has `count` bytes, `out` `capacity`; they do not overlap. `needed` is null or one
/// `usize`.
#[no_mangle]
pub unsafe extern "C" fn copy_turned(
    source: *const u8,
    count: usize,
    out: *mut u8,
    capacity: usize,
    needed: *mut usize,
) -> Status {
    ffi::wall(|| {
        let source = unsafe { ffi::items("source", source, count) }?;
        let room = unsafe { ffi::items_mut("out", out, capacity) }?;
        *unsafe { ffi::borrow_mut("needed", needed) }? = count;
        let Some(room) = room.get_mut(..count) else {
            let text = format!("{count} bytes are needed, not {capacity}");
            return Err(Failure::new(Status::BufferTooSmall, text));
        };
        for (place, byte) in room.iter_mut().zip(source) {
            *place = byte.rotate_left(4);
        }
        Ok(Status::Ok)
    })
}

/// Moves `count` bytes from `source` to `target`; they may overlap.
///
/// Errors: `NullPointer` (null is allowed when `count` is 0), `InvalidLength`.
/// Ownership: all stays the caller's.
///
/// # Safety
/// Both have `count` bytes.
#[no_mangle]
pub unsafe extern "C" fn move_bytes(target: *mut u8, source: *const u8, count: usize) -> Status {
    ffi::wall(|| {
        ffi::check("target", target, count)?;
        ffi::check("source", source, count)?;
        if count > 0 {
            unsafe { std::ptr::copy(source, target, count) };
        }
        Ok(Status::Ok)
    })
}

/// Writes the centre of `count` points to `out`.
///
/// Errors: `NullPointer`, `Misaligned`, `InvalidLength`, `OutOfRange` (no points); then nothing is
/// written. Ownership: all stays the caller's.
///
/// # Safety
/// `points` has `count` points, `out` is null or one point; they do not overlap.
#[no_mangle]
pub unsafe extern "C" fn centroid(points: *const Point, count: usize, out: *mut Point) -> Status {
    ffi::wall(|| {
        let points = unsafe { ffi::items("points", points, count) }?;
        let place = unsafe { ffi::borrow_mut("out", out) }?;
        if points.is_empty() {
            return Err(Failure::new(Status::OutOfRange, "no points have no centre"));
        }
        let number = points.len() as f64;
        *place = Point {
            x: points.iter().map(|point| point.x).sum::<f64>() / number,
            y: points.iter().map(|point| point.y).sum::<f64>() / number,
        };
        Ok(Status::Ok)
    })
}

/// Writes the item at `index` to `out`.
///
/// Errors: `OutOfRange`, `NullPointer`, `Misaligned`, `InvalidLength`; then nothing is written.
/// Ownership: all stays the caller's.
///
/// # Safety
/// `items` has `count` numbers, `out` is null or one number.
#[no_mangle]
pub unsafe extern "C" fn item_at(
    items: *const i16,
    count: usize,
    index: usize,
    out: *mut i16,
) -> Status {
    ffi::wall(|| {
        let numbers = unsafe { ffi::items("items", items, count) }?;
        let place = unsafe { ffi::borrow_mut("out", out) }?;
        *place = *numbers.get(index).ok_or_else(|| {
            let text = format!("there is no item {index} among {count}");
            Failure::new(Status::OutOfRange, text)
        })?;
        Ok(Status::Ok)
    })
}

/// The place of the largest number (the first of equals), inside the caller's memory.
///
/// Errors: null for no numbers, for null and for a misaligned pointer. Ownership: the caller's, as
/// the memory that it lies in.
///
/// # Safety
/// `items` has `count` numbers.
#[no_mangle]
pub unsafe extern "C" fn largest(items: *const i32, count: usize) -> *const i32 {
    ffi::wall(|| {
        let numbers = unsafe { ffi::items("items", items, count) }?;
        let best = numbers
            .iter()
            .reduce(|best, each| if each > best { each } else { best });
        Ok(best.map_or(std::ptr::null(), std::ptr::from_ref))
    })
}

/// Points `out` to the first byte that is `needle`, inside the caller's memory; to null for none.
///
/// Errors: `NullPointer`, `InvalidLength`; then nothing is written. Ownership: all stays the
/// caller's.
///
/// # Safety
/// `bytes` has `count` bytes, `out` is null or one pointer.
#[no_mangle]
pub unsafe extern "C" fn find_byte(
    bytes: *const u8,
    count: usize,
    needle: u8,
    out: *mut *const u8,
) -> Status {
    ffi::wall(|| {
        let found = unsafe { ffi::items("bytes", bytes, count) }?
            .iter()
            .find(|byte| **byte == needle);
        *unsafe { ffi::borrow_mut("out", out) }? = found.map_or(std::ptr::null(), |byte| byte);
        Ok(Status::Ok)
    })
}

/// The sum of rows of two numbers each, through a pointer to pointers; the second counts tenfold.
///
/// Errors: 0 and the last error for null anywhere. Ownership: all stays the caller's.
///
/// # Safety
/// `rows` has `count` pointers, each null or to two numbers.
#[no_mangle]
pub unsafe extern "C" fn sum_rows(rows: *const *const i32, count: usize) -> i64 {
    ffi::wall(|| {
        let mut sum = 0;
        for row in unsafe { ffi::items("rows", rows, count) }? {
            let pair = unsafe { ffi::items("a row", *row, 2) }?;
            sum += i64::from(pair[0]) + 10 * i64::from(pair[1]);
        }
        Ok(sum)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_that_is_too_small_stays_as_it_was() {
        let mut out = [0x55u8; 2];
        let mut needed = 0;
        let status = unsafe {
            copy_turned(
                [1, 2, 3].as_ptr(),
                3,
                out.as_mut_ptr(),
                out.len(),
                &mut needed,
            )
        };
        assert_eq!(
            (status, needed, out),
            (Status::BufferTooSmall, 3, [0x55; 2])
        );
    }
}
