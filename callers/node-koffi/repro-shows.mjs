// @ts-check
/** Native values as a written program shows them; what a pointer points at is read as the plan says. */
import { asExpression, CannotWrite, inTemplate, memberText, plain } from './repro-code.mjs';
import { further, placeAt } from './repro-scope.mjs';
import { isByte, memberName } from './types.mjs';
import { isForm } from './values.mjs';

/** What functions over lists call their parameters, by depth. */
const ITEMS = ['each', 'inner', 'innermost'];
const INDICES = ['index', 'innerIndex', 'innermostIndex'];
export const LOCALS = [...ITEMS, ...INDICES];

/**
 * @typedef {import('./types.mjs').Node} Node
 * @typedef {import('./types.mjs').Field} Field
 * @typedef {import('./types.mjs').NamedNode} NamedNode
 * @typedef {import('./repro-code.mjs').Shown} Shown
 * @typedef {import('./repro-scope.mjs').Scope} Scope
 * @typedef {import('./repro-scope.mjs').Place} Place
 * @typedef {any} Read
 */

/** @param {string} text @returns {Shown} */
const expression = (text) => ({ expression: text });

/** May this expression stand in several places? @param {string} text */
export const isPure = (text) => /^[\p{ID_Continue}$.]+$/u.test(text);

/** `text` is an expression of the value, `place` where it stands when that memory may be untouched.
 * @param {Scope} scope @param {Node} node @param {string} text @param {Read} read @param {Place | null} place
 * @returns {Shown} */
export function show(scope, node, text, read, place) {
  const shown = showTouched(scope, node, text, read, place);
  return place === null ? shown : unlessUntouched(scope, place, String(scope.types.size(node)), shown);
}

/** @param {Scope} scope @param {Place} place @param {string} size @param {Shown} shown @returns {Shown} */
function unlessUntouched({ program }, place, size, shown) {
  const address = further(place.address, place.offset);
  return expression(`${program.use('seen')}(${address}, ${size}, ${asExpression(shown)})`);
}

/** @param {Scope} scope @param {Node} node @param {string} text @param {Read} read @param {Place | null} place
 * @returns {Shown} */
function showTouched(scope, node, text, read, place) {
  const { program } = scope;
  switch (node.kind) {
    case 'int':
    case 'enum':
    case 'bool':
      return expression(text);
    case 'float':
      return expression(`${program.use(node.size === 4 ? 'bits32' : 'bits64')}(${text})`);
    case 'pointer':
      return read === null ? pointer(text) : follow(scope, node.to, text, read, null, true);
    case 'callback':
      return pointer(text);
    case 'array':
      return array(scope, node, text, read?.elements ?? null, place);
    case 'struct':
      return showFields(scope, node, scope.types.fields(node.ref), text, read, place);
    case 'union':
      return union(scope, node, text, read, place);
    case 'tagged':
      return tagged(scope, node, text, read, place);
    default:
      throw new CannotWrite(`no value can be of type ${node.kind}`);
  }
}

/** @param {string} text */
const pointer = (text) => expression(`${text} ? 'pointer' : 'null'`);

/** @param {Scope} scope @param {Node & { kind: 'array' }} node @param {string} text @param {Read} each
 * @param {Place | null} place */
function array(scope, { of }, text, each, place) {
  if (isByte(of)) return expression(`${scope.program.use('hex')}(${text})`);
  return list(scope, of, text, each, place);
}

/** @param {Scope} scope @param {Node} of @param {string} text @param {Read} each @param {Place | null} place @returns {Shown} */
function list(scope, of, text, each, place) {
  const { program } = scope;
  program.use('list');
  const depth = ITEMS.findIndex((name) => !new RegExp(`\\b${name}\\b`, 'u').test(text));
  const [item, index] = [ITEMS[depth], INDICES[depth]];
  if (item === undefined || index === undefined) throw new CannotWrite('its lists are nested too deeply');
  const size = scope.types.size(of);
  const start = place === null ? '' : further(place.address, place.offset);
  const itemPlace = place && { address: `${start} + BigInt(${index} * ${size})`, offset: 0, room: null };
  const shown = asExpression(show(scope, of, item, each, itemPlace));
  if (shown === item) return expression(`list(${text})`);
  const simple = /^([\p{ID_Continue}$]+)\(([\p{ID_Continue}$]+)\)$/u.exec(shown);
  if (simple !== null && simple[2] === item) return expression(`list(${text}, ${simple[1] ?? ''})`);
  return expression(`list(${text}, (${item}${place === null ? '' : `, ${index}`}) => ${shown})`);
}

/** @param {Scope} scope @param {NamedNode} node @param {Field[]} fields @param {string} text @param {Read} read
 * @param {Place | null} place @returns {Shown} */
function showFields(scope, node, fields, text, read, place) {
  const parts = fields.map(({ name, type }) => {
    const at = place && placeAt(place, scope.types.offset(node, name));
    const shown = show(scope, type, memberText(text, memberName(name)), read?.fields?.[name] ?? null, at);
    return `${plain(name)}: ${inTemplate(shown)}`;
  });
  return { template: `{${parts.join(', ')}}` };
}

