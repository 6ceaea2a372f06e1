// @ts-check
/** How to read values back, as the runtime's rules. */
import { literal } from './names.mjs';
import { fail } from './types.mjs';
import { countOf } from './pointers.mjs';

/** @typedef {import('./types.mjs').Node} Node */

/**
 * @param {import('./body.mjs').Body} body @param {any} rule @param {Map<string, { c: string, node: Node }>} locals
 * @returns {string}
 */
export function read(body, rule, locals) {
  if (rule === null || rule === undefined) return 'NULL';
  if (rule.text === true) return 'ABIDE_TEXT';
  if (rule.utf16 === true) return 'ABIDE_UTF16';
  if (rule.items !== undefined)
    return `ABIDE_ITEMS(${count(body, rule.items, locals)}, ${read(body, rule.each, locals)})`;
  if (rule.elements !== undefined) return `ABIDE_ELEMENTS(${read(body, rule.elements, locals)})`;
  if (rule.member !== undefined)
    return `ABIDE_NAMED(${literal(rule.member)}, ${read(body, rule.read, locals)}, NULL)`;
  if (rule.fields === undefined) fail(`there is no such way to read: ${JSON.stringify(rule)}`);
  return Object.entries(rule.fields).reduceRight(
    (others, [field, inner]) => `ABIDE_NAMED(${literal(field)}, ${read(body, inner, locals)}, ${others})`,
    'NULL',
  );
}

/** @param {import('./body.mjs').Body} body @param {any} items @param {Map<string, { c: string, node: Node }>} locals */
function count(body, items, locals) {
  if (typeof items === 'number' || typeof items === 'string') return String(countOf(items));
  if (items.$slot !== undefined) return `abide_slot_count(${Number(items.$slot)})`;
  if (items.$ref !== undefined) {
    const { node, lvalue } = body.part(items);
    return node.kind === 'pointer' ? `*${lvalue}` : lvalue;
  }
  const { c, node } = locals.get(items.$out) ?? fail(`there is no parameter ${items.$out}`);
  return node.kind === 'pointer' && node.to.kind === 'int'
    ? `${c} == NULL ? 0 : *${c}`
    : fail(`${items.$out} does not point to a count`);
}
