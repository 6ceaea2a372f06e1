//! Structs by value when registers run out: split, spilled, behind and before other parameters, and
//! returned through a hidden pointer.
//!
//! Every parameter is told through `received`. Only a pointer can be refused, so only it needs the
//! wall.

use crate::ffi;
use crate::float_structs::{FloatInt, FloatPair, FloatQuad, IntFloat};
use crate::integer_structs::{Ints, Longs, Tail};
use crate::large_structs::LongTriple;
use crate::received::record;
use crate::structs::{Mixed, Point, Small};

/// Two longs when one integer register is left, then a double.
///
/// Reports them through `received`, returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn longs_sixth(
    a: i32,
    b: i32,
    c: i32,
    d: i32,
    e: i32,
    value: Longs,
    last: f64,
) -> usize {
    record(&[&a, &b, &c, &d, &e, &value, &last])
}

/// Two longs when no register is left.
///
/// Reports them through `received`, returns how many words. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn longs_after_six(
    a: i64,
    b: i64,
    c: i64,
    d: i64,
    e: i64,
    f: i64,
    value: Longs,
    last: i64,
) -> usize {
    record(&[&a, &b, &c, &d, &e, &f, &value, &last])
}

/// A small struct behind the last register of AArch64.
///
/// Reports them through `received`, returns how many words. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn small_after_eight(
    a: u64,
    b: u64,
    c: u64,
    d: u64,
    e: u64,
    f: u64,
    g: u64,
    h: u64,
    value: Small,
    last: u8,
) -> usize {
    record(&[&a, &b, &c, &d, &e, &f, &g, &h, &value, &last])
}

/// A float pair when no float register is left.
///
/// Reports them through `received`, returns how many words. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn pair_after_eight_floats(
    a: f32,
    b: f32,
    c: f32,
    d: f32,
    e: f32,
    f: f32,
    g: f32,
    h: f32,
    value: FloatPair,
    last: f32,
) -> usize {
    record(&[&a, &b, &c, &d, &e, &f, &g, &h, &value, &last])
}

/// Four floats when two float registers are left.
///
/// Reports them through `received`, returns how many words. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn quad_after_six_doubles(
    a: f64,
    b: f64,
    c: f64,
    d: f64,
    e: f64,
    f: f64,
    value: FloatQuad,
    last: f64,
) -> usize {
    record(&[&a, &b, &c, &d, &e, &f, &value, &last])
}

/// Two doubles when one float register is left.
///
/// Reports them through `received`, returns how many words. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn point_after_seven_doubles(
    a: f64,
    b: f64,
    c: f64,
    d: f64,
    e: f64,
    f: f64,
    g: f64,
    value: Point,
    last: f64,
) -> usize {
    record(&[&a, &b, &c, &d, &e, &f, &g, &value, &last])
}

/// Three structs while registers run out.
///
/// Reports them through `received`, returns how many words. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn mixed_after_five(
    a: i32,
    b: i32,
    c: i32,
    d: i32,
    e: i32,
    first: IntFloat,
    second: FloatInt,
    third: Tail,
) -> usize {
    record(&[&a, &b, &c, &d, &e, &first, &second, &third])
}

/// A struct in memory, then integers in registers.
///
/// Reports them through `received`, returns how many words. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn triple_first(
    value: LongTriple,
    a: i32,
    b: i32,
    c: i32,
    d: i32,
    e: i32,
    f: i32,
    g: i32,
) -> usize {
    record(&[&value, &a, &b, &c, &d, &e, &f, &g])
}

/// Five structs, each of another class.
///
/// Reports them through `received`, returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn five_structs(a: Small, b: Point, c: Ints, d: Mixed, e: FloatPair) -> usize {
    record(&[&a, &b, &c, &d, &e])
}

/// A struct on the stack and a pointer behind it; reports all, what the pointer points to last.
///
/// Errors: 0 for a null or misaligned pointer. Ownership: `last` stays the caller's.
///
/// # Safety
/// `last` is null or points to an `i64`.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub unsafe extern "C" fn spilled_before_pointer(
    a: i64,
    b: i64,
    c: i64,
    d: i64,
    e: i64,
    f: i64,
    g: i64,
    h: i64,
    value: Longs,
    last: *const i64,
) -> usize {
    ffi::wall(|| {
        let last = unsafe { ffi::borrow("last", last) }?;
        Ok(record(&[&a, &b, &c, &d, &e, &f, &g, &h, &value, last]))
    })
}

/// Two longs and a pointer behind them; reports all, what the pointer points to last.
///
/// Errors: 0 for a null or misaligned pointer. Ownership: `last` stays the caller's.
///
/// # Safety
/// `last` is null or points to a `u16`.
#[no_mangle]
pub unsafe extern "C" fn longs_before_pointer(value: Longs, last: *const u16) -> usize {
    ffi::wall(|| Ok(record(&[&value, unsafe { ffi::borrow("last", last) }?])))
}

/// Returned through a hidden pointer, with a struct and floats as parameters: the longs change places,
/// the bits of `x` plus `n` come third. Never fails.
#[no_mangle]
pub extern "C" fn triple_of(value: Longs, x: f64, n: u8) -> LongTriple {
    LongTriple {
        a: value.b,
        b: value.a,
        c: x.to_bits().wrapping_add(n.into()),
    }
}

/// A struct out of two, all in registers: `second.n`, then `first.b`. Never fails.
#[no_mangle]
pub extern "C" fn longs_of(first: Longs, second: FloatInt) -> Longs {
    Longs {
        a: second.n,
        b: first.b,
    }
}

/// Returned through a hidden pointer, with 33 integers: reports them all through `received`; what
/// comes back are the first, the seventeenth and the last. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn triple_of_many(
    p1: u64,
    p2: i32,
    p3: i32,
    p4: u64,
    p5: i32,
    p6: i32,
    p7: u64,
    p8: i32,
    p9: i32,
    p10: u64,
    p11: i32,
    p12: i32,
    p13: u64,
    p14: i32,
    p15: i32,
    p16: u64,
    p17: i32,
    p18: i32,
    p19: u64,
    p20: i32,
    p21: i32,
    p22: u64,
    p23: i32,
    p24: i32,
    p25: u64,
    p26: i32,
    p27: i32,
    p28: u64,
    p29: i32,
    p30: i32,
    p31: u64,
    p32: i32,
    p33: i32,
) -> LongTriple {
    record(&[
        &p1, &p2, &p3, &p4, &p5, &p6, &p7, &p8, &p9, &p10, &p11, &p12, &p13, &p14, &p15, &p16,
        &p17, &p18, &p19, &p20, &p21, &p22, &p23, &p24, &p25, &p26, &p27, &p28, &p29, &p30, &p31,
        &p32, &p33,
    ]);
    LongTriple {
        a: p1,
        b: p17.into(),
        c: p33 as u64,
    }
}
