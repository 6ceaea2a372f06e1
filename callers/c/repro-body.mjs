// @ts-check
/** What the functions of a standalone program share while they are written. */
import { Body } from './body.mjs';
import { CaseFile } from './cases.mjs';
import { identifier, Names } from './names.mjs';
import { OUR_NAMES } from './repro-parts.mjs';
import { reproPointers } from './repro-memory.mjs';
import { sharedNames } from './scope.mjs';
import { Interface } from './types.mjs';
import { pointeeOf } from './values.mjs';

/** @typedef {import('./types.mjs').Node} Node */
/**
 * Memory of the program that an expression points to: room for `count` pointees; `single`: the expression is `&variable`;
 * `filled`: where the memory begins, if it was filled with the pattern.
 * @typedef {{ count: number | string, single: boolean, filled: string | null }} Target
 */

/** What the headers that a program may include declare, and what compilers know by themselves. */
const C_LIBRARY = (
  'FILE EOF stdin stdout stderr printf fprintf sprintf snprintf vprintf scanf sscanf puts putchar getchar gets fflush ' +
  'fopen fclose fread fwrite fputs fputc fgets fgetc fseek ftell rewind remove rename tmpfile perror read write open ' +
  'close memcpy memmove memset memcmp memchr strlen strcpy strncpy strcat strncat strcmp strncmp strchr strrchr strstr ' +
  'strspn strcspn strtok strerror strdup exit abort atexit malloc calloc realloc free abs labs div ldiv rand srand ' +
  'qsort bsearch getenv system atoi atol strtol strtod fork pipe sleep time clock difftime mktime nanosleep timespec ' +
  'tm signal raise dlopen dlsym dlclose dlerror INFINITY NAN sin cos tan exp log pow sqrt floor ceil round trunc fabs ' +
  'fma fmin fmax fmod hypot index link unlink select imaxdiv imaxabs PRId64 Sleep LoadLibraryA GetProcAddress'
).split(' ');

const CALLED = 'stdout printf putchar fflush memcpy memset memchr strlen exit dlopen dlsym nanosleep'.split(
  ' ',
);

/** The part of the interface that one case needs, as a C program of its own declares it. */
export class ReproInterface extends Interface {
  /** @override */
  nameSymbols() {
    for (const name of [...C_LIBRARY, ...OUR_NAMES]) this.names.taken.add(name);
    super.nameSymbols();
  }

  /** Variables and parameters may be called as functions of the C library are that no program of ours calls. */
  nameLocals() {
    for (const name of C_LIBRARY) if (!CALLED.includes(name)) this.names.taken.delete(name);
  }

  /** Callback types that a signature wrote inline have names made for machines. @override */
  nameTypes() {
    super.nameTypes();
    for (const ref of this.typeNames.keys()) {
      if (/^fn_\w+_[0-9a-f]{8}$/.test(ref)) this.typeNames.set(ref, this.names.take('Callback'));
    }
    this.nameLocals();
  }

  /** @override @param {string} c @param {string} symbol */
  label(c, symbol) {
    return super.label(c, symbol).replace('ABIDE_SYMBOL', 'SYMBOL');
  }

  /** A compiler without 128-bit integers says so by itself. @override */
  needs128() {
    return false;
  }
}

/** A number as C reads it back to the same bits. @param {string} bits @param {number} value */
function float(bits, value) {
  const suffix = bits.length === 8 ? 'f' : '';
  if (Number.isNaN(value))
    return bits.length === 8 ? `f32_from_bits(0x${bits})` : `f64_from_bits(UINT64_C(0x${bits}))`;
  if (!Number.isFinite(value)) return value < 0 ? '-INFINITY' : 'INFINITY';
  const said = Object.is(value, -0) ? '-0' : String(value);
  // A float is written as the double it is; only a short one is sure to be rounded once.
  if (bits.length === 8 && said.replace(/\D/g, '').length > 9) return `${hexFloat(value)}f`;
  return `${/[.e]/.test(said) ? said : `${said}.0`}${suffix}`;
}

/** @param {number} value */
function hexFloat(value) {
  let exponent = Math.max(Math.floor(Math.log2(Math.abs(value))), -1022);
  while (Math.abs(value) / 2 ** exponent >= 2) exponent++;
  const digits = (Math.abs(value) / 2 ** exponent).toString(16);
  return `${value < 0 ? '-' : ''}0x${digits}p${exponent}`;
}

