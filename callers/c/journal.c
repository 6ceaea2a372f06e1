/* The journal: one write a line, and the step whose line is being made. */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef O_BINARY
#define O_BINARY 0
#endif

_Thread_local struct abide_context abide_here;

static int journal = -1;
static uint64_t line_number;
static uint64_t step_serial;
static bool refused;
static pthread_mutex_t lock;

bool abide_journal_open(const char *path)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&lock, &attributes);
    journal = open(path, O_WRONLY | O_APPEND | O_CREAT | O_BINARY, 0666);
    return journal >= 0;
}

void abide_lock(void)
{
    pthread_mutex_lock(&lock);
}

void abide_unlock(void)
{
    pthread_mutex_unlock(&lock);
}

/* In front of a line stands room for its number, which is known only when it is written. */
enum { ROOM = 32 };

void abide_begin_line(struct abide_text *line)
{
    static const char room[ROOM];
    line->length = 0;
    abide_put(line, room, ROOM);
}

void abide_end_line(struct abide_text *line)
{
    char head[ROOM];
    abide_puts(line, "}\n");
    abide_lock();
    int length = snprintf(head, sizeof head, "{\"n\":%llu,", (unsigned long long)line_number++);
    char *at = line->data + ROOM - length;
    size_t left = line->length - ROOM + (size_t)length;
    memcpy(at, head, (size_t)length);
    while (left > 0) {
        ssize_t written = write(journal, at, left);
        if (written < 0 && errno != EINTR) {
            _exit(1);
        }
        at += written < 0 ? 0 : written;
        left -= written < 0 ? 0 : (size_t)written;
    }
    abide_unlock();
}

void abide_put_where(struct abide_text *line, const char *id)
{
    abide_puts(line, "\"step\":");
    abide_put_string(line, id);
    if (abide_here.group != NULL) {
        abide_puts(line, ",\"thread\":");
        abide_put_number(line, abide_here.thread);
    }
    if (abide_here.in_round) {
        abide_puts(line, ",\"round\":");
        abide_put_number(line, (uint64_t)abide_here.round);
    }
}

struct abide_frame *abide_top(void)
{
    return abide_here.depth == 0 ? NULL : &abide_here.frames[abide_here.depth - 1];
}

void abide_forget_frames(void)
{
    abide_here.depth = 0;
    abide_here.callbacks = 0;
    abide_here.in_round = false;
}

void abide_round(int64_t round)
{
    abide_here.in_round = round >= 0;
    abide_here.round = round;
}

void abide_step(const char *id)
{
    struct abide_context *here = &abide_here;
    if (here->depth == here->capacity) {
        here->capacity = here->capacity * 2 + 8;
        here->frames = realloc(here->frames, here->capacity * sizeof *here->frames);
        if (here->frames == NULL) {
            abort();
        }
    }
    here->frames[here->depth++] = (struct abide_frame){.id = id};
    abide_lock();
    abide_top()->serial = ++step_serial;
    abide_unlock();
}

/* Begins the step's line; in a `threads` step each thread waits for its turn first. */
static struct abide_text *open_line(void)
{
    struct abide_frame *frame = abide_top();
    struct abide_text *line = &abide_here.line;
    if (!frame->open) {
        frame->open = true;
        abide_take_turn();
        abide_begin_line(line);
        abide_put_where(line, frame->id);
    }
    return line;
}

static void close_line(void)
{
    struct abide_frame *frame = abide_top();
    abide_end_line(&abide_here.line);
    free(frame->damage.data);
    free(frame->given);
    abide_here.depth--;
    abide_pass_turn();
}

void abide_enter(void)
{
    abide_snapshot_given(abide_top());
    errno = 0;
}

void abide_leave(void)
{
    int error = errno;
    open_line();
    abide_top()->error = error;
    abide_check_given(abide_top());
}

void abide_errno(void)
{
    abide_top()->show_error = true;
}

void abide_returns(const abide_type *type, const void *value, const abide_read *read)
{
    abide_puts(open_line(), ",\"returns\":");
    abide_show(&abide_here.line, type, value, read);
}

void abide_value(const abide_type *type, const void *value, const abide_read *read)
{
    abide_puts(open_line(), ",\"value\":");
    abide_show(&abide_here.line, type, value, read);
}

void abide_after(const char *param, const abide_type *type, const void *value, const abide_read *read)
{
    struct abide_text *line = open_line();
    abide_puts(line, abide_top()->after ? "," : ",\"after\":{");
    abide_top()->after = true;
    abide_put_string(line, param);
    abide_put_char(line, ':');
    abide_show(line, type, value, read);
}

void abide_found(const char *symbol)
{
    abide_puts(open_line(), abide_library_symbol(symbol) != NULL ? ",\"found\":true" : ",\"found\":false");
}

void abide_done(void)
{
    struct abide_text *line = open_line();
    struct abide_frame *frame = abide_top();
    bool is_listed = abide_here.group != NULL || abide_here.in_round || abide_here.callbacks > 0;
    bool top_level = abide_here.depth == 1 && !is_listed;
    if (frame->after) {
        abide_put_char(line, '}');
    }
    abide_put_called(line, frame, top_level);
    if (frame->show_error) {
        abide_puts(line, ",\"errno\":\"");
        abide_put_integer(line, &frame->error, sizeof frame->error, true);
        abide_put_char(line, '"');
    }
    if (frame->damage.length > 0) {
        abide_puts(line, ",\"damage\":[");
        abide_put(line, frame->damage.data, frame->damage.length);
        abide_put_char(line, ']');
    }
    close_line();
}

/* Opens a line of its own for a step that is not played. */
static void refuse(const char *id, const char *key, const char *words)
{
    abide_step(id);
    abide_puts(open_line(), key);
    abide_put_string(&abide_here.line, words);
    refused = true;
}

void abide_missing(const char *id, const char *symbol)
{
    refuse(id, ",\"missing\":", symbol);
    close_line();
}

void abide_unsupported(const char *id, const char *by, const char *at, const char *why)
{
    refuse(id, ",\"unsupported\":{\"by\":", by);
    abide_puts(&abide_here.line, ",\"at\":");
    abide_put_string(&abide_here.line, at);
    abide_puts(&abide_here.line, ",\"why\":");
    abide_put_string(&abide_here.line, why);
    abide_put_char(&abide_here.line, '}');
    close_line();
}

void abide_error(const char *id, const char *why)
{
    refuse(id, ",\"error\":", why);
    close_line();
}

/* In a callback or a thread there is no way out of the case: the line is written and the step goes on. */
void abide_fault(const char *why)
{
    const struct abide_frame *frame = abide_top();
    struct abide_text line = {NULL, 0, 0};
    abide_begin_line(&line);
    abide_put_where(&line, frame == NULL ? "0" : frame->id);
    abide_puts(&line, ",\"error\":");
    abide_put_string(&line, why);
    abide_end_line(&line);
    abide_free_text(&line);
    refused = true;
    if (abide_here.callbacks == 0 && abide_here.group == NULL) {
        abide_forget_frames();
        abide_leave_case();
    }
}

bool abide_refused(void)
{
    return refused;
}

bool abide_take_refusal(void)
{
    bool was = refused;
    refused = false;
    return was;
}
