//! Long parameter lists: registers run out, in every order, and a struct comes when few are left.
//!
//! Every parameter is told through `received`. Only a pointer can be refused, so only it needs the
//! wall.

use crate::ffi;
use crate::float_structs::{FloatInt, FloatPair};
use crate::received::record;
use crate::structs::{Big, Mixed, Small};

/// Six integers: the last that all registers of x86-64 System V take.
///
/// Reports them through `received`, returns how many. Never fails.
#[no_mangle]
pub extern "C" fn six_integers(a: u8, b: i16, c: u32, d: i64, e: i8, f: u64) -> usize {
    record(&[&a, &b, &c, &d, &e, &f])
}

/// Seven integers: the last one on the stack.
///
/// Reports them through `received`, returns how many. Never fails.
#[no_mangle]
pub extern "C" fn seven_integers(a: i64, b: u8, c: i32, d: u16, e: u64, f: i16, g: i8) -> usize {
    record(&[&a, &b, &c, &d, &e, &f, &g])
}

/// Eight integers: the last that all registers of AArch64 take.
///
/// Reports them through `received`, returns how many. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn eight_integers(
    a: i8,
    b: u64,
    c: i16,
    d: u32,
    e: u8,
    f: i64,
    g: u16,
    h: i32,
) -> usize {
    record(&[&a, &b, &c, &d, &e, &f, &g, &h])
}

/// Nine integers: narrow ones on the stack.
///
/// Reports them through `received`, returns how many. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn nine_integers(
    a: u64,
    b: i8,
    c: u32,
    d: i64,
    e: i16,
    f: u8,
    g: i32,
    h: u16,
    i: i8,
) -> usize {
    record(&[&a, &b, &c, &d, &e, &f, &g, &h, &i])
}

/// Twelve bytes: what Apple packs on the stack and others do not.
///
/// Reports them through `received`, returns how many. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn twelve_bytes(
    a: i8,
    b: i8,
    c: i8,
    d: i8,
    e: i8,
    f: i8,
    g: i8,
    h: i8,
    i: i8,
    j: i8,
    k: i8,
    l: i8,
) -> usize {
    record(&[&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l])
}

/// Sixteen integers, half of them on the stack.
///
/// Reports them through `received`, returns how many. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn sixteen_integers(
    a: i8,
    b: u16,
    c: i32,
    d: u64,
    e: i8,
    f: u16,
    g: i32,
    h: u64,
    i: i8,
    j: u16,
    k: i32,
    l: u64,
    m: i8,
    n: u16,
    o: i32,
    p: u64,
) -> usize {
    record(&[
        &a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o, &p,
    ])
}

/// Nine doubles: one more than the registers take.
///
/// Reports them through `received`, returns how many. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn nine_doubles(
    a: f64,
    b: f64,
    c: f64,
    d: f64,
    e: f64,
    f: f64,
    g: f64,
    h: f64,
    i: f64,
) -> usize {
    record(&[&a, &b, &c, &d, &e, &f, &g, &h, &i])
}

/// Nine single floats: one more than the registers take.
///
/// Reports them through `received`, returns how many. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn nine_floats(
    a: f32,
    b: f32,
    c: f32,
    d: f32,
    e: f32,
    f: f32,
    g: f32,
    h: f32,
    i: f32,
) -> usize {
    record(&[&a, &b, &c, &d, &e, &f, &g, &h, &i])
}

/// Floats and integers in turn, both kinds of registers at once.
///
/// Reports them through `received`, returns how many. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn floats_and_integers(
    a: f32,
    b: i32,
    c: f64,
    d: u8,
    e: f32,
    f: i64,
    g: f64,
    h: u16,
    i: f32,
    j: i8,
) -> usize {
    record(&[&a, &b, &c, &d, &e, &f, &g, &h, &i, &j])
}

/// Integers run out of registers first, then floats.
///
/// Reports them through `received`, returns how many. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn registers_run_out(
    a: i64,
    b: f64,
    c: i64,
    d: f64,
    e: i64,
    f: f64,
    g: i64,
    h: f64,
    i: i64,
    j: f64,
    k: i64,
    l: f64,
    m: i64,
    n: f64,
    o: i64,
    p: f64,
    q: i32,
    r: f32,
    s: u8,
    t: f64,
) -> usize {
    record(&[
        &a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o, &p, &q, &r, &s, &t,
    ])
}

/// A struct of two registers when five integers have left only one; reports all. Never fails.
#[no_mangle]
pub extern "C" fn struct_after_five(
    a: i32,
    b: i32,
    c: i32,
    d: i32,
    e: i32,
    value: FloatInt,
    last: u16,
) -> usize {
    record(&[&a, &b, &c, &d, &e, &value, &last])
}

/// A struct of integers when six integers have left no register; reports all. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn struct_after_six(
    a: i32,
    b: i32,
    c: i32,
    d: i32,
    e: i32,
    f: i32,
    value: Small,
    last: u8,
) -> usize {
    record(&[&a, &b, &c, &d, &e, &f, &value, &last])
}

/// Two structs and a trailing pointer; reports all, what the pointer points to last.
///
/// Errors: 0 for a null or misaligned pointer. Ownership: `last` stays the caller's.
///
/// # Safety
/// `last` is null or points to an `i32`.
#[no_mangle]
pub unsafe extern "C" fn two_structs(first: FloatPair, second: Mixed, last: *const i32) -> usize {
    ffi::wall(|| {
        Ok(record(&[&first, &second, unsafe {
            ffi::borrow("last", last)
        }?]))
    })
}

/// Returned through a hidden pointer, with more integers than registers: they come back as the
/// words, `i` added to the last one. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn big_of_nine(
    a: u64,
    b: u64,
    c: u64,
    d: u64,
    e: u64,
    f: u64,
    g: u64,
    h: u64,
    i: u8,
) -> Big {
    Big {
        words: [a, b, c, d, e, f, g, h.wrapping_add(i.into())],
    }
}
