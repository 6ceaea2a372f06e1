//! What the last observing call received, field by field: an echo alone would let a mistake on the
//! way in and the opposite one on the way out cancel out.

use std::cell::RefCell;

use crate::ffi;

/// One more than the longest parameter list of this library has.
const SLOTS: usize = 128;

struct Record {
    words: [u64; SLOTS],
    count: usize,
}

thread_local! {
    static RECORD: RefCell<Record> = const { RefCell::new(Record { words: [0; SLOTS], count: 0 }) };
}

/// Anything that can be told as 64-bit words.
pub trait Words {
    /// The words, in the order of the fields.
    fn words(&self, write: &mut dyn FnMut(u64));
}

macro_rules! one_word {
    ($($type:ty: $value:ident => $word:expr),+ $(,)?) => {
        $(impl Words for $type {
            fn words(&self, write: &mut dyn FnMut(u64)) {
                let $value = *self;
                write($word);
            }
        })+
    };
}

// Signed integers are told sign-extended, floats by their bits, unsigned and bool as they are.
one_word!(
    i8: v => v as u64, i16: v => v as u64, i32: v => v as u64, i64: v => v as u64,
    u8: v => v.into(), u16: v => v.into(), u32: v => v.into(), u64: v => v,
    isize: v => v as u64, usize: v => v as u64, bool: v => v.into(),
    f32: v => v.to_bits().into(), f64: v => v.to_bits(),
);

impl<T: Words, const N: usize> Words for [T; N] {
    fn words(&self, write: &mut dyn FnMut(u64)) {
        self.iter().for_each(|each| each.words(write));
    }
}

/// Tells a struct field by field.
macro_rules! words_of {
    ($($name:ident { $($field:ident),+ })+) => {
        $(impl $crate::received::Words for $name {
            fn words(&self, write: &mut dyn FnMut(u64)) {
                $({ let field = self.$field; $crate::received::Words::words(&field, write); })+
            }
        })+
    };
}
pub(crate) use words_of;

/// Replaces the record of this thread; answers how many words it now has.
pub fn record(values: &[&dyn Words]) -> usize {
    RECORD.with_borrow_mut(|record| {
        record.count = 0;
        let Record { words, count } = record;
        let mut write = |word| {
            words[*count] = word;
            *count += 1;
        };
        values.iter().for_each(|value| value.words(&mut write));
        record.count
    })
}

/// Copies what the last observing call of this thread received into `out`: one word a field, signed
/// integers sign-extended, floats as their bits, in the order of parameters and fields.
///
/// Returns how many words there are; when `capacity` is smaller, nothing is written.
/// `out` may be null when `capacity` is 0.
/// Errors: 0 for a null or misaligned `out`.
///
/// # Safety
/// `out` points to room for `capacity` words.
#[no_mangle]
pub unsafe extern "C" fn received(out: *mut u64, capacity: usize) -> usize {
    ffi::wall(|| {
        let room = unsafe { ffi::items_mut("out", out, capacity) }?;
        RECORD.with_borrow(|record| {
            if let Some(place) = room.get_mut(..record.count) {
                place.copy_from_slice(&record.words[..record.count]);
            }
            Ok(record.count)
        })
    })
}
