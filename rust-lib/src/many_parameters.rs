//! From one parameter to seventy, integers and floats mixed: more than any FFI made room for.
//!
//! Every parameter is told through `received`. Nothing here can panic.

use crate::received::record;

/// One float.
///
/// Reports it through `received`, returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn one_float(a: f32) -> usize {
    record(&[&a])
}

/// One integer.
///
/// Reports it through `received`, returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn one_long(a: i64) -> usize {
    record(&[&a])
}

/// An integer and a double.
///
/// Reports them through `received`, returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn two_unlike(a: u16, b: f64) -> usize {
    record(&[&a, &b])
}

/// A double and a float.
///
/// Reports them through `received`, returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn two_floats_unlike(a: f64, b: f32) -> usize {
    record(&[&a, &b])
}

/// Seven, of both kinds.
///
/// Reports them through `received`, returns how many words. Never fails.
#[no_mangle]
pub extern "C" fn seven_mixed(a: f64, b: i8, c: f32, d: u64, e: f32, f: i16, g: f64) -> usize {
    record(&[&a, &b, &c, &d, &e, &f, &g])
}

/// Sixteen floats of both widths: half of them on the stack.
///
/// Reports them through `received`, returns how many words. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn sixteen_floats(
    a: f32,
    b: f64,
    c: f32,
    d: f64,
    e: f32,
    f: f64,
    g: f32,
    h: f64,
    i: f32,
    j: f64,
    k: f32,
    l: f64,
    m: f32,
    n: f64,
    o: f32,
    p: f64,
) -> usize {
    record(&[
        &a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o, &p,
    ])
}

/// Sixteen, floats and integers in turn.
///
/// Reports them through `received`, returns how many words. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn sixteen_mixed(
    a: f64,
    b: i64,
    c: f64,
    d: i64,
    e: f64,
    f: i64,
    g: f64,
    h: i64,
    i: f64,
    j: i64,
    k: f64,
    l: i64,
    m: f64,
    n: i64,
    o: f32,
    p: i8,
) -> usize {
    record(&[
        &a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o, &p,
    ])
}

/// Floats run out of registers first, then integers.
///
/// Reports them through `received`, returns how many words. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn floats_first(
    a: f64,
    b: f64,
    c: f64,
    d: f64,
    e: f64,
    f: f64,
    g: f64,
    h: f64,
    i: f64,
    j: i64,
    k: i64,
    l: i64,
    m: i64,
    n: i64,
    o: i64,
    p: i64,
) -> usize {
    record(&[
        &a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n, &o, &p,
    ])
}

/// Forty, every fifth one a float.
///
/// Reports them through `received`, returns how many words. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn forty(
    p1: f64,
    p2: u8,
    p3: i32,
    p4: u16,
    p5: u64,
    p6: f32,
    p7: u32,
    p8: i8,
    p9: i64,
    p10: u8,
    p11: f64,
    p12: u16,
    p13: u64,
    p14: i16,
    p15: u32,
    p16: f32,
    p17: i64,
    p18: u8,
    p19: i32,
    p20: u16,
    p21: f64,
    p22: i16,
    p23: u32,
    p24: i8,
    p25: i64,
    p26: f32,
    p27: i32,
    p28: u16,
    p29: u64,
    p30: i16,
    p31: f64,
    p32: i8,
    p33: i64,
    p34: u8,
    p35: i32,
    p36: f32,
    p37: u64,
    p38: i16,
    p39: u32,
    p40: i8,
) -> usize {
    record(&[
        &p1, &p2, &p3, &p4, &p5, &p6, &p7, &p8, &p9, &p10, &p11, &p12, &p13, &p14, &p15, &p16,
        &p17, &p18, &p19, &p20, &p21, &p22, &p23, &p24, &p25, &p26, &p27, &p28, &p29, &p30, &p31,
        &p32, &p33, &p34, &p35, &p36, &p37, &p38, &p39, &p40,
    ])
}

/// Seventy, every seventh one a float.
///
/// Reports them through `received`, returns how many words. Never fails.
#[allow(clippy::too_many_arguments)] // their number is what is tested
#[no_mangle]
pub extern "C" fn seventy(
    p1: f32,
    p2: u16,
    p3: u32,
    p4: u8,
    p5: u64,
    p6: i8,
    p7: i32,
    p8: f64,
    p9: i64,
    p10: u16,
    p11: u32,
    p12: u8,
    p13: u64,
    p14: i8,
    p15: f32,
    p16: i16,
    p17: i64,
    p18: u16,
    p19: u32,
    p20: u8,
    p21: u64,
    p22: f64,
    p23: i32,
    p24: i16,
    p25: i64,
    p26: u16,
    p27: u32,
    p28: u8,
    p29: f32,
    p30: i8,
    p31: i32,
    p32: i16,
    p33: i64,
    p34: u16,
    p35: u32,
    p36: f64,
    p37: u64,
    p38: i8,
    p39: i32,
    p40: i16,
    p41: i64,
    p42: u16,
    p43: f32,
    p44: u8,
    p45: u64,
    p46: i8,
    p47: i32,
    p48: i16,
    p49: i64,
    p50: f64,
    p51: u32,
    p52: u8,
    p53: u64,
    p54: i8,
    p55: i32,
    p56: i16,
    p57: f32,
    p58: u16,
    p59: u32,
    p60: u8,
    p61: u64,
    p62: i8,
    p63: i32,
    p64: f64,
    p65: i64,
    p66: u16,
    p67: u32,
    p68: u8,
    p69: u64,
    p70: i8,
) -> usize {
    record(&[
        &p1, &p2, &p3, &p4, &p5, &p6, &p7, &p8, &p9, &p10, &p11, &p12, &p13, &p14, &p15, &p16,
        &p17, &p18, &p19, &p20, &p21, &p22, &p23, &p24, &p25, &p26, &p27, &p28, &p29, &p30, &p31,
        &p32, &p33, &p34, &p35, &p36, &p37, &p38, &p39, &p40, &p41, &p42, &p43, &p44, &p45, &p46,
        &p47, &p48, &p49, &p50, &p51, &p52, &p53, &p54, &p55, &p56, &p57, &p58, &p59, &p60, &p61,
        &p62, &p63, &p64, &p65, &p66, &p67, &p68, &p69, &p70,
    ])
}
