// @ts-check
/** `node generate.mjs PLAN OUTDIR`: writes the C program that plays a plan, one source a spec. */
import { createReadStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { layoutsOf, withRow, writeCase } from './cases.mjs';
import { BANNER, Descriptors, guarded, typesHeader, typesSource } from './headers.mjs';
import { comment, identifier, literal, Names } from './names.mjs';
import { Interface } from './types.mjs';
import { NeedsRows } from './values.mjs';

/** @typedef {{ case: string, steps?: any[], table?: string, row?: any[] }} Line */
/** @typedef {import('./cases.mjs').Written} Written */

/** A case's key as it stands in a line of the plan: the program compares it so. @param {string} key */
const inJson = (key) => JSON.stringify(key).slice(1, -1);

/** @param {string} key */
const specOf = (key) => key.split('/', 1)[0] ?? key;

/** @param {string} path @returns {Promise<{ header: import('./types.mjs').Header, lines: Line[] }>} */
async function readPlan(path) {
  const texts = [];
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (text !== '') texts.push(text);
  }
  const [header, ...lines] = texts.map((text) => JSON.parse(text));
  if (header?.abide !== 1)
    throw new Error(`${path}: the first line is not the header of a plan of version 1`);
  // Without a prototype: a spec may call its things `constructor`.
  const own = (/** @type {any} */ table) => Object.assign(Object.create(null), table);
  const { types, functions, globals, tables } = header;
  return {
    header: {
      ...header,
      types: own(types),
      functions: own(functions),
      globals: own(globals),
      tables: own(tables),
    },
    lines,
  };
}

/** One source: the cases and tables of one spec, in the order of the plan. */
class SpecSource {
  /** @param {Interface} types @param {string} spec */
  constructor(types, spec) {
    this.types = types;
    this.spec = spec;
    this.names = new Names(types.names);
    this.descriptors = new Descriptors(types, this.names);
    /** @type {Written[]} */
    this.cases = [];
  }

  /** @param {string} key @param {any[]} steps */
  add(key, steps) {
    this.cases.push(writeCase(this.types, this.descriptors, this.names, key, steps));
  }

  /** One function for all rows when it can read them; else one function a row. @param {string} table @param {Line[]} rows */
  addTable(table, rows) {
    const { steps } = this.types.header.tables[table] ?? { steps: [] };
    try {
      const written = writeCase(this.types, this.descriptors, this.names, table, steps);
      const refers = rows.some(({ row = [] }) => /"\$(ref|at|callback)":/.test(JSON.stringify(row)));
      if (!refers) {
        this.cases.push(written);
        return;
      }
    } catch (error) {
      if (!(error instanceof NeedsRows)) throw error;
    }
    for (const each of rows) this.add(each.case, withRow(steps, each.row ?? []));
  }

  get text() {
    const cases = this.cases.map((each) => ({ ...each, json: inJson(each.key) }));
    cases.sort((a, b) => Buffer.compare(Buffer.from(a.json), Buffer.from(b.json)));
    /** @type {Map<string, string>} */
    const lists = new Map();
    const rows = cases.map((each) => {
      const types = layoutsOf(this.types, each.uses).map((ref) =>
        guarded(
          this.types.needs128([/** @type {any} */ ({ kind: 'struct', ref })]),
          `    &${this.types.descriptorNames.get(ref)},\n`,
        ),
      );
      const list = types.join('');
      if (list !== '' && !lists.has(list)) lists.set(list, this.names.take('types'));
      return `    {${literal(each.json)}, ${each.function}, ${lists.get(list) ?? 'NULL'}},\n`;
    });
    const typeLists = [...lists].map(
      ([list, name]) => `static const abide_type *const ${name}[] = {\n${list}    NULL,\n};\n\n`,
    );
    const table = this.names.take('cases');
    const functions = this.cases.map((each) => `${each.text}\n`).join('');
    const descriptors = this.descriptors.usedBy(functions);
    return [
      BANNER,
      `${comment(`The cases of the spec ${this.spec}.`)}\n`,
      '#include "types.h"\n\n',
      descriptors === '' ? '' : `${descriptors}\n`,
      functions,
      typeLists.join(''),
      `static const abide_case ${table}[] = {\n${rows.join('')}};\n\n`,
      `extern const abide_spec ${this.symbol};\n`,
      `const abide_spec ${this.symbol} = {${literal(inJson(this.spec))}, ${table}, sizeof ${table} / sizeof *${table}};\n`,
    ].join('');
  }

  get symbol() {
    const plain = /^[a-z][a-z0-9_]*$/.test(this.spec);
    return `abide_spec_${plain ? this.spec : `x${Buffer.from(this.spec).toString('hex')}`}`;
  }

  /** `main`, `types` and names that are no plain file names get another. */
  get file() {
    const plain = /^[A-Za-z0-9][\w-]*$/.test(this.spec) && !['main', 'types'].includes(this.spec);
    return plain
      ? `${this.spec}.c`
      : `spec_${identifier(this.spec)}_${Buffer.from(this.spec).toString('hex').slice(0, 32)}.c`;
  }
}

/** @param {SpecSource[]} specs */
function mainSource(specs) {
  const declarations = specs.map((each) => `extern const abide_spec ${each.symbol};\n`).join('');
  const list = specs.map((each) => `&${each.symbol}, `).join('');
  return (
    `${BANNER}#include "runtime.h"\n\n${declarations}\n` +
    `static const abide_spec *const specs[] = {${list}NULL};\n\n` +
    'int main(int argc, char **argv)\n{\n    return abide_main(argc, argv, specs, sizeof specs / sizeof *specs - 1);\n}\n'
  );
}

/** @param {string} plan @param {string} out */
async function generate(plan, out) {
  const { header, lines } = await readPlan(plan);
  const types = new Interface(header);
  /** @type {Map<string, SpecSource>} */
  const specs = new Map();
  /** @type {Map<string, Line[]>} */
  const rows = new Map();
  for (const each of lines) {
    if (each.table === undefined) continue;
    const list = rows.get(each.table);
    if (list === undefined) rows.set(each.table, [each]);
    else list.push(each);
  }
  const done = new Set();
  for (const each of lines) {
    const name = specOf(each.case);
    const spec = specs.get(name) ?? new SpecSource(types, name);
    specs.set(name, spec);
    if (each.table === undefined) spec.add(each.case, each.steps ?? []);
    else if (!done.has(each.table)) spec.addTable(each.table, rows.get(each.table) ?? []);
    done.add(each.table);
  }
  const all = [...specs.values()].sort((a, b) => Buffer.compare(Buffer.from(a.spec), Buffer.from(b.spec)));
  mkdirSync(out, { recursive: true });
  for (const each of all) writeFileSync(join(out, each.file), each.text);
  writeFileSync(join(out, 'types.h'), typesHeader(types));
  writeFileSync(join(out, 'types.c'), typesSource(types));
  writeFileSync(join(out, 'main.c'), mainSource(all));
}

const [plan, out] = process.argv.slice(2);
if (plan === undefined || out === undefined) {
  process.stderr.write('usage: node generate.mjs PLAN OUTDIR\n');
  process.exitCode = 2;
} else {
  try {
    await generate(plan, out);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
