//! The default subject of abide: how a Rust library should face C.
//!
//! One module a topic, named like the spec file that exercises it (`specs/<topic>.yaml`). Four
//! modules carry the others: [`status`] (what a failure is called), [`ffi`] (the panic wall and the
//! one door for pointers), [`owned`] (what was given away) and [`received`] (what the last call
//! got). The conventions are in README.md.

#![deny(unsafe_op_in_unsafe_fn)]
#![deny(missing_docs)]
// cbindgen 0.24, which Debian ships, cannot parse `c"…"`.
#![allow(clippy::manual_c_str_literals)]

pub mod ffi;
pub mod owned;
pub mod received;
pub mod status;

pub mod aliases;
pub mod aligned_structs;
pub mod allocations;
pub mod buffers;
pub mod byte_structs;
pub mod byte_structs_wide;
pub mod callback_types;
pub mod callbacks;
pub mod deaths;
pub mod double_structs;
pub mod enum_widths;
pub mod enums;
pub mod errors;
pub mod float_structs;
pub mod floats;
pub mod foreign_threads;
pub mod globals;
pub mod handles;
pub mod integer_bits;
pub mod integer_structs;
pub mod integers;
pub mod large_structs;
pub mod ledger;
pub mod long_strings;
pub mod many_handles;
pub mod many_parameters;
pub mod mixed_structs;
pub mod nullables;
pub mod packed_structs;
pub mod panics;
pub mod parameters;
pub mod pointers;
pub mod spilled_structs;
pub mod strings;
pub mod structs;
pub mod subscriptions;
pub mod tagged_enums;
pub mod threads;
pub mod unions;

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn every_spec_has_a_module_of_its_name() {
        let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
        let Ok(entries) = std::fs::read_dir(specs) else {
            return; // the crate alone, without its suite
        };
        for path in entries.map(|entry| entry.expect("a readable folder").path()) {
            if path
                .extension()
                .is_some_and(|extension| extension == "yaml")
            {
                let module = path.with_extension("rs");
                let name = module.file_name().expect("a file");
                let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(name);
                assert!(source.is_file(), "{} is missing", source.display());
            }
        }
    }
}
