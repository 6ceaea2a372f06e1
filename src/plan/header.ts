import { lowerFunction, lowerGlobal, lowerTable } from '../abi/lower.ts';
import type { Platform } from '../abi/platform.ts';
import type { Suite, Table } from '../spec/suite.ts';

export interface HeaderOptions {
  readonly platform: Platform;
  /** Symbol of the subject's live-allocation counter. */
  readonly ledger: string | null;
  /** Symbols the functions name that the library does not export. */
  readonly missing: readonly string[];
}

/** Line 1 of a plan, without its newline: what every case of the suite may need. */
export function planHeader(suite: Suite, options: HeaderOptions): string {
  const { platform } = options;
  const functions = Object.fromEntries(
    [...suite.functions.values()].map((each) => [each.name, lowerFunction(each, suite.types, platform)]),
  );
  const globals = Object.fromEntries(
    [...suite.globals.values()].map((each) => [each.name, lowerGlobal(each, suite.types, platform)]),
  );
  const tables = Object.fromEntries(
    suite.cases
      .filter((each): each is Table => each.kind === 'table')
      .map((table) => [table.key, { steps: table.steps.map((step) => step.plan) }]),
  );
  return JSON.stringify({
    abide: 1,
    types: lowerTable(suite.types, platform),
    functions,
    globals,
    tables,
    ledger: options.ledger,
    ...(options.missing.length > 0 ? { missing: options.missing } : {}),
  });
}
