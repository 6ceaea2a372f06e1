import type { Wire } from '../plan/wire.ts';
import { utf8Hex } from './forms.ts';
import type { SpecNode } from './tree.ts';

/** A value without a type, such as a constant: numbers as written, text as bytes. */
export function plainWire(node: SpecNode): Wire {
  switch (node.kind) {
    case 'map':
      return Object.fromEntries(node.entries.map((entry) => [entry.key, plainWire(entry.value)]));
    case 'list':
      return node.items.map(plainWire);
    case 'text':
    case 'cell':
      return { $text: utf8Hex(node.text) };
    case 'int':
      return String(node.value);
    case 'decimal':
      return node.written;
    case 'bool':
      return node.value;
    case 'null':
      return null;
  }
}
