/** Wire values in words: as a spec would write them. */
import { declOf, resolve } from '../abi/resolve.ts';
import type { Type, TypeTable } from '../abi/type.ts';
import type { Wire } from '../plan/wire.ts';
import { isObject, textOf } from './compare.ts';
import type { WirePath } from './outcome.ts';

const LONGEST = 300;

/** The value as the spec would write it, cut to a readable length. */
export function inWords(value: Wire | number | undefined, type: Type | null, table: TypeTable): string {
  const text = words(value, type === null ? null : resolve(type, table), table);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}...` : text;
}

function words(value: Wire | number | undefined, type: Type | null, table: TypeTable): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return scalar(value, type);
  if (Array.isArray(value)) return list(value as readonly Wire[], type, table);
  if (isObject(value)) return object(value, type, table);
  return textOf(value);
}

function scalar(value: string, type: Type | null): string {
  return type?.kind === 'float' ? floatWords(value) : value;
}

/** `1.5 (0x3fc00000)`: the decimal for reading, the bits for truth. */
export function floatWords(bits: string): string {
  const view = new DataView(new ArrayBuffer(8));
  if (bits.length === 8) view.setUint32(0, Number.parseInt(bits, 16));
  else view.setBigUint64(0, BigInt(`0x${bits}`));
  const value = bits.length === 8 ? view.getFloat32(0) : view.getFloat64(0);
  return `${Object.is(value, -0) ? '-0.0' : String(value)} (0x${bits})`;
}

const SHOWN_ITEMS = 16;

function list(items: readonly Wire[], type: Type | null, table: TypeTable): string {
  const element = type === null ? null : elementOf(type, table);
  const shown = items.slice(0, SHOWN_ITEMS).map((item) => words(item, element, table));
  const rest = items.length > SHOWN_ITEMS ? [`... ${items.length - SHOWN_ITEMS} more`] : [];
  return `[${[...shown, ...rest].join(', ')}]`;
}

function object(value: Record<string, Wire | number>, type: Type | null, table: TypeTable): string {
  const keys = Object.keys(value);
  if (keys.some((key) => key.startsWith('$'))) return form(value, type, table);
  const fields = keys.map((key) => `${key}: ${words(value[key], childOf(type, key, table), table)}`);
  return `{ ${fields.join(', ')} }`;
}

function form(value: Record<string, Wire | number>, type: Type | null, table: TypeTable): string {
  const { $text: text, $bytes: bytes, $utf16: wide, $at: at, $pointer: pointer } = value;
  if (typeof text === 'string') return textWords(text);
  if (typeof bytes === 'string') return `bytes ${spaced(bytes)}`;
  if (typeof wide === 'string') return `UTF-16 ${JSON.stringify(fromUnits(wide))}`;
  if (typeof at === 'string')
    return `address of ${at}${value['offset'] ? ` + ${textOf(value['offset'])}` : ''}`;
  if (typeof pointer === 'number') return `a pointer (number ${pointer} of this case)`;
  if (value['$any'] === true) return 'anything';
  if (value['$nan'] === true) return 'any NaN';
  if (value['$untouched'] === true) return 'untouched memory';
  if ('$not' in value) return `not ${words(value['$not'], type, table)}`;
  if ('$one_of' in value) return `one of ${words(value['$one_of'], null, table)}`;
  if ('$prefix' in value) return `${words(value['$prefix'], type, table)}, then ${textOf(value['rest'])}`;
  if (isObject(value['$approx'])) {
    return `${words(value['$approx']['value'], type, table)} within ${textOf(value['$approx']['ulps'])} ulps`;
  }
  if (typeof value['$ref'] === 'string') return `$${value['$ref']}`;
  return JSON.stringify(value);
}

/** A text of hex bytes, quoted; with its bytes when it is not UTF-8. */
function textWords(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? JSON.stringify(text) : `text with bytes ${spaced(hex)}`;
}

function spaced(hex: string): string {
  return hex === '' ? '(none)' : (hex.match(/../gu)?.join(' ') ?? '');
}

function fromUnits(units: string): string {
  return String.fromCharCode(...(units.match(/.{4}/gu) ?? []).map((unit) => Number.parseInt(unit, 16)));
}

function elementOf(type: Type, table: TypeTable): Type | null {
  if (type.kind === 'pointer') return resolve(type.to, table);
  return type.kind === 'array' ? resolve(type.of, table) : null;
}

function childOf(type: Type | null, name: string, table: TypeTable): Type | null {
  if (type === null) return null;
  const decl = declOf(type, table);
  switch (decl?.kind) {
    case 'struct':
      return typeOf(decl.fields, name, table);
    case 'union':
      return typeOf(decl.members, name, table);
    case 'tagged': {
      const variant = decl.variants.find((each) => each.name === name);
      return variant === undefined
        ? null
        : { kind: 'named', name: `${nameOf(type)}__${name}`, nullable: false };
    }
    case 'callback':
      return typeOf(decl.params, name, table);
    default:
      return payloadField(type, name, table);
  }
}

/** `Shape__Circle` is no declared name; its fields are those of the variant. */
function payloadField(type: Type, name: string, table: TypeTable): Type | null {
  const [owner, variant] = nameOf(type).split('__');
  const decl = owner === undefined ? undefined : table.get(owner);
  if (decl?.kind !== 'tagged') return null;
  return typeOf(decl.variants.find((each) => each.name === variant)?.fields ?? [], name, table);
}

function nameOf(type: Type): string {
  return type.kind === 'named' ? type.name : '';
}

function typeOf(
  fields: readonly { name: string; type: Type }[],
  name: string,
  table: TypeTable,
): Type | null {
  const field = fields.find((each) => each.name === name);
  return field === undefined ? null : resolve(field.type, table);
}

/** The type at the end of a path; null where the path leaves what types can tell. */
export function typeAt(type: Type | null, path: WirePath, table: TypeTable): Type | null {
  let current = type === null ? null : resolve(type, table);
  for (const part of path) {
    if (current === null) return null;
    current = typeof part === 'number' ? elementOf(current, table) : childOf(current, part, table);
  }
  return current;
}

/** `[2].x` as people write it. */
export function pathWords(path: WirePath): string {
  return path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
}
