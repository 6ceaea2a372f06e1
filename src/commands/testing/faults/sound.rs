//! A sound library. The faulty ones are made of it, each by one replacement (faulty-libraries.test.ts).

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(1, Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[no_mangle]
pub extern "C" fn live_allocations() -> usize {
    LIVE.load(Ordering::Relaxed)
}

#[no_mangle]
pub static VERSION: u32 = 3;

#[repr(C)]
pub struct Mixed {
    tag: u8,
    value: u32,
    end: u8,
}

#[repr(C)]
pub struct Point {
    x: i32,
    y: i32,
}

#[no_mangle]
pub extern "C" fn add_numbers(a: i32, b: i32) -> i32 {
    a.wrapping_add(b)
}

#[no_mangle]
pub extern "C" fn widen(value: i64) -> i64 {
    value
}

#[no_mangle]
pub extern "C" fn mirror(point: Point) -> Point {
    Point { x: -point.x, y: -point.y }
}

/// # Safety
/// `mixed` is null or points to a `Mixed`.
#[no_mangle]
pub unsafe extern "C" fn mixed_value(mixed: *const Mixed) -> u32 {
    match unsafe { mixed.as_ref() } {
        Some(mixed) => mixed.value + u32::from(mixed.tag) + u32::from(mixed.end),
        None => 0,
    }
}

/// # Safety
/// `items` is null or points to `count` integers.
#[no_mangle]
pub unsafe extern "C" fn sum(items: *const i32, count: usize) -> i32 {
    if items.is_null() {
        return -1;
    }
    unsafe { std::slice::from_raw_parts(items, count) }.iter().sum()
}

/// # Safety
/// `out` is null or points to `count` integers.
#[no_mangle]
pub unsafe extern "C" fn count_up(out: *mut i32, count: usize) -> i32 {
    if count > 100 {
        return -1;
    }
    for index in 0..count {
        unsafe { out.add(index).write(index as i32 + 1) };
    }
    0
}

#[no_mangle]
pub extern "C" fn boxed(value: i32) -> *mut i32 {
    Box::into_raw(Box::new(value))
}

/// # Safety
/// `pointer` is null or came from `boxed`.
#[no_mangle]
pub unsafe extern "C" fn unbox(pointer: *mut i32) {
    if !pointer.is_null() {
        drop(unsafe { Box::from_raw(pointer) });
    }
}

#[no_mangle]
pub extern "C" fn checked_divide(a: i32, b: i32) -> i32 {
    a.checked_div(b).unwrap_or(-1)
}
