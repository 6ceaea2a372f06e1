import { nearestName } from '../abi/parse-type.ts';
import type { Field, Type } from '../abi/type.ts';
import type { CallbackDraft } from './context.ts';
import type { Problems } from './problems.ts';
import type { Span } from './source.ts';
import { quoted } from './tree.ts';

/** What a `$name` stands for. */
export type Binding = ValueBinding | RecordBinding;

export interface ValueBinding {
  /** `memory`: named with `let`, so it has an address; `number`: $thread and $round. */
  readonly kind: 'value' | 'memory' | 'callback' | 'number';
  /** Its name in the plan, and the path there. */
  readonly wire: string;
  readonly path: readonly string[];
  /** Null: not known, so not checked. */
  readonly type: Type | null;
  readonly span: Span | null;
  readonly callback: CallbackDraft | null;
}

/** Only its members are values: the arguments of a callback, what came out of a call. */
export interface RecordBinding {
  readonly kind: 'record';
  readonly members: ReadonlyMap<string, ValueBinding>;
}

const RESERVED = ['returns', 'after', 'args', 'param', 'thread', 'round', 'out', 'any', 'untouched'];

/** The names that are bound at some point of a case. Inner steps see outer names, not the other way round. */
export class Scope {
  readonly #names = new Map<string, Binding>();
  readonly #outer: Scope | null;
  readonly #constants: { has(name: string): boolean };

  constructor(constants: { has(name: string): boolean }, outer: Scope | null = null) {
    this.#constants = constants;
    this.#outer = outer;
  }

  inner(): Scope {
    return new Scope(this.#constants, this);
  }

  /** As it is now: later bindings are not seen. */
  snapshot(): Scope {
    const copy = new Scope(this.#constants, this.#outer?.snapshot() ?? null);
    for (const [name, binding] of this.#names) copy.#names.set(name, binding);
    return copy;
  }

  find(name: string): Binding | null {
    return this.#names.get(name) ?? this.#outer?.find(name) ?? null;
  }

  names(): readonly string[] {
    return [...this.#names.keys(), ...(this.#outer?.names() ?? [])];
  }

  /** A name the language itself binds; may hide an outer one. */
  define(name: string, binding: Binding): void {
    this.#names.set(name, binding);
  }

  /** A name the author chose: once only. False, with the reason among the problems, when it cannot be bound. */
  bind(name: string, binding: ValueBinding, span: Span, problems: Problems): boolean {
    if (!this.allows(name, span, problems)) return false;
    this.#names.set(name, binding);
    return true;
  }

  allows(name: string, span: Span, problems: Problems): boolean {
    if (!/^[A-Za-z_]\w*$/u.test(name)) {
      const help = name.startsWith('$') ? 'Bind without the $; use it with.' : null;
      problems.add(
        'bad-name',
        span,
        `Expected a name of letters, digits and underscores, found ${quoted(name)}.`,
        {
          help,
        },
      );
      return false;
    }
    if (RESERVED.includes(name) || this.#constants.has(name)) {
      const why = RESERVED.includes(name) ? 'the language itself uses it' : 'it is a constant';
      problems.add('reserved-name', span, `The name ${quoted(name)} cannot be bound: ${why}.`);
      return false;
    }
    const before = this.find(name);
    if (before === null) return true;
    const first = before.kind === 'record' ? null : before.span;
    const related = first === null ? [] : [{ message: 'first bound here', at: first }];
    problems.add('bound-twice', span, `The name ${quoted(name)} is bound already.`, { related });
    return false;
  }

  /** A plan name that nothing in sight has, and that is not `taken` elsewhere. */
  unused(wanted: string, taken: (name: string) => boolean = () => false): string {
    for (let count = 1; ; count++) {
      const name = count === 1 ? wanted : `${wanted}_${count}`;
      if (this.find(name) === null && !this.#constants.has(name) && !taken(name)) return name;
    }
  }

  nearest(name: string): string | null {
    return nearestName(name, this.names());
  }
}

export function valueBinding(
  wire: string,
  type: Type | null,
  span: Span | null,
  path: readonly string[] = [],
): ValueBinding {
  return { kind: 'value', wire, path, type, span, callback: null };
}

export function numberBinding(wire: string): ValueBinding {
  return { kind: 'number', wire, path: [], type: null, span: null, callback: null };
}

/** `$param` in the steps of a callback. */
export function paramsBinding(params: readonly Field[]): RecordBinding {
  const members = params.map(
    (param) => [param.name, valueBinding('param', param.type, null, [param.name])] as const,
  );
  return { kind: 'record', members: new Map(members) };
}
