/** What a schema cannot say about a manifest: that its parts fit together. */
import type { Path } from '../yaml-location.ts';
import type { CallerCode } from './codes.ts';
import type { Manifest } from './manifest-schema.ts';
import { placeholdersIn } from './placeholders.ts';

export interface ManifestProblem {
  readonly code: CallerCode;
  readonly message: string;
  readonly path: Path;
  readonly help?: string;
}

/** Names that commands of every manifest may use; tools may not take them. */
const EVERYWHERE = ['node', 'caller'];
const COMPILE = ['source', 'object', 'out'];
const LINK = ['objects', 'library', 'library_dir', 'program', 'out'];
const REPRO = ['program', 'library', 'library_dir'];
const BUILT = 'executable';

export function checkManifest(manifest: Manifest, folder: string): ManifestProblem[] {
  return [
    ...checkName(manifest, folder),
    ...checkTools(manifest),
    ...checkCommands(manifest),
    ...checkRepro(manifest),
  ];
}

function checkName(manifest: Manifest, folder: string): ManifestProblem[] {
  if (manifest.name === folder) return [];
  const message = `the caller is named "${manifest.name}", its folder "${folder}"`;
  return [{ code: 'caller-name', message, path: ['caller'], help: 'Give both the same name.' }];
}

function checkTools(manifest: Manifest): ManifestProblem[] {
  const reserved = new Set([...EVERYWHERE, ...COMPILE, ...LINK, ...REPRO, BUILT]);
  const taken = [...manifest.tools.keys()]
    .filter((name) => reserved.has(name))
    .map((name): ManifestProblem => ({
      code: 'caller-tool-name',
      message: `a tool cannot be named "${name}": \${${name}} has a meaning of its own`,
      path: ['tools', name],
    }));
  const commands = [...manifest.tools].flatMap(([name, { commands, version, probe }]) => [
    ...checkCommand(commands, ['node'], ['tools', name, 'commands'], []),
    ...checkCommand(version, ['caller'], ['tools', name, 'version'], []),
    ...checkCommand(probe ?? [], ['caller'], ['tools', name, 'probe'], []),
  ]);
  return [...taken, ...commands];
}

function checkCommands(manifest: Manifest): ManifestProblem[] {
  const always = [...EVERYWHERE, ...manifest.tools.keys()];
  if (manifest.kind === 'interpreted') return checkCommand(manifest.run, always, ['run'], []);
  return [
    ...checkCommand(manifest.generate, always, ['generate'], []),
    ...checkCommand(
      manifest.compile.command,
      [...always, ...COMPILE],
      ['compile', 'command'],
      ['source', 'object'],
    ),
    ...checkCommand(manifest.link.command, [...always, ...LINK], ['link', 'command'], ['objects', 'program']),
  ];
}

/** Only what is built first can be run as `${executable}`. */
function checkRepro({ repro, tools }: Manifest): ManifestProblem[] {
  if (repro === null) return [];
  const always = [...EVERYWHERE, ...tools.keys()];
  const built = [...always, ...REPRO, BUILT];
  const command = checkCommand(repro.command, always, ['repro', 'command'], []);
  if (repro.build === null) {
    return [...command, ...checkCommand(repro.run, [...always, ...REPRO], ['repro', 'run'], ['program'])];
  }
  return [
    ...command,
    ...checkCommand(repro.build, built, ['repro', 'build'], ['program', BUILT]),
    ...checkCommand(repro.run, built, ['repro', 'run'], [BUILT]),
  ];
}

function checkCommand(
  command: readonly string[],
  known: readonly string[],
  path: Path,
  needed: readonly string[],
): ManifestProblem[] {
  const used = command.map((argument) => placeholdersIn([argument]));
  const strangers = used.flatMap((names, index) =>
    names.filter((name) => !known.includes(name)).map((name) => unknown(name, known, [...path, index])),
  );
  const absent = needed
    .filter((name) => !used.flat().includes(name))
    .map((name): ManifestProblem => ({
      code: 'caller-placeholder',
      message: `the command does not use \${${name}}`,
      path,
    }));
  return [...strangers, ...absent];
}

function unknown(name: string, known: readonly string[], path: Path): ManifestProblem {
  return {
    code: 'caller-placeholder',
    message: `unknown placeholder \${${name}}`,
    path,
    help: `Known here: ${known.map((each) => `\${${each}}`).join(', ')}.`,
  };
}
