/** A small YAML file read by a schema: a value, or diagnostics with places. */
import { readFile, stat } from 'node:fs/promises';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { nearestName } from './abi/nearest-name.ts';
import { DiagnosticError, type Diagnostic, type Location } from './diagnostic.ts';
import type { YamlFileCode, YamlFilePrefix } from './yaml-file-codes.ts';
import { locatePath, spanOf, type Path } from './yaml-location.ts';

export type Locate = (path: Path, part?: 'key' | 'value') => Location;

export interface YamlFile<T> {
  readonly value: T;
  readonly locate: Locate;
}

export interface YamlRequest<S extends z.ZodType> {
  readonly path: string;
  /** As diagnostics show it. */
  readonly shown: string;
  readonly schema: S;
  /** Prefix of the diagnostic codes: `config` gives `config-yaml`, `config-value`… */
  readonly code: YamlFilePrefix;
  /** Where the keys are documented. */
  readonly reference: string;
}

const LARGEST = 256 * 1024;

/** Throws a DiagnosticError with everything that is wrong in the file. */
export async function readYamlFile<S extends z.ZodType>(
  request: YamlRequest<S>,
): Promise<YamlFile<z.infer<S>>> {
  const { path, shown, schema, code } = request;
  const lines = new LineCounter();
  const document = parseDocument(await textOf(path, shown, code), {
    lineCounter: lines,
    prettyErrors: false,
  });
  const broken = [...document.errors, ...document.warnings].map((each) =>
    problem(`${code}-yaml`, firstLine(each.message), { file: shown, ...spanOf(lines, ...each.pos) }),
  );
  if (broken.length > 0) throw new DiagnosticError(broken);
  const locate: Locate = (at, part = 'value') => ({ file: shown, ...locatePath(document, lines, at, part) });
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 20 });
  } catch (error) {
    throw new DiagnosticError([problem(`${code}-yaml`, reason(error), locate([]))]);
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return { value: parsed.data, locate };
  throw new DiagnosticError(parsed.error.issues.flatMap((issue) => ofIssue(issue, request, locate)));
}

async function textOf(path: string, shown: string, code: YamlFilePrefix): Promise<string> {
  const location = { file: shown, line: 1, column: 1, length: 1 };
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new Error('it is not a file');
    if (found.size > LARGEST) throw new Error(`it has ${found.size} bytes, the limit is ${LARGEST}`);
    return await readFile(path, 'utf8');
  } catch (error) {
    const why = isAbsent(error) ? 'there is no such file' : reason(error);
    throw new DiagnosticError([problem(`${code}-unreadable`, `cannot be read: ${why}`, location)]);
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function ofIssue(issue: z.core.$ZodIssue, request: YamlRequest<z.ZodType>, locate: Locate): Diagnostic[] {
  const { code, schema, reference } = request;
  if (issue.code === 'unrecognized_keys') {
    const known = issue.path.length === 0 && schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
    return issue.keys.map((key) => {
      const near = nearestName(key, known);
      const keys = known.length > 0 ? `Keys: ${known.join(', ')}.` : `${reference} lists the keys.`;
      const help = `${near === null ? '' : `Did you mean ${near}? `}${keys}`;
      return problem(`${code}-key`, `unknown key "${key}"`, locate([...issue.path, key], 'key'), help);
    });
  }
  const name = issue.path.map(String).join('.');
  return [
    problem(`${code}-value`, `${name === '' ? 'the file' : name}: ${issue.message}`, locate(issue.path)),
  ];
}

function problem(code: YamlFileCode, message: string, location: Location, help?: string): Diagnostic {
  return { code, severity: 'error', message, location, ...(help === undefined ? {} : { help }) };
}

function reason(error: unknown): string {
  return firstLine(error instanceof Error ? error.message : String(error));
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? '';
}
