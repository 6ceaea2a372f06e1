/** What was written, whatever it was written in: YAML, JSON Lines and CSV all become these nodes. */
import { visible } from '../diagnostic.ts';
import type { Span } from './source.ts';

export type SpecNode = MapNode | ListNode | TextNode | IntNode | DecimalNode | BoolNode | NullNode | CellNode;

export interface MapNode extends Span {
  readonly kind: 'map';
  readonly entries: readonly Entry[];
}

export interface Entry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: SpecNode;
}

export interface ListNode extends Span {
  readonly kind: 'list';
  readonly items: readonly SpecNode[];
}

export interface TextNode extends Span {
  readonly kind: 'text';
  readonly text: string;
}

export interface IntNode extends Span {
  readonly kind: 'int';
  readonly value: bigint;
  /** As written: `-0` is a float's negative zero. */
  readonly written: string;
}

/** A decimal keeps its digits: it is rounded once, to the width of its type. */
export interface DecimalNode extends Span {
  readonly kind: 'decimal';
  readonly written: string;
}

export interface BoolNode extends Span {
  readonly kind: 'bool';
  readonly value: boolean;
}

export interface NullNode extends Span {
  readonly kind: 'null';
}

/** A cell of a CSV table: what it is depends on the type it stands for. */
export interface CellNode extends Span {
  readonly kind: 'cell';
  readonly text: string;
}

/** The value of a key; a map's keys are few, so a search is quicker than an index. */
export function entryOf(node: MapNode, key: string): Entry | null {
  return node.entries.find((entry) => entry.key === key) ?? null;
}

/** For messages: what was found. */
export function inWords(node: SpecNode): string {
  switch (node.kind) {
    case 'map':
      return node.entries.length === 0 ? 'an empty map' : 'a map';
    case 'list':
      return node.items.length === 0 ? 'an empty list' : `a list of ${node.items.length}`;
    case 'text':
    case 'cell':
      return `the text ${quoted(node.text)}`;
    case 'int':
      return `the integer ${shortened(node.written)}`;
    case 'decimal':
      return `the decimal ${shortened(node.written)}`;
    case 'bool':
      return String(node.value);
    case 'null':
      return 'null';
  }
}

export function quoted(text: string): string {
  return `"${shortened(visible(text))}"`;
}

const LONGEST_SHOWN = 60;

function shortened(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
