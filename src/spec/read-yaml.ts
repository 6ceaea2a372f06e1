import {
  Lexer,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type Document,
  type Node as YamlNode,
  type Pair,
  type YAMLMap,
} from 'yaml';
import type { Problems } from './problems.ts';
import type { Span, TextSource } from './source.ts';
import { quoted, type Entry, type SpecNode } from './tree.ts';

const DEEPEST = 100;
/** Nodes that aliases may stand for in all: an alias bomb is more. */
const MOST_ALIASED = 100_000;

const MOST_SYNTAX_ERRORS = 5;

const OPTIONS = {
  version: '1.2',
  intAsBigInt: true,
  // The library's own check is quadratic; MapBuilder does it with a set and keeps both places.
  uniqueKeys: false,
  prettyErrors: false,
  merge: false,
  resolveKnownTags: false,
  logLevel: 'error',
} as const;

/** YAML text → nodes; null when it cannot be read at all. Never throws. */
export function readYaml(source: TextSource, problems: Problems): SpecNode | null {
  const depth = deepestFlow(source.text);
  if (depth !== null) {
    problems.add('yaml-depth', { source, start: depth, end: depth + 1 }, tooDeep());
    return null;
  }
  let document: Document.Parsed;
  try {
    document = parseDocument(source.text, OPTIONS);
  } catch {
    problems.add('yaml-syntax', { source, start: 0, end: 1 }, 'The text cannot be read as YAML.');
    return null;
  }
  if (document.directives.yaml.version !== '1.2') {
    problems.add('yaml-syntax', { source, start: 0, end: 5 }, 'Expected YAML 1.2, found another version.');
    return null;
  }
  if (reportSyntax(document, source, problems)) return null;
  return new Converter(source, problems).whole(document);
}

function tooDeep(): string {
  return `Expected at most ${DEEPEST} levels of maps and lists, found more.`;
}

/** The library recurses and builds its errors level by level: too many brackets would end the process. */
function deepestFlow(text: string): number | null {
  let [depth, at] = [0, 0];
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') depth++;
    else if ((token === ']' || token === '}') && depth > 0) depth--;
    if (depth > DEEPEST) return at;
    if (token !== SCALAR && token !== DOCUMENT && token !== FLOW_END) at += token.length;
  }
  return null;
}

/** What the lexer puts between the pieces of the text. */
const [DOCUMENT, FLOW_END, SCALAR] = ['\u0002', '\u0018', '\u001f'];

function reportSyntax(document: Document.Parsed, source: TextSource, problems: Problems): boolean {
  const seen = new Set<string>();
  for (const error of document.errors) {
    const [start, end] = error.pos;
    if (error.code === 'RESOURCE_EXHAUSTION') {
      problems.add('yaml-depth', { source, start, end }, tooDeep());
      return true;
    }
    const key = `${error.code}${start}`;
    // One fault makes many behind it: the first ones tell.
    if (seen.has(key) || seen.size >= MOST_SYNTAX_ERRORS) continue;
    seen.add(key);
    const message = error.code === 'MULTIPLE_DOCS' ? 'Expected one document, found several.' : error.message;
    const help =
      error.code === 'TAB_AS_INDENT'
        ? 'Indent with spaces.'
        : error.code === 'MULTIPLE_DOCS'
          ? 'Put each spec into its own file.'
          : null;
    problems.add('yaml-syntax', { source, start, end }, sentence(message), { help });
  }
  for (const warning of document.warnings) {
    const [start, end] = warning.pos;
    const code = warning.code === 'TAG_RESOLVE_FAILED' ? 'yaml-tag' : 'yaml-syntax';
    problems.add(code, { source, start, end }, sentence(warning.message), {
      help: code === 'yaml-tag' ? 'Leave the tag out.' : null,
    });
  }
  return document.errors.length > 0 || document.warnings.length > 0;
}

function sentence(message: string): string {
  const line = message.split('\n', 1)[0] ?? message;
  return /[.!?]$/u.test(line) ? line : `${line}.`;
}

class Converter {
  readonly #source: TextSource;
  readonly #problems: Problems;
  readonly #anchors = new Map<string, YamlNode>();
  readonly #open = new Set<YamlNode>();
  #aliasing = 0;
  #aliased = 0;
  #exhausted = false;
  /** What aliases stand for is not known, so nothing can be said of the rest. */
  #unusable = false;

  constructor(source: TextSource, problems: Problems) {
    this.#source = source;
    this.#problems = problems;
  }

  whole(document: Document.Parsed): SpecNode | null {
    const node = this.#node(document.contents, 0, 0);
    return this.#unusable ? null : node;
  }

