/*
 * What generated code calls. It includes freestanding headers only, so a subject may export any
 * name of the C library; every name in here begins with abide_.
 */
#ifndef ABIDE_RUNTIME_H
#define ABIDE_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Any function pointer: the one type that casts to every other without a warning. */
typedef void (*abide_function)(void);

/* A declaration whose C name is not the symbol's. */
#define ABIDE_TEXT_OF_(token) #token
#define ABIDE_TEXT_OF(token) ABIDE_TEXT_OF_(token)
#define ABIDE_SYMBOL(symbol) __asm__(ABIDE_TEXT_OF(__USER_LABEL_PREFIX__) symbol)

/* Types, as the compiler lays them out. */

enum abide_kind {
    ABIDE_VOID,
    ABIDE_INT,
    ABIDE_ENUM,
    ABIDE_FLOAT,
    ABIDE_BOOL,
    ABIDE_POINTER,
    ABIDE_FUNCTION,
    ABIDE_ARRAY,
    ABIDE_STRUCT,
    ABIDE_UNION,
    ABIDE_TAGGED
};

typedef struct abide_type {
    enum abide_kind kind;
    const char *name;
    size_t size;
    size_t align;
    bool is_signed;
    const struct abide_type *of; /* pointee, element, or the tag of a tagged enum */
    size_t count;                /* elements, fields or variants */
    const struct abide_field *fields;
    const struct abide_variant *variants;
} abide_type;

typedef struct abide_field {
    const char *name;
    size_t offset;
    const abide_type *type;
} abide_field;

typedef struct abide_variant {
    const char *name;
    const char *value;
    size_t count;
    const abide_field *fields;
} abide_variant;

extern const abide_type abide_type_void, abide_type_bool, abide_type_f32, abide_type_f64;
extern const abide_type abide_type_i8, abide_type_i16, abide_type_i32, abide_type_i64, abide_type_i128;
extern const abide_type abide_type_u8, abide_type_u16, abide_type_u32, abide_type_u64, abide_type_u128;
extern const abide_type abide_type_isize, abide_type_usize;
extern const abide_type abide_type_c_char, abide_type_c_schar, abide_type_c_uchar;
extern const abide_type abide_type_c_short, abide_type_c_ushort, abide_type_c_int, abide_type_c_uint;
extern const abide_type abide_type_c_long, abide_type_c_ulong;
extern const abide_type abide_type_c_longlong, abide_type_c_ulonglong;

/* How to read a value back; NULL is the default of its type. */

enum abide_reading { ABIDE_READ_TEXT, ABIDE_READ_UTF16, ABIDE_READ_ITEMS, ABIDE_READ_NAMED, ABIDE_READ_ELEMENTS };

typedef struct abide_read {
    enum abide_reading kind;
    uint64_t count;
    const char *name; /* of the field or union member that `each` is for */
    const struct abide_read *each;
    const struct abide_read *next; /* the next field's rule */
} abide_read;

#define ABIDE_TEXT (&(const abide_read){.kind = ABIDE_READ_TEXT})
#define ABIDE_UTF16 (&(const abide_read){.kind = ABIDE_READ_UTF16})
#define ABIDE_ITEMS(n, rule) (&(const abide_read){.kind = ABIDE_READ_ITEMS, .count = (uint64_t)(n), .each = (rule)})
#define ABIDE_ELEMENTS(rule) (&(const abide_read){.kind = ABIDE_READ_ELEMENTS, .each = (rule)})
#define ABIDE_NAMED(field, rule, others)                                                                          \
    (&(const abide_read){.kind = ABIDE_READ_NAMED, .name = (field), .each = (rule), .next = (others)})

/* Steps: one line of the journal each. */

void abide_step(const char *id);
void abide_enter(void); /* the last thing before a call */
void abide_leave(void); /* the first thing after it */
void abide_returns(const abide_type *type, const void *value, const abide_read *read);
void abide_after(const char *param, const abide_type *type, const void *value, const abide_read *read);
void abide_value(const abide_type *type, const void *value, const abide_read *read);
void abide_errno(void);
void abide_found(const char *symbol);
void abide_done(void);
/* These three end the case; abide_refused tells an outer function that an inner one met them. */
void abide_missing(const char *id, const char *symbol);
void abide_unsupported(const char *id, const char *by, const char *at, const char *why);
void abide_error(const char *id, const char *why);
bool abide_refused(void);
/* Lines from here on carry this round; -1: none. */
void abide_round(int64_t round);
void abide_threads(const char *id, unsigned count, void (*body)(unsigned thread));

/* Values that C cannot write exactly. */

static inline float abide_f32(uint32_t bits)
{
    union {
        uint32_t bits;
        float value;
    } both = {bits};
    return both.value;
}

static inline double abide_f64(uint64_t bits)
{
    union {
        uint64_t bits;
        double value;
    } both = {bits};
    return both.value;
}

void *abide_address(uint64_t address); /* a pointer that nobody dereferences */
void abide_zero(void *to, size_t size);
void abide_copy(void *to, const void *from, size_t size);

/* Guarded memory, alive until the case ends. */

enum abide_use { ABIDE_IN, ABIDE_CONST, ABIDE_OUT };

/* `from` (may be NULL: zeros, or the pattern for ABIDE_OUT) holds `size` bytes. */
void *abide_new(const char *name, enum abide_use use, size_t align, size_t size, const void *from);
/* Tells that the next call gets this pointer into older memory. */
void abide_give(const void *pointer, bool is_const);

/* Zeros between the fields, so that a callee that reads them sees the same in every run. Gives `data` back. */
void *abide_tidy(const abide_type *type, void *data);

#define abide_in(name, T, ...) abide_new(name, ABIDE_IN, _Alignof(T), sizeof((T[]){__VA_ARGS__}), (T[]){__VA_ARGS__})
#define abide_const(name, T, ...) \
    abide_new(name, ABIDE_CONST, _Alignof(T), sizeof((T[]){__VA_ARGS__}), (T[]){__VA_ARGS__})
#define abide_out(name, T, count) abide_new(name, ABIDE_OUT, _Alignof(T), sizeof(T) * (size_t)(count), NULL)

/* Scripted callbacks. */

typedef struct abide_callback {
    const char *name;
    abide_function function;
    bool ends;
    struct abide_calls *calls;
} abide_callback;

void abide_make(abide_callback *callback);
void abide_argument(const char *name, const abide_type *type, const void *value, const abide_read *read);
/* Closes the record of one call and numbers it from 1; every call ends with abide_return. */
uint64_t abide_called(abide_callback *callback);
void abide_return(void);
void abide_wait(abide_callback *callback, uint64_t count);

/* Slots of a table's row, read from the plan when the row is played. */

void abide_slot(unsigned slot, const abide_type *type, void *to);
uint64_t abide_slot_count(unsigned slot);
/* `text`: a plain C string where the row holds text. */
void *abide_slot_memory(unsigned slot, const char *name, const abide_type *pointee, bool is_const, bool text);

/* The program. */

typedef struct abide_case {
    const char *key;
    void (*play)(void);
    const abide_type *const *types; /* whose layout it relies on; ends with NULL */
} abide_case;

typedef struct abide_spec {
    const char *name;
    const abide_case *cases; /* sorted by key */
    size_t count;
} abide_spec;

int abide_main(int argc, char **argv, const abide_spec *const *specs, size_t count);

#endif
