/* What the parts of the runtime share. Generated code never includes this. */
#ifndef ABIDE_INTERNAL_H
#define ABIDE_INTERNAL_H

#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64

#include "runtime.h"

/* text.c: a growing text, and the start of a journal line in it. */

struct abide_text {
    char *data;
    size_t length;
    size_t capacity;
};

void abide_free_text(struct abide_text *text);
void abide_put(struct abide_text *text, const void *bytes, size_t length);
void abide_puts(struct abide_text *text, const char *string);
void abide_put_char(struct abide_text *text, char character);
void abide_put_hex(struct abide_text *text, const void *bytes, size_t length);
void abide_put_number(struct abide_text *text, uint64_t number);
void abide_put_string(struct abide_text *text, const char *string);
/* The decimal digits of an integer in memory, in native byte order. */
void abide_put_integer(struct abide_text *text, const void *at, size_t size, bool is_signed);
/* The other way; false: not a decimal number. Ends at the closing quote. */
bool abide_parse_integer(const char *digits, void *to, size_t size);

/* journal.c */

struct abide_given {
    size_t memory;
    bool is_const;
    unsigned char *snapshot; /* of named memory; other memory keeps its own */
};

/* A step that has begun and has no line yet. Steps of callbacks stand on top of the step that called. */
struct abide_frame {
    const char *id;
    uint64_t serial;
    int error;
    bool show_error, open, told_read, after;
    struct abide_given *given;
    size_t given_count;
    struct abide_text damage;
};

struct abide_context {
    struct abide_group *group; /* of a thread of a `threads` step */
    unsigned thread;
    bool in_round;
    int64_t round;
    unsigned callbacks; /* how many callbacks we are inside of */
    struct abide_frame *frames;
    size_t depth, capacity;
    struct abide_text line, record;
};

extern _Thread_local struct abide_context abide_here;

bool abide_journal_open(const char *path);
void abide_begin_line(struct abide_text *line);
void abide_end_line(struct abide_text *line);
void abide_put_where(struct abide_text *line, const char *id);
struct abide_frame *abide_top(void);
void abide_forget_frames(void);
/* The driver's own fault: writes the error of the current step and leaves the case when it can. */
void abide_fault(const char *why);
bool abide_take_refusal(void);
void abide_lock(void);
void abide_unlock(void);

/* observe.c */
void abide_show(struct abide_text *out, const abide_type *type, const void *at, const abide_read *read);

/* memory.c */
struct abide_memory {
    const char *name;
    unsigned char *block, *data, *snapshot;
    size_t size;
    enum abide_use use;
    bool reported[3];
};
bool abide_find_memory(const void *pointer, struct abide_memory *found);
bool abide_untouched(const void *at, size_t size);
void abide_snapshot_given(struct abide_frame *frame);
void abide_check_given(struct abide_frame *frame);
void abide_check_all(struct abide_text *damage);
/* Memory without guards that lives until the case ends. */
void abide_keep(void *block);
void abide_free_all(void);

/* addresses.c */
void abide_put_pointer(struct abide_text *out, const void *pointer);
void abide_forget_addresses(void);
/* The array with room for one more item. */
void *abide_grown(void *items, size_t count, size_t *capacity, size_t size);

/* callbacks.c */
void abide_put_called(struct abide_text *line, const struct abide_frame *frame, bool top_level);
const char *abide_callback_at(const void *pointer);
void abide_forget_callbacks(void);

/* threads.c */
void abide_meet(void);
void abide_take_turn(void);
void abide_pass_turn(void);

/* plan.c */
bool abide_plan_open(const char *path);
void abide_plan_seek(int64_t offset);
/* The next line without its end; false at the end of the plan. */
bool abide_plan_line(struct abide_text *text);

/* json.c: NULL means that there is no such thing. */
const char *abide_json_end(const char *value);
const char *abide_json_member(const char *object, const char *key);
const char *abide_json_first(const char *list);
const char *abide_json_next(const char *item);
size_t abide_json_count(const char *list);
/* Bytes in a string of hex digits. */
size_t abide_json_hex_length(const char *string);
void abide_json_hex(unsigned char *to, const char *string, size_t length);

/* rows.c */
void abide_set_row(const char *json);

/* library.c */
bool abide_library_open(const char *name, const char **why);
void *abide_library_symbol(const char *symbol);

/* runtime.c */
void abide_leave_case(void);

#endif
