//! Calls back into the caller: with user data, structs and text, many times, later, re-entered, and
//! function pointers going the other way.
//!
//! No lock is held while a callback runs, so it may call anything of this library. `user` is handed
//! back as it came and never followed: it may be null.

use std::ffi::{c_char, c_void};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::ffi::{self, Failure};
use crate::status::Status;
use crate::structs::Point;

/// Refuses a null callback.
fn some_callback<F>(callback: Option<F>) -> Result<F, Failure> {
    callback.ok_or_else(|| Failure::new(Status::NullPointer, "the callback is null"))
}

/// Calls `visit` with each number in turn, until it answers something else than 0.
///
/// Returns how many were visited, the last one included; -1 for a null callback, for null `items`
/// (allowed when `count` is 0), and for a misaligned pointer. Ownership: all stays the caller's.
///
/// # Safety
/// `items` has `count` numbers.
#[no_mangle]
pub unsafe extern "C" fn visit_all(
    items: *const i64,
    count: usize,
    visit: Option<extern "C" fn(item: i64, user: *mut c_void) -> i32>,
    user: *mut c_void,
) -> i32 {
    ffi::wall(|| {
        let visit = some_callback(visit)?;
        let numbers = unsafe { ffi::items("items", items, count) }?;
        let stop = numbers.iter().position(|item| visit(*item, user) != 0);
        Ok(stop.map_or(numbers.len(), |index| index + 1) as i32)
    })
}

/// Replaces each number by what `with` makes of it.
///
/// Errors: `NullPointer`, `Misaligned`, `InvalidLength`; then nothing is written or called.
/// Ownership: all stays the caller's.
///
/// # Safety
/// `items` has `count` numbers.
#[no_mangle]
pub unsafe extern "C" fn transform(
    items: *mut i32,
    count: usize,
    with: Option<extern "C" fn(item: i32) -> i32>,
) -> Status {
    ffi::wall(|| {
        let with = some_callback(with)?;
        ffi::check("items", items, count)?;
        for index in 0..count {
            // Through the raw pointer: the callback may look at this memory too.
            let place = unsafe { items.add(index) };
            unsafe { place.write(with(place.read())) };
        }
        Ok(Status::Ok)
    })
}

/// Sorts, stable, by insertion: `compare(a, b)` above 0 puts `b` first. Both point into a copy of
/// the numbers, which is written back at the end.
///
/// Errors: `NullPointer`, `Misaligned`, `InvalidLength`; then nothing is written or called.
/// Ownership: all stays the caller's.
///
/// # Safety
/// `items` has `count` numbers.
#[no_mangle]
pub unsafe extern "C" fn sort_with(
    items: *mut i64,
    count: usize,
    compare: Option<extern "C" fn(a: *const i64, b: *const i64, user: *mut c_void) -> i32>,
    user: *mut c_void,
) -> Status {
    ffi::wall(|| {
        let compare = some_callback(compare)?;
        let mut sorted = unsafe { ffi::items("items", items, count) }?.to_vec();
        for end in 1..sorted.len() {
            let mut at = end;
            while at > 0 && compare(&sorted[at - 1], &sorted[at], user) > 0 {
                sorted.swap(at - 1, at);
                at -= 1;
            }
        }
        unsafe { ffi::items_mut("items", items, count) }?.copy_from_slice(&sorted);
        Ok(Status::Ok)
    })
}

/// Calls `tick` with `from`, `from - 1`, … 1. Returns the sum of its answers, which wraps around;
/// 0 for a null callback.
#[no_mangle]
pub extern "C" fn countdown(
    from: u32,
    tick: Option<extern "C" fn(left: u32, user: *mut c_void) -> u32>,
    user: *mut c_void,
) -> u32 {
    ffi::wall(|| {
        let tick = some_callback(tick)?;
        Ok((1..=from)
            .rev()
            .fold(0u32, |sum, left| sum.wrapping_add(tick(left, user))))
    })
}

