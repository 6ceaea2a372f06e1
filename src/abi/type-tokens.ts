/** The words and marks of a type, with their places. */
export interface Token {
  readonly kind: 'word' | 'number' | 'mark' | 'string' | 'lifetime' | 'stray' | 'end';
  readonly text: string;
  readonly offset: number;
}

const TOKEN =
  /(?<space>\s+)|(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<number>[0-9][0-9A-Za-z_]*)|(?<string>"[^"]*")|(?<lifetime>'[A-Za-z_][A-Za-z0-9_]*)|(?<mark>->|::|\.\.\.|[*&<>()[\];:,])|(?<stray>.)/gsuy;

const KINDS = ['word', 'number', 'string', 'lifetime', 'mark', 'stray'] as const;

/** The tokens of `text`, always closed by an `end`. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const kind = KINDS.find((each) => match.groups?.[each] !== undefined);
    if (kind !== undefined) tokens.push({ kind, text: match[0], offset: match.index });
  }
  tokens.push({ kind: 'end', text: '', offset: text.length });
  return tokens;
}

/** Offset and length count UTF-16 units of the type's text. */
export interface TypeProblem {
  readonly offset: number;
  readonly length: number;
  readonly message: string;
  readonly expected: string;
  readonly found: string;
  readonly suggestion: string | null;
}

/** Leaves the recursive descent; caught in parseType. */
export class Refusal extends Error {
  readonly problem: TypeProblem;

  constructor(token: Token, expected: string, suggestion: string | null = null) {
    const found = token.kind === 'end' ? 'the end' : `"${token.text}"`;
    const message = `Expected ${expected}, found ${found}.`;
    super(message);
    const length = Math.max(1, token.text.length);
    this.problem = { offset: token.offset, length, message, expected, found, suggestion };
  }
}

export class TokenCursor {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  peek(ahead = 0): Token {
    const last = this.#tokens.length - 1;
    return this.#tokens[Math.min(this.#at + ahead, last)] ?? { kind: 'end', text: '', offset: 0 };
  }

  next(): Token {
    const token = this.peek();
    this.#at++;
    return token;
  }

  /** Steps over the next token when it is `text`. */
  skip(text: string): boolean {
    const found = this.peek().text === text;
    if (found) this.#at++;
    return found;
  }

  expect(text: string, expected: string): void {
    const token = this.next();
    if (token.text !== text) throw new Refusal(token, expected);
  }
}
