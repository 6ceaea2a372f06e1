import type { Layouts } from '../abi/layout.ts';

/** A type whose layout the FFI sees otherwise than the C ABI of the platform. */
export interface WrongLayout {
  readonly type: string;
  readonly expected: string;
  readonly found: string;
}

/** The types of a journal's `layout` line that are not as they must be. */
export function wrongLayouts(said: Readonly<Record<string, unknown>>, layouts: Layouts): WrongLayout[] {
  return Object.entries(said).flatMap(([type, layout]) => {
    const wrong = compareLayout(type, layout, layouts);
    return wrong === null ? [] : [wrong];
  });
}

function compareLayout(type: string, said: unknown, layouts: Layouts): WrongLayout | null {
  if (typeof said !== 'object' || said === null) return { type, expected: 'a layout', found: String(said) };
  const expected = layouts.named(type);
  const found = said as { size?: unknown; align?: unknown; offsets?: Record<string, unknown> };
  const differences: [string, unknown, unknown][] = [];
  if (found.size !== expected.size) differences.push(['size', expected.size, found.size]);
  if (found.align !== undefined && found.align !== expected.align) {
    differences.push(['align', expected.align, found.align]);
  }
  for (const [field, offset] of Object.entries(expected.offsets)) {
    const seen = found.offsets?.[field];
    if (found.offsets !== undefined && seen !== offset) differences.push([`${field} at`, offset, seen]);
  }
  if (differences.length === 0) return null;
  const words = (pick: 1 | 2): string =>
    differences.map((each) => `${each[0]} ${String(each[pick])}`).join(', ');
  return { type, expected: words(1), found: words(2) };
}
