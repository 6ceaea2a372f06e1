/** Which ABI capabilities a case uses: from the signatures it calls and the values it hands over. */
import type { CallStep, Node, PlanStep, Read, Wire } from '../plan/wire.ts';
import { featureNames, isFeature } from './feature-list.ts';
import { createLayouts, type Layouts } from './layout.ts';
import type { Signature } from './lower.ts';
import { REFERENCE_PLATFORM } from './platforms.ts';
import { resolve } from './resolve.ts';
import type { CallbackDecl, Field, IntName, Type, TypeTable } from './type.ts';
import { addTypeFeatures, callbackFeatures, signatureFeatures } from './type-features.ts';
import { addValueFeatures, type ScriptedCallback, type ValueFinder } from './value-features.ts';

export { FEATURES, type Feature } from './feature-list.ts';
export { featureNames, isFeature };

/** The interface that the steps play on; a Suite is one. */
export interface Boundary {
  readonly types: TypeTable;
  readonly functions: ReadonlyMap<string, Signature>;
  readonly globals: ReadonlyMap<string, { readonly type: Type }>;
}

/** What of an expectation tells a feature; an Expectation is one. */
export interface ExpectedHint {
  readonly found?: boolean;
  readonly dies?: { readonly kind: string };
}

/** Sorted names, each once. Everything must be declared and checked before. */
export function featuresOf(
  steps: readonly PlanStep[],
  using: Boundary,
  expected: readonly ExpectedHint[] = [],
): readonly string[] {
  const walk = new CaseWalk(using);
  walk.steps(steps);
  const { found } = walk;
  if (walk.finds && !expected.some((hint) => hint.found === false)) found.add('symbol.found');
  for (const hint of expected) {
    if (hint.found === false) found.add('symbol.missing');
    if (hint.dies !== undefined) found.add(hint.dies.kind === 'abort' ? 'panic.abort' : 'process.death');
  }
  return [...found].sort();
}

class CaseWalk implements ValueFinder {
  readonly found = new Set<string>();
  finds = false;
  readonly table: TypeTable;
  readonly #using: Boundary;
  readonly #layouts: Layouts;
  readonly #callbacks = new Set<string>();

  constructor(using: Boundary) {
    this.#using = using;
    this.table = using.types;
    this.#layouts = layoutsOf(using.types);
  }

  steps(steps: readonly PlanStep[]): void {
    for (const step of steps) this.#step(step);
  }

  isCallback(name: string): boolean {
    return this.#callbacks.has(name);
  }

  callback({ script, type }: ScriptedCallback): void {
    this.found.add('callback.call');
    if (typeof script['as'] === 'string') this.#callbacks.add(script['as']);
    if (script['raises'] !== undefined) this.found.add('callback.raises');
    if (script['foreign_thread'] === true) this.found.add('callback.foreign-thread');
    if (script['ends'] === true) this.found.add('callback.many');
    const named = typeof script['type'] === 'string' ? this.table.get(script['type']) : undefined;
    const decl = named?.kind === 'callback' ? named : type?.kind === 'callback' ? type : null;
    if (decl !== null) this.#scripted(decl, script['returns']);
    const on = script['on'];
    if (typeof on !== 'object' || on === null) return;
    // The plan is ours: what stands under `on` are steps.
    for (const steps of Object.values(on) as (readonly PlanStep[])[]) {
      if (steps.some((step) => 'call' in step)) this.found.add('callback.re-entrant');
      this.steps(steps);
    }
  }

