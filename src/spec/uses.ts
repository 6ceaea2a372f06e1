import type { Type } from '../abi/type.ts';
import { typesIn, type Declarations } from './declarations.ts';
import type { Step } from './suite.ts';
import type { Node } from '../plan/wire.ts';

/** What of the interface each case needs: declared types, `fn name`, `global name`. */
export class UsesFinder {
  readonly #declarations: Declarations;
  readonly #ofFunction = new Map<string, readonly string[]>();

  constructor(declarations: Declarations) {
    this.#declarations = declarations;
  }

  of(steps: readonly Step[]): readonly string[] {
    const found = new Set<string>();
    this.#steps(steps, found);
    return [...found].sort();
  }

  #steps(steps: readonly Step[], found: Set<string>): void {
    for (const { plan, inner } of steps) {
      if ('call' in plan) {
        if (typeof plan.call === 'string') this.#function(plan.call).forEach((name) => found.add(name));
        if (plan.type !== undefined) this.#named(plan.type, found);
      } else if ('let' in plan) this.#node(plan.type, found);
      else if ('get' in plan) this.#global(plan.get, found);
      else if ('set' in plan) this.#global(plan.set, found);
      else if ('address' in plan) {
        if (this.#declarations.functions.has(plan.address))
          this.#function(plan.address).forEach((name) => found.add(name));
        else this.#global(plan.address, found);
      }
      this.#steps(inner, found);
    }
  }

  #function(name: string): readonly string[] {
    let names = this.#ofFunction.get(name);
    if (names === undefined) {
      const found = new Set([`fn ${name}`]);
      const decl = this.#declarations.functions.get(name)?.decl;
      for (const param of decl?.params ?? []) this.#type(param.type, found);
      if (decl !== undefined) this.#type(decl.returns, found);
      names = [...found];
      this.#ofFunction.set(name, names);
    }
    return names;
  }

  #global(name: string, found: Set<string>): void {
    found.add(`global ${name}`);
    const global = this.#declarations.globals.get(name);
    if (global !== undefined) this.#type(global.decl.type, found);
  }

  #type(type: Type, found: Set<string>): void {
    if (type.kind === 'pointer') this.#type(type.to, found);
    else if (type.kind === 'array') this.#type(type.of, found);
    else if (type.kind === 'named') this.#named(type.name, found);
  }

  #named(name: string, found: Set<string>): void {
    if (found.has(name)) return;
    found.add(name);
    const decl = this.#declarations.types.get(name);
    if (decl !== undefined) typesIn(decl).forEach((inner) => this.#type(inner, found));
  }

  #node(node: Node, found: Set<string>): void {
    if (node.kind === 'pointer') this.#node(node.to, found);
    else if (node.kind === 'array') this.#node(node.of, found);
    else if ('ref' in node) this.#named(node.ref, found);
  }
}