/// Hands a point to `take` by value and writes the point that comes back to `out`.
///
/// Errors: `NullPointer`, `Misaligned`; then nothing is written or called. Ownership: all stays the
/// caller's.
///
/// # Safety
/// `out` is null or a point.
#[no_mangle]
pub unsafe extern "C" fn offer_point(
    point: Point,
    take: Option<extern "C" fn(point: Point, user: *mut c_void) -> Point>,
    user: *mut c_void,
    out: *mut Point,
) -> Status {
    ffi::wall(|| {
        let take = some_callback(take)?;
        let place = ffi::some("out", out)?;
        unsafe { place.write(take(point, user)) };
        Ok(Status::Ok)
    })
}

/// Hands a point to `look` behind a pointer, which is valid during the call only. Returns its
/// answer; -1 for a null callback.
#[no_mangle]
pub extern "C" fn show_point(
    x: f64,
    y: f64,
    look: Option<extern "C" fn(point: *const Point, user: *mut c_void) -> i32>,
    user: *mut c_void,
) -> i32 {
    ffi::wall(|| Ok(some_callback(look)?(&Point { x, y }, user)))
}

/// Hands the text "first", then "zweite ✓", to `log`, with levels 3 and -7. The text is the
/// library's and valid during the call only. Returns how often it was called; -1 for a null
/// callback.
#[no_mangle]
pub extern "C" fn log_twice(
    log: Option<extern "C" fn(level: i32, text: *const c_char, user: *mut c_void)>,
    user: *mut c_void,
) -> i32 {
    ffi::wall(|| {
        let log = some_callback(log)?;
        log(3, b"first\0".as_ptr().cast(), user);
        log(-7, "zweite \u{2713}\0".as_ptr().cast(), user);
        Ok(2)
    })
}

type Listen = extern "C" fn(value: i32, user: *mut c_void) -> i32;

#[derive(Clone, Copy)]
struct Listener {
    call: Listen,
    /// An address that is only handed back.
    user: usize,
}

static LISTENER: Mutex<Option<Listener>> = Mutex::new(None);

fn listener() -> MutexGuard<'static, Option<Listener>> {
    LISTENER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps `listen` and `user` until the next `listener_set`; null ends it. Never fails.
/// Ownership: both stay the caller's and must live until then.
#[no_mangle]
pub extern "C" fn listener_set(
    listen: Option<extern "C" fn(value: i32, user: *mut c_void) -> i32>,
    user: *mut c_void,
) {
    let user = user.expose_provenance();
    *listener() = listen.map(|call| Listener { call, user });
}

/// Calls the kept listener and returns its answer; -1 when there is none.
#[no_mangle]
pub extern "C" fn listener_fire(value: i32) -> i32 {
    ffi::wall(|| {
        let kept = *listener();
        let kept = kept.ok_or_else(|| Failure::new(Status::NullPointer, "nobody listens"))?;
        Ok((kept.call)(
            value,
            std::ptr::with_exposed_provenance_mut(kept.user),
        ))
    })
}

extern "C" fn subtract(a: i32, b: i32) -> i32 {
    a.wrapping_sub(b)
}

extern "C" fn multiply(a: i32, b: i32) -> i32 {
    a.wrapping_mul(b)
}

/// The function for a sign: '-' or '*'; null for any other. Never fails. It lives for ever.
#[no_mangle]
pub extern "C" fn operation(sign: u8) -> Option<extern "C" fn(a: i32, b: i32) -> i32> {
    match sign {
        b'-' => Some(subtract),
        b'*' => Some(multiply),
        _ => None,
    }
}

/// Writes `operation(a, b)` to `out`.
///
/// Errors: `NullPointer`, `Misaligned`; then nothing is written or called. Ownership: `out` stays
/// the caller's.
///
/// # Safety
/// `out` is null or an `i32`.
#[no_mangle]
pub unsafe extern "C" fn apply(
    operation: Option<extern "C" fn(a: i32, b: i32) -> i32>,
    a: i32,
    b: i32,
    out: *mut i32,
) -> Status {
    ffi::wall(|| {
        let operation = some_callback(operation)?;
        let place = ffi::some("out", out)?;
        unsafe { place.write(operation(a, b)) };
        Ok(Status::Ok)
    })
}
