/** Size, alignment and offsets of every type on a platform, as `repr(C)` lays them out. */
import type { Platform } from './platform.ts';
import { PAYLOAD_FIELD, expandTable, intSize, layoutName, variantName } from './resolve.ts';
import type { Field, IntType, StructDecl, Type, TypeTable } from './type.ts';

export interface Layout {
  readonly size: number;
  readonly align: number;
  /** By field or member, in declared order; empty for what has none. */
  readonly offsets: Readonly<Record<string, number>>;
}

export interface Layouts {
  of(type: Type): Layout;
  /** Of a declared name; parts of data-carrying enums (`Shape__payload`) are known too. */
  named(name: string): Layout;
  /** Where the fields of one variant of a data-carrying enum stand, from the enum's start. */
  variant(name: string, variant: string): Readonly<Record<string, number>>;
}

/** A type without a size; cannot happen in a table that checkTable finds no fault with. */
export class LayoutError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LayoutError';
  }
}

export function createLayouts(table: TypeTable, platform: Platform): Layouts {
  return new PlatformLayouts(expandTable(table), platform);
}

class PlatformLayouts implements Layouts {
  readonly #table: TypeTable;
  readonly #platform: Platform;
  readonly #known = new Map<string, Layout>();
  readonly #open = new Set<string>();

  constructor(table: TypeTable, platform: Platform) {
    this.#table = table;
    this.#platform = platform;
  }

  of(type: Type): Layout {
    switch (type.kind) {
      case 'void':
        throw new LayoutError('Type () has no size.');
      case 'int':
        return this.#int(type);
      case 'float':
        return type.name === 'f32' ? scalar(4, 4) : scalar(8, this.#platform.align64);
      case 'bool':
        return scalar(1, 1);
      case 'pointer':
        return this.#pointer();
      case 'array': {
        const element = this.of(type.of);
        return scalar(element.size * type.length, element.align);
      }
      case 'named':
        return this.named(type.name);
    }
  }

  named(name: string): Layout {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if (this.#open.has(name)) {
      throw new LayoutError(`Type ${name} contains itself: ${[...this.#open, name].join(' contains ')}.`);
    }
    this.#open.add(name);
    try {
      const layout = this.#declared(name);
      this.#known.set(name, layout);
      return layout;
    } finally {
      this.#open.delete(name);
    }
  }

  variant(name: string, variant: string): Readonly<Record<string, number>> {
    const decl = this.#table.get(name);
    if (decl?.kind !== 'tagged') throw new LayoutError(`Type ${name} is no data-carrying enum.`);
    const found = decl.variants.find((each) => each.name === variant);
    if (found === undefined) throw new LayoutError(`Type ${name} has no variant ${variant}.`);
    if (found.fields.length === 0) return {};
    const start = decl.form === 'union' ? (this.named(layoutName(name)).offsets[PAYLOAD_FIELD] ?? 0) : 0;
    const inside = this.named(variantName(name, variant)).offsets;
    return Object.fromEntries(found.fields.map((field) => [field.name, start + (inside[field.name] ?? 0)]));
  }

  #int(type: IntType): Layout {
    const size = intSize(type.name, this.#platform);
    if (size === 8) return scalar(8, this.#platform.align64);
    return scalar(size, size === 16 ? this.#platform.align128 : size);
  }

  #pointer(): Layout {
    const size = this.#platform.pointerWidth / 8;
    return scalar(size, size);
  }

  #declared(name: string): Layout {
    const decl = this.#table.get(name);
    if (decl === undefined) throw new LayoutError(`Type ${name} is not declared.`);
    switch (decl.kind) {
      case 'struct':
        return this.#struct(decl);
      case 'transparent':
        return this.of(decl.of);
      case 'union':
        return this.#union(decl.members);
      case 'enum':
        return this.#int(decl.repr);
      case 'tagged': {
        const { size, align } = this.named(layoutName(name));
        return scalar(size, align);
      }
      case 'callback':
        return this.#pointer();
      case 'opaque':
        throw new LayoutError(`Type ${name} is opaque and has no size: it can only stand behind a pointer.`);
    }
  }

  #struct(decl: StructDecl): Layout {
    const offsets: [string, number][] = [];
    let end = 0;
    let align = decl.align ?? 1;
    for (const field of decl.fields) {
      const inner = this.of(field.type);
      const fieldAlign = Math.min(inner.align, decl.packed ?? inner.align);
      const offset = roundUp(end, fieldAlign);
      offsets.push([field.name, offset]);
      end = offset + inner.size;
      align = Math.max(align, fieldAlign);
    }
    return sized(end, align, offsets);
  }

  #union(members: readonly Field[]): Layout {
    const layouts = members.map((member) => this.of(member.type));
    const align = Math.max(1, ...layouts.map((layout) => layout.align));
    const end = Math.max(0, ...layouts.map((layout) => layout.size));
    return sized(
      end,
      align,
      members.map((member) => [member.name, 0]),
    );
  }
}

function scalar(size: number, align: number): Layout {
  return { size, align, offsets: {} };
}

function sized(end: number, align: number, offsets: readonly [string, number][]): Layout {
  const size = roundUp(end, align);
  if (!Number.isSafeInteger(size)) throw new LayoutError('A type of this size does not fit into memory.');
  return { size, align, offsets: Object.fromEntries(offsets) };
}

function roundUp(value: number, align: number): number {
  return Math.ceil(value / align) * align;
}