/** @param {Scope} scope @param {NamedNode} node @param {string} text @param {Read} read @param {Place | null} place */
function union(scope, node, text, read, place) {
  const { program } = scope;
  if (read === null) {
    const type = program.types.expression(node);
    return expression(`${program.use('hex')}(${program.use('raw')}(${type}, ${text}))`);
  }
  const fields = scope.types.fields(node.ref).filter(({ name }) => name === read.member);
  return showFields(scope, node, fields, text, { fields: { [read.member]: read.read ?? null } }, place);
}

/** @param {Scope} scope @param {NamedNode} node @param {string} text @param {Read} read @param {Place | null} place @returns {Shown} */
function tagged(scope, node, text, read, place) {
  const { form, variants, layout } = scope.types.declared(node.ref, 'tagged');
  const members = scope.types.fields(layout.ref);
  const first = members[0]?.name ?? '';
  const tag =
    form === 'structs' ? memberText(memberText(text, memberName(first)), 'tag__') : memberText(text, 'tag__');
  const holder = form === 'structs' ? layout : /** @type {NamedNode | undefined} */ (members[1]?.type);
  const at = form === 'structs' || place === null ? place : placeAt(place, payloadOffset(scope, layout));
  const raw = `\`{$raw: \${${tag}}}\``.replace('$raw', '\\$raw');
  const chain = variants.reduceRight((rest, variant) => {
    const shown = asExpression(
      payload(scope, variant, form === 'structs' ? text : memberText(text, 'payload__'), holder, read, at),
    );
    return `String(${tag}) === '${variant.value}' ? ${shown} : ${rest}`;
  }, raw);
  return expression(chain);
}

/** @param {Scope} scope @param {NamedNode} layout */
function payloadOffset({ types }, layout) {
  return types.fields(layout.ref).length > 1 ? types.offset(layout, 'payload__') : 0;
}

/** @param {Scope} scope @param {import('./types.mjs').Variant} variant @param {string} text
 * @param {NamedNode | undefined} holder @param {Read} read @param {Place | null} place @returns {Shown} */
function payload(scope, variant, text, holder, read, place) {
  const name = plain(variant.name);
  if (variant.fields.length === 0 || holder === undefined) return { template: `{${name}: {}}` };
  const node = scope.types.fields(holder.ref).find((each) => each.name === variant.name)?.type;
  const held = memberText(text, memberName(variant.name));
  const fields = showFields(scope, /** @type {NamedNode} */ (node), variant.fields, held, read, place);
  return { template: `{${name}: ${inTemplate(fields)}}` };
}

/** What stands at an address. `place`: that memory may carry the pattern. `nullable`: the address may be null.
 * @param {Scope} scope @param {Node} to @param {string} address @param {Read} read @param {Place | null} place
 * @param {boolean} nullable @returns {Shown} */
export function follow(scope, to, address, read, place, nullable) {
  const shown = followed(scope, to, address, read, place ?? foreign(scope, address, read));
  return nullable ? expression(`${address} ? ${asExpression(shown)} : 'null'`) : shown;
}

/** A pointer that the library gave may well lead to memory that was to be filled.
 * @param {Scope} scope @param {string} address @param {Read} read @returns {Place | null} */
const foreign = ({ program }, address, read) =>
  program.fills && isForm(read, 'items') ? { address, offset: 0, room: null } : null;

/** @param {Scope} scope @param {Node} to @param {string} address @param {Read} read @param {Place | null} place @returns {Shown} */
function followed(scope, to, address, read, place) {
  const { program } = scope;
  if (isForm(read, 'text') || isForm(read, 'utf16')) {
    const decoder = isForm(read, 'text') ? 'string' : 'string16';
    const shown = expression(`JSON.stringify(koffi.decode.${decoder}(${address}))`);
    return place === null || place.room === null
      ? shown
      : unlessUntouched(scope, place, String(place.room), shown);
  }
  if (!isForm(read, 'items')) throw new CannotWrite(`a pointer cannot be read by ${JSON.stringify(read)}`);
  const bytes = to.kind === 'void' || isByte(to);
  const size = bytes ? 1 : scope.types.size(to);
  const count = counted(scope, read.items);
  const type = bytes ? "'uint8_t'" : program.types.expression(to);
  const values = `koffi.decode(${address}, ${type}, ${count})`;
  // The whole sequence stands for the one scalar in it.
  const each = count === '1' && !('ref' in to) ? null : place;
  const shown = bytes
    ? expression(`${program.use('hex')}(${values})`)
    : list(scope, to, values, read.each ?? null, each);
  if (place === null) return shown;
  const whole = /^\d+$/u.test(count)
    ? String(Number(count) * size)
    : size === 1
      ? count
      : `${count} * ${size}`;
  return unlessUntouched(scope, place, whole, shown);
}

/** How many pointees a READ wants. @param {Scope} scope @param {any} items */
function counted(scope, items) {
  if (typeof items !== 'object') return String(Number(items));
  if (typeof items.text === 'string') return items.text;
  return `Number(${scope.resolve(items).text})`;
}
