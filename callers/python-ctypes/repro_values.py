"""Wire values as expressions of Python, and the memory that pointers need."""

from __future__ import annotations

import math
import struct
from json.encoder import encode_basestring_ascii as quoted
from typing import TYPE_CHECKING, Any, List

from .repro_text import Code, Unwritable, call, grouped, plain
from .types import Node, is_text

if TYPE_CHECKING:
    from .repro_scope import Scope

Wire = Any
SHORT = 64


def number(wire: str, size: int) -> Code:
    """A float, written so that it is read back to the bit."""
    form = ">f" if size == 4 else ">d"
    raw = bytes.fromhex(wire)
    value = struct.unpack(form, raw)[0]
    if math.isinf(value):
        return Code('float("inf")' if value > 0 else 'float("-inf")')
    if math.isnan(value):
        return Code(f'unpack("{form}", bytes.fromhex("{raw.hex()}"))[0]')
    if size == 8:
        return Code(repr(value))
    for digits in range(1, 10):
        short = float(f"{value:.{digits}g}")
        if abs(short) < 3.4e38 and struct.pack(form, short) == raw:
            return Code(repr(short))
    return Code(repr(value))


def octets(content: bytes) -> Code:
    """Bytes as a literal; long ones that repeat themselves as a product."""
    if len(content) > SHORT:
        for period in range(1, 17):
            start = content[:period]
            times, rest = divmod(len(content), period)
            if start * times + start[:rest] == content:
                tail = f" + {octets(start[:rest])}" if rest else ""
                return Code(f"{octets(start)} * {times}{tail}")
    text = repr(content)[1:]
    if text.startswith("'") and '"' not in text:
        text = f'"{text[1:-1]}"'
    return Code(f"b{text}")


