//! Opaque handles. A `Counter*` is a ticket, not an address: the number of a slot and the slot's
//! generation. Nobody dereferences it, so a handle that was freed, made up or of another kind is
//! refused instead of followed.

use std::ffi::c_void;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::ffi::{self, Failure};
use crate::status::Status;

/// Counts. Only ever behind a pointer, which only this library understands.
pub struct Counter {
    _private: [u8; 0],
}

/// Holds a level. Only ever behind a pointer, which only this library understands.
pub struct Gauge {
    _private: [u8; 0],
}

#[derive(Clone, Copy)]
enum Resource {
    Counter(i64),
    Gauge(f64),
}

struct Slot {
    generation: usize,
    resource: Option<Resource>,
}

static SLOTS: Mutex<Vec<Slot>> = Mutex::new(Vec::new());

/// Half of a pointer for the slot's number, half for its generation.
const HALF: u32 = usize::BITS / 2;
const MASK: usize = (1 << HALF) - 1;

fn slots() -> MutexGuard<'static, Vec<Slot>> {
    // No change of the slots can panic half way, so they are whole even after a panic.
    SLOTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The smallest free slot, with a generation that no live or recent handle of it has.
fn open<T>(resource: Resource) -> Result<*mut T, Failure> {
    let mut slots = slots();
    let free = slots.iter().position(|slot| slot.resource.is_none());
    let index = free.unwrap_or_else(|| {
        slots.push(Slot {
            generation: 0,
            resource: None,
        });
        slots.len() - 1
    });
    if index >= MASK {
        return Err(Failure::new(Status::OutOfRange, "too many handles"));
    }
    let slot = &mut slots[index];
    slot.resource = Some(resource);
    // 1 and up: a handle is never null, and no small number is one.
    slot.generation = slot.generation % MASK + 1;
    Ok(std::ptr::without_provenance_mut(
        slot.generation << HALF | index,
    ))
}

/// The live slot of a handle.
fn slot_of<T>(slots: &mut [Slot], handle: *const T) -> Result<&mut Slot, Failure> {
    let ticket = handle.addr();
    if ticket == 0 {
        return Err(Failure::new(Status::NullPointer, "the handle is null"));
    }
    match slots.get_mut(ticket & MASK) {
        Some(slot) if slot.generation == ticket >> HALF && slot.resource.is_some() => Ok(slot),
        _ => Err(Failure::new(Status::Stale, "the handle is not alive")),
    }
}

fn with_counter<T>(
    counter: *const Counter,
    body: impl FnOnce(&mut i64) -> Result<T, Failure>,
) -> Result<T, Failure> {
    match &mut slot_of(&mut slots(), counter)?.resource {
        Some(Resource::Counter(value)) => body(value),
        _ => Err(Failure::new(Status::WrongKind, "the handle is no counter")),
    }
}

/// A new counter.
///
/// Ownership: the caller's, to give back to `counter_free`. Errors: null (`OutOfRange`) when there
/// are too many.
#[no_mangle]
pub extern "C" fn counter_new(start: i64) -> *mut Counter {
    ffi::wall(|| open(Resource::Counter(start)))
}

/// Adds to the counter.
///
/// Errors: `NullPointer`, `Stale` (freed, or never a handle), `WrongKind`, `Overflow`; then the
/// counter is as before.
#[no_mangle]
pub extern "C" fn counter_add(counter: *mut Counter, amount: i64) -> Status {
    ffi::wall(|| {
        with_counter(counter, |value| {
            *value = value.checked_add(amount).ok_or_else(|| {
                let text = format!("{value} + {amount} does not fit");
                Failure::new(Status::Overflow, text)
            })?;
            Ok(Status::Ok)
        })
    })
}

/// Writes what the counter stands at to `out`.
///
/// Errors: `NullPointer`, `Stale`, `WrongKind`, `Misaligned`; then nothing is written.
/// Ownership: `out` stays the caller's.
///
/// # Safety
/// `out` is null or an `i64`.
#[no_mangle]
pub unsafe extern "C" fn counter_value(counter: *const Counter, out: *mut i64) -> Status {
    ffi::wall(|| {
        let value = with_counter(counter, |value| Ok(*value))?;
        *unsafe { ffi::borrow_mut("out", out) }? = value;
        Ok(Status::Ok)
    })
}

