"""Native values to journal text: what the plan says to read, and how it is shown."""

from __future__ import annotations

import ctypes
import struct
from json.encoder import encode_basestring_ascii as quote
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Tuple

from .memory import pattern
from .pointers import address_of
from .types import Node, Types

if TYPE_CHECKING:
    from .scope import Scope

Read = Optional[Dict[str, Any]]
UNTOUCHED = '{"$untouched":true}'


class Watch:
    """Bytes of memory that was filled with the pattern, to see what still carries it."""

    __slots__ = ("_found", "_pattern")

    def __init__(self, found: bytes, wanted: bytes) -> None:
        self._found = found
        self._pattern = wanted

    def untouched(self, offset: int, size: int) -> bool:
        """Do all of these bytes still carry the pattern?"""
        if size == 0:
            return False
        end = offset + size
        return self._found[offset:end] == self._pattern[offset:end]


# Value, where it is read, what watches its memory, its offset there.
Decode = Callable[[Any, "Scope", Optional[Watch], int], str]
# Journal key, attribute, decoder, offset, size.
Part = Tuple[str, str, Decode, int, int]


def is_byte(node: Node) -> bool:
    """A sequence of these is shown as `$bytes`."""
    return bool(node["kind"] == "void" or (node["kind"] == "int" and node["size"] == 1))


def _number(value: Any, scope: Scope, watch: Optional[Watch], offset: int) -> str:
    return f'"{value}"'


def _truth(value: Any, scope: Scope, watch: Optional[Watch], offset: int) -> str:
    return "true" if value else "false"


def _raw(value: Any, scope: Scope, watch: Optional[Watch], offset: int) -> str:
    return f'{{"$bytes":"{bytes(value).hex()}"}}'


def _address(value: Any, scope: Scope, watch: Optional[Watch], offset: int) -> str:
    return scope.case.addresses.name(address_of(value))


class Reads:
    """Makes decoders by type and READ; those of the default are made once."""

    def __init__(self, types: Types) -> None:
        self._types = types
        self._decoders: Dict[Tuple[str, str], Decode] = {}

    def decoder(self, node: Node, read: Read) -> Decode:
        """Turns a value as ctypes returned it into journal text."""
        key = (repr(node), repr(read))
        if key not in self._decoders:
            self._decoders[key] = self._make(node, read or {})
        return self._decoders[key]

    def at_address(
        self, decode: Decode, place: Tuple[Node, Any, Optional[int]], scope: Scope
    ) -> str:
        """Reads a value where it stands; in memory with the pattern it may be untouched."""
        node, value, address = place
        memory = scope.case.addresses.owner(address) if address is not None else None
        if memory is None or address is None or not memory.patterned:
            return decode(value, scope, None, 0)
        size = ctypes.sizeof(self._types.native(node))
        watch = Watch(ctypes.string_at(address, size), pattern(address - memory.address, size))
        return _watched(decode, value, scope, watch, 0, size)

    def _make(self, node: Node, read: Dict[str, Any]) -> Decode:
        kind = node["kind"]
        if kind in ("int", "enum"):
            return _number
        if kind == "float":
            return _float(">f" if node["size"] == 4 else ">d")
        if kind == "bool":
            return _truth
        if kind == "pointer":
            return self._pointer(node, read)
        if kind == "callback":
            return _address
        if kind == "array":
            return self._array(node, read)
        if kind == "struct":
            return self._struct(node, read)
        if kind == "union":
            return self._union(node, read)
        if kind == "tagged":
            return self._tagged(node, read)
        raise TypeError(f"a value of kind {kind} cannot be read")

    def _parts(self, native: Any, fields: List[Any], read: Dict[str, Any]) -> List[Part]:
        rules = read.get("fields", {})
        return [
            (
                f"{quote(name)}:",
                name,
                self.decoder(each["type"], rules.get(name)),
                getattr(native, name).offset,
                getattr(native, name).size,
            )
            for each in fields
            for name in (each["name"],)
        ]

    def _struct(self, node: Node, read: Dict[str, Any]) -> Decode:
        parts = self._parts(self._types.native(node), self._types.fields(node), read)
        return lambda value, scope, watch, offset: _fields(parts, value, scope, watch, offset)

    def _union(self, node: Node, read: Dict[str, Any]) -> Decode:
        if "member" not in read:
            return _raw
        name = read["member"]
        member = {"name": name, "type": self._types.member(node, name)}
        rules = {"fields": {name: read.get("read")}}
        parts = self._parts(self._types.native(node), [member], rules)
        return lambda value, scope, watch, offset: _fields(parts, value, scope, watch, offset)

    def _tagged(self, node: Node, read: Dict[str, Any]) -> Decode:
        declaration, native = self._types.declaration(node), self._types.native(node)
        structs = declaration["form"] == "structs"
        start = 0 if structs or not _has_payload(declaration) else native.payload__.offset
        variants: Dict[int, Tuple[str, List[Part]]] = {}
        for each in declaration["variants"]:
            name, parts = each["name"], []
            if each["fields"]:
                payload = self._types.native(self._types.member(node, name))
                parts = self._parts(payload, each["fields"], read)
            variants[int(each["value"])] = (name, parts)
        first = declaration["variants"][0]["name"]

        def decode(value: Any, scope: Scope, watch: Optional[Watch], offset: int) -> str:
            tag = (getattr(value, first) if structs else value).tag__
            if tag not in variants:
                return f'{{"$raw":"{tag}"}}'
            name, parts = variants[tag]
            text = "{}"
            if parts:
                target = getattr(value if structs else value.payload__, name)
                text = _fields(parts, target, scope, watch, offset + start)
            return f"{{{quote(name)}:{text}}}"

        return decode

    def _array(self, node: Node, read: Dict[str, Any]) -> Decode:
        if is_byte(node["of"]):
            return _raw
        element = self.decoder(node["of"], read.get("elements"))
        size = ctypes.sizeof(self._types.native(node["of"]))
        return lambda value, scope, watch, offset: _elements(
            element, size, value, scope, watch, offset
        )

    def _pointer(self, node: Node, read: Dict[str, Any]) -> Decode:
        if "text" in read:
            return _followed(_text)
        if "utf16" in read:
            return _followed(_wide_text)
        if "items" not in read:
            return _address
        to, items = node["to"], read["items"]
        element = None if is_byte(to) else self.decoder(to, read.get("each"))
        size = 1 if element is None else ctypes.sizeof(self._types.native(to))

        def pointees(address: int, scope: Scope) -> str:
            count = scope.count(items)
            if count == 0:
                return '{"$bytes":""}' if element is None else "[]"
            memory = scope.case.addresses.owner(address)
            watch = None
            if memory is not None and memory.patterned:
                wanted = pattern(address - memory.address, count * size)
                watch = Watch(ctypes.string_at(address, count * size), wanted)
                if watch.untouched(0, count * size):
                    return UNTOUCHED
            if element is None:
                return f'{{"$bytes":"{ctypes.string_at(address, count).hex()}"}}'
            value = self._types.at(to, address, count)
            return _elements(element, size, value, scope, watch, 0)

        return _followed(pointees)


