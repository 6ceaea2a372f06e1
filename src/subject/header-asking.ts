/** The questions about one declaration, and what the answers mean. */
import type { Layouts } from '../abi/layout.ts';
import type { Platform } from '../abi/platform.ts';
import { declOf, intSigned, resolve } from '../abi/resolve.ts';
import type { Field, PointerType, Type, TypeTable } from '../abi/type.ts';
import {
  functionPointer,
  renamed,
  type HeaderDeclarations,
  type HeaderSignature,
} from './header-declarations.ts';
import type { ProbeGroup } from './header-probe.ts';

/** `expected` is the spec's, `found` the header's; both name the place: `b: a pointer`. */
export interface Difference {
  readonly expected: string;
  readonly found: string;
}

export interface HeaderContext {
  readonly table: TypeTable;
  readonly layouts: Layouts;
  readonly platform: Platform;
  readonly header: HeaderDeclarations;
  /** A C name that no other question uses. */
  freshName(): string;
}

type Values = ReadonlyMap<string, number>;

/** Kinds as header-probe.ts numbers them. */
const SIGNED = 1;
const UNSIGNED = 2;
const BOOL = 3;
const FLOAT = 4;
const LONG_DOUBLE = 5;
const POINTER = 6;
const STRUCT = 7;
const UNION = 8;

export class Asking {
  readonly differences: Difference[] = [];
  readonly #context: HeaderContext;
  readonly #name: string;
  readonly #given: string[] = [];
  readonly #asks = new Map<string, string>();
  readonly #checks: ((values: Values) => Difference | null)[] = [];

  constructor(name: string, context: HeaderContext) {
    this.#name = name;
    this.#context = context;
  }

  get group(): ProbeGroup {
    return { name: this.#name, given: this.#given, asks: this.#asks };
  }

  judge(values: Values): readonly Difference[] {
    return [...this.differences, ...this.#checks.flatMap((check) => check(values) ?? [])];
  }

  /** A number the header must agree with: `size`, `offset of x`. */
  fact(place: string, ask: string, expected: number): void {
    this.#asks.set(place, ask);
    this.#checks.push((values) => {
      const found = values.get(place);
      return found === expected
        ? null
        : { expected: `${place} ${expected}`, found: `${place} ${found ?? 'unknown'}` };
    });
  }

