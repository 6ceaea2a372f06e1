/** Does the header say the same as the spec? One probe a declaration, answered by the C compiler itself. */
import { createLayouts, type Layout } from '../abi/layout.ts';
import type { Platform } from '../abi/platform.ts';
import type { EnumDecl, Field, TypeDecl } from '../abi/type.ts';
import type { FunctionDecl, GlobalDecl, Suite } from '../spec/suite.ts';
import { Asking, type Difference, type HeaderContext } from './header-asking.ts';
import { readDeclarations } from './header-declarations.ts';
import {
  CompilerMissing,
  HeaderDoesNotCompile,
  preprocess,
  probe,
  type ProbeAnswer,
} from './header-probe.ts';

export interface HeaderTruth {
  /** Why nothing could be asked: no compiler, or a header that does not compile. */
  readonly problem: string | null;
  readonly findings: readonly HeaderFinding[];
}

export interface HeaderFinding {
  readonly what: 'type' | 'function' | 'global';
  /** As the spec names it. */
  readonly declaration: string;
  /**
   * `absent`: the header does not declare it (of a type: it has no name there, which is no fault);
   * `not-expressible`: it does, but C cannot say it or the spec gives a reason to skip it.
   */
  readonly verdict: 'agrees' | 'disagrees' | 'absent' | 'not-expressible';
  /** Empty when it agrees. */
  readonly expected: string;
  readonly found: string;
}

export interface HeaderTruthOptions {
  readonly suite: Pick<Suite, 'types' | 'functions' | 'globals'>;
  readonly platform: Platform;
  readonly header: string;
  /** The C compiler with its own flags. */
  readonly cc: readonly string[];
  /** For generated files. */
  readonly folder: string;
}

export async function checkHeader(options: HeaderTruthOptions): Promise<HeaderTruth> {
  const compiler = { command: options.cc, header: options.header, folder: options.folder };
  try {
    const header = readDeclarations(await preprocess(compiler));
    const { suite, platform } = options;
    const layouts = createLayouts(suite.types, platform);
    let names = 0;
    const freshName = (): string => `abide_v_${++names}`;
    const context: HeaderContext = { table: suite.types, layouts, platform, header, freshName };
    const inquiries = [
      ...[...suite.types].flatMap(([name, decl]) => typeInquiry(name, decl, context)),
      ...[...suite.functions.values()].map((each) => functionInquiry(each, context)),
      ...[...suite.globals.values()].map((each) => globalInquiry(each, context)),
    ];
    const open = inquiries.filter((each) => 'asking' in each);
    const answers = await probe(
      compiler,
      open.map((each) => each.asking.group),
    );
    const byInquiry = new Map(open.map((each, index) => [each as Inquiry, answers[index]]));
    return { problem: null, findings: inquiries.map((each) => finding(each, byInquiry.get(each))) };
  } catch (error) {
    return { problem: problemOf(error, options), findings: [] };
  }
}

function problemOf(error: unknown, options: HeaderTruthOptions): string {
  if (error instanceof HeaderDoesNotCompile)
    return `The header ${options.header} does not compile: ${error.message}`;
  if (error instanceof CompilerMissing)
    return `The header was not checked: no C compiler "${error.message}" was found.`;
  throw error;
}

interface Open {
  readonly what: HeaderFinding['what'];
  readonly declaration: string;
  readonly asking: Asking;
}

type Inquiry = Open | HeaderFinding;

function finding(inquiry: Inquiry, answer: ProbeAnswer | undefined): HeaderFinding {
  if (!('asking' in inquiry)) return inquiry;
  const { what, declaration, asking } = inquiry;
  if (answer?.ok !== true) {
    const found = answer?.error ?? 'no answer';
    // What C cannot even name (an incomplete type, a missing one) is not wrong, only unsayable.
    const unsayable = /incomplete|unknown type|undeclared|undefined/i.test(found);
    const verdict = unsayable ? 'not-expressible' : 'disagrees';
    return { what, declaration, verdict, expected: 'a declaration that C can use', found };
  }
  const differences = asking.judge(answer.values);
  const verdict = differences.length === 0 ? 'agrees' : 'disagrees';
  const text = (side: keyof Difference): string => differences.map((each) => each[side]).join('; ');
  return { what, declaration, verdict, expected: text('expected'), found: text('found') };
}

