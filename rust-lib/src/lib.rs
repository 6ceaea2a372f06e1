//! The default subject of abide: how a Rust library should face C.
//!
//! One module a topic, named like the spec file that exercises it (`specs/<topic>.yaml`). Four modules
//! carry the others: [`status`] (what a failure is called), [`ffi`] (the panic wall and the one door
//! for pointers), [`received`] (what the last call got) and [`ledger`] (live allocations).
//! The conventions are in README.md.

#![deny(unsafe_op_in_unsafe_fn)]
#![deny(missing_docs)]
// cbindgen 0.24, which Debian ships, cannot parse `c"…"`.
#![allow(clippy::manual_c_str_literals)]

pub mod ffi;
pub mod ledger;
pub mod owned;
pub mod received;
pub mod status;

pub mod buffers;
pub mod callbacks;
pub mod enums;
pub mod errors;
pub mod floats;
pub mod globals;
pub mod handles;
pub mod integers;
pub mod panics;
pub mod strings;
pub mod structs;
pub mod unions;
