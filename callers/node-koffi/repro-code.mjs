// @ts-check
/** JavaScript as text: literals, identifiers, blocks of lines. */

/** A case that no program can be written for. */
export class CannotWrite extends Error {
  name = 'CannotWrite';
}

const WIDTH = 100;

/** @type {Readonly<Record<string, string>>} */
const ESCAPES = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

/** @param {string} text @param {RegExp} odd */
const escaped = (text, odd) =>
  text.replace(odd, (found) => {
    const code = found.charCodeAt(0);
    if (code >= 0x20 && code < 0x7f) return `\\${found}`;
    return ESCAPES[found] ?? `\\u${code.toString(16).padStart(4, '0')}`;
  });

const UNPRINTABLE =
  '\\u0000-\\u001f\\u007f-\\u009f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff\\ud800-\\udfff';
const IN_QUOTES = new RegExp(`['\\\\${UNPRINTABLE.replace('\\ud800-\\udfff', '')}]|\\p{Surrogate}`, 'gu');
const IN_TEMPLATE = new RegExp(`[\`\\\\$${UNPRINTABLE.replace('\\ud800-\\udfff', '')}]|\\p{Surrogate}`, 'gu');

/** A string literal. @param {string} text */
export function quoted(text) {
  const characters = [...text];
  const [first = ''] = characters;
  if (characters.length > 200 && characters.every((each) => each === first))
    return `'${escaped(first, IN_QUOTES)}'.repeat(${characters.length})`;
  return `'${escaped(text, IN_QUOTES)}'`;
}

/** Text as it stands in a template literal. @param {string} text */
export const plain = (text) => escaped(text, IN_TEMPLATE);

/** What a program shows of a value: an expression, or text with expressions in it.
 * @typedef {{ expression: string } | { template: string }} Shown */

/** @param {Shown} shown */
export const inTemplate = (shown) => ('expression' in shown ? `\${${shown.expression}}` : shown.template);

/** @param {Shown} shown */
export const asExpression = (shown) => ('expression' in shown ? shown.expression : `\`${shown.template}\``);

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** @param {string} name */
export const keyText = (name) => (IDENTIFIER.test(name) && name !== '__proto__' ? name : `[${quoted(name)}]`);

/** @param {string} object @param {string} name */
export const memberText = (object, name) =>
  IDENTIFIER.test(name) ? `${object}.${name}` : `${object}[${quoted(name)}]`;

/** Parts between brackets: on one line, or on lines that fit. @param {string} open @param {string[]} parts
 * @param {string} close @param {number} [taken] what else stands on the line */
export function listText(open, parts, close, taken = 0) {
  const line = `${open}${parts.join(', ')}${close}`;
  if (taken + line.length <= WIDTH || parts.length === 0 || line.includes('\n')) return line;
  /** @type {string[]} */
  const lines = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length + 4 <= WIDTH)
      lines[lines.length - 1] = `${last} ${part},`;
    else lines.push(`${part},`);
  }
  return `${open.trimEnd()}\n${lines.map((each) => `  ${each}`).join('\n')}\n${close.trimStart()}`;
}

const RESERVED =
  `abstract arguments async await boolean break case catch class const continue debugger default delete do
  else enum eval export extends false finally for function if implements import in instanceof interface let new null of
  package private protected public return static super switch this throw true try typeof undefined var void while with yield
  NaN Infinity BigInt Array Buffer DataView Error JSON Math Number Promise String Uint8Array console globalThis process
  koffi library LIBRARY`.split(/\s+/u);

/** Hands out identifiers, each once. */
export class Identifiers {
  #taken = new Set(RESERVED);

  /** @param {string} name */
  reserve(name) {
    this.#taken.add(name);
  }

  /** @param {string} wanted @returns {string} */
  fresh(wanted) {
    const cleaned = wanted.replace(/[^\p{ID_Continue}$]/gu, '_');
    const stem = IDENTIFIER.test(cleaned) ? cleaned : `_${cleaned}`;
    let name = stem;
    for (let count = 2; this.#taken.has(name); count++) name = `${stem}${count}`;
    this.#taken.add(name);
    return name;
  }
}

/** A variable of the program. `outside`: used beyond the block that first gives it a value.
 * @typedef {{ id: string, outside: boolean, changes: boolean }} Variable */

/** @typedef {string | Block | (() => string | null)} Line */

/** Lines, some of which are known only when the whole program is. */
export class Block {
  /** @type {Line[]} */
  lines = [];

  /** @param {Line[]} lines */
  add(...lines) {
    this.lines.push(...lines);
  }

  /** @param {Variable} variable @param {string} value @param {boolean} first @param {string} [end] */
  give(variable, value, first, end = ';') {
    this.add(() => {
      const word = variable.outside || !first ? '' : variable.changes ? 'let ' : 'const ';
      return `${word}${variable.id} = ${value}${end}`;
    });
  }

  /** @param {string} [indent] @returns {string[]} */
  render(indent = '') {
    return this.lines.flatMap((line) => {
      if (line instanceof Block) return line.render(`${indent}  `);
      const text = typeof line === 'string' ? line : line();
      return text === null ? [] : text.split('\n').map((each) => (each === '' ? '' : `${indent}${each}`));
    });
  }
}
