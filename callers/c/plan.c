/* The plan, line by line. Not a FILE, and read at places of our own: a library may fork, and a child that ends
   with exit() would move a place that it shares with us. */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#ifndef O_BINARY
#define O_BINARY 0
#endif

static int plan = -1;
static int64_t place; /* in the file, of what comes after `part` */
static char part[65536];
static size_t length, next;

bool abide_plan_open(const char *path)
{
    plan = open(path, O_RDONLY | O_BINARY);
    return plan >= 0;
}

void abide_plan_seek(int64_t offset)
{
    place = offset;
    length = next = 0;
}

static bool read_part(void)
{
    for (;;) {
#ifdef _WIN32
        int size = _lseeki64(plan, place, SEEK_SET) < 0 ? -1 : _read(plan, part, sizeof part);
#else
        ssize_t size = pread(plan, part, sizeof part, place);
#endif
        if (size < 0 && errno == EINTR) {
            continue;
        }
        next = 0;
        length = size < 0 ? 0 : (size_t)size;
        place += (int64_t)length;
        return length > 0;
    }
}

bool abide_plan_line(struct abide_text *text)
{
    const char *end = NULL;
    text->length = 0;
    while (end == NULL && (next < length || read_part())) {
        end = memchr(part + next, '\n', length - next);
        size_t to = end == NULL ? length : (size_t)(end - part) + 1;
        abide_put(text, part + next, to - next);
        next = to;
    }
    bool some = text->length > 0;
    while (text->length > 0 && (text->data[text->length - 1] == '\n' || text->data[text->length - 1] == '\r')) {
        text->length--;
    }
    abide_put(text, "", 1);
    return some;
}
