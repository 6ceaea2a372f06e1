import { nearestName } from '../abi/parse-type.ts';
import type { Wire } from '../plan/wire.ts';
import { expected } from './expected.ts';
import { mapIn } from './fields.ts';
import { Scope } from './scope.ts';
import type { SuiteDraft } from './suite-draft.ts';
import { quoted, type Entry } from './tree.ts';

/** `requires: { ABI_VERSION: 3 }`: the globals without whose values a spec is not played. */
export function requirements(entry: Entry | null, draft: SuiteDraft): ReadonlyMap<string, Wire> {
  const { problems, declarations } = draft;
  const map = entry === null ? null : mapIn(entry.value, 'a map of globals and values', problems);
  const values = new Map<string, Wire>();
  for (const { key, keySpan, value } of map?.entries ?? []) {
    const global = declarations.globals.get(key);
    if (global === undefined) {
      const near = nearestName(key, declarations.globals.keys());
      problems.add('unknown-global', keySpan, `Unknown global ${quoted(key)}.`, {
        help: near === null ? 'Declare it under "globals".' : `Did you mean ${quoted(near)}?`,
      });
      continue;
    }
    if (global.broken) continue;
    const scope = new Scope(declarations.constants);
    const context = { declarations, problems, table: null, callbacks: [], death: null };
    const seen = expected(value, global.decl.type, { case: context, scope, step: null, name: key });
    if (seen === undefined) continue;
    if (seen.read === null) values.set(key, seen.expected);
    else
      problems.add('form-not-here', value, 'A requirement is a plain value: nothing can be followed for it.');
  }
  return values;
}
