//! Data-carrying enums: the same variants in each `repr`, so that the differences show.
//!
//! `repr(C)` and `repr(C, u8)` put an aligned union of the payloads behind the tag; `repr(u8)` makes
//! each variant a struct of its own, whose first field may stand directly behind the tag.

use crate::ffi::{self, Failure};
use crate::received::record;
use crate::status::Status;

/// `repr(C)`: the tag is a C `int`.
#[repr(C)]
#[derive(Clone, Copy)]
pub enum Event {
    /// A key.
    Key {
        /// Which.
        code: u32,
        /// With shift.
        shift: bool,
    },
    /// A move.
    Move {
        /// To the right.
        x: f32,
        /// Up.
        y: f32,
    },
    /// The end.
    Quit,
}

/// `repr(C, u8)`: the payload stands at offset 4.
#[repr(C, u8)]
#[derive(Clone, Copy)]
pub enum Apart {
    /// Offsets 4 and 8.
    Small {
        /// At offset 4.
        a: u8,
        /// At offset 8.
        b: u32,
    },
    /// At offset 4.
    Wide(u16),
    /// Only the tag.
    Nothing,
}

/// `repr(u8)`: the payload stands as near to the tag as it may.
#[repr(u8)]
#[derive(Clone, Copy)]
pub enum Close {
    /// Offsets 1 and 4.
    Small {
        /// At offset 1.
        a: u8,
        /// At offset 4.
        b: u32,
    },
    /// At offset 2.
    Wide(u16),
    /// Only the tag.
    Nothing,
}

/// `repr(i16)`, with tags of the author's own.
#[repr(i16)]
#[derive(Clone, Copy)]
pub enum Reading {
    /// A level.
    Level(f64) = -7,
    /// A fault.
    Fault {
        /// Why.
        code: i8,
        /// How often.
        times: u16,
    } = 300,
}

/// Reports an event, by value: its tag, then its payload. Returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn event_report(event: Event) -> usize {
    match event {
        Event::Key { code, shift } => record(&[&0u8, &code, &shift]),
        Event::Move { x, y } => record(&[&1u8, &x, &y]),
        Event::Quit => record(&[&2u8]),
    }
}

/// A key, by value. Never fails.
#[no_mangle]
pub extern "C" fn event_key(code: u32, shift: bool) -> Event {
    Event::Key { code, shift }
}

/// Turns a move behind the pointer round; leaves everything else as it is.
///
/// Errors: `NullPointer`, `Misaligned`, `InvalidValue` (an unknown tag); then nothing is written.
/// Ownership: the event stays the caller's.
///
/// # Safety
/// `event` is null or points to an event; its tag may be anything, its `shift` 0 or 1.
#[no_mangle]
pub unsafe extern "C" fn event_turn(event: *mut Event) -> Status {
    ffi::wall(|| {
        let event = ffi::some("event", event)?;
        known(unsafe { event.cast::<i32>().read() }, &[0, 1, 2])?;
        if let Event::Move { x, y } = unsafe { &mut *event } {
            (*x, *y) = (-*y, -*x);
        }
        Ok(Status::Ok)
    })
}

/// Reports it, by value: its tag, then its payload. Returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn apart_report(value: Apart) -> usize {
    match value {
        Apart::Small { a, b } => record(&[&0u8, &a, &b]),
        Apart::Wide(number) => record(&[&1u8, &number]),
        Apart::Nothing => record(&[&2u8]),
    }
}

/// `Nothing` for 0, `Wide` for what fits 16 bits, else `Small` with `a` 0xa0. Never fails.
#[no_mangle]
pub extern "C" fn apart_make(number: u32) -> Apart {
    match u16::try_from(number) {
        Ok(0) => Apart::Nothing,
        Ok(number) => Apart::Wide(number),
        Err(_) => Apart::Small { a: 0xa0, b: number },
    }
}

/// Reports it, behind a pointer. Returns how many words.
///
/// Errors: 0 for a null or misaligned pointer and for an unknown tag. Ownership: it stays the
/// caller's.
///
/// # Safety
/// `value` is null or points to one; its tag may be anything.
#[no_mangle]
pub unsafe extern "C" fn apart_look(value: *const Apart) -> usize {
    ffi::wall(|| {
        ffi::check("value", value, 1)?;
        known(unsafe { value.cast::<u8>().read() }.into(), &[0, 1, 2])?;
        Ok(apart_report(unsafe { *value }))
    })
}

/// Reports it, by value: its tag, then its payload. Returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn close_report(value: Close) -> usize {
    match value {
        Close::Small { a, b } => record(&[&0u8, &a, &b]),
        Close::Wide(number) => record(&[&1u8, &number]),
        Close::Nothing => record(&[&2u8]),
    }
}

/// `Nothing` for 0, `Wide` for what fits 16 bits, else `Small` with `a` 0xa0. Never fails.
#[no_mangle]
pub extern "C" fn close_make(number: u32) -> Close {
    match u16::try_from(number) {
        Ok(0) => Close::Nothing,
        Ok(number) => Close::Wide(number),
        Err(_) => Close::Small { a: 0xa0, b: number },
    }
}

/// Reports it, behind a pointer. Returns how many words.
///
/// Errors: 0 for a null or misaligned pointer and for an unknown tag. Ownership: it stays the
/// caller's.
///
/// # Safety
/// `value` is null or points to one; its tag may be anything.
#[no_mangle]
pub unsafe extern "C" fn close_look(value: *const Close) -> usize {
    ffi::wall(|| {
        ffi::check("value", value, 1)?;
        known(unsafe { value.cast::<u8>().read() }.into(), &[0, 1, 2])?;
        Ok(close_report(unsafe { *value }))
    })
}

/// Reports a reading, by value: its tag, then its payload. Returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn reading_report(reading: Reading) -> usize {
    match reading {
        Reading::Level(level) => record(&[&-7i16, &level]),
        Reading::Fault { code, times } => record(&[&300i16, &code, &times]),
    }
}

/// Writes a fault to `out`.
///
/// Errors: `NullPointer`, `Misaligned`. Ownership: `out` stays the caller's.
///
/// # Safety
/// `out` is null or has room for a reading.
#[no_mangle]
pub unsafe extern "C" fn reading_fault(code: i8, times: u16, out: *mut Reading) -> Status {
    ffi::wall(|| {
        let place = ffi::some("out", out)?;
        unsafe { place.write(Reading::Fault { code, times }) };
        Ok(Status::Ok)
    })
}

fn known(tag: i32, tags: &[i32]) -> Result<(), Failure> {
    if tags.contains(&tag) {
        return Ok(());
    }
    let text = format!("{tag} is no known tag");
    Err(Failure::new(Status::InvalidValue, text))
}