def words(content: bytes) -> Code:
    """Text as its bytes: readable when it is more than ASCII."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return octets(content)
    if text.isascii() or not text.isprintable() or '"' in text or "\\" in text:
        return octets(content)
    repeated = len(text) > SHORT and text == text[0] * len(text)
    literal = f'"{text[0]}" * {len(text)}' if repeated else f'"{text}"'
    return Code(f"{grouped(literal) if repeated else literal}.encode()")


class Values:
    """Expressions for the values of one step."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.program = scope.program
        self.types = scope.program.types

    def argument(self, node: Node, wire: Wire, name: str) -> Code:
        """What is written in the call for a parameter."""
        if node["kind"] != "pointer" or wire is None:
            return self.value(node, wire, name)
        if not is_text(node):
            return self.pointer(node, wire, name)
        if "$text" in wire:
            return words(bytes.fromhex(wire["$text"]))
        code = self.address(node, wire, name)
        return Code(f"c_char_p({code})")

    def value(self, node: Node, wire: Wire, name: str) -> Code:
        """A value that is written into a field, an element or a call."""
        kind = node["kind"]
        if kind == "pointer":
            return self.address(node, wire, name)
        if kind == "callback":
            return self._callback(node, wire, name)
        if isinstance(wire, dict) and "$ref" in wire:
            return self._bound(node, wire)
        if kind in ("int", "enum"):
            return Code(str(int(wire)))
        if kind == "bool":
            return Code("True" if wire else "False")
        if kind == "float":
            return number(wire, node["size"])
        if kind == "array":
            return self._array(node, wire, name)
        if kind == "struct":
            fields = [(each["type"], each["name"]) for each in self.types.fields(node)]
            parts = [self.value(each, wire[part], f"{name}_{part}") for each, part in fields]
            return Code(call(self.program.kind(node), list(parts)))
        if kind == "union":
            return self._union(node, wire, name)
        if kind == "tagged":
            return self._tagged(node, wire, name)
        raise Unwritable(f"there are no values of kind {kind}")

    def pointer(self, node: Node, wire: Wire, name: str) -> Code:
        """What is written in a call for a pointer: ctypes takes the memory itself."""
        if isinstance(wire, dict) and "$at" in wire:
            offset = int(wire.get("offset", 0))
            memory = self.scope.look_up(wire["$at"]).expr
            return Code(f"byref({memory}, {offset})" if offset else f"byref({memory})")
        if isinstance(wire, dict) and "$callback" in wire:
            return self.scope.make_callback(wire["$callback"], name)
        if isinstance(wire, dict) and ("$ref" in wire or "$address" in wire):
            return self._address_of(node, wire, name)
        return self.memory(node, wire, name)

    def address(self, node: Node, wire: Wire, name: str) -> Code:
        """An address as a number, or None."""
        if wire is None:
            return Code("None")
        if isinstance(wire, dict) and "$at" in wire:
            offset = int(wire.get("offset", 0))
            memory = self.scope.look_up(wire["$at"]).expr
            return Code(f"addressof({memory})" + (f" + {offset}" if offset else ""))
        if isinstance(wire, dict) and "$callback" in wire:
            return _code_of(self.scope.make_callback(wire["$callback"], name))
        if isinstance(wire, dict) and ("$ref" in wire or "$address" in wire):
            return self._address_of(node, wire, name)
        return Code(f"addressof({self.memory(node, wire, name)})")

    def memory(self, node: Node, wire: Wire, name: str) -> Code:
        """New memory under a name of its own."""
        to = node["to"]
        kind = Code("c_ubyte") if to["kind"] == "void" else self.program.kind(to)
        first: Wire = None
        if isinstance(wire, dict) and "$out" in wire:
            count = self.scope.count(wire["$out"])
            made = f"fresh({kind}, {count})"
            first = wire.get("from")
        elif isinstance(wire, dict) and "$bytes" in wire:
            content = bytes.fromhex(wire["$bytes"])
            made = f"create_string_buffer({octets(content)}, {len(content)})"
            if not any(content) and content:
                made = f"create_string_buffer({len(content)})"
        elif isinstance(wire, dict) and "$text" in wire:
            made = f"create_string_buffer({words(bytes.fromhex(wire['$text']))})"
        else:
            made = self._elements(to, f"{grouped(kind)} * {len(wire)}", wire, name)
        variable = self.scope.keep(name, made)
        if isinstance(first, dict):
            content = bytes.fromhex(first["$bytes"])
            self.scope.add(f"memmove({variable}, {octets(content)}, {len(content)})")
        elif first:
            for index, each in enumerate(first):
                element = self.value(to, each, f"{name}_{index}")
                self.scope.add(f"{variable}[{index}] = {element}")
        return variable

    def _elements(self, of: Node, kind: str, wires: List[Wire], name: str) -> str:
        parts = [self.value(of, each, name) for each in wires]
        if len(parts) > 8 and len(set(parts)) == 1:
            return f"({kind})(*[{parts[0]}] * {len(parts)})"
        return call(f"({kind})", list(parts))

    def _address_of(self, node: Node, wire: Wire, name: str) -> Code:
        if "$address" in wire:
            return Code(f"0x{int(wire['$address'], 16):x}")
        place = self.scope.resolve(wire)
        kind = place.node["kind"]
        if kind in ("pointer", "int"):
            return place.expr
        if kind == "callback":
            return _code_of(place.expr)
        if place.at is not None:
            return place.at
        made = f"({grouped(self.program.kind(place.node))} * 1)({place.expr})"
        return Code(f"addressof({self.scope.keep(name, made)})")

    def _bound(self, node: Node, wire: Wire) -> Code:
        place = self.scope.resolve(wire)
        if node["kind"] not in ("int", "enum"):
            return place.expr
        if place.node["kind"] == "pointer":
            return Code(f"({place.expr} or 0)")
        return _code_of(place.expr) if place.node["kind"] == "callback" else place.expr

    def _callback(self, node: Node, wire: Wire, name: str) -> Code:
        kind = self.program.kind(node)
        if wire is None:
            return Code(f"{kind}()")
        if "$callback" in wire:
            return self.scope.make_callback(wire["$callback"], name)
        if "$address" in wire:
            return Code(f"{kind}(0x{int(wire['$address'], 16):x})")
        place = self.scope.resolve(wire)
        if place.node["kind"] == "callback" and self.program.kind(place.node) == kind:
            return place.expr
        if place.node["kind"] == "callback":
            return Code(f"cast({place.expr}, {kind})")
        return Code(f"{kind}({place.expr} or 0)")

    def _array(self, node: Node, wire: Wire, name: str) -> Code:
        kind = self.program.kind(node)
        if isinstance(wire, list):
            return Code(self._elements(node["of"], kind, wire, name))
        content = bytes.fromhex(wire["$bytes"] if "$bytes" in wire else wire["$text"])
        if not any(content):
            return Code(f"({kind})()")
        if len(content) == node["length"]:
            return Code(f"({kind})(*{grouped(octets(content))})")
        return self._raw(node, content)

    def _union(self, node: Node, wire: Wire, name: str) -> Code:
        if "$bytes" in wire:
            return self._raw(node, bytes.fromhex(wire["$bytes"]))
        ((member, inner),) = wire.items()
        value = self.value(self.types.member(node, member), inner, f"{name}_{member}")
        return self._with(node, member, value)

    def _tagged(self, node: Node, wire: Wire, name: str) -> Code:
        declaration = self.types.declaration(node)
        layout, structs = declaration["layout"], declaration["form"] == "structs"
        if "$raw" in wire:
            first = declaration["variants"][0]["name"]
            tag = Code(str(int(wire["$raw"])))
            return self._variant(node, layout, first, [tag], structs)
        ((name_of_it, inner),) = wire.items()
        variant = next(each for each in declaration["variants"] if each["name"] == name_of_it)
        parts = [Code(str(int(variant["value"])))]
        parts += [
            self.value(each["type"], inner[each["name"]], f"{name}_{each['name']}")
            for each in variant["fields"]
        ]
        return self._variant(node, layout, name_of_it, parts, structs)

    def _variant(
        self, node: Node, layout: Node, variant: str, parts: List[Code], structs: bool
    ) -> Code:
        kind = self.program.kind(node)
        if structs:
            inner = call(self.program.kind(self.types.member(node, variant)), list(parts))
            return self._with(layout, variant, Code(inner))
        if len(parts) == 1:
            return Code(f"{kind}({parts[0]})")
        payload = self.types.member(layout, "payload__")
        inner = call(self.program.kind(self.types.member(node, variant)), list(parts[1:]))
        return Code(call(kind, [parts[0], self._with(payload, variant, Code(inner))]))

    def _with(self, union: Node, member: str, value: Code) -> Code:
        kind = self.program.kind(union)
        if plain(member):
            return Code(f"{kind}({member}={value})")
        return Code(f"{kind}(**{{{quoted(member)}: {value}}})")

    def _raw(self, node: Node, content: bytes) -> Code:
        kind = grouped(self.program.kind(node))
        return Code(f'{kind}.from_buffer_copy({octets(content)}.ljust(sizeof({kind}), b"\\0"))')


def _code_of(function: Code) -> Code:
    return Code(f"cast({function}, c_void_p).value")
