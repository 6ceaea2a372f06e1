import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** The folders of src/ in the way of the data (src/README.md): each may import what stands before it. */
const LAYERS = [
  ['abi'],
  ['spec'],
  ['subject', 'toolchains'],
  ['plan'],
  ['drive'],
  ['judge'],
  ['results', 'report'],
  ['commands'],
  ['bench'],
];

const PROCESSES = ['child_process', 'node:child_process', 'cluster', 'worker_threads', 'node:worker_threads'];
const FILES = ['fs', 'node:fs', 'fs/promises', 'node:fs/promises', 'write-file-atomic', 'tmp-promise'];
const NETWORK = ['node:net', 'node:http', 'node:https', 'node:dgram'];

/** Phases that only compute; what else each of them may do. */
const PURE = {
  abi: [...PROCESSES, ...FILES, ...NETWORK, 'execa'],
  spec: [...PROCESSES, ...NETWORK, 'execa'],
  judge: [...PROCESSES, ...FILES, ...NETWORK, 'execa'],
  report: [...PROCESSES, ...FILES, ...NETWORK, 'execa'],
};

/** Which platform this is, abi/ may ask; the other pure layers are told everything. */
const PROCESS_WORLD = [
  { name: 'process', message: 'This layer is pure: what it needs of the process is handed to it.' },
  { name: 'Date', message: 'This layer is pure: the time is handed to it.' },
];

function laterThan(folder) {
  const level = LAYERS.findIndex((folders) => folders.includes(folder));
  return LAYERS.slice(level + 1).flat();
}

function importRule(folder, forbidden) {
  const later = laterThan(folder);
  // The wire model is shared by what writes plans and what types them.
  const types = ['abi', 'spec'].includes(folder) ? ['plan'] : [];
  const values = later.filter((each) => !types.includes(each));
  const pattern = (folders, tail) => `^(\\.\\./)+(${folders.join('|')})/${tail}`;
  const patterns = [
    ...(values.length > 0
      ? [
          {
            regex: pattern(values, '(?!testing/)'),
            message: `${folder}/ stands before that layer (src/README.md).`,
          },
        ]
      : []),
    ...types.flatMap((each) => [
      { regex: pattern([each], '(?!wire\\.ts$)'), message: `${folder}/ may import only ${each}/wire.ts.` },
      { regex: pattern([each], 'wire\\.ts$'), allowTypeImports: true, message: 'Import its types only.' },
    ]),
    { regex: '^(\\.\\./)+cli\\.ts$', message: 'Nothing imports the command line.' },
  ];
  const paths = forbidden.map((name) => ({ name, message: `${folder}/ does not do that (src/README.md).` }));
  return ['error', { paths, patterns }];
}

const layers = LAYERS.flat().flatMap((folder) => {
  const files = [`src/${folder}/**/*.ts`];
  const forbidden = PURE[folder] ?? PROCESSES;
  const isPure = folder in PURE && folder !== 'abi';
  return [
    {
      files,
      ignores: ['**/*.test.ts', '**/testing/**', 'src/drive/process.ts', 'src/drive/watchdog.ts'],
      rules: { '@typescript-eslint/no-restricted-imports': importRule(folder, forbidden) },
    },
    {
      // Tests start programs and read files; they keep to the layers all the same (testing/ is in none).
      files: [`src/${folder}/**/*.test.ts`, `src/${folder}/testing/**/*.ts`],
      rules: { '@typescript-eslint/no-restricted-imports': importRule(folder, []) },
    },
    ...(isPure
      ? [
          {
            files,
            ignores: ['**/*.test.ts', 'src/spec/read-*.ts', 'src/spec/source.ts', 'src/report/terminal*.ts'],
            rules: { 'no-restricted-globals': ['error', ...PROCESS_WORLD] },
          },
        ]
      : []),
  ];
});