  #scripted(decl: CallbackDecl, returns: unknown): void {
    callbackFeatures(decl.params, decl.returns, this.table).forEach((name) => this.found.add(name));
    if (!Array.isArray(returns)) return;
    for (const value of returns as readonly Wire[]) addValueFeatures(this, decl.returns, value, 'inside');
  }

  #step(step: PlanStep): void {
    const { found } = this;
    if ('call' in step) this.#call(step);
    else if ('let' in step) {
      found.add('memory.named');
      addValueFeatures(this, typeOfNode(step.type), step.value, 'inside');
    } else if ('check' in step) this.#read(step.read);
    else if ('get' in step) {
      this.#global(step.get, 'global.read');
      this.#read(step.read);
    } else if ('set' in step) this.#set(step.set, step.value);
    else if ('find' in step) this.finds = true;
    else if ('address' in step) {
      found.add(this.#using.functions.has(step.address) ? 'function-pointer.passed' : 'global.address');
    } else if ('wait' in step) found.add('callback.stored').add('callback.after-return');
    else if ('drop' in step) found.add('callback.stored').add('callback.dropped');
    else if ('collect' in step) {
      found.add('memory.collection');
      if (this.#callbacks.size > 0) found.add('callback.after-collection');
    } else if ('threads' in step) {
      found.add('thread');
      this.steps(step.steps);
    } else if ('repeat' in step) {
      found.add('repeat');
      this.steps(step.steps);
    }
  }
  #call(step: CallStep): void {
    const signature = this.#signature(step);
    if (signature === null) return;
    const { found } = this;
    for (const name of signatureFeatures(signature, this.table, this.#layouts)) found.add(name);
    if (typeof step.call !== 'string') found.add('function-pointer.called');
    if (typeof step.call === 'string' && this.#isNarrowed(step.call)) found.add('integer.dirty-upper-bits');
    if (step.errno === true) found.add('errno');
    if (step.release === true) found.add('ownership.release');
    signature.params.forEach((param, index) => {
      const value = step.args[index];
      if (value !== undefined) addValueFeatures(this, param.type, value, 'argument');
    });
    this.#readReturned(step.read.returns ?? null);
    for (const read of Object.values(step.read.after ?? {})) {
      if (textIn(read)) found.add('string.out');
      this.#read(read);
    }
  }

  #signature(step: CallStep): { params: readonly Field[]; returns: Type } | null {
    if (typeof step.call === 'string') return this.#using.functions.get(step.call) ?? null;
    const decl = step.type === undefined ? undefined : this.table.get(step.type);
    return decl?.kind === 'callback' ? decl : null;
  }

  #readReturned(read: Read): void {
    if (read === null) return;
    if ('text' in read) this.found.add('string.native.return');
    if ('items' in read) this.found.add('pointer.returned');
    this.#read(read);
  }

  /** What is read back through pointers and inside structs. */
  #read(read: Read): void {
    if (read === null) return;
    if ('utf16' in read) this.found.add('string.utf16');
    if ('items' in read) this.#read(read.each);
    if ('elements' in read) this.#read(read.elements);
    if ('member' in read) this.#read(read.read);
    if (!('fields' in read)) return;
    for (const inner of Object.values(read.fields)) {
      if (textIn(inner)) this.found.add('string.in-struct');
      this.#read(inner);
    }
  }

  #global(name: string, feature: string): void {
    this.found.add(feature);
    const type = this.#using.globals.get(name)?.type;
    if (type === undefined) return;
    const decl = resolve(type, this.table);
    // A global is memory: a struct in it is not passed by value.
    if (decl.kind !== 'named') addTypeFeatures(this.found, type, 'param', this.table, this.#layouts);
  }

  #set(name: string, value: Wire): void {
    this.#global(name, 'global.write');
    const type = this.#using.globals.get(name)?.type;
    if (type !== undefined) addValueFeatures(this, type, value, 'inside');
  }

  /** The export returns more bits than this declaration of it says. */
  #isNarrowed(name: string): boolean {
    const { functions } = this.#using;
    const declared = functions.get(name);
    const width = declared === undefined ? 0 : registerBytes(declared.returns, this.table, this.#layouts);
    if (declared === undefined || width === 0) return false;
    return [...functions.values()].some(
      (other) =>
        other.symbol === declared.symbol && registerBytes(other.returns, this.table, this.#layouts) > width,
    );
  }
}

function textIn(read: Read): boolean {
  if (read === null) return false;
  if ('text' in read) return true;
  return 'items' in read && textIn(read.each);
}

/** Bytes of a scalar that is returned in a general register; 0 for all else. */
function registerBytes(type: Type, table: TypeTable, layouts: Layouts): number {
  const found = resolve(type, table);
  return found.kind === 'int' || found.kind === 'bool' ? layouts.of(found).size : 0;
}

const LAYOUTS = new WeakMap<TypeTable, Layouts>();

function layoutsOf(table: TypeTable): Layouts {
  const known = LAYOUTS.get(table);
  if (known !== undefined) return known;
  const made = createLayouts(table, REFERENCE_PLATFORM);
  LAYOUTS.set(table, made);
  return made;
}

function typeOfNode(node: Node): Type {
  switch (node.kind) {
    case 'void':
    case 'bool':
      return { kind: node.kind };
    case 'int':
      // Node names come from IntName by lowerType.
      return { kind: 'int', name: node.name as IntName, nonzero: false, nullable: false };
    case 'float':
      return { kind: 'float', name: node.name };
    case 'pointer':
      return { kind: 'pointer', to: typeOfNode(node.to), form: node.const ? 'const' : 'mut', nullable: true };
    case 'array':
      return { kind: 'array', of: typeOfNode(node.of), length: node.length };
    default:
      return { kind: 'named', name: node.ref, nullable: true };
  }
}
