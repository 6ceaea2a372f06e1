//! Bools, enums of several widths, data-carrying enums in each `repr`, and `Option` as a null
//! value.
//!
//! A value that Rust's type forbids must never get into one: what may be hostile comes in as a
//! plain integer, or behind a pointer whose tag is looked at first.

use std::num::NonZeroU32;

use crate::ffi::{self, Failure};
use crate::received::record;
use crate::status::Status;

/// Three colours in one byte.
#[repr(u8)]
#[derive(Clone, Copy)]
pub enum Colour {
    /// 0
    Red,
    /// 7
    Green = 7,
    /// 255
    Blue = 255,
}

/// A signed enum.
#[repr(i16)]
#[derive(Clone, Copy)]
pub enum Sign {
    /// -1
    Minus = -1,
    /// 0
    Zero,
    /// 1
    Plus,
}

/// An enum as C has it.
#[repr(C)]
#[derive(Clone, Copy)]
pub enum Compass {
    /// 0
    North,
    /// 90
    East = 90,
    /// 180
    South = 180,
    /// 270
    West = 270,
}

/// `repr(C, u8)`: a tag, then a union of the payloads.
#[repr(C, u8)]
#[derive(Clone, Copy)]
pub enum Shape {
    /// A payload of one double.
    Circle {
        /// The radius.
        r: f64,
    },
    /// A payload of two floats.
    Rect {
        /// The width.
        w: f32,
        /// The height.
        h: f32,
    },
    /// No payload.
    Empty,
}

/// `repr(u8)`: a union of structs that each begin with the tag, so `a` stands at offset 1.
#[repr(u8)]
#[derive(Clone, Copy)]
pub enum Packet {
    /// Offsets 1 and 4.
    Small {
        /// At offset 1.
        a: u8,
        /// At offset 4.
        b: u32,
    },
    /// Offset 8.
    Large {
        /// At offset 8.
        value: u64,
    },
}

/// The opposite. Never fails.
#[no_mangle]
pub extern "C" fn negate(value: bool) -> bool {
    !value
}

/// Nine bools; reports them through `received`, returns how many. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn nine_bools(
    a: bool,
    b: bool,
    c: bool,
    d: bool,
    e: bool,
    f: bool,
    g: bool,
    h: bool,
    i: bool,
) -> usize {
    record(&[&a, &b, &c, &d, &e, &f, &g, &h, &i])
}

/// `Ok` for the bytes 0 and 1, `InvalidValue` for all others, which no Rust `bool` may be.
#[no_mangle]
pub extern "C" fn bool_check(byte: u8) -> Status {
    ffi::wall(|| match byte {
        0 | 1 => Ok(Status::Ok),
        _ => Err(Failure::new(
            Status::InvalidValue,
            format!("{byte} is neither 0 nor 1"),
        )),
    })
}

/// The number behind a colour. Never fails.
#[no_mangle]
pub extern "C" fn colour_number(colour: Colour) -> u32 {
    colour as u32
}

/// Writes the colour with this number to `out`.
///
/// Errors: `InvalidValue` (no such colour), `NullPointer`; then nothing is written.
/// Ownership: `out` stays the caller's.
///
/// # Safety
/// `out` is null or points to one byte.
#[no_mangle]
pub unsafe extern "C" fn colour_from(number: u32, out: *mut Colour) -> Status {
    ffi::wall(|| {
        let place = ffi::some("out", out)?;
        let colour = match number {
            0 => Colour::Red,
            7 => Colour::Green,
            255 => Colour::Blue,
            _ => {
                let text = format!("no colour has the number {number}");
                return Err(Failure::new(Status::InvalidValue, text));
            }
        };
        unsafe { place.write(colour) };
        Ok(Status::Ok)
    })
}

/// The sign of a number. Never fails.
#[no_mangle]
pub extern "C" fn sign_of(number: i64) -> Sign {
    match number {
        ..0 => Sign::Minus,
        0 => Sign::Zero,
        _ => Sign::Plus,
    }
}

