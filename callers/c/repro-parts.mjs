// @ts-check
/** Small C functions that a standalone program gets when it calls them, and the headers it includes. */

/** In the order in which they call each other. @type {[string, string][]} */
const PARTS = [
  [
    'f32_bits',
    `static uint32_t f32_bits(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}`,
  ],
  [
    'f64_bits',
    `static uint64_t f64_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}`,
  ],
  [
    'f32_from_bits',
    `static float f32_from_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}`,
  ],
  [
    'f64_from_bits',
    `static double f64_from_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}`,
  ],
  [
    'show_u128',
    `static void show_u128(unsigned __int128 value)
{
    if (value > 9) {
        show_u128(value / 10);
    }
    putchar('0' + (int)(value % 10));
}`,
  ],
  [
    'show_i128',
    `static void show_i128(__int128 value)
{
    if (value < 0) {
        putchar('-');
    }
    show_u128(value < 0 ? -(unsigned __int128)value : (unsigned __int128)value);
}`,
  ],
  [
    'show_bytes',
    `static void show_bytes(const void *bytes, size_t size)
{
    printf("bytes");
    for (size_t i = 0; i < size; i++) {
        printf(" %02x", ((const unsigned char *)bytes)[i]);
    }
}`,
  ],
  [
    'is_utf8',
    `static bool is_utf8(const unsigned char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned c = text[i];
        unsigned more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
        unsigned least = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
        unsigned most = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
        if ((c >= 0x80 && c < 0xc2) || c > 0xf4) {
            return false;
        }
        for (; more > 0; more--, least = 0x80, most = 0xbf) {
            if (++i == length || text[i] < least || text[i] > most) {
                return false;
            }
        }
    }
    return true;
}`,
  ],
  [
    'show_char',
    `static void show_char(unsigned char c)
{
    if (c == '"' || c == '\\\\') {
        printf("\\\\%c", c);
    } else if (c >= '\\b' && c <= '\\r' && c != '\\v') {
        printf("\\\\%c", "btnvfr"[c - '\\b']);
    } else {
        printf(c < 0x20 ? "\\\\u%04x" : "%c", c);
    }
}`,
  ],
  [
    'show_text',
    `static void show_text(const void *text, size_t limit)
{
    const unsigned char *bytes = text;
    size_t length = 0;
    while (bytes != NULL && length < limit && bytes[length] != 0) {
        length++;
    }
    bool is_text = is_utf8(bytes, length);
    printf(text == NULL ? "null" : is_text ? "\\"" : "bytes");
    for (size_t i = 0; i < length; i++) {
        if (is_text) {
            show_char(bytes[i]);
        } else {
            printf(" %02x", bytes[i]);
        }
    }
    printf(text != NULL && is_text ? "\\"" : "");
}`,
  ],
  [
    'show_utf16',
    `static void show_utf16(const uint16_t *text, size_t limit)
{
    putchar('"');
    for (size_t i = 0; i < limit && text[i] != 0; i++) {
        uint32_t c = text[i];
        if (c < 0x80) {
            show_char((unsigned char)c);
        } else if (c < 0x800) {
            printf("%c%c", (int)(0xc0 | c >> 6), (int)(0x80 | (c & 0x3f)));
        } else if (c < 0xd800 || c > 0xdfff) {
            printf("%c%c%c", (int)(0xe0 | c >> 12), (int)(0x80 | (c >> 6 & 0x3f)), (int)(0x80 | (c & 0x3f)));
        } else if (c < 0xdc00 && i + 1 < limit && text[i + 1] >= 0xdc00 && text[i + 1] <= 0xdfff) {
            c = 0x10000 + ((c & 0x3ff) << 10 | (text[++i] & 0x3ff));
            printf("%c%c", (int)(0xf0 | c >> 18), (int)(0x80 | (c >> 12 & 0x3f)));
            printf("%c%c", (int)(0x80 | (c >> 6 & 0x3f)), (int)(0x80 | (c & 0x3f)));
        } else {
            printf("\\\\u%04x", (unsigned)c);
        }
    }
    putchar('"');
}`,
  ],
  [
    'text_size',
    `/* With the NUL at its end, if it has one. */
static size_t text_size(const void *text, size_t limit)
{
    const char *end = memchr(text, 0, limit);
    return end == NULL ? limit : (size_t)(end - (const char *)text) + 1;
}`,
  ],
  [
    'fill',
    `/* Memory for the library to write to: what still holds this pattern was not touched. */
static void fill(void *memory, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        ((unsigned char *)memory)[i] = (unsigned char)(0xa5 ^ i);
    }
}`,
  ],
  [
    'untouched',
    `static bool untouched(const void *memory, const void *part, size_t size)
{
    const unsigned char *bytes = part;
    size_t start = (size_t)(bytes - (const unsigned char *)memory);
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != (unsigned char)(0xa5 ^ (start + i))) {
            return false;
        }
    }
    return size > 0;
}`,
  ],
  [
    'wait_a_little',
    process.platform === 'win32'
      ? `static void wait_a_little(void)
{
    Sleep(1);
}`
      : `static void wait_a_little(void)
{
    nanosleep(&(struct timespec){0, 1000000}, NULL);
}`,
  ],
  [
    'take_turn',
    `static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static unsigned called, printed;

/* When all threads have made their call, one after the other prints what it saw. */
static void take_turn(unsigned turn, unsigned threads)
{
    pthread_mutex_lock(&lock);
    called++;
    pthread_cond_broadcast(&changed);
    while (called < (turn / threads + 1) * threads || printed < turn) {
        pthread_cond_wait(&changed, &lock);
    }
}`,
  ],
  [
    'end_turn',
    `static void end_turn(unsigned turn, unsigned threads)
{
    printed++;
    pthread_cond_broadcast(&changed);
    while (printed < (turn / threads + 1) * threads) {
        pthread_cond_wait(&changed, &lock);
    }
    pthread_mutex_unlock(&lock);
}`,
  ],
];

