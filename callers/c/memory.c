/* Memory that is handed to the subject: guards, fill pattern, snapshots. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

enum { GUARD = 32, FRONT = 0xC9, BEHIND = 0x9C, SHOWN = 16 };
enum { IN_FRONT, IN_BEHIND, IN_CONST };

static struct abide_memory *memories;
static size_t memory_count, memory_capacity;
static void **kept;
static size_t kept_count, kept_capacity;

static unsigned char pattern(size_t i)
{
    return (unsigned char)(0xA5 ^ (i & 0xff));
}

static unsigned char *copy_of(const unsigned char *data, size_t size)
{
    unsigned char *copy = malloc(size + 1);
    if (copy == NULL) {
        abort();
    }
    memcpy(copy, data, size);
    return copy;
}

static void give(size_t memory, bool is_const)
{
    struct abide_frame *frame = abide_top();
    if (frame == NULL) {
        return;
    }
    struct abide_given *given = realloc(frame->given, (frame->given_count + 1) * sizeof *given);
    if (given == NULL) {
        abort();
    }
    given[frame->given_count++] = (struct abide_given){memory, is_const, NULL};
    frame->given = given;
}

void *abide_new(const char *name, enum abide_use use, size_t align, size_t size, const void *from)
{
    size_t boundary = align < 16 ? 16 : align;
    if (size > SIZE_MAX / 2) {
        abide_fault("more memory asked for than there is");
        size = 0;
    }
    unsigned char *block = malloc(size + 2 * GUARD + boundary);
    if (block == NULL) {
        abide_fault("more memory asked for than there is");
        return NULL;
    }
    uintptr_t first = (uintptr_t)(block + GUARD);
    unsigned char *data = block + GUARD + (boundary - first % boundary) % boundary;
    memset(data - GUARD, FRONT, GUARD);
    memset(data + size, BEHIND, GUARD);
    if (from != NULL) {
        memcpy(data, from, size);
    } else if (use == ABIDE_OUT) {
        for (size_t i = 0; i < size; i++) {
            data[i] = pattern(i);
        }
    } else {
        memset(data, 0, size);
    }
    abide_lock();
    memories = abide_grown(memories, memory_count, &memory_capacity, sizeof *memories);
    memories[memory_count] = (struct abide_memory){.name = name, .block = block, .data = data, .size = size, .use = use};
    give(memory_count++, use == ABIDE_CONST);
    abide_unlock();
    return data;
}

static void tidy(const abide_type *type, unsigned char *data)
{
    if (type->kind == ABIDE_ARRAY) {
        for (size_t i = 0; i < type->count; i++) {
            tidy(type->of, data + i * type->of->size);
        }
    } else if (type->kind == ABIDE_STRUCT) {
        size_t end = 0;
        for (size_t i = 0; i < type->count; i++) {
            const abide_field *field = &type->fields[i];
            memset(data + end, 0, field->offset - end);
            tidy(field->type, data + field->offset);
            end = field->offset + field->type->size;
        }
        memset(data + end, 0, type->size - end);
    }
}

void *abide_tidy(const abide_type *type, void *data)
{
    struct abide_memory memory;
    if (data != NULL && abide_find_memory(data, &memory)) {
        for (size_t at = 0; at + type->size <= memory.size; at += type->size) {
            tidy(type, (unsigned char *)data + at);
        }
    }
    return data;
}

/* The memory that a pointer points into or right behind; the newest first, which is nearly always it. */
static struct abide_memory *find(const void *pointer)
{
    const unsigned char *at = pointer;
    for (size_t i = memory_count; i-- > 0;) {
        if (at >= memories[i].data && at <= memories[i].data + memories[i].size) {
            return &memories[i];
        }
    }
    return NULL;
}

bool abide_find_memory(const void *pointer, struct abide_memory *found)
{
    abide_lock();
    const struct abide_memory *memory = find(pointer);
    if (memory != NULL) {
        *found = *memory;
    }
    abide_unlock();
    return memory != NULL;
}

void abide_give(const void *pointer, bool is_const)
{
    abide_lock();
    struct abide_memory *memory = find(pointer);
    if (memory != NULL) {
        give((size_t)(memory - memories), is_const);
    }
    abide_unlock();
}