/** The only place that starts drivers, and the one small process that ends them when abide dies. */
const driverProcesses = {
  files: ['src/drive/process.ts', 'src/drive/watchdog.ts'],
  rules: { '@typescript-eslint/no-restricted-imports': importRule('drive', []) },
};

/** What neither a compiler nor a formatter sees, in both languages. */
const MISTAKES = Object.fromEntries(
  [
    'no-cond-assign',
    'no-constant-condition',
    'no-control-regex',
    'no-empty-character-class',
    'no-fallthrough',
    'no-irregular-whitespace',
    'no-misleading-character-class',
    'no-regex-spaces',
    'no-self-assign',
    'no-unsafe-finally',
    'no-unused-labels',
    'no-useless-escape',
    'no-var',
    'prefer-const',
  ].map((rule) => [rule, 'error']),
);

const typescript = {
  files: ['src/**/*.ts'],
  extends: [tseslint.configs.strictTypeChecked],
  languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
  rules: {
    // Numbers in messages are what messages are for.
    '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    // It takes `undefined` for void: `return problem(…)` where a value or undefined is due is how one ends early.
    '@typescript-eslint/no-confusing-void-expression': 'off',
    // What implements an async interface may have nothing to wait for.
    '@typescript-eslint/require-await': 'off',
    // Objects are records of functions here; none of them uses `this`.
    '@typescript-eslint/unbound-method': 'off',
    // A leading underscore says: it has to be here, and is not looked at.
    '@typescript-eslint/no-unused-vars': [
      'error',
      { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
    ],
    '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    ...MISTAKES,
    'no-console': 'error',
    eqeqeq: 'error',
    'no-restricted-properties': [
      'error',
      { object: 'process', property: 'exit', message: 'Only cli.ts ends the process.' },
    ],
    'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true } }],
  },
};

/** Size: what does not fit a screen, or one thought, is two things. */
const size = {
  files: ['src/**/*.ts'],
  ignores: ['**/*.test.ts'],
  rules: {
    'max-lines': ['error', { max: 300 }],
    'max-lines-per-function': ['error', { max: 70 }],
    'max-depth': ['error', 4],
  },
};

const console_ = {
  files: ['src/cli.ts', 'src/report/terminal*.ts'],
  rules: { 'no-console': 'off' },
};

const exit = {
  // The scripted driver of the tests has to die in every way a driver can.
  files: ['src/cli.ts', 'src/drive/testing/**/*.ts', '**/*.test.ts'],
  rules: { 'no-restricted-properties': 'off' },
};

const tests = {
  files: ['src/**/*.test.ts'],
  rules: {
    // tap waits for its subtests by itself.
    '@typescript-eslint/no-floating-promises': 'off',
  },
};

const RUNTIME = [
  'process',
  'console',
  'Buffer',
  'URL',
  'TextDecoder',
  'TextEncoder',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
];

const javascript = {
  files: ['**/*.{mjs,cjs}'],
  languageOptions: {
    globals: Object.fromEntries(['globalThis', ...RUNTIME].map((name) => [name, 'readonly'])),
  },
  rules: {
    ...MISTAKES,
    'no-undef': 'error',
    'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'no-dupe-keys': 'error',
    'no-unreachable': 'error',
    'no-redeclare': 'error',
    'no-shadow-restricted-names': 'error',
    'valid-typeof': 'error',
    'max-lines': ['error', { max: 300 }],
  },
};

const commonjs = {
  files: ['**/*.cjs'],
  languageOptions: { globals: { require: 'readonly', module: 'writable' } },
};

/** stdout and stderr of a driver belong to the code under test. */
const drivers = {
  files: ['callers/**/*.{mjs,cjs}'],
  rules: { 'no-console': 'error' },
};

export default defineConfig(
  { ignores: ['dist/', '.abide/', '.tap/', 'rust-lib/target/', 'results/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  typescript,
  layers,
  driverProcesses,
  size,
  console_,
  exit,
  tests,
  javascript,
  commonjs,
  drivers,
);
