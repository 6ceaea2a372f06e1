// @ts-check
/** Observations as printf statements: `0 after out [1, 2]`. */
import { fail, membersOf } from './types.mjs';
import { countOf } from './pointers.mjs';
import { ReproBody } from './repro-body.mjs';
import { Line } from './repro-line.mjs';

/** @typedef {import('./types.mjs').Node} Node */
/** @typedef {import('./repro-body.mjs').Target} Target */
/** @typedef {Map<string, { c: string, node: Node, target: Target | null }>} Locals */

/** @type {Record<string, string>} */
const FORMATS = {
  i8: '%" PRId8 "', i16: '%" PRId16 "', i32: '%" PRId32 "', i64: '%" PRId64 "', isize: '%td',
  u8: '%" PRIu8 "', u16: '%" PRIu16 "', u32: '%" PRIu32 "', u64: '%" PRIu64 "', usize: '%zu',
  c_char: '%d', c_schar: '%d', c_uchar: '%u', c_short: '%d', c_ushort: '%u', c_int: '%d', c_uint: '%u',
  c_long: '%ld', c_ulong: '%lu', c_longlong: '%lld', c_ulonglong: '%llu',
}; // prettier-ignore

/** More elements than this are printed by a loop. */
const IN_ONE_LINE = 8;

/**
 * @param {Line} line @param {Node} node @param {string} lvalue @param {any} rule @param {Locals} locals
 * @param {string | null} filled where the memory begins that was filled with the pattern
 */
export function show(line, node, lvalue, rule, locals, filled = null) {
  /** @type {[string, string][]} */
  const words = filled === null ? [] : [[`untouched(${filled}, &${lvalue}, sizeof ${lvalue})`, 'untouched']];
  line.choose(words, (inner) => showTouched(inner, node, lvalue, rule, locals, filled));
}

/** @param {Line} line @param {Node} node @param {string} lvalue @param {any} rule @param {Locals} locals @param {string | null} filled */
function showTouched(line, node, lvalue, rule, locals, filled) {
  const { types } = line.body.file;
  switch (node.kind) {
    case 'void':
      return line.text('null');
    case 'bool':
      return line.arg('%s', `${lvalue} ? "true" : "false"`);
    case 'float':
      if (node.size === 4) return line.arg('0x%08" PRIx32 "', `f32_bits(${lvalue})`);
      return line.arg('0x%016" PRIx64 "', `f64_bits(${lvalue})`);
    case 'int':
      return integer(line, node, lvalue);
    case 'enum':
      return integer(line, types.declaration(node.ref).repr, lvalue);
    case 'callback':
      return line.arg('%s', `${lvalue} == NULL ? "null" : "pointer"`);
    case 'pointer':
      return pointer(line, node, lvalue, rule, locals, null);
    case 'array':
      return list(line, node.of, lvalue, node.length, rule?.elements, locals, filled);
    case 'struct': {
      const fields = membersOf(types.declaration(node.ref));
      return members(
        line,
        fields,
        (name) => `${lvalue}.${types.member(node.ref, name)}`,
        rule,
        locals,
        filled,
      );
    }
    case 'union': {
      const found = membersOf(types.declaration(node.ref)).find((each) => each.name === rule?.member);
      if (found === undefined) return line.statement(`show_bytes(&${lvalue}, sizeof ${lvalue});`);
      const field = (/** @type {string} */ name) => `${lvalue}.${types.member(node.ref, name)}`;
      return members(line, [found], field, { fields: { [found.name]: rule.read } }, locals, filled);
    }
    case 'tagged':
      return tagged(line, node, lvalue, rule, locals, filled);
    default:
      fail(`a value of kind ${node.kind} cannot be read`);
  }
}

/** @param {Line} line @param {Node} node @param {string} lvalue */
function integer(line, node, lvalue) {
  if (node.size === 16) return line.statement(`show_${node.signed ? 'i' : 'u'}128(${lvalue});`);
  line.arg(FORMATS[node.name] ?? fail(`there is no integer type ${node.name}`), lvalue);
}

/** @param {Line} line @param {import('./types.mjs').Field[]} fields @param {(name: string) => string} lvalueOf @param {any} rule @param {Locals} locals @param {string | null} filled */
function members(line, fields, lvalueOf, rule, locals, filled) {
  line.text('{');
  fields.forEach((each, i) => {
    line.text(`${i > 0 ? ', ' : ''}${each.name}: `);
    show(line, each.type, lvalueOf(each.name), rule?.fields?.[each.name], locals, filled);
  });
  line.text('}');
}

/** @param {Line} line @param {Node} node @param {string} lvalue @param {any} rule @param {Locals} locals @param {string | null} filled */
function tagged(line, node, lvalue, rule, locals, filled) {
  const { types } = line.body.file;
  const { variants, tag } = types.declaration(node.ref);
  const where = `${lvalue}.${types.tag(node.ref, variants[0]?.name ?? '')}`;
  line.flush();
  line.body.emit(`switch (${where}) {`);
  for (const variant of variants) {
    line.body.emit(`case ${types.member(node.ref, variant.name)}:`);
    const inner = new Line(new ReproBody(line.body.file, line.body));
    inner.text(`{${variant.name}: `);
    const field = (/** @type {string} */ name) => `${lvalue}.${types.payload(node.ref, variant.name, name)}`;
    members(inner, variant.fields, field, rule, locals, filled);
    inner.text('}');
    inner.flush();
    inner.body.emit('break;');
  }
  line.body.emit('default:');
  const inner = new Line(new ReproBody(line.body.file, line.body));
  inner.text('{$raw: ');
  integer(inner, tag, where);
  inner.text('}');
  inner.flush();
  line.body.emit('}');
}

