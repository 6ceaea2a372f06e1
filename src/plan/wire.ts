/**
 * The wire: values, reads and steps as they stand in plans and journals (callers/README.md is the
 * document of this protocol). Everything here is plain JSON.
 */
export type Wire = string | boolean | null | readonly Wire[] | { readonly [key: string]: Wire | number };

/** How a driver reads a value back; null is the type's default. */
export type Read =
  | null
  | { readonly text: true }
  | { readonly utf16: true }
  | { readonly items: ItemCount; readonly each: Read }
  | { readonly fields: Readonly<Record<string, Read>> }
  | { readonly elements: Read }
  | { readonly member: string; readonly read: Read };

export type ItemCount =
  | number
  | { readonly $ref: string; readonly path?: readonly string[] }
  | { readonly $slot: number }
  | { readonly $out: string };

/** A type node: like `Type`, with platform facts resolved and the kind of every declared name. */
export type Node =
  | { readonly kind: 'void' }
  | { readonly kind: 'int'; readonly name: string; readonly size: number; readonly signed: boolean }
  | { readonly kind: 'float'; readonly name: 'f32' | 'f64'; readonly size: 4 | 8 }
  | { readonly kind: 'bool' }
  | { readonly kind: 'pointer'; readonly to: Node; readonly const: boolean }
  | { readonly kind: 'array'; readonly of: Node; readonly length: number }
  | {
      readonly kind: 'struct' | 'union' | 'enum' | 'tagged' | 'opaque' | 'callback';
      readonly ref: string;
    };

/** A step as a driver gets it. */
export type PlanStep = { readonly id: string } & (
  | CallStep
  | { readonly let: string; readonly type: Node; readonly value: Wire }
  | { readonly check: Reference; readonly read: Read }
  | { readonly get: string; readonly read: Read; readonly bind?: string }
  | { readonly set: string; readonly value: Wire }
  | { readonly address: string; readonly bind: string }
  | { readonly find: string }
  | { readonly wait: string; readonly count: number }
  | { readonly drop: string }
  | { readonly collect: true }
  | { readonly threads: number; readonly steps: readonly PlanStep[] }
  | { readonly repeat: number; readonly steps: readonly PlanStep[] }
);

export interface Reference {
  readonly $ref: string;
  readonly path?: readonly string[];
}

export interface CallStep {
  readonly call: string | Reference;
  /** The callback type that gives the signature, when `call` is a reference. */
  readonly type?: string;
  readonly args: readonly Wire[];
  readonly read: { readonly returns?: Read; readonly after?: Readonly<Record<string, Read>> };
  readonly bind?: string;
  readonly bind_after?: Readonly<Record<string, string>>;
  readonly errno?: true;
  readonly release?: true;
}
