//! Callbacks from threads that the caller's language did not make: while the caller waits, and after
//! its call has returned.

use std::ffi::c_void;
use std::sync::mpsc::{channel, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use crate::ffi::{self, Failure};
use crate::status::Status;

fn some<F>(callback: Option<F>) -> Result<F, Failure> {
    callback.ok_or_else(|| Failure::new(Status::NullPointer, "the callback is null"))
}

fn failed(what: &'static str) -> Failure {
    Failure::new(Status::Panic, what)
}

/// Calls `call` on a new thread and returns its answer when the thread has ended; -1 for a null
/// callback.
#[no_mangle]
pub extern "C" fn call_on_thread(
    value: i32,
    call: Option<extern "C" fn(value: i32, user: *mut c_void) -> i32>,
    user: *mut c_void,
) -> i32 {
    ffi::wall(|| {
        let call = some(call)?;
        let user = user.expose_provenance();
        let work = move || call(value, std::ptr::with_exposed_provenance_mut(user));
        thread::spawn(work)
            .join()
            .map_err(|_| failed("the thread panicked"))
    })
}

/// Calls `call` on `count` new threads, one after the other, with 0, 1, …, and returns the sum of its
/// answers, which wraps around; -1 for a null callback.
#[no_mangle]
pub extern "C" fn call_on_threads(
    count: i32,
    call: Option<extern "C" fn(value: i32) -> i32>,
) -> i32 {
    ffi::wall(|| {
        let call = some(call)?;
        (0..count).try_fold(0i32, |sum, value| {
            let answer = thread::spawn(move || call(value)).join();
            let answer = answer.map_err(|_| failed("the thread panicked"))?;
            Ok(sum.wrapping_add(answer))
        })
    })
}

struct Worker {
    work: Sender<i32>,
    thread: JoinHandle<i32>,
}

static WORKER: Mutex<Option<Worker>> = Mutex::new(None);

fn worker() -> MutexGuard<'static, Option<Worker>> {
    WORKER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts the worker, a thread that calls `call` with every value that `worker_send` sends, until
/// `worker_stop`. One that works is refused a second time.
///
/// Errors: `NullPointer`, `OutOfRange` (there is a worker). Ownership: both stay the caller's and must
/// live until `worker_stop` has returned.
#[no_mangle]
pub extern "C" fn worker_start(
    call: Option<extern "C" fn(value: i32, user: *mut c_void) -> i32>,
    user: *mut c_void,
) -> Status {
    ffi::wall(|| {
        let call = some(call)?;
        let mut place = worker();
        if place.is_some() {
            return Err(Failure::new(Status::OutOfRange, "there is a worker"));
        }
        let user = user.expose_provenance();
        let (work, tasks) = channel::<i32>();
        let thread = thread::spawn(move || {
            let answer = |value| call(value, std::ptr::with_exposed_provenance_mut(user));
            tasks
                .iter()
                .fold(0i32, |sum, value| sum.wrapping_add(answer(value)))
        });
        *place = Some(Worker { work, thread });
        Ok(Status::Ok)
    })
}

/// Sends a value to the worker and returns at once; the callback is called meanwhile or later.
///
/// Errors: `Stale` (there is no worker).
#[no_mangle]
pub extern "C" fn worker_send(value: i32) -> Status {
    ffi::wall(|| {
        let place = worker();
        let none = || Failure::new(Status::Stale, "there is no worker");
        let sent = place.as_ref().ok_or_else(none)?.work.send(value);
        sent.map_err(|_| failed("the worker panicked"))?;
        Ok(Status::Ok)
    })
}

/// Ends the worker when it has done all that was sent, and waits for that. Returns the sum of the
/// callback's answers, which wraps around; -1 when there is no worker.
#[no_mangle]
pub extern "C" fn worker_stop() -> i32 {
    ffi::wall(|| {
        let none = || Failure::new(Status::Stale, "there is no worker");
        let Worker { work, thread } = worker().take().ok_or_else(none)?;
        drop(work);
        thread.join().map_err(|_| failed("the worker panicked"))
    })
}
