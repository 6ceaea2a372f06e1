/** The `$` forms: what plain YAML cannot say. */
import { nearestName } from '../abi/parse-type.ts';
import type { Wire } from '../plan/wire.ts';
import { headOf } from './fields.ts';
import { listed, type Problems } from './problems.ts';
import { parseColumn, parseReference, type Reference } from './references.ts';
import { inWords, quoted, type Entry, type MapNode, type SpecNode } from './tree.ts';

/** Keys that may stand beside the form's own. */
const FORMS = {
  $bits: [],
  $bytes: [],
  $utf16: [],
  $text: [],
  $out: ['from'],
  $at: ['offset'],
  $address: [],
  $raw: [],
  $zero: [],
  $callback: [],
  $any: [],
  $untouched: [],
  $approx: [],
  $one_of: [],
  $not: [],
  $prefix: ['rest'],
  $items: ['count'],
} as const satisfies Record<string, readonly string[]>;

export type FormName = keyof typeof FORMS;
const WORDS = ['$out', '$any', '$untouched'] as const;

export type Form =
  | { readonly kind: 'reference'; readonly reference: Reference; readonly node: SpecNode }
  | {
      readonly kind: 'form';
      readonly name: FormName;
      /** Null for a bare word such as `$out`. */
      readonly value: SpecNode | null;
      readonly beside: ReadonlyMap<string, SpecNode>;
      readonly node: SpecNode;
    };

/** The form a node is; null for a plain value; `bad` when it is none and that has been reported. */
export function formOf(node: SpecNode, problems: Problems): Form | 'bad' | null {
  if (node.kind === 'text') return node.text.startsWith('$') ? wordForm(node, node.text, problems) : null;
  if (node.kind !== 'map') return null;
  const first = node.entries.find((entry) => entry.key.startsWith('$'));
  return first === undefined ? null : mapForm(node, first, problems);
}

function wordForm(node: SpecNode, text: string, problems: Problems): Form | 'bad' {
  const word = WORDS.find((each) => each === text);
  if (word !== undefined) return { kind: 'form', name: word, value: null, beside: new Map(), node };
  const reference = parseReference(text);
  const name = `$${reference?.name ?? ''}`;
  if (reference !== null && !Object.hasOwn(FORMS, name)) return { kind: 'reference', reference, node };
  if (parseColumn(text) !== null) {
    const help = 'Give the case rows with "each", or write { $text: … } for this very text.';
    problems.add('column-not-here', node, `${quoted(text)} stands for a column, but the case has no rows.`, {
      help,
    });
    return 'bad';
  }
  const help =
    reference !== null
      ? `Write it as a map: { ${name}: … }.`
      : `For text that begins with $ write { $text: ${JSON.stringify(text)} }; for a place write $name, $name.field or $name[2].`;
  problems.add('bad-form', node, `Expected $name, $out, $any or $untouched, found ${quoted(text)}.`, {
    help,
  });
  return 'bad';
}

function mapForm(node: MapNode, first: Entry, problems: Problems): Form | 'bad' {
  const name = first.key;
  if (!isFormName(name)) {
    const near = nearestName(name, Object.keys(FORMS));
    const all = `The forms are ${listed(Object.keys(FORMS))}.`;
    problems.add('bad-form', first.keySpan, `Unknown form ${quoted(name)}.`, {
      help: near === null ? all : `Did you mean ${near}? ${all}`,
    });
    return 'bad';
  }
  const allowed: readonly string[] = FORMS[name];
  const beside = new Map<string, SpecNode>();
  for (const entry of node.entries) {
    if (entry === first) continue;
    if (!allowed.includes(entry.key)) {
      const may = allowed.length === 0 ? 'nothing' : listed(allowed);
      problems.add('bad-form', entry.keySpan, `Beside ${name} may stand ${may}, found ${quoted(entry.key)}.`);
      return 'bad';
    }
    beside.set(entry.key, entry.value);
  }
  return { kind: 'form', name, value: first.value, beside, node };
}

function isFormName(name: string): name is FormName {
  return Object.hasOwn(FORMS, name);
}

/** Reports that a form means nothing where it stands. */
export function notHere(
  form: Form & { kind: 'form' },
  what: string,
  problems: Problems,
  help: string | null = null,
): undefined {
  problems.add('form-not-here', headOf(form.node), `${form.name} is no value for ${what}.`, { help });
  return undefined;
}

/** Hex digits of `"00 ff"`; null, with the reason among the problems, for anything else. */
export function bytesIn(node: SpecNode | null, at: SpecNode, problems: Problems): string | null {
  // Plain 00 is an integer to YAML; as written it is bytes all the same.
  const text =
    node?.kind === 'text'
      ? node.text
      : node?.kind === 'int' || node?.kind === 'decimal'
        ? node.written
        : null;
  const digits = text?.replace(/\s+/gu, '').toLowerCase() ?? null;
  if (digits !== null && digits.length % 2 === 0 && /^[0-9a-f]*$/u.test(digits)) return digits;
  const found = node === null ? 'nothing' : inWords(node);
  problems.add('bad-bytes', node ?? at, `Expected pairs of hexadecimal digits, found ${found}.`, {
    help: 'Write bytes as text: { $bytes: "00 ff" }.',
  });
  return null;
}

/** Hex digits of a text's UTF-8. A lone surrogate has none. */
export function utf8Hex(text: string): string {
  return Buffer.from(text, 'utf8').toString('hex');
}

/** The hex digits that a wire value has under a key; null when it has none. */
export function digitsOf(value: Wire, key: '$bytes' | '$text'): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const digits = (value as Readonly<Record<string, Wire | number>>)[key];
  return typeof digits === 'string' ? digits : null;
}

/** UTF-16 units, four hex digits each. */
export function utf16Units(text: string): readonly number[] {
  return Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
}

/** `{ $address: 0x51 }` in the plan's way; null, with the reason among the problems, when it is none. */
export function addressIn(
  node: SpecNode | null,
  at: SpecNode,
  pointerWidth: number,
  problems: Problems,
): string | null {
  if (node?.kind === 'int' && node.value >= 0n && node.value < 1n << BigInt(pointerWidth)) {
    return `0x${node.value.toString(16)}`;
  }
  const found = node === null ? 'nothing' : inWords(node);
  problems.add(
    'bad-count',
    node ?? at,
    `Expected an address of at most ${pointerWidth} bits, found ${found}.`,
  );
  return null;
}
