// @ts-check
/** Wire values as JavaScript expressions; memory and callbacks that they need are written in front. */
import { isUtf8 } from 'node:buffer';
import { CannotWrite, keyText, listText, quoted } from './repro-code.mjs';
import { numberText } from './repro-types.mjs';
import { further } from './repro-scope.mjs';
import { isChar, memberName } from './types.mjs';
import { isForm } from './values.mjs';

/**
 * @typedef {import('./types.mjs').Node} Node
 * @typedef {import('./types.mjs').Field} Field
 * @typedef {import('./types.mjs').PointerNode} PointerNode
 * @typedef {import('./types.mjs').NamedNode} NamedNode
 * @typedef {import('./repro-scope.mjs').Scope} Scope
 * @typedef {import('./repro-scope.mjs').Place} Place
 * @typedef {any} Wire
 * @typedef {{ text: string, room?: number, owned?: boolean, pattern?: boolean, constant?: string }} Given an expression;
 *   what is known of the memory that it is the address of
 */

/** What scripted callbacks are made by. @typedef {(scope: Scope, script: any, name: string) => string} MakeCallback */

export class Values {
  /** Was something written since this was last set that koffi is known to refuse? */
  refused = false;
  #makeCallback;

  /** @param {MakeCallback} makeCallback */
  constructor(makeCallback) {
    this.#makeCallback = makeCallback;
  }

  /** @param {Scope} scope @param {Node} node @param {Wire} wire @param {string} name @returns {string} */
  text(scope, node, wire, name) {
    return this.given(scope, node, wire, name).text;
  }

  /** @param {Scope} scope @param {Node} node @param {Wire} wire @param {string} name @param {boolean} [argument]
   * @returns {Given} */
  given(scope, node, wire, name, argument = false) {
    if (isForm(wire, '$ref')) return referred(scope, node, wire);
    if (node.kind === 'pointer' || node.kind === 'callback')
      return this.#pointer(scope, node, wire, name, argument);
    return { text: this.#value(scope, node, wire, name) };
  }

  /** @param {Scope} scope @param {Node} node @param {Wire} wire @param {string} name @returns {string} */
  #value(scope, node, wire, name) {
    const { types } = scope;
    switch (node.kind) {
      case 'int':
        return integer(node.size, wire);
      case 'enum':
        return integer(types.size(types.declared(node.ref, 'enum').repr), wire);
      case 'float':
        return float(scope, wire);
      case 'bool':
        this.refused ||= typeof wire !== 'boolean';
        return typeof wire === 'boolean' ? String(wire) : integer(1, wire);
      case 'array':
        if (isForm(wire, '$bytes')) return buffer(wire.$bytes);
        return listText(
          '[',
          wire.map((/** @type {Wire} */ each) => this.text(scope, node.of, each, name)),
          ']',
        );
      case 'struct':
        return this.#record(scope, types.fields(node.ref), wire, name);
      case 'union':
        return this.#union(scope, node, wire, name);
      case 'tagged':
        return this.#tagged(scope, node, wire, name);
      default:
        throw new CannotWrite(`no value can be of type ${node.kind}`);
    }
  }