/// -1, 0 or 1. Never fails.
#[no_mangle]
pub extern "C" fn sign_number(sign: Sign) -> i64 {
    sign as i64
}

/// A quarter turn clockwise. Never fails.
#[no_mangle]
pub extern "C" fn turn_right(heading: Compass) -> Compass {
    match heading {
        Compass::North => Compass::East,
        Compass::East => Compass::South,
        Compass::South => Compass::West,
        Compass::West => Compass::North,
    }
}

/// Reports a shape, by value: its tag, then its payload. Returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn shape_report(shape: Shape) -> usize {
    match shape {
        Shape::Circle { r } => record(&[&0u8, &r]),
        Shape::Rect { w, h } => record(&[&1u8, &w, &h]),
        Shape::Empty => record(&[&2u8]),
    }
}

/// A rectangle, by value; `Empty` when a side is zero. Never fails.
#[no_mangle]
pub extern "C" fn shape_rect(w: f32, h: f32) -> Shape {
    if w == 0.0 || h == 0.0 {
        Shape::Empty
    } else {
        Shape::Rect { w, h }
    }
}

/// Multiplies the sides or the radius of the shape behind the pointer.
///
/// Errors: `NullPointer`, `Misaligned`, `InvalidValue` (an unknown tag); then nothing is written.
/// Ownership: the shape stays the caller's.
///
/// # Safety
/// `shape` is null or points to a shape; its tag may be anything.
#[no_mangle]
pub unsafe extern "C" fn shape_scale(shape: *mut Shape, factor: f32) -> Status {
    ffi::wall(|| {
        let shape = ffi::some("shape", shape)?;
        known_tag(unsafe { shape.cast::<u8>().read() }, 3)?;
        match unsafe { &mut *shape } {
            Shape::Circle { r } => *r *= f64::from(factor),
            Shape::Rect { w, h } => {
                *w *= factor;
                *h *= factor;
            }
            Shape::Empty => {}
        }
        Ok(Status::Ok)
    })
}

/// Reports a packet, behind a pointer: its tag, then its payload. Returns how many words.
///
/// Errors: 0 for a null or misaligned pointer and for an unknown tag.
/// Ownership: the packet stays the caller's.
///
/// # Safety
/// `packet` is null or points to a packet; its tag may be anything.
#[no_mangle]
pub unsafe extern "C" fn packet_report(packet: *const Packet) -> usize {
    ffi::wall(|| {
        ffi::check("packet", packet, 1)?;
        known_tag(unsafe { packet.cast::<u8>().read() }, 2)?;
        Ok(match unsafe { *packet } {
            Packet::Small { a, b } => record(&[&0u8, &a, &b]),
            Packet::Large { value } => record(&[&1u8, &value]),
        })
    })
}

/// A packet, by value: `Large` when the value needs more than 32 bits, else `Small`, with `a` as
/// given. Never fails.
#[no_mangle]
pub extern "C" fn packet_pack(a: u8, value: u64) -> Packet {
    match u32::try_from(value) {
        Ok(b) => Packet::Small { a, b },
        Err(_) => Packet::Large { value },
    }
}

fn known_tag(tag: u8, count: u8) -> Result<(), Failure> {
    if tag < count {
        return Ok(());
    }
    Err(Failure::new(
        Status::InvalidValue,
        format!("{tag} is no known tag"),
    ))
}

/// `value`, or `fallback` for none (0). Never fails.
#[no_mangle]
pub extern "C" fn nonzero_or(value: Option<NonZeroU32>, fallback: u32) -> u32 {
    value.map_or(fallback, NonZeroU32::get)
}

/// `a - b`, none (0) when that is zero or less. Never fails.
#[no_mangle]
pub extern "C" fn excess(a: u32, b: u32) -> Option<NonZeroU32> {
    NonZeroU32::new(a.saturating_sub(b))
}

/// What `number` points to, plus one; -1 for null. Never fails. Ownership: it stays the caller's.
#[no_mangle]
pub extern "C" fn successor(number: Option<&i64>) -> i64 {
    number.map_or(-1, |number| number.wrapping_add(1))
}
