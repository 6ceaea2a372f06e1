/* The program: loads, reads the plan line by line, plays each case, says bye. */
#include "internal.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef size_t (*ledger_function)(void);

static const abide_spec *const *specs;
static size_t spec_count;
static ledger_function ledger;
static struct abide_text line;
static jmp_buf out_of_case;

void abide_leave_case(void)
{
    longjmp(out_of_case, 1);
}

void abide_zero(void *to, size_t size)
{
    memset(to, 0, size);
}

void abide_copy(void *to, const void *from, size_t size)
{
    memcpy(to, from, size);
}

static void put_line(const char *key, const char *words)
{
    abide_begin_line(&line);
    abide_put_string(&line, key);
    abide_put_char(&line, ':');
    abide_put_string(&line, words);
    abide_end_line(&line);
}

static void say_hello(void)
{
    abide_begin_line(&line);
    abide_puts(&line, "\"hello\":{\"abide\":1,\"runtime\":");
#if defined(__clang__)
    abide_put_string(&line, __VERSION__);
#elif defined(__GNUC__)
    abide_put_string(&line, "GCC " __VERSION__);
#else
    abide_put_string(&line, "C compiler");
#endif
    abide_puts(&line, ",\"ffi\":\"C11\"}");
    abide_end_line(&line);
}

/* Keys come out of the plan as JSON strings and go into the journal as they are. */
static void put_key_line(const char *word, const char *key)
{
    abide_begin_line(&line);
    abide_put_string(&line, word);
    abide_put_char(&line, ':');
    abide_put(&line, key, (size_t)(abide_json_end(key) - key));
}

static void tell_layout(const abide_type *type)
{
    abide_begin_line(&line);
    abide_puts(&line, "\"layout\":{");
    abide_put_string(&line, type->name);
    abide_puts(&line, ":{\"size\":");
    abide_put_number(&line, type->size);
    abide_puts(&line, ",\"align\":");
    abide_put_number(&line, type->align);
    abide_puts(&line, ",\"offsets\":{");
    for (size_t i = 0; i < type->count; i++) {
        abide_puts(&line, i > 0 ? "," : "");
        abide_put_string(&line, type->fields[i].name);
        abide_put_char(&line, ':');
        abide_put_number(&line, type->fields[i].offset);
    }
    abide_puts(&line, "}}}");
    abide_end_line(&line);
}

static void tell_layouts(const abide_type *const *types)
{
    static const abide_type **told;
    static size_t count, capacity;
    for (; types != NULL && *types != NULL; types++) {
        size_t i = 0;
        while (i < count && told[i] != *types) {
            i++;
        }
        if (i == count) {
            told = abide_grown(told, count, &capacity, sizeof *told);
            told[count++] = *types;
            tell_layout(*types);
        }
    }
}

static int compare_case(const void *key, const void *item)
{
    return strcmp(key, ((const abide_case *)item)->key);
}

/* The case of this key; the key is a JSON string without escapes. */
static const abide_case *find_case(const char *json)
{
    static struct abide_text key;
    if (json == NULL || *json != '"') {
        return NULL;
    }
    key.length = 0;
    abide_put(&key, json + 1, (size_t)(abide_json_end(json) - json) - 2);
    abide_put(&key, "", 1);
    size_t name = strcspn(key.data, "/");
    for (size_t i = 0; i < spec_count; i++) {
        if (strncmp(specs[i]->name, key.data, name) == 0 && specs[i]->name[name] == '\0') {
            return bsearch(key.data, specs[i]->cases, specs[i]->count, sizeof *specs[i]->cases, compare_case);
        }
    }
    return NULL;
}

static void put_live(struct abide_text *to, const size_t *live, size_t count)
{
    abide_puts(to, ",\"live\":[");
    for (size_t i = 0; i < count; i++) {
        abide_puts(to, i > 0 ? ",\"" : "\"");
        abide_put_number(to, live[i]);
        abide_put_char(to, '"');
    }
    abide_put_char(to, ']');
}

/* One play of a case; true when it ended in order. */
static bool play(const abide_case *found, struct abide_text *damage)
{
    if (setjmp(out_of_case) == 0) {
        found->play();
    }
    abide_check_all(damage);
    abide_free_all();
    abide_forget_addresses();
    abide_forget_callbacks();
    abide_forget_frames();
    return !abide_take_refusal();
}

static void play_case(const char *key, const abide_case *found)
{
    struct abide_text damage = {NULL, 0, 0};
    size_t live[3] = {0, 0, 0};
    size_t lives = 2;
    tell_layouts(found == NULL ? NULL : found->types);
    put_key_line("begin", key);
    abide_end_line(&line);
    live[0] = ledger == NULL ? 0 : ledger();
    if (found == NULL) {
        abide_error("0", "the program was built from a plan without this case: generate it again");
        abide_take_refusal();
    } else {
        bool in_order = play(found, &damage);
        live[1] = ledger == NULL ? 0 : ledger();
        if (in_order && live[1] > live[0]) {
            put_key_line("again", key);
            abide_end_line(&line);
            play(found, &damage);
            live[lives++] = ledger();
        }
    }
    put_key_line("end", key);
    if (ledger != NULL) {
        put_live(&line, live, lives);
    }
    if (damage.length > 0) {
        abide_puts(&line, ",\"damage\":[");
        abide_put(&line, damage.data, damage.length);
        abide_put_char(&line, ']');
    }
    abide_end_line(&line);
    abide_free_text(&damage);
}

/* Plays one line of the plan; false when there was no case in it. */
static bool play_line(const char *json)
{
    const char *end = abide_json_end(json);
    const char *key = end == NULL || *end != '\0' ? NULL : abide_json_member(json, "case");
    if (key == NULL || *key != '"') {
        put_line("error", "a line of the plan is not a case");
        return false;
    }
    const abide_case *found = find_case(key);
    abide_set_row(abide_json_member(json, "row"));
    play_case(key, found != NULL ? found : find_case(abide_json_member(json, "table")));
    return true;
}

static int play_plan(const char *path, const char *offset)
{
    static struct abide_text text;
    uint64_t played = 0;
    if (!abide_plan_open(path) || !abide_plan_line(&text) || abide_json_end(text.data) == NULL) {
        put_line("error", "the plan cannot be read: its first line must be its header");
        return 1;
    }
    const char *symbol = abide_json_member(text.data, "ledger");
    if (symbol != NULL && *symbol == '"') {
        char *name = text.data + (symbol - text.data) + 1;
        *strchr(name, '"') = '\0';
        ledger = (ledger_function)(uintptr_t)abide_library_symbol(name);
    }
    if (offset != NULL) {
        abide_plan_seek(strtoll(offset, NULL, 10));
    }
    while (abide_plan_line(&text)) {
        if (text.data[0] != '\0') {
            played += play_line(text.data) ? 1 : 0;
        }
    }
    abide_begin_line(&line);
    abide_puts(&line, "\"bye\":");
    abide_put_number(&line, played);
    abide_end_line(&line);
    return 0;
}

int abide_main(int argc, char **argv, const abide_spec *const *all, size_t count)
{
    const char *why = NULL;
    bool with_offset = argc == 6 && strcmp(argv[4], "--at") == 0;
    if ((argc != 4 && !with_offset) || !abide_journal_open(argv[3])) {
        return 2;
    }
    specs = all;
    spec_count = count;
    getchar();
    say_hello();
    if (!abide_library_open(argv[1], &why)) {
        put_line("error", why);
        return 1;
    }
    return play_plan(argv[2], with_offset ? argv[5] : NULL);
}