  #node(node: unknown, depth: number, position: number): SpecNode {
    const span = this.#span(node, position);
    if (this.#exhausted || (this.#aliasing > 0 && this.#tooMuch(span))) return { kind: 'null', ...span };
    if (depth > DEEPEST) {
      this.#give('yaml-depth', span, tooDeep());
      return { kind: 'null', ...span };
    }
    if (isAlias(node)) return this.#alias(node.source, span, depth);
    if (isScalar(node)) return this.#scalar(node, span);
    if (isMap(node)) return this.#collection(node, span, () => this.#map(node, span, depth));
    if (isSeq(node)) {
      return this.#collection(node, span, () => ({
        kind: 'list',
        items: node.items.map((item) => this.#node(item, depth + 1, span.start)),
        ...span,
      }));
    }
    return { kind: 'null', ...span };
  }

  #span(node: unknown, position: number): Span {
    const range = (node as { range?: readonly number[] } | null)?.range;
    const start = range?.[0] ?? position;
    return { source: this.#source, start, end: range?.[1] ?? start };
  }

  #give(code: 'yaml-depth' | 'yaml-alias', span: Span, message: string): void {
    this.#problems.add(code, span, message);
    this.#exhausted = true;
    this.#unusable = true;
  }

  #tooMuch(span: Span): boolean {
    if (++this.#aliased <= MOST_ALIASED) return false;
    this.#give('yaml-alias', span, `Expected aliases for at most ${MOST_ALIASED} values in all, found more.`);
    return true;
  }

  #collection(node: YamlNode, span: Span, convert: () => SpecNode): SpecNode {
    this.#anchor(node);
    this.#checkTag(node, span);
    this.#open.add(node);
    const converted = convert();
    this.#open.delete(node);
    return converted;
  }

  #anchor(node: YamlNode): void {
    const anchor = 'anchor' in node ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, node);
  }

  #checkTag(node: YamlNode, span: Span): void {
    if (node.tag === undefined || this.#aliasing > 0) return;
    this.#problems.add('yaml-tag', span, `Expected a value without a tag, found ${quoted(node.tag)}.`, {
      help: 'Leave the tag out.',
    });
  }

  #alias(name: string, span: Span, depth: number): SpecNode {
    const target = this.#anchors.get(name);
    if (target === undefined || this.#open.has(target)) {
      const message =
        target === undefined ? `No anchor ${quoted(name)} before.` : 'An alias stands for itself.';
      this.#problems.add('yaml-alias', span, message);
      this.#unusable = true;
      return { kind: 'null', ...span };
    }
    this.#aliasing++;
    const node = this.#node(target, depth + 1, span.start);
    this.#aliasing--;
    return { ...node, ...span };
  }

  #scalar(node: YamlNode & { value: unknown; source?: string }, span: Span): SpecNode {
    this.#anchor(node);
    this.#checkTag(node, span);
    const { value } = node;
    switch (typeof value) {
      case 'bigint':
        return { kind: 'int', value, written: node.source ?? String(value), ...span };
      case 'number':
        return { kind: 'decimal', written: node.source ?? String(value), ...span };
      case 'boolean':
        return { kind: 'bool', value, ...span };
      case 'string':
        return { kind: 'text', text: value, ...span };
      default:
        return { kind: 'null', ...span };
    }
  }

  #map(node: YAMLMap, span: Span, depth: number): SpecNode {
    const seen = new Map<string, Span>();
    const entries: Entry[] = [];
    for (const pair of node.items as Pair<YamlNode | null, YamlNode | null>[]) {
      const keySpan = this.#span(pair.key, span.start);
      const key = this.#key(pair.key, keySpan);
      if (key === null) continue;
      const first = seen.get(key);
      if (first !== undefined) {
        const related = [{ message: 'first here', at: first }];
        this.#problems.add('duplicate-key', keySpan, `The key ${quoted(key)} is here twice.`, { related });
        continue;
      }
      seen.set(key, keySpan);
      entries.push({ key, keySpan, value: this.#node(pair.value, depth + 1, keySpan.end) });
    }
    return { kind: 'map', entries, ...span };
  }

  #key(key: YamlNode | null, span: Span): string | null {
    if (isScalar(key) && key.tag === undefined && key.value !== null) {
      this.#anchor(key);
      if (typeof key.value === 'string') return key.value;
      if (key.source !== undefined) return key.source;
    }
    const found = isAlias(key) ? 'an alias' : key === null || isScalar(key) ? 'null' : 'a map or a list';
    this.#problems.add('yaml-key', span, `Expected a plain key, found ${found}.`);
    return null;
  }
}
