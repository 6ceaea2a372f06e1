//! A library that does its callers every harm a library can (storm.test.ts). Built with -O: without it rustc
//! itself would refuse to read through null.

use std::hint::{black_box, spin_loop};
use std::io::Write;
use std::process::abort;
#[cfg(unix)]
use std::time::Duration;

extern "C" {
    fn exit(code: i32) -> !;
    fn _exit(code: i32) -> !;
    fn raise(signal: i32) -> i32;
    #[cfg_attr(windows, link_name = "_close")]
    fn close(descriptor: i32) -> i32;
}

#[no_mangle]
pub extern "C" fn add(a: i32, b: i32) -> i32 {
    a.wrapping_add(b)
}

#[no_mangle]
pub extern "C" fn read_through(pointer: *const i32) -> i32 {
    unsafe { pointer.read_volatile() }
}

#[no_mangle]
pub extern "C" fn abort_now() {
    abort()
}

#[no_mangle]
pub extern "C" fn abort_on_zero(value: i32) -> i32 {
    if value == 0 {
        abort()
    }
    value
}

#[no_mangle]
pub extern "C" fn panic_now() {
    panic!("through the boundary")
}

/// Runs what was registered with `atexit`.
#[no_mangle]
pub extern "C" fn exit_with(code: i32) {
    unsafe { exit(code) }
}

#[no_mangle]
pub extern "C" fn exit_at_once(code: i32) {
    unsafe { _exit(code) }
}

#[no_mangle]
pub extern "C" fn spin_for_ever() {
    loop {
        spin_loop()
    }
}

#[no_mangle]
pub extern "C" fn wait_for_ever() {
    loop {
        std::thread::park()
    }
}

#[no_mangle]
#[allow(unconditional_recursion)]
pub extern "C" fn overflow_stack(depth: u64) -> u64 {
    let frame = black_box([depth; 512]);
    black_box(overflow_stack(depth + 1)) + frame[1]
}

fn raised(signal: i32) -> i32 {
    unsafe { raise(signal) }
}

#[no_mangle]
pub extern "C" fn raise_fpe() -> i32 {
    raised(8)
}

#[no_mangle]
pub extern "C" fn raise_ill() -> i32 {
    raised(4)
}

#[no_mangle]
pub extern "C" fn raise_bus() -> i32 {
    raised(if cfg!(target_os = "macos") { 10 } else { 7 })
}

/// A pointer that reads as any other, until somebody follows it.
#[no_mangle]
pub extern "C" fn number_at_nowhere() -> *const i32 {
    std::ptr::without_provenance(16)
}

#[no_mangle]
pub extern "C" fn borrow_number() -> *const i32 {
    &7
}

#[no_mangle]
pub extern "C" fn give_back(_number: *const i32) {
    abort()
}

#[no_mangle]
pub extern "C" fn visit(visitor: extern "C" fn(i32) -> i32) -> i32 {
    visitor(1) + visitor(2)
}

#[no_mangle]
pub extern "C" fn print_and_close() -> i32 {
    println!("{{\"n\":3,\"end\":\"storm/prints-to-stdout-and-closes-it\"}}");
    let _ = std::io::stdout().flush();
    unsafe { close(1) }
}

#[no_mangle]
pub extern "C" fn print_line() -> i32 {
    println!("nobody reads this");
    0
}

#[no_mangle]
pub extern "C" fn read_stdin() -> i32 {
    std::io::stdin().lines().count() as i32
}

#[no_mangle]
pub extern "C" fn flood_and_abort(megabytes: u32) {
    let line = "flood ".repeat(1024 * 1024 / 6) + "\n";
    let mut stderr = std::io::stderr();
    for _ in 0..megabytes {
        let _ = stderr.write_all(line.as_bytes());
    }
    let _ = stderr.write_all(b"the last words\n");
    abort()
}

/// Works from then on in a folder that is no more.
#[no_mangle]
pub extern "C" fn leave_folder() -> i32 {
    let folder = std::env::temp_dir().join(format!("storm-{}", std::process::id()));
    let gone = std::fs::create_dir(&folder)
        .and_then(|()| std::env::set_current_dir(&folder))
        .and_then(|()| std::fs::remove_dir(&folder));
    i32::from(gone.is_err())
}

#[cfg(unix)]
mod unix {
    use super::{exit, Duration, Write, _exit};

    extern "C" {
        fn fork() -> i32;
        fn kill(process: i32, signal: i32) -> i32;
        fn waitpid(process: i32, status: *mut i32, options: i32) -> i32;
    }

    const SIGKILL: i32 = 9;
    const WNOHANG: i32 = 1;

    /// The child writes on, long after its parent; only so long that a failing test leaves nothing behind.
    #[no_mangle]
    pub extern "C" fn fork_writer() -> i32 {
        let child = unsafe { fork() };
        if child == 0 {
            for _ in 0..12_000 {
                let _ = std::io::stderr().write_all(b"the child writes on\n");
                std::thread::sleep(Duration::from_millis(5));
            }
            unsafe { _exit(0) }
        }
        i32::from(child < 0)
    }

    /// A child that ends with `exit` flushes, and so moves, the files it shares with its parent. Not every
    /// runtime survives that: the parent waits a second for it, no longer.
    #[no_mangle]
    pub extern "C" fn fork_and_exit() -> i32 {
        let child = unsafe { fork() };
        if child == 0 {
            unsafe { exit(0) }
        }
        for _ in 0..200 {
            if unsafe { waitpid(child, std::ptr::null_mut(), WNOHANG) } == child {
                return 0;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        unsafe { kill(child, SIGKILL) };
        0
    }

    /// Comes back in two processes: both go on with the plan.
    #[no_mangle]
    pub extern "C" fn fork_and_return() -> i32 {
        i32::from(unsafe { fork() } < 0)
    }

    #[no_mangle]
    pub extern "C" fn kill_group() {
        unsafe { kill(0, SIGKILL) };
        std::thread::sleep(Duration::from_secs(60));
    }
}
