//! Memory that the library allocates, gives away with its length, and takes back once.

use crate::ffi::{self, Failure};
use crate::owned::{give, take_back, Kind};
use crate::status::Status;

/// Bytes that the library allocated. Give it back as it came, to `bytes_free` or `bytes_dispose`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ByteBuffer {
    /// The first byte; null for a refusal.
    pub ptr: *mut u8,
    /// How many bytes there are.
    pub len: usize,
    /// How many were allocated.
    pub cap: usize,
}

impl ffi::Refusal for ByteBuffer {
    fn refused(_: Status) -> Self {
        EMPTY
    }
}

const EMPTY: ByteBuffer = ByteBuffer {
    ptr: std::ptr::null_mut(),
    len: 0,
    cap: 0,
};

/// `count` new bytes: `first`, `first + 1`, … wrapping around; by value.
///
/// Ownership: the caller's, to give back to `bytes_free` or `bytes_dispose`.
/// Errors: a buffer of null and zeros for more than 64 MB (`OutOfRange`).
#[no_mangle]
pub extern "C" fn bytes_make(count: usize, first: u8) -> ByteBuffer {
    ffi::wall(|| give_bytes(count, first))
}

/// Frees a buffer that `bytes_make` or `bytes_create` gave, by value. A null `ptr` is allowed.
///
/// Errors: `Stale` when it was freed before, changed, or never came from here; nothing is freed
/// then.
///
/// # Safety
/// Anything may come in; only what this library gave away is followed.
#[no_mangle]
pub unsafe extern "C" fn bytes_free(buffer: ByteBuffer) -> Status {
    ffi::wall(|| free_bytes(buffer).map(|()| Status::Ok))
}

/// As `bytes_make`, for callers that cannot take a struct by value: writes it to `out`.
///
/// Errors: `OutOfRange`, `NullPointer`, `Misaligned`; then nothing is written.
///
/// # Safety
/// `out` is null or has room for a buffer.
#[no_mangle]
pub unsafe extern "C" fn bytes_create(count: usize, first: u8, out: *mut ByteBuffer) -> Status {
    ffi::wall(|| {
        let place = unsafe { ffi::borrow_mut("out", out) }?;
        *place = give_bytes(count, first)?;
        Ok(Status::Ok)
    })
}

/// As `bytes_free`, behind a pointer; the caller's struct becomes null and zeros, so that a second
/// call does nothing.
///
/// Errors: `Stale`, `NullPointer`, `Misaligned`; then nothing is freed or written.
///
/// # Safety
/// `buffer` is null or points to one.
#[no_mangle]
pub unsafe extern "C" fn bytes_dispose(buffer: *mut ByteBuffer) -> Status {
    ffi::wall(|| {
        let buffer = unsafe { ffi::borrow_mut("buffer", buffer) }?;
        free_bytes(*buffer)?;
        *buffer = EMPTY;
        Ok(Status::Ok)
    })
}

fn give_bytes(count: usize, first: u8) -> Result<ByteBuffer, Failure> {
    if count > 64 << 20 {
        return Err(Failure::new(Status::OutOfRange, "over 64 MB of bytes"));
    }
    // One more than needed: a caller who mixes up `len` and `cap` is seen, and `ptr` is never
    // dangling.
    let mut bytes = Vec::with_capacity(count + 1);
    bytes.extend((0..count).map(|index| first.wrapping_add(index as u8)));
    let mut bytes = std::mem::ManuallyDrop::new(bytes);
    let (len, cap) = (bytes.len(), bytes.capacity());
    let ptr = give(bytes.as_mut_ptr(), Kind::Bytes { len, cap });
    Ok(ByteBuffer { ptr, len, cap })
}

fn free_bytes(buffer: ByteBuffer) -> Result<(), Failure> {
    let ByteBuffer { ptr, len, cap } = buffer;
    if !ptr.is_null() {
        take_back(ptr, Kind::Bytes { len, cap })?;
        // SAFETY: it was on the list of what `give_bytes` gave away, with this length and capacity.
        drop(unsafe { Vec::from_raw_parts(ptr, len, cap) });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_freed_once_and_only_as_it_was_given() {
        let buffer = bytes_make(3, 0xfe);
        let bytes = unsafe { std::slice::from_raw_parts(buffer.ptr, buffer.len) };
        assert_eq!(bytes, [0xfe, 0xff, 0]);
        let forged = ByteBuffer {
            cap: buffer.cap + 1,
            ..buffer
        };
        assert_eq!(unsafe { bytes_free(forged) }, Status::Stale);
        assert_eq!(unsafe { bytes_free(buffer) }, Status::Ok);
        assert_eq!(unsafe { bytes_free(buffer) }, Status::Stale);
    }

    #[test]
    fn a_disposed_buffer_can_be_disposed_again() {
        let mut buffer = bytes_make(1, 7);
        assert_eq!(unsafe { bytes_dispose(&mut buffer) }, Status::Ok);
        assert!(buffer.ptr.is_null());
        assert_eq!(unsafe { bytes_dispose(&mut buffer) }, Status::Ok);
    }
}
