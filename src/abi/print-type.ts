import type { PointerType, Type } from './type.ts';

/** A type as Rust writes it, for messages. */
export function typeText(type: Type): string {
  switch (type.kind) {
    case 'void':
      return '()';
    case 'int':
      return optional(type.nullable, type.nonzero ? `NonZero<${type.name}>` : type.name);
    case 'float':
      return type.name;
    case 'bool':
      return 'bool';
    case 'pointer':
      return pointerText(type);
    case 'array':
      return `[${typeText(type.of)}; ${type.length}]`;
    case 'named':
      return optional(type.nullable, type.name);
  }
}

function optional(nullable: boolean, text: string): string {
  return nullable ? `Option<${text}>` : text;
}

function pointerText(type: PointerType): string {
  const to = type.to.kind === 'void' ? 'c_void' : typeText(type.to);
  switch (type.form) {
    case 'const':
      return `*const ${to}`;
    case 'mut':
      return `*mut ${to}`;
    case 'ref':
      return optional(type.nullable, `&${to}`);
    case 'ref mut':
      return optional(type.nullable, `&mut ${to}`);
    case 'box':
      return optional(type.nullable, `Box<${to}>`);
    case 'nonnull':
      return optional(type.nullable, `NonNull<${to}>`);
  }
}
