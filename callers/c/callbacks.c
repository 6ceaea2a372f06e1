/* Scripted callbacks: what they were called with, and what was already told about it. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The calls of one callback. Kept for ever: the subject may hold its function pointer. */
struct abide_calls {
    const abide_callback *callback;
    uint64_t created_in; /* serial of the step */
    bool in_thread;
    unsigned thread;
    uint64_t total, untold;
    struct abide_text list; /* the untold calls; with `ends` only the last one */
    struct abide_text first;
    struct abide_calls *next;
};

/* Of this case, in order of creation. */
static struct abide_calls *first_calls, **last_calls = &first_calls;

void abide_make(abide_callback *callback)
{
    struct abide_calls *calls = calloc(1, sizeof *calls);
    if (calls == NULL) {
        abort();
    }
    calls->callback = callback;
    calls->created_in = abide_top()->serial;
    calls->in_thread = abide_here.group != NULL;
    calls->thread = abide_here.thread;
    abide_lock();
    callback->calls = calls;
    *last_calls = calls;
    last_calls = &calls->next;
    abide_unlock();
}

/* In a `threads` step every thread has made its own callback from the one function. */
static struct abide_calls *calls_of(const abide_callback *callback)
{
    if (abide_here.group != NULL) {
        struct abide_calls *found = NULL;
        for (struct abide_calls *calls = first_calls; calls != NULL; calls = calls->next) {
            if (calls->callback == callback && calls->in_thread && calls->thread == abide_here.thread) {
                found = calls;
            }
        }
        if (found != NULL) {
            return found;
        }
    }
    return callback->calls;
}

void abide_argument(const char *name, const abide_type *type, const void *value, const abide_read *read)
{
    struct abide_text *record = &abide_here.record;
    abide_here.callbacks += record->length == 0 ? 1 : 0;
    abide_put_char(record, record->length == 0 ? '{' : ',');
    abide_put_string(record, name);
    abide_put_char(record, ':');
    abide_show(record, type, value, read);
}

static void append(struct abide_text *list, const struct abide_text *record, bool only)
{
    if (only) {
        list->length = 0;
    } else if (list->length > 0) {
        abide_put_char(list, ',');
    }
    abide_put(list, record->data, record->length);
}

uint64_t abide_called(abide_callback *callback)
{
    struct abide_text *record = &abide_here.record;
    abide_here.callbacks += record->length == 0 ? 1 : 0;
    abide_puts(record, record->length == 0 ? "{}" : "}");
    abide_lock();
    struct abide_calls *calls = calls_of(callback);
    if (calls->untold++ == 0) {
        append(&calls->first, record, true);
    }
    append(&calls->list, record, callback->ends);
    uint64_t total = ++calls->total;
    abide_unlock();
    record->length = 0;
    return total;
}

void abide_return(void)
{
    abide_here.callbacks--;
}

void abide_wait(abide_callback *callback, uint64_t count)
{
    const struct timespec pause = {0, 1000000};
    for (;;) {
        abide_lock();
        uint64_t total = calls_of(callback)->total;
        abide_unlock();
        if (total >= count) {
            return;
        }
        nanosleep(&pause, NULL);
    }
}

static void put_calls(struct abide_text *line, struct abide_calls *calls)
{
    abide_put_string(line, calls->callback->name);
    if (calls->callback->ends) {
        abide_puts(line, ":{\"count\":\"");
        abide_put_number(line, calls->untold);
        abide_put_char(line, '"');
        if (calls->untold > 0) {
            abide_puts(line, ",\"first\":");
            abide_put(line, calls->first.data, calls->first.length);
            abide_puts(line, ",\"last\":");
            abide_put(line, calls->list.data, calls->list.length);
        }
        abide_put_char(line, '}');
    } else {
        abide_puts(line, ":[");
        abide_put(line, calls->list.data, calls->list.length);
        abide_put_char(line, ']');
    }
    calls->untold = 0;
    calls->list.length = 0;
}

void abide_put_called(struct abide_text *line, const struct abide_frame *frame, bool top_level)
{
    bool some = false;
    abide_lock();
    for (struct abide_calls *calls = first_calls; calls != NULL; calls = calls->next) {
        if (calls->created_in == frame->serial || (top_level && calls->untold > 0)) {
            abide_puts(line, some ? "," : ",\"called\":{");
            put_calls(line, calls);
            some = true;
        }
    }
    abide_puts(line, some ? "}" : "");
    abide_unlock();
}

const char *abide_callback_at(const void *pointer)
{
    const char *name = NULL;
    abide_lock();
    for (struct abide_calls *calls = first_calls; calls != NULL; calls = calls->next) {
        if ((uintptr_t)calls->callback->function == (uintptr_t)pointer) {
            name = calls->callback->name;
        }
    }
    abide_unlock();
    return name;
}

void abide_forget_callbacks(void)
{
    first_calls = NULL;
    last_calls = &first_calls;
}
