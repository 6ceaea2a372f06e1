/* The names of addresses: what a pointer is called in the journal, the same in every run. */
#include "internal.h"

#include <stdlib.h>

/* Addresses that this case supplied, and those it met, in order. */
static struct addresses {
    uintptr_t *items;
    size_t count, capacity;
} supplied, met;

void *abide_grown(void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) {
        return items;
    }
    *capacity = *capacity * 2 + 16;
    items = realloc(items, *capacity * size);
    if (items == NULL) {
        abort();
    }
    return items;
}

void abide_forget_addresses(void)
{
    supplied.count = 0;
    met.count = 0;
}

static size_t index_of(struct addresses *list, uintptr_t address)
{
    size_t i = 0;
    while (i < list->count && list->items[i] != address) {
        i++;
    }
    return i;
}

static void add(struct addresses *list, uintptr_t address)
{
    list->items = abide_grown(list->items, list->count, &list->capacity, sizeof *list->items);
    list->items[list->count++] = address;
}

void *abide_address(uint64_t address)
{
    abide_lock();
    if (index_of(&supplied, (uintptr_t)address) == supplied.count) {
        add(&supplied, (uintptr_t)address);
    }
    abide_unlock();
    return (void *)(uintptr_t)address;
}

static void put_memory(struct abide_text *out, const struct abide_memory *memory, const unsigned char *at)
{
    abide_puts(out, "{\"$at\":");
    abide_put_string(out, memory->name);
    if (at != memory->data) {
        abide_puts(out, ",\"offset\":");
        abide_put_number(out, (uint64_t)(at - memory->data));
    }
    abide_put_char(out, '}');
}

void abide_put_pointer(struct abide_text *out, const void *pointer)
{
    uintptr_t address = (uintptr_t)pointer;
    if (pointer == NULL) {
        abide_puts(out, "null");
        return;
    }
    abide_lock();
    struct abide_memory memory;
    const char *callback = abide_callback_at(pointer);
    size_t known = index_of(&met, address);
    if (index_of(&supplied, address) < supplied.count) {
        char digits[2 * sizeof address];
        size_t start = sizeof digits;
        for (uintptr_t rest = address; rest != 0; rest >>= 4) {
            digits[--start] = "0123456789abcdef"[rest & 15];
        }
        abide_puts(out, "{\"$address\":\"0x");
        abide_put(out, digits + start, sizeof digits - start);
        abide_puts(out, "\"}");
    } else if (abide_find_memory(pointer, &memory)) {
        put_memory(out, &memory, pointer);
    } else if (callback != NULL) {
        abide_puts(out, "{\"$callback\":");
        abide_put_string(out, callback);
        abide_put_char(out, '}');
    } else {
        if (known == met.count) {
            add(&met, address);
        }
        abide_puts(out, "{\"$pointer\":");
        abide_put_number(out, known);
        abide_put_char(out, '}');
    }
    abide_unlock();
}