def _has_payload(declaration: Dict[str, Any]) -> bool:
    return any(each["fields"] for each in declaration["variants"])


def _float(form: str) -> Decode:
    pack = struct.Struct(form).pack
    return lambda value, scope, watch, offset: f'"{pack(value).hex()}"'


def _watched(
    decode: Decode, value: Any, scope: Scope, watch: Optional[Watch], offset: int, size: int
) -> str:
    if watch is not None and watch.untouched(offset, size):
        return UNTOUCHED
    return decode(value, scope, watch, offset)


def _fields(
    parts: List[Part], value: Any, scope: Scope, watch: Optional[Watch], offset: int
) -> str:
    texts = [
        key + _watched(decode, getattr(value, name), scope, watch, offset + start, size)
        for key, name, decode, start, size in parts
    ]
    return f"{{{','.join(texts)}}}"


def _elements(
    decode: Decode, size: int, value: Any, scope: Scope, watch: Optional[Watch], offset: int
) -> str:
    texts = [
        _watched(decode, each, scope, watch, offset + index * size, size)
        for index, each in enumerate(value)
    ]
    return f"[{','.join(texts)}]"


def _followed(read: Callable[[int, Scope], str]) -> Decode:
    """Follows a pointer; one that came from the library may lead anywhere."""

    def decode(value: Any, scope: Scope, watch: Optional[Watch], offset: int) -> str:
        address = address_of(value)
        if not address:
            return "null"
        if scope.case.addresses.owner(address) is None:
            scope.case.at("read")
        return read(address, scope)

    return decode


def _text(address: int, scope: Scope) -> str:
    memory = scope.case.addresses.owner(address)
    if memory is not None and memory.untouched_from(address - memory.address):
        return UNTOUCHED
    return f'{{"$text":"{ctypes.string_at(address).hex()}"}}'


def _wide_text(address: int, scope: Scope) -> str:
    memory = scope.case.addresses.owner(address)
    if memory is not None and memory.untouched_from(address - memory.address):
        return UNTOUCHED
    units = []
    unit = ctypes.c_uint16.from_address(address).value
    while unit:
        units.append(f"{unit:04x}")
        unit = ctypes.c_uint16.from_address(address + 2 * len(units)).value
    return f'{{"$utf16":"{"".join(units)}"}}'
