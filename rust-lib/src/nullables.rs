//! Values whose null is `None`: references, boxes, function pointers and non-zero numbers.
//!
//! By value Rust takes such a reference or box at its word: it is null, or it is one. What a caller
//! could get wrong belongs behind raw pointers or handles, as everywhere else in this library.

use std::num::{NonZeroI16, NonZeroI64, NonZeroU64, NonZeroU8};
use std::ptr::NonNull;

use crate::ffi;
use crate::status::Status;
use crate::structs::Point;

/// A numbered ticket, which one box owns.
#[repr(C)]
pub struct Ticket {
    /// Which.
    pub number: u32,
    /// For how many.
    pub seats: u16,
}

/// A ticket; none (null) for no seats.
///
/// Ownership: the caller's, to give to `ticket_redeem`. Never fails.
#[no_mangle]
pub extern "C" fn ticket_issue(number: u32, seats: u16) -> Option<Box<Ticket>> {
    (seats > 0).then(|| Box::new(Ticket { number, seats }))
}

/// A second ticket like this one. Ownership: `ticket` stays the caller's, the copy becomes the
/// caller's, to give to `ticket_redeem`. Never null, never fails.
#[no_mangle]
pub extern "C" fn ticket_copy(ticket: &Ticket) -> Box<Ticket> {
    Box::new(Ticket { ..*ticket })
}

/// Takes a ticket back and frees it; returns its seats, 0 for none (null). Never fails.
///
/// Ownership: the ticket is the library's from now on and must not be used again.
#[no_mangle]
pub extern "C" fn ticket_redeem(ticket: Option<Box<Ticket>>) -> u16 {
    ticket.map_or(0, |ticket| ticket.seats)
}

/// `x - y` of the point, `otherwise` for none (null). Never fails. Ownership: it stays the caller's.
#[no_mangle]
pub extern "C" fn point_slant(point: Option<&Point>, otherwise: f64) -> f64 {
    point.map_or(otherwise, |point| point.x - point.y)
}

/// Doubles what the reference points to and returns what was there; 0 for none (null). Never fails.
/// Ownership: it stays the caller's.
#[no_mangle]
pub extern "C" fn double_behind(number: Option<&mut i32>) -> i32 {
    number.map_or(0, |number| {
        std::mem::replace(number, number.wrapping_mul(2))
    })
}

/// The larger of the two, the first when they are equal or the second is none (null). Never fails.
/// Ownership: as for the memory that it points to, the caller's.
#[no_mangle]
pub extern "C" fn larger<'a>(first: &'a i64, second: Option<&'a i64>) -> &'a i64 {
    second.filter(|second| *second > first).unwrap_or(first)
}

/// The place as it came; none (null) stays none. Nobody follows it. Never fails.
#[no_mangle]
pub extern "C" fn same_place(place: Option<NonNull<u16>>) -> Option<NonNull<u16>> {
    place
}

/// Writes 0x2120 to the place.
///
/// Errors: `Misaligned`. Ownership: the place stays the caller's.
///
/// # Safety
/// `place` is a `u16`; null is not allowed, which is what its type says.
#[no_mangle]
pub unsafe extern "C" fn write_place(place: NonNull<u16>) -> Status {
    ffi::wall(|| {
        *unsafe { ffi::borrow_mut("place", place.as_ptr()) }? = 0x2120;
        Ok(Status::Ok)
    })
}

/// The number, 0 for none. Never fails.
#[no_mangle]
pub extern "C" fn nonzero_u8(value: Option<NonZeroU8>) -> u8 {
    value.map_or(0, NonZeroU8::get)
}

/// The negative of the number, which is never zero. Never fails.
#[no_mangle]
pub extern "C" fn nonzero_i16(value: NonZeroI16) -> NonZeroI16 {
    value.checked_neg().unwrap_or(value)
}

/// The number that is one lower; none for 1 and for none. Never fails.
#[no_mangle]
pub extern "C" fn nonzero_u64(value: Option<NonZeroU64>) -> Option<NonZeroU64> {
    NonZeroU64::new(value?.get() - 1)
}

/// The number, `fallback` for none. Never fails.
#[no_mangle]
pub extern "C" fn nonzero_i64(value: Option<NonZeroI64>, fallback: i64) -> i64 {
    value.map_or(fallback, NonZeroI64::get)
}

/// `change(number)`, or the number itself for none (null). The callback is not kept. Never fails.
#[no_mangle]
pub extern "C" fn maybe_apply(
    number: i16,
    change: Option<extern "C" fn(number: i16) -> i16>,
) -> i16 {
    change.map_or(number, |change| change(number))
}

/// `change(number)`; the function must not be null, which is what its type says. Never fails.
#[no_mangle]
pub extern "C" fn surely_apply(number: i16, change: extern "C" fn(number: i16) -> i16) -> i16 {
    change(number)
}

/// All bits of the number inverted. To be handed to `maybe_apply`. Never fails.
#[no_mangle]
pub extern "C" fn inverted(number: i16) -> i16 {
    !number
}
