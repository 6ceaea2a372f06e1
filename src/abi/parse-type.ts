/** Rust's own type names, as they stand in an `extern "C"` signature → `Type`. Never throws. */
import { argumentName, callbackName } from './hoist-callback.ts';
import { nearestName } from './nearest-name.ts';
import { Refusal, TokenCursor, type Token, type TypeProblem } from './type-tokens.ts';
import {
  FOREIGN_WORDS,
  GENERIC_WORDS,
  MODULE_PATHS,
  SIMPLE_TYPES,
  TYPE_WORDS,
  nonZero,
} from './type-words.ts';
import type { CallbackDecl, Field, Type } from './type.ts';

export { nearestName } from './nearest-name.ts';
export { TYPE_WORDS } from './type-words.ts';
export type { TypeProblem } from './type-tokens.ts';

export type ParsedType =
  | {
      readonly ok: true;
      readonly type: Type;
      /** Function types that were written inline, under the names that `type` uses for them. */
      readonly hoisted: ReadonlyMap<string, CallbackDecl>;
      /** Every declared name that is used, with its place. */
      readonly names: readonly NameUse[];
    }
  | { readonly ok: false; readonly problem: TypeProblem };

export interface NameUse {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
}

const LONGEST_TEXT = 10_000;
const DEEPEST = 64;
const LONGEST_ARRAY = 1n << 28n;

export function parseType(text: string): ParsedType {
  if (text.length > LONGEST_TEXT) {
    const expected = `at most ${LONGEST_TEXT} characters`;
    const found = `${text.length} characters`;
    const message = `A type has ${expected}, this one has ${text.length}.`;
    return { ok: false, problem: { offset: 0, length: 1, message, expected, found, suggestion: null } };
  }
  const parser = new TypeParser(text);
  try {
    const type = parser.whole();
    return { ok: true, type, hoisted: parser.hoisted, names: parser.names };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problem: error.problem };
    throw error;
  }
}

class TypeParser {
  readonly hoisted = new Map<string, CallbackDecl>();
  readonly names: NameUse[] = [];
  readonly #tokens: TokenCursor;
  #depth = 0;

  constructor(text: string) {
    this.#tokens = new TokenCursor(text);
  }

  whole(): Type {
    const type = this.#type();
    const rest = this.#tokens.peek();
    if (rest.kind !== 'end') throw new Refusal(rest, 'the end of the type', restHelp(rest));
    return type;
  }

  #type(): Type {
    if (++this.#depth > DEEPEST)
      throw new Refusal(this.#tokens.peek(), `a type nested at most ${DEEPEST} deep`);
    const type = this.#unguarded();
    this.#depth--;
    return type;
  }

  #unguarded(): Type {
    const token = this.#tokens.peek();
    if (token.text === '(') return this.#unit();
    if (token.text === '*') return this.#rawPointer();
    if (token.text === '&') return this.#reference();
    if (token.text === '[') return this.#array();
    if (token.text === 'extern' || token.text === 'unsafe' || token.text === 'fn') return this.#function();
    if (token.kind === 'word') return this.#word();
    throw new Refusal(token, 'a type');
  }

  #unit(): Type {
    this.#tokens.next();
    if (this.#tokens.peek().text !== ')') {
      throw new Refusal(this.#tokens.peek(), '")"', 'A tuple has no C layout: declare a struct.');
    }
    this.#tokens.next();
    return { kind: 'void' };
  }

  #rawPointer(): Type {
    this.#tokens.next();
    const mode = this.#tokens.peek();
    if (mode.text !== 'const' && mode.text !== 'mut') {
      throw new Refusal(
        mode,
        '"const" or "mut"',
        'Write "*const T" where the library only reads, else "*mut T".',
      );
    }
    this.#tokens.next();
    return { kind: 'pointer', to: this.#type(), form: mode.text, nullable: true };
  }

  #reference(): Type {
    this.#tokens.next();
    if (this.#tokens.peek().kind === 'lifetime') this.#tokens.next();
    const mutable = this.#tokens.skip('mut');
    return { kind: 'pointer', to: this.#type(), form: mutable ? 'ref mut' : 'ref', nullable: false };
  }

  #array(): Type {
    this.#tokens.next();
    const of = this.#type();
    if (this.#tokens.peek().text === ']') {
      throw new Refusal(
        this.#tokens.peek(),
        '";" and a length',
        'A slice has no C layout: pass a pointer and a length.',
      );
    }
    this.#tokens.expect(';', '";" and the length of the array');
    const token = this.#tokens.next();
    const digits = token.text.replaceAll('_', '');
    const length = token.kind === 'number' && /^[0-9]+$/.test(digits) ? BigInt(digits) : 0n;
    if (length < 1n || length > LONGEST_ARRAY) {
      throw new Refusal(token, `an array length from 1 to ${LONGEST_ARRAY}`);
    }
    this.#tokens.expect(']', '"]"');
    return { kind: 'array', of, length: Number(length) };
  }

