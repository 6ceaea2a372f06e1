/* Growing text: JSON pieces, hex, and integers of any width as decimals. */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void abide_put(struct abide_text *text, const void *bytes, size_t length)
{
    if (text->length + length > text->capacity) {
        size_t capacity = (text->length + length) * 2 + 256;
        char *data = realloc(text->data, capacity);
        if (data == NULL) {
            abort();
        }
        text->data = data;
        text->capacity = capacity;
    }
    if (length > 0) {
        memcpy(text->data + text->length, bytes, length);
    }
    text->length += length;
}

void abide_free_text(struct abide_text *text)
{
    free(text->data);
    *text = (struct abide_text){NULL, 0, 0};
}

void abide_puts(struct abide_text *text, const char *string)
{
    abide_put(text, string, strlen(string));
}

void abide_put_char(struct abide_text *text, char character)
{
    abide_put(text, &character, 1);
}

void abide_put_hex(struct abide_text *text, const void *bytes, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *byte = bytes;
    for (size_t i = 0; i < length; i++) {
        char two[2] = {digits[byte[i] >> 4], digits[byte[i] & 15]};
        abide_put(text, two, 2);
    }
}

void abide_put_number(struct abide_text *text, uint64_t number)
{
    abide_put_integer(text, &number, sizeof number, false);
}

void abide_put_string(struct abide_text *text, const char *string)
{
    abide_put_char(text, '"');
    for (; *string != '\0'; string++) {
        unsigned char byte = (unsigned char)*string;
        if (byte == '"' || byte == '\\') {
            abide_put_char(text, '\\');
            abide_put_char(text, *string);
        } else if (byte < 0x20 || byte == 0x7f) {
            abide_puts(text, "\\u00");
            abide_put_hex(text, &byte, 1);
        } else {
            abide_put_char(text, *string);
        }
    }
    abide_put_char(text, '"');
}

static bool little_endian(void)
{
    const uint16_t one = 1;
    return *(const unsigned char *)&one == 1;
}

/* An integer of up to 16 bytes as four 32-bit limbs, the lowest first. */
static void load(uint32_t limbs[4], const unsigned char *at, size_t size, bool negative)
{
    for (size_t i = 0; i < 4; i++) {
        limbs[i] = negative ? UINT32_MAX : 0;
    }
    for (size_t i = 0; i < size; i++) {
        uint32_t byte = at[little_endian() ? i : size - 1 - i];
        unsigned shift = (unsigned)(i % 4) * 8;
        limbs[i / 4] = (limbs[i / 4] & ~(UINT32_C(0xff) << shift)) | byte << shift;
    }
}

static void negate(uint32_t limbs[4])
{
    uint64_t carry = 1;
    for (size_t i = 0; i < 4; i++) {
        carry += (uint32_t)~limbs[i];
        limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

void abide_put_integer(struct abide_text *text, const void *at, size_t size, bool is_signed)
{
    const unsigned char *bytes = at;
    uint32_t limbs[4];
    char digits[48];
    size_t start = sizeof digits;
    bool negative = is_signed && (bytes[little_endian() ? size - 1 : 0] & 0x80) != 0;
    load(limbs, bytes, size, negative);
    if (negative) {
        negate(limbs);
    }
    do {
        uint64_t rest = 0;
        for (size_t i = 4; i-- > 0;) {
            rest = rest << 32 | limbs[i];
            limbs[i] = (uint32_t)(rest / 10);
            rest %= 10;
        }
        digits[--start] = (char)('0' + rest);
    } while ((limbs[0] | limbs[1] | limbs[2] | limbs[3]) != 0);
    if (negative) {
        digits[--start] = '-';
    }
    abide_put(text, digits + start, sizeof digits - start);
}

bool abide_parse_integer(const char *digits, void *to, size_t size)
{
    unsigned char *bytes = to;
    uint32_t limbs[4] = {0, 0, 0, 0};
    bool negative = *digits == '-';
    digits += negative ? 1 : 0;
    if (*digits < '0' || *digits > '9') {
        return false;
    }
    for (; *digits >= '0' && *digits <= '9'; digits++) {
        uint64_t carry = (uint64_t)(*digits - '0');
        for (size_t i = 0; i < 4; i++) {
            carry += (uint64_t)limbs[i] * 10;
            limbs[i] = (uint32_t)carry;
            carry >>= 32;
        }
    }
    if (negative) {
        negate(limbs);
    }
    for (size_t i = 0; i < size; i++) {
        bytes[little_endian() ? i : size - 1 - i] = (unsigned char)(limbs[i / 4] >> (i % 4) * 8);
    }
    return true;
}
