/* A small strict reader of JSON: where a value ends, and the members and items of it. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

static const char *string_end(const char *at)
{
    for (at++; *at != '"'; at++) {
        if (*at == '\0' || (*at == '\\' && *++at == '\0')) {
            return NULL;
        }
    }
    return at + 1;
}

/* Behind a value; NULL when it is none. Plans are written without spaces. */
const char *abide_json_end(const char *at)
{
    if (*at == '"') {
        return string_end(at);
    }
    if (*at != '{' && *at != '[') {
        const char *end = at + strcspn(at, ",]} \t\r\n");
        return end == at ? NULL : end;
    }
    char close = *at == '{' ? '}' : ']';
    if (*++at == close) {
        return at + 1;
    }
    for (;; at++) {
        if (close == '}') {
            at = *at == '"' ? string_end(at) : NULL;
            if (at == NULL || *at++ != ':') {
                return NULL;
            }
        }
        at = abide_json_end(at);
        if (at == NULL || (*at != ',' && *at != close)) {
            return NULL;
        }
        if (*at == close) {
            return at + 1;
        }
    }
}

const char *abide_json_member(const char *object, const char *key)
{
    size_t length = strlen(key);
    if (object == NULL || *object != '{' || object[1] != '"') {
        return NULL;
    }
    for (const char *at = object + 1; at != NULL && *at == '"';) {
        bool found = strncmp(at + 1, key, length) == 0 && at[1 + length] == '"';
        at = string_end(at);
        if (at == NULL || *at++ != ':') {
            return NULL;
        }
        if (found) {
            return at;
        }
        at = abide_json_end(at);
        at = at != NULL && *at == ',' ? at + 1 : NULL;
    }
    return NULL;
}

/* The first element of a list, or the one behind `at`; NULL at its end. */
const char *abide_json_first(const char *list)
{
    return *list == '[' && list[1] != ']' ? list + 1 : NULL;
}

const char *abide_json_next(const char *at)
{
    at = abide_json_end(at);
    return at != NULL && *at == ',' ? at + 1 : NULL;
}

size_t abide_json_count(const char *list)
{
    size_t count = 0;
    for (const char *at = abide_json_first(list); at != NULL; at = abide_json_next(at)) {
        count++;
    }
    return count;
}

size_t abide_json_hex_length(const char *string)
{
    return string == NULL || *string != '"' ? 0 : strspn(string + 1, "0123456789abcdef") / 2;
}

static unsigned digit(char hex)
{
    return (unsigned)(hex <= '9' ? hex - '0' : hex - 'a' + 10);
}

void abide_json_hex(unsigned char *to, const char *string, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        to[i] = (unsigned char)(digit(string[1 + 2 * i]) << 4 | digit(string[2 + 2 * i]));
    }
}
