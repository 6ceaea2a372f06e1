import { checkPlace, type Place } from '../abi/check-types.ts';
import { parseType, undeclaredHelp } from '../abi/parse-type.ts';
import type { Type } from '../abi/type.ts';
import { isBroken, type Declarations } from './declarations.ts';
import { wrongShape } from './fields.ts';
import type { Problems } from './problems.ts';
import { TextSource, within, type Span } from './source.ts';
import { quoted, type SpecNode, type TextNode } from './tree.ts';

/** The type that a text names; null, with the reason among the problems, when it names none. */
export function typeIn(node: SpecNode, declarations: Declarations, problems: Problems): Type | null {
  if (node.kind !== 'text') {
    return wrongShape(node, 'a type', problems, 'Write a Rust type as text, e.g. "*const c_char".');
  }
  const parsed = parseType(withLengths(node.text, declarations));
  if (!parsed.ok) {
    const { offset, length, message, suggestion } = parsed.problem;
    problems.add('bad-type', insideText(node, offset, length), message, { help: suggestion });
    return null;
  }
  for (const [name, decl] of parsed.hoisted) declarations.types.set(name, decl);
  let declared = true;
  for (const use of parsed.names) {
    if (declarations.types.has(use.name) || declarations.broken.has(use.name)) continue;
    declared = false;
    const help = undeclaredHelp(use.name, [...declarations.types.keys()].filter(isPlainName));
    problems.add(
      'unknown-type',
      insideText(node, use.offset, use.length),
      `Unknown type ${quoted(use.name)}.`,
      {
        help: help ?? 'Declare it under "types".',
      },
    );
  }
  return declared ? parsed.type : null;
}

/** As `typeIn`, and fit for its place. */
export function typeFor(
  place: Place,
  node: SpecNode,
  declarations: Declarations,
  problems: Problems,
): Type | null {
  const type = typeIn(node, declarations, problems);
  if (type === null || isBroken(type, declarations)) return null;
  const wrong = checkPlace(type, place, declarations.types);
  if (wrong === null) return type;
  problems.add('bad-type', node, wrong);
  return null;
}

/** Names of inline functions are the parser's own. */
function isPlainName(name: string): boolean {
  return /^[A-Za-z_]\w*$/u.test(name) && !name.includes('__');
}

/** `[u8; SIZE]`: constants stand for array lengths. Padded, so that places stay right where they can. */
function withLengths(text: string, declarations: Declarations): string {
  return text.replace(/(;\s*)([A-Za-z_]\w*)(?=\s*\])/gu, (whole, before: string, name: string) => {
    const value = declarations.constants.get(name)?.node;
    return value?.kind === 'int' ? `${before}${String(value.value).padEnd(name.length)}` : whole;
  });
}

/** A place inside a scalar: behind its opening quote, if it has one. */
export function insideText(node: TextNode, offset: number, length: number): Span {
  const quote =
    node.source instanceof TextSource && /["']/u.test(node.source.text.charAt(node.start)) ? 1 : 0;
  return within(node, offset + quote, length);
}