/** Names of a program itself; a subject's own of that name gets another. */
export const OUR_NAMES = [
  ...PARTS.map(([name]) => name),
  ...'lock changed called printed step stopped LIBRARY library'.split(' '),
];

/** @param {string} name */
const isCalled = (name) => new RegExp(`\\b${name}\\(`);

/** The functions that this code calls. @param {string} code */
export function partsOf(code) {
  let text = '';
  for (const [name, part] of PARTS.toReversed()) {
    if (isCalled(name).test(code + text)) text = `${part}\n\n${text}`;
  }
  return text;
}

/** @type {[string, RegExp][]} */
const HEADERS = [
  ['dlfcn.h', /\bdlopen\(/],
  ['errno.h', /\berrno\b/],
  ['inttypes.h', /\bPRI[a-zA-Z]\w+/],
  ['math.h', /\bINFINITY\b/],
  ['pthread.h', /\bpthread_\w+/],
  ['stdatomic.h', /\batomic_\w+/],
  ['stdbool.h', /\b(bool|true|false)\b/],
  ['stddef.h', /\b(ptrdiff_t|max_align_t)\b/],
  ['stdint.h', /\b(u?int(8|16|32|64|ptr)_t|U?INT\d+_(C|MIN|MAX)|SIZE_MAX)\b/],
  ['stdio.h', /\bprintf\(/],
  ['stdlib.h', /\bexit\(/],
  ['string.h', /\b(mem(cpy|set|chr)|strlen)\(/],
  ['time.h', /\bnanosleep\(/],
  ['windows.h', /\b(Sleep|LoadLibraryA)\(/],
];

/** @param {string} code */
export function includesOf(code) {
  const words = code.replace(/'(\\.|[^'\\])*'|"(\\.|[^"\\])*"|\/\*.*?\*\//g, '""');
  const needed = HEADERS.filter(([, use]) => use.test(words)).map(([name]) => name);
  if (!needed.includes('stdio.h') && !needed.includes('stddef.h') && /\b(NULL|size_t)\b/.test(words))
    needed.unshift('stddef.h');
  const listed = needed.filter((name) => name !== 'stdint.h' || !needed.includes('inttypes.h'));
  const posix = needed.includes('time.h') ? '#define _POSIX_C_SOURCE 200809L\n\n' : '';
  return posix + listed.map((name) => `#include <${name}>\n`).join('');
}