function absent(what: HeaderFinding['what'], declaration: string, found: string): HeaderFinding {
  return { what, declaration, verdict: 'absent', expected: 'a declaration', found };
}

function functionInquiry(decl: FunctionDecl, context: HeaderContext): Inquiry {
  const { name, symbol, params, returns, header } = decl;
  if (header !== true) {
    return {
      what: 'function',
      declaration: name,
      verdict: 'not-expressible',
      expected: '',
      found: header.reason,
    };
  }
  const signature = context.header.functions.get(symbol);
  if (signature === undefined) return absent('function', name, `no prototype of ${symbol} in the header`);
  const asking = new Asking(name, context);
  asking.signature(params, returns, signature);
  return { what: 'function', declaration: name, asking };
}

function globalInquiry(decl: GlobalDecl, context: HeaderContext): Inquiry {
  const { name, symbol, type } = decl;
  if (!context.header.mentions(symbol))
    return absent('global', name, `no declaration of ${symbol} in the header`);
  const asking = new Asking(name, context);
  asking.value(symbol, type, symbol);
  return { what: 'global', declaration: name, asking };
}

/** Opaque types have nothing to compare. */
function typeInquiry(name: string, decl: TypeDecl, context: HeaderContext): readonly Inquiry[] {
  if (decl.kind === 'opaque') return [];
  const typeName = context.header.typeName(name);
  if (typeName === null)
    return decl.kind === 'callback' ? [] : [absent('type', name, `no type ${name} in the header`)];
  const asking = new Asking(name, context);
  const inquiry: Open = { what: 'type', declaration: name, asking };
  switch (decl.kind) {
    case 'struct':
      addLayout(asking, typeName, context.layouts.named(name), decl.fields);
      return [inquiry];
    case 'union':
      addLayout(asking, typeName, context.layouts.named(name), decl.members);
      return [inquiry];
    case 'tagged':
      addLayout(asking, typeName, context.layouts.named(name), []);
      return [inquiry];
    case 'enum':
      addEnum(asking, name, typeName, decl, context);
      return [inquiry];
    case 'transparent':
      asking.value(name, decl.of, `*(${typeName} *)0`);
      return [inquiry];
    case 'callback': {
      const signature = context.header.callbacks.get(name);
      if (signature === undefined) return [];
      asking.signature(decl.params, decl.returns, signature);
      return [inquiry];
    }
  }
}

function addLayout(asking: Asking, typeName: string, layout: Layout, fields: readonly Field[]): void {
  asking.fact('size', `sizeof(${typeName})`, layout.size);
  asking.fact('alignment', `_Alignof(${typeName})`, layout.align);
  for (const field of fields) {
    asking.fact(
      `offset of ${field.name}`,
      `offsetof(${typeName}, ${field.name})`,
      layout.offsets[field.name] ?? 0,
    );
    asking.value(field.name, field.type, `((${typeName} *)0)->${field.name}`);
  }
}

/** Value by value, where the header has the variant under one of cbindgen's usual names. */
function addEnum(
  asking: Asking,
  name: string,
  typeName: string,
  decl: EnumDecl,
  context: HeaderContext,
): void {
  asking.fact('size', `sizeof(${typeName})`, context.layouts.named(name).size);
  for (const variant of decl.variants) {
    const names = [
      `${name}_${variant.name}`,
      variant.name,
      screaming(`${name}_${variant.name}`),
      screaming(variant.name),
    ];
    const constant = names.find((each) => context.header.mentions(each));
    // Three parts of at most 30 bits: a probe answers with small numbers.
    const bits = BigInt.asUintN(64, variant.value);
    if (constant === undefined) continue;
    for (const [part, shift] of [
      ['low', 0n],
      ['middle', 30n],
      ['high', 60n],
    ] as const) {
      const ask = `((unsigned long long)(${constant}) >> ${shift}) & 0x3fffffff`;
      asking.fact(`${part} bits of ${variant.name}`, ask, Number((bits >> shift) & 0x3fffffffn));
    }
  }
}

function screaming(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
}
