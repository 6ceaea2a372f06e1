//! Many handles at once: made and ended in one call, looked at between.

use crate::ffi;
use crate::handles::{counter_free, counter_new, Counter};
use crate::status::Status;

/// Writes `count` new counters to `out`: they stand at `start`, `start + 1`, …
///
/// Ownership: the caller's, to give back to `counters_free` or one by one to `counter_free`.
/// Errors: `NullPointer` (null is allowed when `count` is 0), `Misaligned`, `InvalidLength`; then
/// nothing is written.
///
/// # Safety
/// `out` has room for `count` pointers.
#[no_mangle]
pub unsafe extern "C" fn counters_new(count: usize, start: i64, out: *mut *mut Counter) -> Status {
    ffi::wall(|| {
        for (place, value) in unsafe { ffi::items_mut("out", out, count) }?
            .iter_mut()
            .zip(start..)
        {
            *place = counter_new(value);
        }
        Ok(Status::Ok)
    })
}

/// Ends `count` counters; one that is not alive is passed over. Returns how many were ended.
///
/// Errors: 0 for null (allowed when `count` is 0), a misaligned pointer and an impossible length.
/// Ownership: the memory stays the caller's.
///
/// # Safety
/// `counters` has `count` pointers.
#[no_mangle]
pub unsafe extern "C" fn counters_free(counters: *const *mut Counter, count: usize) -> usize {
    ffi::wall(|| {
        let handles = unsafe { ffi::items("counters", counters, count) }?;
        let ended = handles
            .iter()
            .filter(|each| counter_free(**each) == Status::Ok);
        Ok(ended.count())
    })
}