  #function(): Type {
    const first = this.#tokens.peek();
    this.#tokens.skip('unsafe');
    if (!this.#tokens.skip('extern')) {
      throw new Refusal(
        first,
        '"extern "C" fn"',
        'A plain Rust fn has no C calling convention: write extern "C" fn.',
      );
    }
    const abi = this.#tokens.peek();
    if (abi.kind === 'string') {
      if (abi.text !== '"C"') throw new Refusal(abi, 'the ABI "C"');
      this.#tokens.next();
    }
    this.#tokens.expect('fn', '"fn"');
    this.#tokens.expect('(', '"("');
    const params = this.#params();
    const returns: Type = this.#tokens.skip('->') ? this.#type() : { kind: 'void' };
    const decl: CallbackDecl = { kind: 'callback', params, returns };
    const name = callbackName(decl);
    this.hoisted.set(name, decl);
    return { kind: 'named', name, nullable: false };
  }

  #params(): readonly Field[] {
    const params: Field[] = [];
    while (!this.#tokens.skip(')')) {
      params.push(this.#param(params));
      if (this.#tokens.peek().text !== ')') this.#tokens.expect(',', '"," or ")"');
    }
    return params;
  }

  #param(before: readonly Field[]): Field {
    const token = this.#tokens.peek();
    if (token.text === '...') {
      throw new Refusal(token, 'a parameter', 'Stable Rust cannot define a variadic function.');
    }
    const named = token.kind === 'word' && this.#tokens.peek(1).text === ':';
    if (named) {
      this.#tokens.next();
      this.#tokens.next();
    }
    const name = named && token.text !== '_' ? token.text : argumentName(before.length);
    if (before.some((param) => param.name === name))
      throw new Refusal(token, 'a parameter name not used before');
    return { name, type: this.#type() };
  }

  #word(): Type {
    const token = this.#path();
    const simple = SIMPLE_TYPES.get(token.text);
    if (simple !== undefined) return simple;
    if (GENERIC_WORDS.some((word) => word === token.text)) return this.#generic(token);
    const generic = this.#tokens.peek().text === '<';
    const instead = FOREIGN_WORDS.get(token.text);
    // `Result` may be the name of a declared struct, `char` and `Result<…>` cannot.
    if (instead !== undefined && (generic || /^[a-z]/.test(token.text)))
      throw new Refusal(token, 'a type that has a C layout', instead);
    if (generic) {
      const near = nearestName(token.text, GENERIC_WORDS);
      const help =
        near === null ? 'Only Option, Box, NonNull and NonZero take a type.' : `Did you mean ${near}?`;
      throw new Refusal(token, 'Option, Box, NonNull or NonZero before "<"', help);
    }
    this.names.push({ name: token.text, offset: token.offset, length: token.text.length });
    return { kind: 'named', name: token.text, nullable: false };
  }

  /** Steps over `core::ffi::` and its like; the last word is the type's. */
  #path(): Token {
    const first = this.#tokens.next();
    const modules: string[] = [];
    let last = first;
    while (this.#tokens.peek().text === '::') {
      modules.push(last.text);
      this.#tokens.next();
      last = this.#tokens.next();
      if (last.kind !== 'word') throw new Refusal(last, 'a name after "::"');
    }
    if (modules.length > 0 && !MODULE_PATHS.has(modules.join('::'))) {
      throw new Refusal(
        first,
        'a declared name or a type of core::ffi',
        'Write the bare name of a declared type.',
      );
    }
    return last;
  }

  #generic(word: Token): Type {
    this.#tokens.expect('<', '"<"');
    const inside = this.#tokens.peek();
    if (word.text === 'NonZero') {
      const type = nonZero(this.#path().text);
      if (type === null) throw new Refusal(inside, 'an integer type from i8 to usize', intHelp(inside));
      this.#close();
      return type;
    }
    const type = this.#type();
    this.#close();
    if (word.text === 'Option') return this.#option(type, inside);
    return { kind: 'pointer', to: type, form: word.text === 'Box' ? 'box' : 'nonnull', nullable: false };
  }

  #close(): void {
    this.#tokens.expect('>', '">"');
  }

  #option(type: Type, inside: Token): Type {
    const raw = type.kind === 'pointer' && (type.form === 'const' || type.form === 'mut');
    const niche =
      type.kind === 'named' || (type.kind === 'pointer' && !raw) || (type.kind === 'int' && type.nonzero);
    if (niche && !type.nullable) return { ...type, nullable: true };
    const help = raw
      ? 'A raw pointer may be null already: leave Option out.'
      : 'Option has a C layout only around a reference, Box, NonNull, NonZero and a function.';
    throw new Refusal(inside, 'a type that cannot be null inside Option', help);
  }
}

/** `char *`, `unsigned int`: C's way of writing. */
function restHelp(token: Token): string | null {
  if (token.text === '*') return 'The star stands in front: "*const T" or "*mut T".';
  return token.text === '<' ? 'Only Option, Box, NonNull and NonZero take a type.' : null;
}

function intHelp(token: Token): string | null {
  const integers = TYPE_WORDS.filter((word) => nonZero(word) !== null);
  const near = nearestName(token.text, integers);
  return near === null ? null : `Did you mean ${near}?`;
}

/** What to do about a name that nobody declared; null when there is nothing better than "declare it". */
export function undeclaredHelp(name: string, declared: Iterable<string>): string | null {
  const near = nearestName(name, [...declared, ...TYPE_WORDS]);
  return FOREIGN_WORDS.get(name) ?? (near === null ? null : `Did you mean ${near}?`);
}
