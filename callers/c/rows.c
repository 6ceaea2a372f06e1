/* The slots of a table's row as values in memory. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* The row of the case that is being played; NULL: it has none. */
static const char *row;

void abide_set_row(const char *json)
{
    row = json;
}

static const char *slot_value(unsigned slot)
{
    const char *at = row == NULL ? NULL : abide_json_first(row);
    for (unsigned i = 0; at != NULL && i < slot; i++) {
        at = abide_json_next(at);
    }
    if (at == NULL) {
        abide_fault("the row has fewer slots than its table asks for");
        return "null";
    }
    return at;
}

static bool fill(const abide_type *type, unsigned char *to, const char *json);

static bool fill_list(const abide_type *of, unsigned char *to, size_t count, const char *json)
{
    size_t i = 0;
    const char *bytes = abide_json_member(json, "$bytes");
    if (bytes != NULL) {
        size_t length = abide_json_hex_length(bytes);
        abide_json_hex(to, bytes, length < count * of->size ? length : count * of->size);
        return length == count * of->size;
    }
    for (const char *at = abide_json_first(json); at != NULL; at = abide_json_next(at)) {
        if (i >= count || !fill(of, to + i++ * of->size, at)) {
            return false;
        }
    }
    return i == count;
}

static bool fill_fields(const abide_field *fields, size_t count, unsigned char *to, const char *json)
{
    for (size_t i = 0; i < count; i++) {
        const char *value = abide_json_member(json, fields[i].name);
        if (value == NULL || !fill(fields[i].type, to + fields[i].offset, value)) {
            return false;
        }
    }
    return true;
}

static bool fill_union(const abide_type *type, unsigned char *to, const char *json)
{
    const char *bytes = abide_json_member(json, "$bytes");
    memset(to, 0, type->size);
    if (bytes != NULL) {
        abide_json_hex(to, bytes, abide_json_hex_length(bytes) < type->size ? abide_json_hex_length(bytes) : type->size);
        return abide_json_hex_length(bytes) == type->size;
    }
    for (size_t i = 0; i < type->count; i++) {
        if (abide_json_member(json, type->fields[i].name) != NULL) {
            return fill_fields(&type->fields[i], 1, to, json);
        }
    }
    return false;
}

static bool fill_tagged(const abide_type *type, unsigned char *to, const char *json)
{
    const char *raw = abide_json_member(json, "$raw");
    memset(to, 0, type->size);
    if (raw != NULL) {
        return fill(type->of, to, raw);
    }
    for (size_t i = 0; i < type->count; i++) {
        const abide_variant *variant = &type->variants[i];
        const char *payload = abide_json_member(json, variant->name);
        if (payload != NULL) {
            return abide_parse_integer(variant->value, to, type->of->size) &&
                   fill_fields(variant->fields, variant->count, to, payload);
        }
    }
    return false;
}

static bool fill_float(const abide_type *type, unsigned char *to, const char *json)
{
    if (*json != '"' || abide_json_hex_length(json) != type->size) {
        return false;
    }
    if (type->size == sizeof(uint32_t)) {
        uint32_t bits = (uint32_t)strtoul(json + 1, NULL, 16);
        memcpy(to, &bits, sizeof bits);
    } else {
        uint64_t bits = strtoull(json + 1, NULL, 16);
        memcpy(to, &bits, sizeof bits);
    }
    return true;
}

static bool fill(const abide_type *type, unsigned char *to, const char *json)
{
    switch (type->kind) {
    case ABIDE_INT:
    case ABIDE_ENUM:
        return *json == '"' && abide_parse_integer(json + 1, to, type->size);
    case ABIDE_FLOAT:
        return fill_float(type, to, json);
    case ABIDE_BOOL:
        *to = *json == 't';
        return *json == 't' || *json == 'f';
    case ABIDE_ARRAY:
        return fill_list(type->of, to, type->count, json);
    case ABIDE_STRUCT:
        return fill_fields(type->fields, type->count, to, json);
    case ABIDE_UNION:
        return fill_union(type, to, json);
    case ABIDE_TAGGED:
        return fill_tagged(type, to, json);
    default:
        return false;
    }
}

void abide_slot(unsigned slot, const abide_type *type, void *to)
{
    memset(to, 0, type->size);
    if (!fill(type, to, slot_value(slot))) {
        abide_fault("a slot of the row does not hold a value of its type");
    }
}

static uint64_t count_at(const char *json)
{
    return json == NULL ? 0 : strtoull(*json == '"' ? json + 1 : json, NULL, 10);
}

uint64_t abide_slot_count(unsigned slot)
{
    return count_at(slot_value(slot));
}

static void *slot_text(const char *name, const char *hex, bool is_const, bool plain)
{
    size_t length = abide_json_hex_length(hex);
    unsigned char *text = calloc(1, length + 1);
    if (text == NULL) {
        abort();
    }
    abide_json_hex(text, hex, length);
    if (plain) {
        abide_keep(text);
        return text;
    }
    void *memory = abide_new(name, is_const ? ABIDE_CONST : ABIDE_IN, 1, length + 1, text);
    free(text);
    return memory;
}

void *abide_slot_memory(unsigned slot, const char *name, const abide_type *pointee, bool is_const, bool text)
{
    const char *json = slot_value(slot);
    const char *hex = abide_json_member(json, "$text");
    const char *address = abide_json_member(json, "$address");
    const char *out = abide_json_member(json, "$out");
    const char *from = out != NULL ? abide_json_member(json, "from") : json;
    const char *bytes = from == NULL ? NULL : abide_json_member(from, "$bytes");
    size_t unit = pointee->kind == ABIDE_VOID ? 1 : pointee->size;
    enum abide_use use = out != NULL ? ABIDE_OUT : is_const ? ABIDE_CONST : ABIDE_IN;
    if (*json == 'n') {
        return NULL;
    }
    if (hex != NULL) {
        return slot_text(name, hex, is_const, text);
    }
    if (address != NULL) {
        return abide_address(strtoull(address + 1, NULL, 0));
    }
    size_t filled = bytes != NULL ? abide_json_hex_length(bytes) : from == NULL ? 0 : abide_json_count(from) * unit;
    size_t size = out != NULL ? (size_t)count_at(out) * unit : filled;
    unsigned char *memory = abide_new(name, use, pointee->align, size, NULL);
    bool right = filled <= size && (out != NULL || bytes != NULL || *json == '[');
    if (right && bytes != NULL) {
        abide_json_hex(memory, bytes, filled);
    } else if (right && from != NULL) {
        right = fill_list(pointee, memory, unit == 0 ? 0 : filled / unit, from);
    }
    if (!right) {
        abide_fault("a slot of the row does not hold what its pointer can point to");
    }
    return memory;
}
