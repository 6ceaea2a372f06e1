/* Observations: any value of any type, as the journal writes it. */
#include "internal.h"

#include <stdio.h>
#include <string.h>

static void show(struct abide_text *out, const abide_type *type, const unsigned char *at, const abide_read *read,
                 bool in_memory);

/* More than any case reads: a count that was never written must not become a file that fills the disk. */
static const uint64_t most_items = UINT64_C(1) << 24;

/* The journal says so before a pointer is followed that may lead anywhere. */
static void tell_read(void)
{
    struct abide_frame *frame = abide_top();
    if (frame == NULL || frame->told_read) {
        return;
    }
    frame->told_read = true;
    struct abide_text line = {NULL, 0, 0};
    abide_begin_line(&line);
    abide_puts(&line, "\"at\":\"read\",");
    abide_put_where(&line, frame->id);
    abide_end_line(&line);
    abide_free_text(&line);
}

/* How many bytes may be read from here on. */
static size_t reachable(const unsigned char *at)
{
    struct abide_memory memory;
    if (abide_find_memory(at, &memory)) {
        return (size_t)(memory.data + memory.size - at);
    }
    tell_read();
    return SIZE_MAX;
}

static void show_untouched(struct abide_text *out)
{
    abide_puts(out, "{\"$untouched\":true}");
}

static void show_bytes(struct abide_text *out, const unsigned char *at, size_t size)
{
    abide_puts(out, "{\"$bytes\":\"");
    abide_put_hex(out, at, size);
    abide_puts(out, "\"}");
}

static void show_text(struct abide_text *out, const unsigned char *at)
{
    size_t limit = reachable(at);
    size_t length = 0;
    while (length < limit && at[length] != 0) {
        length++;
    }
    if (abide_untouched(at, length < limit ? length + 1 : length)) {
        show_untouched(out);
        return;
    }
    abide_puts(out, "{\"$text\":\"");
    abide_put_hex(out, at, length);
    abide_puts(out, "\"}");
}

static uint16_t unit_at(const unsigned char *at)
{
    uint16_t unit;
    memcpy(&unit, at, sizeof unit);
    return unit;
}

static void show_utf16(struct abide_text *out, const unsigned char *at)
{
    size_t limit = reachable(at) / 2;
    size_t length = 0;
    while (length < limit && unit_at(at + 2 * length) != 0) {
        length++;
    }
    if (abide_untouched(at, 2 * (length < limit ? length + 1 : length))) {
        show_untouched(out);
        return;
    }
    abide_puts(out, "{\"$utf16\":\"");
    for (size_t i = 0; i < length; i++) {
        uint16_t unit = unit_at(at + 2 * i);
        unsigned char most_first[2] = {(unsigned char)(unit >> 8), (unsigned char)unit};
        abide_put_hex(out, most_first, 2);
    }
    abide_puts(out, "\"}");
}

static void show_list(struct abide_text *out, const abide_type *of, const unsigned char *at, size_t count,
                      const abide_read *each, bool in_memory)
{
    if (of->kind == ABIDE_VOID || (of->kind == ABIDE_INT && of->size == 1)) {
        show_bytes(out, at, count);
        return;
    }
    abide_put_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        abide_puts(out, i > 0 ? "," : "");
        show(out, of, at + i * of->size, each, in_memory);
    }
    abide_put_char(out, ']');
}

static void show_items(struct abide_text *out, const abide_type *of, const unsigned char *at, const abide_read *read)
{
    size_t size = of->kind == ABIDE_VOID ? 1 : of->size;
    size_t limit = size == 0 ? most_items : reachable(at) / size;
    uint64_t count = read->count < limit ? read->count : limit;
    if (count > most_items) {
        char why[96];
        snprintf(why, sizeof why, "asked to read %llu items, more than any memory holds",
                 (unsigned long long)read->count);
        abide_fault(why);
        count = 0;
    }
    if (abide_untouched(at, (size_t)count * size)) {
        show_untouched(out);
    } else {
        show_list(out, of, at, (size_t)count, read->each, true);
    }
}

static void show_pointer(struct abide_text *out, const abide_type *type, const unsigned char *at,
                         const abide_read *read)
{
    const unsigned char *pointer;
    memcpy(&pointer, at, sizeof pointer);
    if (pointer == NULL || read == NULL) {
        abide_put_pointer(out, pointer);
    } else if (read->kind == ABIDE_READ_TEXT) {
        show_text(out, pointer);
    } else if (read->kind == ABIDE_READ_UTF16) {
        show_utf16(out, pointer);
    } else if (read->kind == ABIDE_READ_ITEMS) {
        show_items(out, type->of, pointer, read);
    } else {
        abide_put_pointer(out, pointer);
    }
}