bool abide_untouched(const void *at, size_t size)
{
    struct abide_memory memory;
    if (size == 0 || !abide_find_memory(at, &memory) || memory.use != ABIDE_OUT) {
        return false;
    }
    size_t start = (size_t)((const unsigned char *)at - memory.data);
    if (size > memory.size - start) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        if (memory.data[start + i] != pattern(start + i)) {
            return false;
        }
    }
    return true;
}

/* A memory that the same call also gets without const may change. */
static bool writable_too(const struct abide_frame *frame, size_t memory)
{
    for (size_t i = 0; i < frame->given_count; i++) {
        if (frame->given[i].memory == memory && !frame->given[i].is_const) {
            return true;
        }
    }
    return false;
}

void abide_snapshot_given(struct abide_frame *frame)
{
    abide_lock();
    for (size_t i = 0; i < frame->given_count; i++) {
        struct abide_given *given = &frame->given[i];
        struct abide_memory *memory = &memories[given->memory];
        if (!given->is_const || writable_too(frame, given->memory)) {
            free(memory->snapshot);
            memory->snapshot = NULL;
        } else if (memory->use == ABIDE_CONST && memory->snapshot == NULL) {
            memory->snapshot = copy_of(memory->data, memory->size);
        } else if (memory->use != ABIDE_CONST) {
            given->snapshot = copy_of(memory->data, memory->size);
        }
    }
    abide_unlock();
}

static void compare(struct abide_text *damage, struct abide_memory *memory, int where, const unsigned char *expected,
                    const unsigned char *found, size_t size, int64_t offset)
{
    static const char *const names[] = {"front", "behind", "const"};
    size_t first = 0;
    while (first < size && expected[first] == found[first]) {
        first++;
    }
    if (first == size || memory->reported[where]) {
        return;
    }
    size_t shown = size - first < SHOWN ? size - first : SHOWN;
    int64_t at = offset + (int64_t)first;
    memory->reported[where] = true;
    abide_puts(damage, damage->length > 0 ? ",{\"memory\":" : "{\"memory\":");
    abide_put_string(damage, memory->name);
    abide_puts(damage, ",\"where\":\"");
    abide_puts(damage, names[where]);
    abide_puts(damage, "\",\"offset\":");
    abide_put_integer(damage, &at, sizeof at, true);
    abide_puts(damage, ",\"expected\":\"");
    abide_put_hex(damage, expected + first, shown);
    abide_puts(damage, "\",\"found\":\"");
    abide_put_hex(damage, found + first, shown);
    abide_puts(damage, "\"}");
}

static void check(struct abide_text *damage, struct abide_memory *memory)
{
    unsigned char guard[GUARD];
    memset(guard, FRONT, GUARD);
    compare(damage, memory, IN_FRONT, guard, memory->data - GUARD, GUARD, -GUARD);
    memset(guard, BEHIND, GUARD);
    compare(damage, memory, IN_BEHIND, guard, memory->data + memory->size, GUARD, (int64_t)memory->size);
    if (memory->snapshot != NULL) {
        compare(damage, memory, IN_CONST, memory->snapshot, memory->data, memory->size, 0);
    }
}

void abide_check_given(struct abide_frame *frame)
{
    abide_lock();
    for (size_t i = 0; i < frame->given_count; i++) {
        struct abide_given *given = &frame->given[i];
        struct abide_memory *memory = &memories[given->memory];
        check(&frame->damage, memory);
        if (given->snapshot != NULL) {
            compare(&frame->damage, memory, IN_CONST, given->snapshot, memory->data, memory->size, 0);
            free(given->snapshot);
            given->snapshot = NULL;
        }
    }
    abide_unlock();
}

void abide_check_all(struct abide_text *damage)
{
    for (size_t i = 0; i < memory_count; i++) {
        check(damage, &memories[i]);
    }
}

void abide_keep(void *block)
{
    abide_lock();
    kept = abide_grown(kept, kept_count, &kept_capacity, sizeof *kept);
    kept[kept_count++] = block;
    abide_unlock();
}

void abide_free_all(void)
{
    while (kept_count > 0) {
        free(kept[--kept_count]);
    }
    for (size_t i = 0; i < memory_count; i++) {
        free(memories[i].snapshot);
        free(memories[i].block);
    }
    memory_count = 0;
    abide_forget_addresses();
}
