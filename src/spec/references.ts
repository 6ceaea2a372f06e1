/** `$name`, `$name.field`, `$name[2].x`: how a spec names what was bound. */
export interface Reference {
  readonly name: string;
  readonly path: readonly string[];
}

const REFERENCE = /^\$([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*|\[\d+\])*)$/u;

export function parseReference(text: string): Reference | null {
  const match = REFERENCE.exec(text);
  if (match === null) return null;
  const path = [...(match[2] ?? '').matchAll(/\.(\w+)|\[(\d+)\]/gu)].map((part) => part[1] ?? part[2] ?? '');
  return { name: match[1] ?? '', path };
}

const COLUMN = /^\$\{([^{}]+)\}$/u;

/** The column's name in `${column}`; null for any other text. */
export function parseColumn(text: string): string | null {
  return COLUMN.exec(text)?.[1]?.trim() ?? null;
}