static const abide_read *rule_for(const abide_read *read, const char *name)
{
    for (; read != NULL && read->kind == ABIDE_READ_NAMED; read = read->next) {
        if (strcmp(read->name, name) == 0) {
            return read;
        }
    }
    return NULL;
}

static void show_fields(struct abide_text *out, const abide_field *fields, size_t count, const unsigned char *at,
                        const abide_read *read, bool in_memory)
{
    abide_put_char(out, '{');
    for (size_t i = 0; i < count; i++) {
        const abide_read *rule = rule_for(read, fields[i].name);
        abide_puts(out, i > 0 ? "," : "");
        abide_put_string(out, fields[i].name);
        abide_put_char(out, ':');
        show(out, fields[i].type, at + fields[i].offset, rule == NULL ? NULL : rule->each, in_memory);
    }
    abide_put_char(out, '}');
}

static void show_union(struct abide_text *out, const abide_type *type, const unsigned char *at,
                       const abide_read *read, bool in_memory)
{
    for (size_t i = 0; read != NULL && i < type->count; i++) {
        if (rule_for(read, type->fields[i].name) == read) {
            show_fields(out, &type->fields[i], 1, at, read, in_memory);
            return;
        }
    }
    show_bytes(out, at, type->size);
}

static void show_tagged(struct abide_text *out, const abide_type *type, const unsigned char *at,
                        const abide_read *read, bool in_memory)
{
    struct abide_text tag = {NULL, 0, 0};
    const abide_variant *variant = NULL;
    abide_put_integer(&tag, at, type->of->size, type->of->is_signed);
    abide_put(&tag, "", 1);
    for (size_t i = 0; i < type->count && variant == NULL; i++) {
        variant = strcmp(type->variants[i].value, tag.data) == 0 ? &type->variants[i] : NULL;
    }
    if (variant == NULL) {
        abide_puts(out, "{\"$raw\":\"");
        abide_puts(out, tag.data);
        abide_puts(out, "\"}");
    } else {
        abide_put_char(out, '{');
        abide_put_string(out, variant->name);
        abide_put_char(out, ':');
        show_fields(out, variant->fields, variant->count, at, read, in_memory);
        abide_put_char(out, '}');
    }
    abide_free_text(&tag);
}

static void show_float(struct abide_text *out, const unsigned char *at, size_t size)
{
    char hex[24];
    if (size == sizeof(uint32_t)) {
        uint32_t bits;
        memcpy(&bits, at, sizeof bits);
        snprintf(hex, sizeof hex, "\"%08lx\"", (unsigned long)bits);
    } else {
        uint64_t bits;
        memcpy(&bits, at, sizeof bits);
        snprintf(hex, sizeof hex, "\"%016llx\"", (unsigned long long)bits);
    }
    abide_puts(out, hex);
}

/* `in_memory`: what is shown may lie in memory that was filled with the pattern. */
static void show(struct abide_text *out, const abide_type *type, const unsigned char *at, const abide_read *read,
                 bool in_memory)
{
    if (in_memory && abide_untouched(at, type->size)) {
        show_untouched(out);
        return;
    }
    switch (type->kind) {
    case ABIDE_INT:
    case ABIDE_ENUM:
        abide_put_char(out, '"');
        abide_put_integer(out, at, type->size, type->is_signed);
        abide_put_char(out, '"');
        break;
    case ABIDE_FLOAT:
        show_float(out, at, type->size);
        break;
    case ABIDE_BOOL:
        abide_puts(out, *at != 0 ? "true" : "false");
        break;
    case ABIDE_POINTER:
    case ABIDE_FUNCTION:
        show_pointer(out, type, at, read);
        break;
    case ABIDE_ARRAY:
        show_list(out, type->of, at, type->count, read == NULL ? NULL : read->each, in_memory);
        break;
    case ABIDE_STRUCT:
        show_fields(out, type->fields, type->count, at, read, in_memory);
        break;
    case ABIDE_UNION:
        show_union(out, type, at, read, in_memory);
        break;
    case ABIDE_TAGGED:
        show_tagged(out, type, at, read, in_memory);
        break;
    case ABIDE_VOID:
        abide_puts(out, "null");
        break;
    }
}

void abide_show(struct abide_text *out, const abide_type *type, const void *at, const abide_read *read)
{
    show(out, type, at, read, true);
}
