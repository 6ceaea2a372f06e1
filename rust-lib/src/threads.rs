//! Many threads at once: what they share and what is each one's own.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

static TOTAL: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static MARK: Cell<u64> = const { Cell::new(0) };
}

/// Adds to a total that all threads share and returns what it was before; wraps around. Never fails.
#[no_mangle]
pub extern "C" fn total_add(amount: u64) -> u64 {
    TOTAL.fetch_add(amount, Ordering::Relaxed)
}

/// The total that all threads share; sets it to zero. Never fails.
#[no_mangle]
pub extern "C" fn total_take() -> u64 {
    TOTAL.swap(0, Ordering::Relaxed)
}

/// Replaces the mark of the calling thread and returns the one before; a new thread's is 0. Never
/// fails.
#[no_mangle]
pub extern "C" fn mark_replace(mark: u64) -> u64 {
    MARK.replace(mark)
}