const WORDS = {
  anyFunction: 'void (*)(void)',
  float,
  /** @param {string} lvalue */
  zero: (lvalue) => `memset(&${lvalue}, 0, sizeof ${lvalue});`,
  /** @param {string} to @param {string} from @param {string | number} size */
  copy: (to, from, size) => `memcpy(${to}, ${from}, ${size});`,
};

export class ReproFile extends CaseFile {
  /** @param {ReproInterface} types @param {any[]} list */
  constructor(types, list) {
    super(types, /** @type {any} */ (null), new Names(types.names), '', list);
    this.words = WORDS;
    this.pointers = /** @type {any} */ (reproPointers);
    this.stepIds = needsStepIds(list);
    /** Callbacks that come between two calls belong to the later one. */
    this.isForeign = this.stepIds && /"foreign_thread":true|"wait":/.test(JSON.stringify(list));
    this.aligned = alignedNames(list);
    /** @type {Map<string, Target>} of named memory */
    this.targets = new Map();
    /** @type {{ name: string, head: string, text: () => string }[]} */
    this.functions = [];
    this.looksUp = false;
    this.turnsTaken = false;
    this.shareVariables(list, sharedNames(list));
  }

  /** Memory with addresses inside it begins where every scalar may. @param {string} name @param {Node} node */
  alignment(name, node) {
    if (!this.aligned.has(name)) return '';
    const element = pointeeOf(node);
    const own = element.ref === undefined ? '' : `_Alignas(${this.types.declare(element)}) `;
    return `_Alignas(16) ${own}`;
  }

  /** Not before there is a list of what to align. @override */
  share() {}

  /** Named memory is a variable here. @param {any} wire @param {Set<string>} wanted */
  shareVariables(wire, wanted) {
    if (wire === null || typeof wire !== 'object') return;
    if (typeof wire.id === 'string') {
      for (const [name, node, isMemory] of this.boundBy(wire)) {
        if (!wanted.has(name) || this.shared.has(name)) continue;
        const c = this.names.take(identifier(name));
        const alignment = isMemory ? this.alignment(name, node) : '';
        this.states.push(`static ${alignment}${this.types.declare(node, c)};\n`);
        this.shared.set(name, isMemory ? variable(node, c) : { node, lvalue: c });
      }
    }
    Object.values(wire).forEach((each) => this.shareVariables(each, wanted));
  }
}

/** @param {Node} node @param {string} c */
export const variable = (node, c) => ({ node, lvalue: c, pointer: node.kind === 'array' ? c : `&${c}` });

/** @param {Node} node */
export const countIn = (node) =>
  node.kind === 'array' && pointeeOf(node) !== node ? Number(node.length) : 1;

/** Named memory with addresses inside it: those expect it to begin where every type may. @param {any} wire @param {Set<string>} found */
function alignedNames(wire, found = new Set()) {
  if (wire !== null && typeof wire === 'object') {
    if (typeof wire.$at === 'string') found.add(wire.$at);
    Object.values(wire).forEach((each) => alignedNames(each, found));
  }
  return found;
}

/** Whether a callback may be called in a later step than the one that made it. @param {any[]} list */
function needsStepIds(list) {
  const calls = list.flatMap((each) =>
    each.steps !== undefined ? each.steps : each.release === true ? [] : [each],
  );
  const isMade = (/** @type {any} */ each) => JSON.stringify(each).includes('"$callback"');
  const first = calls.findIndex(isMade);
  return (
    first >= 0 && calls.slice(first + 1).some((each) => each.call !== undefined || each.wait !== undefined)
  );
}

/** The body of a function of the program. */
export class ReproBody extends Body {
  /** @type {ReproFile} */
  file = /** @type {any} */ (null);

  /**
   * @param {ReproFile} file @param {ReproBody | null} outer
   * @param {'main' | 'callback' | 'thread'} place
   */
  constructor(file, outer = null, place = 'main') {
    super(file, outer);
    this.file = file;
    /** @type {'main' | 'callback' | 'thread'} */
    this.place = outer?.place ?? place;
    /** @type {Map<string, Target>} */
    this.targets = outer?.targets ?? new Map();
    /** @type {string} how many threads take turns with this one */
    this.threads = outer?.threads ?? '';
    /** @type {string} the variable with the number of its next turn */
    this.turn = outer?.turn ?? '';
    /** @type {boolean} */
    this.isLoop = outer?.isLoop ?? false;
  }

  /** @returns {import('./repro-callbacks.mjs').ReproCallbacks} */
  get callbacks() {
    return /** @type {any} */ (this.file.callbacks);
  }

  /** What an expression of ours points to. @param {string} expression */
  target(expression) {
    return this.targets.get(expression) ?? this.file.targets.get(expression) ?? null;
  }
}
