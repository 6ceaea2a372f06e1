// @ts-check
/** `node repro.mjs PLAN KEY LIBRARY`: prints a C program that plays one case and needs nothing but the library. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { withRow } from './cases.mjs';
import { Definitions } from './headers.mjs';
import { literal } from './names.mjs';
import { ReproBody, ReproFile, ReproInterface } from './repro-body.mjs';
import { ReproCallbacks } from './repro-callbacks.mjs';
import { includesOf, OUR_NAMES, partsOf } from './repro-parts.mjs';
import { steps } from './repro-steps.mjs';
import { CannotWrite, fail, Interface } from './types.mjs';

/** @typedef {import('./types.mjs').Header} Header */
/** @typedef {import('./types.mjs').Node} Node */

const WIDTH = 100;

/** Without a prototype: a spec may call its things `constructor`. @param {any} table */
const own = (table) => Object.assign(Object.create(null), table);

/** @param {string} path @param {string} key @returns {Promise<{ header: Header, list: any[] }>} */
async function readCase(path, key) {
  /** @type {Header | null} */
  let header = null;
  const wanted = `{"case":${JSON.stringify(key)},`;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (header === null) {
      header = JSON.parse(text);
      if (/** @type {any} */ (header)?.abide !== 1)
        fail(`${path}: the first line is not the header of a plan of version 1`);
    } else if (text.startsWith(wanted)) {
      const { types, functions, globals, tables } = header;
      const all = {
        ...header,
        types: own(types),
        functions: own(functions),
        globals: own(globals),
        tables: own(tables),
      };
      const { table, row = [], steps: list } = JSON.parse(text);
      return { header: all, list: table === undefined ? list : withRow(all.tables[table]?.steps ?? [], row) };
    }
  }
  return fail(`${path}: there is no case ${key}`);
}

/** The part of the interface that the steps name. @param {Header} header @param {any[]} list @returns {Header} */
function reduced(header, list) {
  const functions = own({});
  const globals = own({});
  /** @type {Node[]} */
  const nodes = [];
  /** @param {any} wire */
  const visit = (wire) => {
    if (wire === null || typeof wire !== 'object') return;
    if (typeof wire.id === 'string') visitStep(wire);
    if (wire.$callback !== undefined)
      nodes.push(/** @type {any} */ ({ kind: 'callback', ref: wire.$callback.type }));
    Object.values(wire).forEach(visit);
  };
  /** @param {any} step */
  const visitStep = (step) => {
    const name =
      typeof step.call === 'string' ? step.call : (step.get ?? step.set ?? step.address ?? step.find);
    const isFunction = header.functions[name] !== undefined && header.globals[name] === undefined;
    if (name !== undefined && isFunction) functions[name] = header.functions[name];
    else if (header.globals[name] !== undefined) globals[name] = header.globals[name];
    if (step.let !== undefined) nodes.push(step.type);
    else if (step.call !== undefined && typeof step.type === 'string')
      nodes.push(/** @type {any} */ ({ kind: 'callback', ref: step.type }));
  };
  visit(list);
  for (const each of Object.values(functions))
    nodes.push(...each.params.map((/** @type {any} */ param) => param.type), each.returns);
  for (const each of Object.values(globals)) nodes.push(each.type);
  const reached = new Set(new Interface(header).reach(nodes));
  const isReached = (/** @type {[string, any]} */ [ref, { layout }]) =>
    reached.has(ref) || reached.has(layout?.ref);
  const types = own(Object.fromEntries(Object.entries(header.types).filter(isReached)));
  return { ...header, types, functions, globals };
}

/** Constants are declared when they are used. */
class UsedDefinitions extends Definitions {
  /** @param {ReproInterface} types @param {(c: string | undefined) => boolean} isUsed */
  constructor(types, isUsed) {
    super(types);
    this.isUsed = isUsed;
  }

  /** @override @param {string} ref @param {string} name @param {import('./types.mjs').Declaration} declaration */
  constants(ref, name, declaration) {
    const variants = declaration.variants.filter((each) => this.isUsed(this.types.member(ref, each.name)));
    return super.constants(ref, name, { ...declaration, variants });
  }
}

