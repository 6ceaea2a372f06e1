// @ts-check
/** Names, string literals and comments that are safe whatever the spec calls its things. */

const KEYWORDS = new Set(
  (
    'auto break case char const continue default do double else enum extern float for goto if inline int long ' +
    'register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while ' +
    'asm typeof bool true false nullptr constexpr alignas alignof static_assert thread_local typeof_unqual ' +
    'NULL offsetof main unix linux i386 errno interface near far small hyper'
  ).split(' '),
);

/** Names of <stdint.h>, <stddef.h> and of the runtime; two underscores belong to the compiler. */
const RESERVED =
  /^(u?int\w*_t|U?INT\w*|(size|ptrdiff|wchar|max_align|ssize)_t|(SIZE|PTRDIFF|WCHAR|WINT|SIG)\w*|abide_.*|ABIDE_.*|_[_A-Z].*)$/;

/** @param {string} text */
export function isIdentifier(text) {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) && !KEYWORDS.has(text) && !RESERVED.test(text);
}

/**
 * The nearest identifier; the same text always gives the same one.
 * @param {string} text
 */
export function identifier(text) {
  if (isIdentifier(text)) return text;
  const plain = text.replace(/[^A-Za-z0-9_]/g, '_').slice(0, 60);
  if (/^[0-9]/.test(plain) || plain === '') return `_${plain}`;
  return isIdentifier(plain) ? plain : RESERVED.test(plain) ? `x_${plain}_` : `${plain}_`;
}

/** The names of one C scope; a name is given once, in it and in the scopes around it. */
export class Names {
  /** @param {Names | null} outer */
  constructor(outer = null) {
    this.outer = outer;
    /** @type {Set<string>} */
    this.taken = new Set();
  }

  /** @param {string} name @returns {boolean} */
  has(name) {
    return this.taken.has(name) || (this.outer?.has(name) ?? false);
  }

  /** @param {string} wanted */
  take(wanted) {
    const base = identifier(wanted);
    let name = base;
    for (let i = 2; this.has(name); i++) name = `${base}_${i}`;
    this.taken.add(name);
    return name;
  }
}

/**
 * A C string literal of these bytes: octal of three digits for what is not plain, so that no digit
 * or `??` that follows can change it.
 * @param {Buffer | string} text
 */
export function literal(text) {
  let out = '';
  for (const byte of Buffer.from(text)) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c && byte !== 0x3f;
    out += plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return `"${out}"`;
}

/**
 * Text for a comment: nothing in it can end it, join lines or make the compiler warn.
 * @param {string} text
 */
export function comment(text) {
  return `/* ${text.replace(/[^\p{L}\p{N} _.,:;'()[\]+=<>-]/gu, (c) => (c === '/' ? c : '_'))} */`;
}