/** @param {Line} line @param {Node} node @param {string} expression @param {any} rule @param {Locals} locals @param {Target | null} target what it is known to point to */
export function pointer(line, node, expression, rule, locals, target) {
  if (expression === 'NULL') return line.text('null');
  if (rule === null || rule === undefined)
    return target === null
      ? line.arg('%s', `${expression} == NULL ? "null" : "pointer"`)
      : line.text('pointer');
  if (rule.text === true) return text(line, expression, target);
  const isNull = `${expression} == NULL`;
  /** @type {[string, string][]} */
  const words = target === null ? [[isNull, 'null']] : [];
  if (rule.utf16 === true) {
    const limit = target === null ? 'SIZE_MAX' : String(target.count);
    if (target?.filled != null)
      words.push([`untouched(${target.filled}, ${expression}, 2 * ${limit})`, 'untouched']);
    return line.choose(words, (inner) => inner.statement(`show_utf16(${expression}, ${limit});`));
  }
  if (rule.items === undefined) return line.arg('%s', `${isNull} ? "null" : "pointer"`);
  const count = countText(line.body, rule.items, locals, target);
  const access = (/** @type {string | number} */ i) =>
    target?.single === true ? expression.slice(1) : `${expression}[${i}]`;
  if (target?.filled != null) words.push([wholeUntouched(node, expression, count, target), 'untouched']);
  const filled = count === 1 ? null : (target?.filled ?? null);
  line.choose(words, (inner) =>
    elements(inner, node.to, expression, access, count, rule.each, locals, filled, target),
  );
}

/** @param {Line} line @param {string} expression @param {Target | null} target */
function text(line, expression, target) {
  const limit = target === null ? 'SIZE_MAX' : String(target.count);
  const size = `text_size(${expression}, ${limit})`;
  /** @type {[string, string][]} */
  const words =
    target?.filled == null ? [] : [[`untouched(${target.filled}, ${expression}, ${size})`, 'untouched']];
  line.choose(words, (inner) => inner.statement(`show_text(${expression}, ${limit});`));
}

/** @param {Node} node @param {string} expression @param {string | number} count @param {Target} target */
function wholeUntouched(node, expression, count, target) {
  if (target.single) return `untouched(${target.filled}, ${expression}, sizeof ${expression.slice(1)})`;
  const isAll = count === target.count && target.filled === expression;
  const size = node.to.kind === 'void' ? String(count) : `${count} * sizeof *${expression}`;
  return `untouched(${target.filled}, ${expression}, ${isAll ? `sizeof ${expression}` : size})`;
}

/** A number, or an expression that stays within the memory. @param {ReproBody} body @param {any} items @param {Locals} locals @param {Target | null} target @returns {string | number} */
function countText(body, items, locals, target) {
  if (typeof items === 'number' || typeof items === 'string') {
    const count = countOf(items);
    return typeof target?.count === 'number' ? Math.min(count, target.count) : count;
  }
  let count = '';
  if (items.$ref !== undefined) {
    const { node, lvalue } = body.part(items);
    count = `(size_t)${node.kind === 'pointer' ? '*' : ''}${lvalue}`;
  } else {
    const local = locals.get(items.$out) ?? fail(`there is no parameter ${items.$out}`);
    if (local.c === 'NULL') return 0;
    if (local.node.kind !== 'pointer') fail(`${items.$out} does not point to a count`);
    count = `(size_t)${local.c.startsWith('&') ? local.c.slice(1) : `*${local.c}`}`;
  }
  if (target === null) return count;
  const c = body.names.take('count');
  body.emit(`size_t ${c} = ${count};`);
  body.emit(`${c} = ${c} < ${target.count} ? ${c} : ${target.count};`);
  return c;
}

/** @param {Node} node */
const isByte = (node) => node.kind === 'void' || (node.kind === 'int' && node.size === 1);

/** @param {Line} line @param {Node} of @param {string} lvalue @param {number} length @param {any} rule @param {Locals} locals @param {string | null} filled */
function list(line, of, lvalue, length, rule, locals, filled) {
  elements(line, of, lvalue, (i) => `${lvalue}[${i}]`, Number(length), rule, locals, filled, null);
}

/**
 * @param {Line} line @param {Node} of @param {string} from @param {(i: string | number) => string} access @param {string | number} count
 * @param {any} rule @param {Locals} locals @param {string | null} filled @param {Target | null} target
 */
function elements(line, of, from, access, count, rule, locals, filled, target) {
  if (isByte(of)) return line.statement(`show_bytes(${from}, ${count});`);
  const isOne = target?.single === true && typeof count === 'string';
  line.text('[');
  if (typeof count === 'number' && count <= IN_ONE_LINE && (filled === null || count < 3)) {
    for (let i = 0; i < count; i++) {
      if (i > 0) line.text(', ');
      if (count === 1) showTouched(line, of, access(i), rule, locals, target?.filled ?? null);
      else show(line, of, access(i), rule, locals, filled);
    }
  } else if (isOne) {
    line.flush();
    line.body.emit(`if (${count} > 0) {`);
    const inner = new Line(new ReproBody(line.body.file, line.body));
    showTouched(inner, of, access(0), rule, locals, filled);
    inner.flush();
    line.body.emit('}');
  } else {
    line.flush();
    const i = line.body.names.take('i');
    line.body.emit(`for (size_t ${i} = 0; ${i} < ${count}; ${i}++) {`);
    const inner = new Line(new ReproBody(line.body.file, line.body));
    inner.arg('%s', `${i} > 0 ? ", " : ""`);
    show(inner, of, access(i), rule, locals, filled);
    inner.flush();
    line.body.emit('}');
  }
  line.text(']');
}