  /** @param {Scope} scope @param {Field[]} fields @param {Wire} wire @param {string} name */
  #record(scope, fields, wire, name) {
    return objectText(
      fields.map((field) => [
        memberName(field.name),
        this.text(scope, field.type, wire[field.name], field.name || name),
      ]),
    );
  }

  /** @param {Scope} scope @param {NamedNode} node @param {Wire} wire @param {string} name */
  #union(scope, node, wire, name) {
    if (isForm(wire, '$bytes')) {
      const size = scope.types.size(node) * 2;
      const whole = wire.$bytes.padEnd(size, '0').slice(0, size);
      return `koffi.decode(${this.#bytes(scope, whole)}, ${scope.program.types.expression(node)})`;
    }
    const [member, value] = Object.entries(wire)[0] ?? [];
    const field = scope.types.fields(node.ref).find((each) => each.name === member);
    if (field === undefined) throw new CannotWrite(`${node.ref} has no member ${member}`);
    return this.#record(scope, [field], { [field.name]: value }, name);
  }

  /** @param {Scope} scope @param {NamedNode} node @param {Wire} wire @param {string} name */
  #tagged(scope, node, wire, name) {
    const { tag, form, variants, layout } = scope.types.declared(node.ref, 'tagged');
    if (isForm(wire, '$raw')) {
      const raw = objectText([['tag__', integer(tag.size, wire.$raw)]]);
      const first = form === 'structs' ? scope.types.fields(layout.ref)[0] : undefined;
      return first === undefined ? raw : objectText([[memberName(first.name), raw]]);
    }
    const [chosen, fields] = Object.entries(wire)[0] ?? [];
    const variant = variants.find((each) => each.name === chosen);
    if (variant === undefined) throw new CannotWrite(`${layout.ref} has no variant ${chosen}`);
    /** @type {[string, string]} */
    const head = ['tag__', integer(tag.size, variant.value)];
    const member = memberName(variant.name);
    const parts = variant.fields.map(
      (field) =>
        /** @type {[string, string]} */ ([
          memberName(field.name),
          this.text(scope, field.type, fields[field.name], field.name || name),
        ]),
    );
    if (form === 'structs') return objectText([[member, objectText([head, ...parts])]]);
    if (parts.length === 0) return objectText([head]);
    return objectText([head, ['payload__', objectText([[member, objectText(parts)]])]]);
  }

  /** @param {Scope} scope @param {PointerNode | NamedNode} node @param {Wire} wire @param {string} name
   * @param {boolean} argument @returns {Given} */
  #pointer(scope, node, wire, name, argument) {
    if (wire === null) return { text: 'null', constant: 'null' };
    if (isForm(wire, '$address')) return { text: `${wire.$address}n`, constant: 'pointer' };
    if (isForm(wire, '$callback')) return { text: this.#makeCallback(scope, wire.$callback, name) };
    if (isForm(wire, '$at')) {
      const offset = Number(wire.offset ?? 0);
      const { variable, memory } = scope.find(wire.$at);
      if (memory === undefined) throw new CannotWrite(`${wire.$at} is no named memory`);
      return {
        text: further(variable.id, offset),
        owned: true,
        room: memory.size - offset,
        pattern: memory.patterned,
      };
    }
    if (node.kind !== 'pointer') throw new CannotWrite(`${name} is a callback: memory cannot stand for it`);
    if (isForm(wire, '$text')) return this.#string(scope, node, wire.$text, argument);
    return this.#memory(scope, node.to, wire, name);
  }

  /** @param {Scope} scope @param {PointerNode} node @param {string} hex @param {boolean} argument @returns {Given} */
  #string(scope, node, hex, argument) {
    const bytes = Buffer.from(hex, 'hex');
    if (!argument || !node.const || !isChar(node.to))
      return { text: this.#bytes(scope, `${hex}00`), owned: true };
    if (!isUtf8(bytes)) return { text: buffer(`${hex}00`), constant: `bytes ${hex}` };
    return { text: quoted(bytes.toString('utf8')), constant: JSON.stringify(bytes.toString('utf8')) };
  }

  /** New memory. @param {Scope} scope @param {Node} to @param {Wire} wire @param {string} name @returns {Given} */
  #memory(scope, to, wire, name) {
    const size = scope.program.sizeOf(to);
    if (!isForm(wire, '$out')) return { text: this.#filledWith(scope, to, wire, name), owned: true };
    const from = wire.from ?? [];
    const needed = isForm(from, '$bytes') ? from.$bytes.length / 2 : from.length * size;
    const room = Math.max(Number(wire.$out) * size, needed);
    const text = `${scope.program.use('filled')}(${room})`;
    if (needed === 0) return { text, owned: true, room, pattern: true };
    const id = scope.keep(name, text);
    this.overwrite(scope, to, from, id, name);
    return { text: id, owned: true, room, pattern: true };
  }

  /** @param {Scope} scope @param {Node} to @param {Wire} wire @param {string} name @returns {string} */
  #filledWith(scope, to, wire, name) {
    if (isForm(wire, '$bytes')) return this.#bytes(scope, wire.$bytes);
    if (to.kind === 'void' || to.kind === 'opaque') {
      if (wire.length > 0) throw new CannotWrite(`${name} is untyped memory: it takes bytes`);
      return this.#bytes(scope, '');
    }
    const values = wire.map((/** @type {Wire} */ each) => this.text(scope, to, each, name));
    const start = `${scope.program.use('memory')}(${scope.program.types.expression(to)}, `;
    return `${start}${listText('[', values, ']', start.length + 20)})`;
  }

  /** Writes the first pointees of memory that is there. @param {Scope} scope @param {Node} to @param {Wire} from
   * @param {string} address @param {string} name */
  overwrite(scope, to, from, address, name) {
    const isBytes = isForm(from, '$bytes');
    const values = isBytes ? [] : from.map((/** @type {Wire} */ each) => this.text(scope, to, each, name));
    const type = isBytes ? "'uint8_t'" : scope.program.types.expression(to);
    const count = isBytes ? from.$bytes.length / 2 : values.length;
    if (count === 0) return;
    const start = `koffi.encode(${address}, ${type}, `;
    const value = isBytes ? buffer(from.$bytes) : listText('[', values, ']', start.length + 6);
    scope.block.add(`${start}${value}, ${count});`);
  }

  /** @param {Scope} scope @param {string} hex */
  #bytes(scope, hex) {
    return `${scope.program.use('bytes')}(${quoted(hex)})`;
  }

  /** The memory of a `let`. @param {Scope} scope @param {Node} type @param {Wire} value @param {string} name */
  named(scope, type, value, name) {
    const to = type.kind === 'array' ? type.of : type;
    const size = scope.program.sizeOf(type);
    scope.program.sizeOf(to);
    const patterned = isForm(value, '$out');
    const memory = { patterned, size };
    if (!patterned) {
      const values = type.kind === 'array' ? value : [value];
      scope.bind(name, this.#filledWith(scope, to, values, name), { node: type, memory });
      return;
    }
    const id = scope.bind(name, `${scope.program.use('filled')}(${size})`, { node: type, memory });
    if (type.kind === 'array') this.overwrite(scope, to, value.from ?? [], id, name);
  }

  /** A value of zeros. @param {Scope} scope @param {Node} node @returns {string} */
  zero(scope, node) {
    const { types } = scope;
    switch (node.kind) {
      case 'pointer':
      case 'callback':
        return 'null';
      case 'bool':
        return 'false';
      case 'int':
        return integer(node.size, '0');
      case 'array':
        return listText(
          '[',
          Array.from({ length: node.length }, () => this.zero(scope, node.of)),
          ']',
        );
      case 'struct':
        return objectText(
          types.fields(node.ref).map(({ name, type }) => [memberName(name), this.zero(scope, type)]),
        );
      case 'union':
        return this.#union(scope, node, { $bytes: '' }, '');
      case 'tagged':
        return this.#tagged(scope, node, { $raw: '0' }, '');
      default:
        return '0';
    }
  }
}

