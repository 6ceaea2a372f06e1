//! Callbacks with a life of their own: a subscription is a ticket (a number, never used twice), so
//! that firing one that was cancelled is refused instead of calling what may be gone.

use std::ffi::c_void;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::ffi::{self, Failure};
use crate::status::Status;

type Heard = extern "C" fn(value: i64, user: *mut c_void) -> i64;

struct Subscription {
    ticket: u64,
    heard: Heard,
    /// An address that is only handed back.
    user: usize,
}

struct Subscriptions {
    last: u64,
    live: Vec<Subscription>,
}

static ALL: Mutex<Subscriptions> = Mutex::new(Subscriptions {
    last: 0,
    live: Vec::new(),
});

fn all() -> MutexGuard<'static, Subscriptions> {
    // Every change is a single push or removal: the list is whole even after a panic.
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}

fn position(all: &Subscriptions, ticket: u64) -> Result<usize, Failure> {
    let found = all.live.iter().position(|each| each.ticket == ticket);
    found.ok_or_else(|| {
        Failure::new(
            Status::Stale,
            "nobody subscribed with this ticket, or it was cancelled",
        )
    })
}

/// Keeps `heard` and `user` until the ticket is given to `unsubscribe`. Returns the ticket.
///
/// Errors: 0 for a null callback. Ownership: both stay the caller's and must live until then.
#[no_mangle]
pub extern "C" fn subscribe(
    heard: Option<extern "C" fn(value: i64, user: *mut c_void) -> i64>,
    user: *mut c_void,
) -> u64 {
    ffi::wall(|| {
        let refused = || Failure::new(Status::NullPointer, "the callback is null");
        let heard = heard.ok_or_else(refused)?;
        let mut all = all();
        all.last += 1;
        let ticket = all.last;
        let user = user.expose_provenance();
        all.live.push(Subscription {
            ticket,
            heard,
            user,
        });
        Ok(ticket)
    })
}

/// Ends a subscription: its callback will not be called again.
///
/// Errors: `Stale` (cancelled before, or never given out).
#[no_mangle]
pub extern "C" fn unsubscribe(ticket: u64) -> Status {
    ffi::wall(|| {
        let mut all = all();
        let index = position(&all, ticket)?;
        all.live.remove(index);
        if all.live.is_empty() {
            // The list itself must not look like a leak.
            all.live = Vec::new();
        }
        Ok(Status::Ok)
    })
}

/// Calls one subscriber and writes its answer to `out`.
///
/// Errors: `Stale`, `NullPointer`, `Misaligned`; then nothing is called or written. Ownership: `out`
/// stays the caller's.
///
/// # Safety
/// `out` is null or points to an `i64`.
#[no_mangle]
pub unsafe extern "C" fn publish_to(ticket: u64, value: i64, out: *mut i64) -> Status {
    ffi::wall(|| {
        let place = ffi::some("out", out)?;
        let (heard, user) = {
            let all = all();
            let found = &all.live[position(&all, ticket)?];
            (found.heard, found.user)
        };
        let answer = heard(value, std::ptr::with_exposed_provenance_mut(user));
        unsafe { place.write(answer) };
        Ok(Status::Ok)
    })
}

/// Calls all subscribers in the order in which they subscribed; returns the sum of their answers,
/// which wraps around. Those who unsubscribe meanwhile may still be called once. Never fails.
#[no_mangle]
pub extern "C" fn publish(value: i64) -> i64 {
    let now: Vec<(Heard, usize)> = all()
        .live
        .iter()
        .map(|each| (each.heard, each.user))
        .collect();
    now.into_iter().fold(0, |sum, (heard, user)| {
        let user = std::ptr::with_exposed_provenance_mut(user);
        sum.wrapping_add(heard(value, user))
    })
}