/** @param {ReproInterface} types @param {string} code */
function declarations(types, code) {
  const isUsed = (/** @type {string | undefined} */ c) => new RegExp(`\\b${c}\\b`).test(code);
  const definitions = new UsedDefinitions(types, isUsed);
  for (const ref of Object.keys(types.header.types)) definitions.define(ref);
  const { functions, globals } = types.header;
  const lines = [
    ...Object.keys(functions)
      .filter(
        (name) => !types.isMissing(functions[name]?.symbol ?? '') && isUsed(types.functionNames.get(name)),
      )
      .map((name) => types.prototype(name).replace(/^extern /, '')),
    ...Object.keys(globals)
      .filter((name) => !types.isMissing(globals[name]?.symbol ?? '') && isUsed(types.globalNames.get(name)))
      .map((name) => types.globalDeclaration(name)),
  ];
  const text = lines.map((line) => `${line}\n`).join('');
  const symbols = text.includes('SYMBOL(')
    ? '#define TEXT_OF_(token) #token\n#define TEXT_OF(token) TEXT_OF_(token)\n' +
      '#define SYMBOL(name) __asm__(TEXT_OF(__USER_LABEL_PREFIX__) name)\n\n'
    : '';
  return `${symbols}${definitions.text}${definitions.text === '' ? '' : '\n'}${text}${text === '' ? '' : '\n'}`;
}

/** The functions of callbacks and threads: those that others name stand before them. @param {ReproFile} file */
function functionsOf(file) {
  /** @type {{ name: string, head: string, text: string }[]} */
  const written = [];
  for (let next = file.functions.shift(); next !== undefined; next = file.functions.shift())
    written.push({ ...next, text: next.text() });
  written.reverse();
  const early = written.filter(({ name }, i) =>
    written.slice(0, i).some(({ text }) => new RegExp(`\\b${name}\\b`).test(text)),
  );
  const prototypes = early.map(({ head }) => `${head};\n`).join('');
  const bodies = written.map(({ head, text }) => `${head}\n{\n${text}}\n\n`).join('');
  return prototypes === '' ? bodies : `${prototypes}\n${bodies}`;
}

/** @param {string} line */
function wrapped(line) {
  if (line.length <= WIDTH || line.startsWith('#')) return line;
  const indent = `${/^ */.exec(line)?.[0] ?? ''}    `;
  let out = '';
  let rest = line;
  while (rest.length > WIDTH) {
    let at = -1;
    let comma = -1;
    for (const each of rest.matchAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\/\*.*?\*\/| /g)) {
      if (each.index > WIDTH && at >= 0) break;
      if (each[0] === ' ' && rest.slice(0, each.index).trim() !== '') {
        at = each.index;
        if (rest[at - 1] === ',' && at <= WIDTH) comma = at;
      }
    }
    if (comma > WIDTH / 2) at = comma;
    if (at < 0) break;
    out += `${rest.slice(0, at)}\n`;
    rest = indent + rest.slice(at + 1);
  }
  return out + rest;
}

/** To the assembler a static name of ours and a symbol of the library would be one. @param {ReproInterface} types @param {string} code */
function renamed(types, code) {
  const { functions, globals } = types.header;
  const symbols = new Set(
    [...Object.values(functions), ...Object.values(globals)].map(({ symbol }) => symbol),
  );
  const names = OUR_NAMES.filter((name) => symbols.has(name));
  if (names.length === 0) return code;
  const words = new RegExp(`"(?:\\\\.|[^"\\\\])*"|\\b(?:${names.join('|')})\\b`, 'g');
  return code.replace(words, (found) => (found.startsWith('"') ? found : `our_${found}`));
}

/** @param {Header} header @param {any[]} list @param {string} library */
function program(header, list, library) {
  const types = new ReproInterface(reduced(header, list));
  const file = new ReproFile(types, list);
  file.callbacks = /** @type {any} */ (new ReproCallbacks(file, list));
  const main = new ReproBody(file);
  steps(main, list);
  const functions = functionsOf(file);
  const kind = file.turnsTaken ? 'static _Thread_local' : 'static';
  const step = /\bstep\b/.test(functions)
    ? `${kind} const char *step = ${literal(list[0]?.steps?.[0]?.id ?? list[0]?.id ?? '0')};\n`
    : '';
  const stopped = /\bstopped\b/.test(functions) ? 'static bool stopped;\n' : '';
  const states = step + stopped + file.states.join('');
  const own = `${states}${states === '' ? '' : '\n'}${functions}int main(void)\n{\n${
    step === '' ? main.text.replace(/^ *step = ".*\n/gm, '') : main.text
  }    return 0;\n}\n`;
  const path = file.looksUp ? `static const char LIBRARY[] = ${literal(library)};\n\n` : '';
  const code = renamed(types, `${path}${declarations(types, own)}${partsOf(own)}${own}`);
  return `${includesOf(code)}\n${code}`.split('\n').map(wrapped).join('\n');
}

const [plan, key, library] = process.argv.slice(2);
if (plan === undefined || key === undefined || library === undefined) {
  process.stderr.write('usage: node repro.mjs PLAN KEY LIBRARY\n');
  process.exitCode = 2;
} else {
  try {
    const { header, list } = await readCase(plan, key);
    process.stdout.write(program(header, list, library));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${error instanceof CannotWrite ? why : `repro.mjs failed: ${why}`}\n`);
    process.exitCode = 1;
  }
}
