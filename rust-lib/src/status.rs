//! Status codes: the numbers never change their meaning, a retired one is never used again.

/// The answer of every function that can fail. 0 is success, nothing else is.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Done.
    Ok = 0,
    /// A pointer that must not be null is null.
    NullPointer = 1,
    /// Text is not UTF-8.
    InvalidUtf8 = 2,
    /// The caller's memory is too small. Nothing was written into it; the needed size was reported.
    BufferTooSmall = 3,
    /// A length that no memory can have (more than `isize::MAX` bytes).
    InvalidLength = 4,
    /// A pointer that is not aligned for its type.
    Misaligned = 5,
    /// A handle or an allocation that is not alive: freed before, or never given out.
    Stale = 6,
    /// The library panicked; the message is in the last error. Its state is as before the call.
    Panic = 7,
    /// An index or a count outside of what there is.
    OutOfRange = 8,
    /// A byte pattern that its type forbids: an unknown enum value, a bool that is neither 0 nor 1.
    InvalidValue = 9,
    /// The result does not fit its type.
    Overflow = 10,
    /// Division by zero.
    DivisionByZero = 11,
    /// A handle of another kind.
    WrongKind = 12,
}
