/** Preprocessed C, cut into its declarations: just enough to find prototypes and rename what they declare. */
export type Tokens = readonly string[];

const TOKEN =
  /[A-Za-z_$][\w$]*|[0-9](?:[\w.]|[eEpP][+-])*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\.\.\.|[^\s]/g;

/** Words that take a parenthesis and say nothing about the ABI of a declaration on its own. */
const WITH_PARENTHESES = new Set([
  '__attribute__',
  '__attribute',
  '__asm__',
  '__asm',
  'asm',
  '__declspec',
  '_Alignas',
]);
const DROPPED = new Set([
  '__extension__',
  '__inline',
  '__inline__',
  'inline',
  '_Noreturn',
  '__restrict',
  '__restrict__',
  'restrict',
  '_Nullable',
  '_Nonnull',
  '__cdecl',
]);

/** Top-level declarations, without attributes and without the bodies of functions. */
export function declarationsOf(text: string): readonly Tokens[] {
  const source = text.replaceAll(/^\s*#.*$/gm, '');
  const tokens = withoutAttributes([...source.matchAll(TOKEN)].map((match) => match[0]));
  const found: Tokens[] = [];
  let start = 0;
  let depth = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] ?? '';
    if ('([{'.includes(token)) {
      if (token === '{' && depth === 0 && tokens[i - 1] === ')') {
        found.push(tokens.slice(start, i));
        i = closing(tokens, i);
        start = i + 1;
        continue;
      }
      depth++;
    } else if (')]}'.includes(token)) depth--;
    else if (token === ';' && depth === 0) {
      if (i > start) found.push(tokens.slice(start, i));
      start = i + 1;
    }
  }
  return found;
}

function withoutAttributes(tokens: Tokens): Tokens {
  const kept: string[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] ?? '';
    if (WITH_PARENTHESES.has(token) && tokens[i + 1] === '(') i = closing(tokens, i + 1);
    else if (!DROPPED.has(token)) kept.push(token);
  }
  return kept;
}

/** The index of the bracket that closes the one at `open`, or the last index. */
export function closing(tokens: Tokens, open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const token = tokens[i] ?? '';
    if ('([{'.includes(token)) depth++;
    else if (')]}'.includes(token) && --depth === 0) return i;
  }
  return tokens.length - 1;
}

export function isWord(token: string | undefined): token is string {
  return token !== undefined && /^[A-Za-z_$]/.test(token);
}

/** Between brackets: the parts that commas of this level part. */
export function commaParts(tokens: Tokens): readonly Tokens[] {
  const parts: string[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if ('([{'.includes(token)) depth++;
    if (')]}'.includes(token)) depth--;
    if (token === ',' && depth === 0) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}
