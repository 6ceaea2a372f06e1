//! What this library gave away and expects back. A pointer that is not on the list (freed before,
//! never given out) is refused instead of freed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::ffi::Failure;
use crate::status::Status;

/// The kinds of allocation that have an owner outside.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `CString`: NUL-terminated text.
    Text,
    /// `Vec<u8>`, with this length and capacity.
    Bytes {
        /// Initialised bytes.
        len: usize,
        /// Allocated bytes.
        cap: usize,
    },
    /// A boxed struct.
    Boxed,
}

static GIVEN: Mutex<Vec<(usize, Kind)>> = Mutex::new(Vec::new());

fn given() -> MutexGuard<'static, Vec<(usize, Kind)>> {
    // Every change of the list is a single push or removal: it is whole even after a panic.
    GIVEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes an allocation that leaves the library.
pub fn give<T>(pointer: *mut T, kind: Kind) -> *mut T {
    given().push((pointer.addr(), kind));
    pointer
}

/// Takes an allocation off the list: the caller of this function may free it now.
pub fn take_back<T>(pointer: *mut T, kind: Kind) -> Result<(), Failure> {
    let mut list = given();
    let entry = (pointer.addr(), kind);
    let Some(position) = list.iter().rposition(|each| *each == entry) else {
        let text = "this memory was freed before or never came from here";
        return Err(Failure::new(Status::Stale, text));
    };
    list.swap_remove(position);
    if list.is_empty() {
        // The list itself must not look like a leak.
        *list = Vec::new();
    }
    Ok(())
}