/// Tells `tell` what the counter stands at. The callback may use and even free the counter.
///
/// Errors: `NullPointer`, `Stale`, `WrongKind`; then nothing is called. `user` is handed back as it
/// came and may be null.
#[no_mangle]
pub extern "C" fn counter_tell(
    counter: *const Counter,
    tell: Option<extern "C" fn(value: i64, user: *mut c_void)>,
    user: *mut c_void,
) -> Status {
    ffi::wall(|| {
        let refused = || Failure::new(Status::NullPointer, "the callback is null");
        let tell = tell.ok_or_else(refused)?;
        let value = with_counter(counter, |value| Ok(*value))?;
        tell(value, user);
        Ok(Status::Ok)
    })
}

/// Ends the counter; its handle is refused from now on.
///
/// Errors: `NullPointer`, `Stale` (freed before, or never a handle), `WrongKind`.
#[no_mangle]
pub extern "C" fn counter_free(counter: *mut Counter) -> Status {
    ffi::wall(|| {
        let mut slots = slots();
        let slot = slot_of(&mut slots, counter)?;
        let Some(Resource::Counter(_)) = slot.resource else {
            return Err(Failure::new(Status::WrongKind, "the handle is no counter"));
        };
        slot.resource = None;
        Ok(Status::Ok)
    })
}

/// A new gauge.
///
/// Ownership: the caller's, to give back to `gauge_free`. Errors: null (`OutOfRange`) when there
/// are too many.
#[no_mangle]
pub extern "C" fn gauge_new(level: f64) -> *mut Gauge {
    ffi::wall(|| open(Resource::Gauge(level)))
}

/// The level of the gauge. Errors: NaN for a handle that is null, stale or no gauge.
#[no_mangle]
pub extern "C" fn gauge_level(gauge: *const Gauge) -> f64 {
    ffi::wall(|| match slot_of(&mut slots(), gauge)?.resource {
        Some(Resource::Gauge(level)) => Ok(level),
        _ => Err(Failure::new(Status::WrongKind, "the handle is no gauge")),
    })
}

/// Ends the gauge; its handle is refused from now on. Errors: `NullPointer`, `Stale`, `WrongKind`.
#[no_mangle]
pub extern "C" fn gauge_free(gauge: *mut Gauge) -> Status {
    ffi::wall(|| {
        let mut slots = slots();
        let slot = slot_of(&mut slots, gauge)?;
        let Some(Resource::Gauge(_)) = slot.resource else {
            return Err(Failure::new(Status::WrongKind, "the handle is no gauge"));
        };
        slot.resource = None;
        Ok(Status::Ok)
    })
}

/// How many handles are alive, of all kinds. Never fails.
#[no_mangle]
pub extern "C" fn handles_alive() -> usize {
    slots()
        .iter()
        .filter(|slot| slot.resource.is_some())
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value_of(counter: *mut Counter) -> Result<i64, Status> {
        let mut value = 0;
        match unsafe { counter_value(counter, &mut value) } {
            Status::Ok => Ok(value),
            status => Err(status),
        }
    }

    #[test]
    fn a_freed_handle_stays_refused_when_its_slot_is_used_again() {
        let old = counter_new(1);
        assert_eq!(counter_free(old), Status::Ok);
        assert_eq!(counter_free(old), Status::Stale);
        let new = counter_new(2);
        assert_ne!(old, new);
        assert_eq!(counter_add(old, 1), Status::Stale);
        assert_eq!(value_of(new), Ok(2));
        assert_eq!(counter_free(new), Status::Ok);
    }

    #[test]
    fn no_small_number_and_no_null_is_a_handle() {
        assert_eq!(counter_free(std::ptr::null_mut()), Status::NullPointer);
        for ticket in 1..100 {
            let made_up = std::ptr::without_provenance_mut(ticket);
            assert_eq!(counter_free(made_up), Status::Stale);
        }
    }

    #[test]
    fn a_handle_of_another_kind_is_refused_and_lives_on() {
        let gauge = gauge_new(2.5);
        assert_eq!(counter_free(gauge.cast()), Status::WrongKind);
        assert_eq!(gauge_level(gauge), 2.5);
        assert_eq!(gauge_free(gauge), Status::Ok);
        assert!(gauge_level(gauge).is_nan());
    }

    #[test]
    fn an_overflow_leaves_the_counter_as_it_was() {
        let counter = counter_new(i64::MAX);
        assert_eq!(counter_add(counter, 1), Status::Overflow);
        assert_eq!(value_of(counter), Ok(i64::MAX));
        assert_eq!(counter_free(counter), Status::Ok);
    }
}