  /** The C expression must have the type's size and kind. */
  value(place: string, type: Type, expression: string): void {
    const resolved = resolve(type, this.#context.table);
    if (resolved.kind === 'array') {
      this.fact(`size of ${place}`, `sizeof(${expression})`, this.#context.layouts.of(resolved).size);
      return;
    }
    this.#asks.set(`${place}.kind`, `ABIDE_KIND(${expression})`);
    this.#asks.set(`${place}.size`, `sizeof(${expression})`);
    this.#asks.set(`${place}.pointee`, `ABIDE_POINTEE(${expression})`);
    this.#checks.push((values) => {
      const [kind, size, pointee] = ['kind', 'size', 'pointee'].map(
        (key) => values.get(`${place}.${key}`) ?? 0,
      );
      const found = { kind: kind ?? 0, size: size ?? 0, pointee: pointee ?? 0 };
      if (fits(resolved, found, this.#context)) return null;
      return {
        expected: `${place}: ${expectedText(resolved, this.#context)}`,
        found: `${place}: ${foundText(found)}`,
      };
    });
  }

  /** Parameters one by one, then the returned value; function pointers inside are followed. */
  signature(params: readonly Field[], returns: Type, header: HeaderSignature, path = ''): void {
    const found = header.params.length;
    if (header.variadic || found !== params.length) {
      const where = path === '' ? '' : `${path.replace(/\.$/, '')}: `;
      this.differences.push({
        expected: `${where}${count(params.length)}`,
        found: `${where}${count(found)}${header.variadic ? ' and ...' : ''}`,
      });
      return;
    }
    params.forEach((param, index) => {
      const parameter = header.params[index] ?? [];
      const name = this.#declare((own) => renamed(parameter, own));
      this.value(`${path}${param.name}`, param.type, name);
      const decl = declOf(param.type, this.#context.table);
      const inner =
        functionPointer(parameter) ?? this.#context.header.callbacks.get(parameter[0] ?? '') ?? null;
      if (decl?.kind === 'callback' && inner !== null) {
        this.signature(decl.params, decl.returns, inner, `${path}${param.name}.`);
      }
    });
    this.#returned(returns, header, path);
  }

  #returned(returns: Type, header: HeaderSignature, path: string): void {
    const { before, after } = header.returns;
    const isVoid = after.length === 0 && before.filter((token) => token !== 'const').join(' ') === 'void';
    const place = `${path}returned value`;
    const resolved = resolve(returns, this.#context.table);
    if (isVoid || resolved.kind === 'void') {
      if (isVoid && resolved.kind === 'void') return;
      const text = expectedText(resolved, this.#context);
      this.differences.push({
        expected: `${place}: ${text}`,
        found: `${place}: ${isVoid ? 'nothing' : [...before, ...after].join(' ')}`,
      });
      return;
    }
    this.value(
      place,
      returns,
      this.#declare((own) => [...before, own, ...after].join(' ')),
    );
  }

  /** A variable that is only declared: nothing is linked, its type can be asked for. */
  #declare(declaration: (name: string) => string): string {
    const name = this.#context.freshName();
    this.#given.push(`extern ${declaration(name)}`);
    return name;
  }
}

interface Found {
  readonly kind: number;
  readonly size: number;
  /** kind * 100 + size of a scalar behind the pointer; 0 for any other pointee. */
  readonly pointee: number;
}

function fits(type: Type, found: Found, context: HeaderContext): boolean {
  const { kind, size } = found;
  switch (type.kind) {
    case 'void':
      return false;
    case 'int': {
      const signed = intSigned(type.name, context.platform);
      // A header that says bool for u8, or the other way round, means the same byte.
      const byte = (kind === BOOL || kind === UNSIGNED) && size === 1 && !signed;
      return size === context.layouts.of(type).size && (byte || kind === (signed ? SIGNED : UNSIGNED));
    }
    case 'bool':
      return size === 1 && (kind === BOOL || kind === UNSIGNED);
    case 'float':
      return kind === FLOAT && size === context.layouts.of(type).size;
    case 'pointer':
      return kind === POINTER && pointeeFits(type, found.pointee, context);
    case 'array':
      return size === context.layouts.of(type).size;
    case 'named':
      return namedFits(type, found, context);
  }
}

function namedFits(type: Type & { kind: 'named' }, { kind, size }: Found, context: HeaderContext): boolean {
  const decl = context.table.get(type.name);
  if (decl?.kind === 'callback') return kind === POINTER;
  if (size !== context.layouts.named(type.name).size) return false;
  switch (decl?.kind) {
    case 'enum':
      // C decides the sign of an enum by its values.
      return kind === SIGNED || kind === UNSIGNED;
    case 'tagged':
      return kind === STRUCT || kind === UNION;
    case 'union':
      return kind === UNION;
    default:
      return kind === STRUCT;
  }
}

/** Untyped memory and bytes stand for anything; a scalar must be the right scalar. */
function pointeeFits(type: PointerType, pointee: number, context: HeaderContext): boolean {
  const [kind, size] = [Math.floor(pointee / 100), pointee % 100];
  const to = resolve(type.to, context.table);
  if (pointee === 0 || to.kind === 'void' || size === 1 || to.kind === 'array')
    return sizeFits(to, pointee, context);
  if (declOf(to, context.table)?.kind === 'opaque') return false;
  return fits(to, { kind, size, pointee: 0 }, context);
}

/** A byte pointer for a wider scalar is a difference; for a struct or a byte it is a way of speaking. */
function sizeFits(to: Type, pointee: number, context: HeaderContext): boolean {
  if (pointee === 0 || (to.kind !== 'int' && to.kind !== 'float')) return true;
  return context.layouts.of(to).size === pointee % 100;
}

function count(params: number): string {
  return params === 1 ? '1 parameter' : `${params} parameters`;
}

function expectedText(type: Type, context: HeaderContext): string {
  switch (type.kind) {
    case 'void':
      return 'nothing';
    case 'bool':
      return 'a bool';
    case 'pointer': {
      const to = resolve(type.to, context.table);
      const scalar = to.kind === 'int' || to.kind === 'float';
      return scalar ? `a pointer to ${expectedText(to, context)}` : 'a pointer';
    }
    case 'int':
    case 'float':
    case 'array': {
      const { size } = context.layouts.of(type);
      const word = type.kind === 'int' ? sign(intSigned(type.name, context.platform)) : type.kind;
      return `${article(word)} of ${bytes(size)}`;
    }
    case 'named': {
      const kind = context.table.get(type.name)?.kind;
      if (kind === 'callback') return 'a pointer';
      return `${article(kind ?? 'type')} ${type.name} of ${bytes(context.layouts.named(type.name).size)}`;
    }
  }
}

const sign = (signed: boolean): string => (signed ? 'signed integer' : 'unsigned integer');
const bytes = (size: number): string => (size === 1 ? '1 byte' : `${size} bytes`);
/** An enum, an unsigned integer, a union. */
const article = (word: string): string => `${/^(?:[aeio]|un[^i])/.test(word) ? 'an' : 'a'} ${word}`;

function foundText({ kind, size, pointee }: Found): string {
  switch (kind) {
    case SIGNED:
    case UNSIGNED:
      return `${article(sign(kind === SIGNED))} of ${bytes(size)}`;
    case BOOL:
      return 'a bool';
    case FLOAT:
      return `a float of ${bytes(size)}`;
    case LONG_DOUBLE:
      return 'a long double';
    case POINTER:
      if (pointee === 0) return 'a pointer';
      return `a pointer to ${foundText({ kind: Math.floor(pointee / 100), size: pointee % 100, pointee: 0 })}`;
    case STRUCT:
    case UNION:
      return `a ${kind === STRUCT ? 'struct' : 'union'} of ${bytes(size)}`;
    default:
      return `a value of ${bytes(size)}`;
  }
}