/** What a name stands for, as a value of this type. @param {Scope} scope @param {Node} node @param {Wire} wire @returns {Given} */
function referred(scope, node, wire) {
  const found = scope.resolve(wire);
  const isAddress = node.kind === 'pointer' || node.kind === 'callback';
  const holdsAddress = found.node.kind === 'pointer' || found.node.kind === 'callback';
  if (!isAddress || found.address === undefined || holdsAddress) return { text: found.text };
  const room = found.place?.room ?? undefined;
  return { text: found.address, owned: true, ...(room === undefined ? {} : { room, pattern: true }) };
}

/** @param {[string, string][]} parts */
const objectText = (parts) =>
  listText(
    '{ ',
    parts.map(([key, value]) => `${keyText(key)}: ${value}`),
    ' }',
    20,
  );

/** @param {string} hex */
const buffer = (hex) => `Buffer.from(${quoted(hex)}, 'hex')`;

/** @param {number} size @param {Wire} wire */
function integer(size, wire) {
  const text = String(typeof wire === 'string' ? BigInt(wire) : Number(wire));
  return size === 8 ? `${text}n` : numberText(text);
}

/** @param {Scope} scope @param {string} wire */
function float({ program }, wire) {
  const bytes = Buffer.from(wire, 'hex');
  const single = bytes.length === 4;
  const value = single ? bytes.readFloatBE() : bytes.readDoubleBE();
  if (Number.isNaN(value)) {
    if (wire === '7fc00000' || wire === '7ff8000000000000') return 'NaN';
    return single ? `${program.use('float32')}(0x${wire})` : `${program.use('float64')}(0x${wire}n)`;
  }
  if (Object.is(value, -0)) return '-0';
  if (!single || !Number.isFinite(value)) return String(value);
  const digits = [1, 2, 3, 4, 5, 6, 7, 8].find(
    (count) => Math.fround(Number(value.toPrecision(count))) === value,
  );
  return digits === undefined ? String(value) : String(Number(value.toPrecision(digits)));
}
