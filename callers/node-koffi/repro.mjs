// @ts-check
/** A standalone program that plays one case: `node repro.mjs PLAN KEY LIBRARY` prints it. */
import { readFileSync } from 'node:fs';
import { CannotWrite } from './repro-code.mjs';
import { Program } from './repro-program.mjs';
import { Steps } from './repro-steps.mjs';

/** @typedef {any} Json */

/** The steps of a table with the values of a row in their places. @param {Json} tree @param {Json[]} row @returns {Json} */
function filled(tree, row) {
  if (typeof tree !== 'object' || tree === null) return tree;
  if ('$slot' in tree) return row[tree.$slot];
  if (Array.isArray(tree)) return tree.map((each) => filled(each, row));
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, filled(value, row)]));
}

/** The header of a plan and the steps of one of its cases. @param {string} path @param {string} key */
function caseOf(path, key) {
  const [first = '', ...lines] = readFileSync(path, 'utf8').split('\n');
  const header = JSON.parse(first);
  const wanted = JSON.stringify(key);
  for (const text of lines) {
    if (!text.includes(wanted)) continue;
    const line = JSON.parse(text);
    if (line.case !== key) continue;
    const steps = line.table === undefined ? line.steps : filled(header.tables[line.table].steps, line.row);
    return { header, steps };
  }
  throw new CannotWrite(`the plan has no case ${key}`);
}

/** @param {string[]} args @returns {number} the exit code */
function main([plan = '', key = '', library = '']) {
  try {
    const { header, steps } = caseOf(plan, key);
    const program = new Program(header, library);
    new Steps(program, steps).write();
    process.stdout.write(program.text());
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const why = error instanceof CannotWrite ? error.message : `${error.name}: ${error.message}`;
    process.stderr.write(`${key} cannot be written as a program for koffi: ${why}\n`);
    return 1;
  }
}

process.exitCode = main(process.argv.slice(2));
