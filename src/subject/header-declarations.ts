/** What a header declares: prototypes and function types taken apart, names of types. */
import { closing, commaParts, declarationsOf, isWord, type Tokens } from './c-tokens.ts';

export interface HeaderSignature {
  /** A C declaration of a variable that has the type of parameter `index`. */
  readonly params: readonly Tokens[];
  readonly variadic: boolean;
  /** The declaration with `name(params)` cut out: what is left declares the returned type. */
  readonly returns: { readonly before: Tokens; readonly after: Tokens };
}

export interface HeaderDeclarations {
  readonly functions: ReadonlyMap<string, HeaderSignature>;
  /** Function types by the typedef's name. */
  readonly callbacks: ReadonlyMap<string, HeaderSignature>;
  /** How C writes a declared type: `Point`, or `struct Point` when there is no typedef. */
  typeName(name: string): string | null;
  /** Does the word stand anywhere in a declaration? */
  mentions(word: string): boolean;
}

export function readDeclarations(preprocessed: string): HeaderDeclarations {
  const functions = new Map<string, HeaderSignature>();
  const callbacks = new Map<string, HeaderSignature>();
  const typedefs = new Set<string>();
  const tags = new Map<string, string>();
  const words = new Set<string>();
  for (const declaration of declarationsOf(preprocessed)) {
    declaration.forEach((token) => words.add(token));
    noteTags(declaration, tags);
    if (declaration[0] === 'typedef') {
      const name = declaredName(declaration);
      if (name === null) continue;
      typedefs.add(name);
      const signature = functionPointer(declaration.slice(1));
      if (signature !== null) callbacks.set(name, signature);
    } else {
      const found = prototype(declaration);
      if (found !== null && !functions.has(found.name)) functions.set(found.name, found.signature);
    }
  }
  return {
    functions,
    callbacks,
    typeName(name) {
      if (typedefs.has(name)) return name;
      const tag = tags.get(name);
      return tag === undefined ? null : `${tag} ${name}`;
    },
    mentions: (word) => words.has(word),
  };
}

function noteTags(declaration: Tokens, tags: Map<string, string>): void {
  declaration.forEach((token, index) => {
    const name = declaration[index + 1];
    if ((token === 'struct' || token === 'union' || token === 'enum') && isWord(name)) tags.set(name, token);
  });
}

/** `typedef … NAME`, `typedef … NAME[4]`, `typedef R (*NAME)(…)`. */
function declaredName(declaration: Tokens): string | null {
  const star = pointerGroup(declaration);
  if (star !== null && star.name !== null) return star.name;
  let end = declaration.length - 1;
  while (declaration[end] === ']') end = declaration.lastIndexOf('[', end) - 1;
  if (declaration[end] === ')') end = declaration.indexOf('(') - 1;
  const name = declaration[end];
  return isWord(name) ? name : null;
}

/** A function's own prototype; null for anything else. */
function prototype(declaration: Tokens): { name: string; signature: HeaderSignature } | null {
  for (let i = 0; i < declaration.length - 1; i++) {
    const name = declaration[i];
    if (declaration[i] === '{') return null;
    // `int (*get(int))(int)`: a star behind the bracket makes it a group, no parameter list.
    if (!isWord(name) || declaration[i + 1] !== '(' || declaration[i + 2] === '*') continue;
    const end = closing(declaration, i + 1);
    return { name, signature: signatureOf(declaration, i, i + 1, end) };
  }
  return null;
}

/** `R (*name)(…)`, with or without the name; null when the declaration is no function pointer. */
export function functionPointer(declaration: Tokens): HeaderSignature | null {
  const group = pointerGroup(declaration);
  if (group === null) return null;
  return signatureOf(declaration, group.start, group.end + 1, closing(declaration, group.end + 1));
}

function pointerGroup(declaration: Tokens): { start: number; end: number; name: string | null } | null {
  for (let start = 0; start < declaration.length - 2; start++) {
    if (declaration[start] !== '(' || declaration[start + 1] !== '*') continue;
    const end = closing(declaration, start);
    const inside = declaration.slice(start + 1, end).filter((token) => token !== '*' && token !== 'const');
    const [name = null] = inside;
    if (inside.length <= 1 && declaration[end + 1] === '(') return { start, end, name };
  }
  return null;
}

function signatureOf(declaration: Tokens, start: number, open: number, end: number): HeaderSignature {
  const parts = commaParts(declaration.slice(open + 1, end));
  const empty = parts.length === 1 && (parts[0]?.length === 0 || parts[0]?.join(' ') === 'void');
  const params = empty ? [] : parts.filter((part) => part[0] !== '...');
  return {
    params,
    variadic: parts.some((part) => part[0] === '...'),
    returns: {
      before: declaration.slice(0, start).filter((token) => token !== 'extern' && token !== 'static'),
      after: declaration.slice(end + 1),
    },
  };
}

const TYPE_WORDS = new Set([
  'void',
  'char',
  'short',
  'int',
  'long',
  'float',
  'double',
  'signed',
  'unsigned',
  '_Bool',
  'bool',
  '__int128',
  '_Complex',
]);
const QUALIFIERS = new Set(['const', 'volatile', 'register', '_Atomic']);

/** The parameter's declaration with `name` for its own name, or where it would stand. */
export function renamed(parameter: Tokens, name: string): string {
  const at = declaratorStart(parameter);
  return [...parameter.slice(0, at), ...declarator(parameter.slice(at), name)].join(' ');
}

/** Behind the type's own words; a plain word is one only when no other has been there. */
function declaratorStart(tokens: Tokens): number {
  let seen = false;
  let i = 0;
  for (; i < tokens.length; i++) {
    const token = tokens[i] ?? '';
    if (QUALIFIERS.has(token)) continue;
    if (TYPE_WORDS.has(token)) seen = true;
    else if (token === 'struct' || token === 'union' || token === 'enum') {
      seen = true;
      i++;
    } else if (isWord(token) && !seen) seen = true;
    else break;
  }
  return i;
}

function declarator(tokens: Tokens, name: string): readonly string[] {
  const first = tokens[0] ?? '';
  if (first === '*' || QUALIFIERS.has(first)) return [first, ...declarator(tokens.slice(1), name)];
  if (isWord(first)) return [name, ...tokens.slice(1)];
  if (first === '(' && tokens[1] === '*') {
    const end = closing(tokens, 0);
    return ['(', ...declarator(tokens.slice(1, end), name), ')', ...tokens.slice(end + 1)];
  }
  return [name, ...tokens];
}
