import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { parse, CsvError } from 'csv-parse';
import type { Problems } from './problems.ts';
import { readJson } from './read-json.ts';
import { reportSystemError } from './read-file.ts';
import { TextSource, type Span } from './source.ts';
import { inWords, quoted, type Entry, type MapNode } from './tree.ts';

/** A table on disk that may be read: it stands beside the spec or below. */
export interface TableFile {
  /** As diagnostics show it. */
  readonly file: string;
  readonly format: 'csv' | 'jsonl';
}

const LONGEST_ROW = 1024 * 1024;

/** The file that `each:` names; null, with the reason among the problems, when it may not be read. */
export async function findTable(
  name: string,
  specFile: string,
  at: Span,
  problems: Problems,
): Promise<TableFile | null> {
  const format = /\.csv$/iu.test(name) ? 'csv' : /\.jsonl$/iu.test(name) ? 'jsonl' : null;
  if (format === null) {
    problems.add('table-path', at, `Expected a name that ends in .csv or .jsonl, found ${quoted(name)}.`);
    return null;
  }
  const parts = name.split('/');
  if (
    path.isAbsolute(name) ||
    path.win32.isAbsolute(name) ||
    name.includes('\\') ||
    parts.some((part) => /^\.*$/u.test(part))
  ) {
    const help = 'Name it relative to the spec, with / between folders.';
    problems.add('table-path', at, `Expected a table beside the spec or below, found ${quoted(name)}.`, {
      help,
    });
    return null;
  }
  const folder = path.dirname(specFile);
  const file = path.join(folder, ...parts);
  try {
    const [real, root] = await Promise.all([realpath(file), realpath(folder)]);
    if (!real.startsWith(root.endsWith(path.sep) ? root : root + path.sep)) {
      problems.add(
        'table-path',
        at,
        `The table ${quoted(name)} is a link that leads out of the spec's folder.`,
      );
      return null;
    }
    if (!(await stat(real)).isFile()) {
      problems.add(
        'file-not-regular',
        at,
        `Expected an ordinary file, found something else at ${quoted(name)}.`,
      );
      return null;
    }
  } catch (error) {
    reportSystemError(error, at, problems);
    return null;
  }
  return { file, format };
}

/** The rows of a table, one map each; what is no row is among the problems. */
export async function* readTable(table: TableFile, problems: Problems): AsyncGenerator<MapNode> {
  try {
    yield* table.format === 'csv' ? readCsv(table.file, problems) : readJsonLines(table.file, problems);
  } catch (error) {
    const start = { source: new TextSource(table.file, ''), start: 0, end: 0 };
    if (error instanceof CsvError) reportCsv(error, table.file, problems);
    else if (error instanceof TypeError && 'code' in error) {
      problems.add('file-binary', start, 'Expected UTF-8 text, found bytes that are not.', {
        help: 'Save it as UTF-8.',
      });
    } else if (error instanceof Error && 'code' in error) reportSystemError(error, start, problems);
    else throw error;
  }
}

function reportCsv(error: CsvError, file: string, problems: Problems): void {
  const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
  const at = { source: new TextSource(file, '', line), start: 0, end: 0 };
  const message = /[.!?]$/u.test(error.message) ? error.message : `${error.message}.`;
  problems.add('csv-syntax', at, message);
}

/** Text in whole characters; bytes that are no UTF-8 throw. */
async function* decoded(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 18 })) {
    yield decoder.decode(chunk as Buffer, { stream: true });
  }
  yield decoder.decode();
}

async function* readJsonLines(file: string, problems: Problems): AsyncGenerator<MapNode> {
  let [line, rest] = [0, ''];
  for await (const chunk of decoded(file)) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield* jsonRow(text, ++line, file, problems);
    if (rest.length > LONGEST_ROW) return tooLong(file, line + 1, problems);
  }
  yield* jsonRow(rest, line + 1, file, problems);
}

function tooLong(file: string, line: number, problems: Problems): void {
  const at = { source: new TextSource(file, '', line), start: 0, end: 0 };
  problems.add('json-syntax', at, 'Expected a row of at most 1 MB, found more.');
}

function* jsonRow(written: string, line: number, file: string, problems: Problems): Generator<MapNode> {
  const text = written.endsWith('\r') ? written.slice(0, -1) : written;
  if (text.trim() === '') return;
  const source = new TextSource(file, text, line);
  const node = readJson(text, source, problems);
  if (node === null) return;
  if (node.kind === 'map') yield node;
  else problems.add('json-syntax', node, `Expected an object for the row, found ${inWords(node)}.`);
}

/** What csv-parse hands over for a record with `info` and `raw`. */
interface CsvRecord {
  readonly record: readonly string[];
  readonly raw: string;
  readonly info: { readonly lines: number };
}

async function* readCsv(file: string, problems: Problems): AsyncGenerator<MapNode> {
  const parser = parse({
    bom: true,
    info: true,
    raw: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW,
  });
  const feeding = feed(parser, file);
  feeding.catch(() => undefined);
  let columns: readonly Entry[] | null = null;
  for await (const each of parser as AsyncIterable<CsvRecord>) {
    const cells = csvCells(each, file);
    if (columns === null) {
      columns = cells;
      reportColumns(columns, problems);
      continue;
    }
    const row = csvRow(columns, cells, problems);
    if (row !== null) yield row;
  }
  await feeding;
}

async function feed(parser: ReturnType<typeof parse>, file: string): Promise<void> {
  try {
    for await (const text of decoded(file)) {
      if (!parser.write(text)) await new Promise((resolve) => parser.once('drain', resolve));
    }
    parser.end();
  } catch (error) {
    parser.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

/** The cells with their places in the record; the key is the text. */
function csvCells({ record, raw, info }: CsvRecord, file: string): readonly Entry[] {
  const text = raw.replace(/\r?\n$/u, '');
  const source = new TextSource(file, text, info.lines - text.split('\n').length + 1);
  let from = 0;
  return record.map((cell) => {
    const found = text.indexOf(cell.replaceAll('"', '""'), from);
    const start = found === -1 ? Math.min(from, text.length) : found;
    const end = start + Math.max(1, cell.length);
    const comma = text.indexOf(',', start + cell.length);
    from = comma === -1 ? text.length : comma + 1;
    const span = { source, start, end };
    return { key: cell, keySpan: span, value: { kind: 'cell', text: cell, ...span } };
  });
}

function reportColumns(columns: readonly Entry[], problems: Problems): void {
  const seen = new Map<string, Entry>();
  for (const column of columns) {
    const first = seen.get(column.key.trim());
    if (column.key.trim() === '')
      problems.add('csv-syntax', column.keySpan, 'Expected the name of a column, found nothing.');
    else if (first === undefined) seen.set(column.key.trim(), column);
    else {
      const related = [{ message: 'first here', at: first.keySpan }];
      problems.add('duplicate-key', column.keySpan, `The column ${quoted(column.key)} is here twice.`, {
        related,
      });
    }
  }
}

function csvRow(columns: readonly Entry[], cells: readonly Entry[], problems: Problems): MapNode | null {
  const first = cells[0];
  if (first === undefined) return null;
  const { source, start } = first.keySpan;
  if (cells.length !== columns.length) {
    const message = `Expected ${columns.length} cells, as the first line has columns, found ${cells.length}.`;
    const help = 'A cell that contains a comma or a quote stands in "…", with each " doubled.';
    problems.add('csv-syntax', first.keySpan, message, { help });
    return null;
  }
  const entries = columns.map((column, index) => ({ ...(cells[index] ?? column), key: column.key.trim() }));
  return { kind: 'map', entries, source, start, end: start + 1 };
}
