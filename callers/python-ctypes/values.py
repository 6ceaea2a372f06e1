"""Wire values to native values: arguments, fields and elements, by type."""

from __future__ import annotations

import ctypes
import struct
from typing import TYPE_CHECKING, Any, Callable, Dict, List

from .pointers import address_of, pointer_encoder
from .types import Node, Types, is_text

if TYPE_CHECKING:
    from .scope import Scope

Wire = Any
# Wire value, where it is used, the name of memory that it needs.
Encode = Callable[[Wire, "Scope", str], Any]


def fill_slots(wire: Wire, row: List[Wire]) -> Wire:
    """A table's step with a row's values in place of its slots."""
    if isinstance(wire, dict):
        if "$slot" in wire:
            return row[wire["$slot"]]
        return {key: fill_slots(value, row) for key, value in wire.items()}
    if isinstance(wire, list):
        return [fill_slots(value, row) for value in wire]
    return wire


def has_slots(wire: Wire) -> bool:
    """Does it need a row to be complete?"""
    if isinstance(wire, dict):
        return "$slot" in wire or any(map(has_slots, wire.values()))
    return isinstance(wire, list) and any(map(has_slots, wire))


class Values:
    """Makes native values of wire values; what depends only on the type is prepared once."""

    def __init__(self, types: Types) -> None:
        self.types = types
        self._encoders: Dict[str, Encode] = {}

    def encoder(self, node: Node) -> Encode:
        """Wire value to what ctypes takes for this type."""
        key = repr(node)
        if key not in self._encoders:
            self._encoders[key] = self._make(node)
        return self._encoders[key]

    def argument(self, node: Node) -> Encode:
        """As `encoder`; text for a `const` pointer to `c_char` is the FFI's own string."""
        encode = self.encoder(node)
        if not is_text(node):
            return encode

        def text(wire: Wire, scope: Scope, name: str) -> Any:
            if isinstance(wire, dict) and "$text" in wire:
                return scope.case.addresses.keep(bytes.fromhex(wire["$text"]))
            address = encode(wire, scope, name)
            return None if address is None else ctypes.c_char_p(address)

        return text

    def getter(self, encode: Encode, node: Node, wire: Wire, name: str) -> Callable[[Scope], Any]:
        """A value of a prepared step: constant, taken from the row, or made anew each time."""
        if isinstance(wire, dict) and "$slot" in wire:
            slot = wire["$slot"]
            return lambda scope: encode(scope.row[slot], scope, name)
        if has_slots(wire):
            return lambda scope: encode(fill_slots(wire, scope.row), scope, name)
        if node["kind"] in ("int", "float", "bool", "enum") and not isinstance(wire, dict):
            constant = encode(wire, None, name)  # type: ignore[arg-type]
            return lambda scope: constant
        return lambda scope: encode(wire, scope, name)

    def _make(self, node: Node) -> Encode:
        kind = node["kind"]
        if kind in ("int", "enum"):
            return self._integer
        if kind == "float":
            return self._float(">f" if node["size"] == 4 else ">d")
        if kind == "bool":
            return self._bool
        if kind == "pointer":
            return pointer_encoder(self, node)
        if kind == "array":
            return self._array(node)
        if kind == "struct":
            return self._struct(node)
        if kind == "union":
            return self._union(node)
        if kind == "tagged":
            return self._tagged(node)
        if kind == "callback":
            return self._callback(node)
        raise TypeError(f"there are no values of kind {kind}")

    def _integer(self, wire: Wire, scope: Scope, name: str) -> int:
        if type(wire) is str:
            return int(wire)
        value = scope.resolve(wire)[1]
        return int(value if isinstance(value, (int, float)) else address_of(value) or 0)

    def _bool(self, wire: Wire, scope: Scope, name: str) -> bool:
        return wire if type(wire) is bool else bool(scope.resolve(wire)[1])

    def _float(self, form: str) -> Encode:
        unpack = struct.Struct(form).unpack

        def encode(wire: Wire, scope: Scope, name: str) -> float:
            if type(wire) is str:
                return float(unpack(bytes.fromhex(wire))[0])
            return float(scope.resolve(wire)[1])

        return encode

    def _array(self, node: Node) -> Encode:
        native, element = self.types.native(node), self.encoder(node["of"])

        def encode(wire: Wire, scope: Scope, name: str) -> Any:
            if isinstance(wire, list):
                return native(*[element(each, scope, name) for each in wire])
            raw = _raw(native, wire)
            return scope.resolve(wire)[1] if raw is None else raw

        return encode

    def _struct(self, node: Node) -> Encode:
        native = self.types.native(node)
        fields = [(each["name"], self.encoder(each["type"])) for each in self.types.fields(node)]

        def encode(wire: Wire, scope: Scope, name: str) -> Any:
            if "$ref" in wire:
                return scope.resolve(wire)[1]
            value = native()
            for field, element in fields:
                setattr(value, field, element(wire[field], scope, f"{name}.{field}"))
            return value

        return encode

    def _union(self, node: Node) -> Encode:
        native = self.types.native(node)
        members = {each["name"]: self.encoder(each["type"]) for each in self.types.fields(node)}

        def encode(wire: Wire, scope: Scope, name: str) -> Any:
            if "$ref" in wire:
                return scope.resolve(wire)[1]
            raw = _raw(native, wire)
            if raw is not None:
                return raw
            ((member, inner),) = wire.items()
            value = native()
            setattr(value, member, members[member](inner, scope, f"{name}.{member}"))
            return value

        return encode

    def _tagged(self, node: Node) -> Encode:
        native, declaration = self.types.native(node), self.types.declaration(node)
        structs = declaration["form"] == "structs"
        variants = {
            each["name"]: (
                int(each["value"]),
                [(field["name"], self.encoder(field["type"])) for field in each["fields"]],
            )
            for each in declaration["variants"]
        }
        first = declaration["variants"][0]["name"]

        def encode(wire: Wire, scope: Scope, name: str) -> Any:
            if "$ref" in wire:
                return scope.resolve(wire)[1]
            value = native()
            if "$raw" in wire:
                (getattr(value, first) if structs else value).tag__ = int(wire["$raw"])
                return value
            ((variant, inner),) = wire.items()
            tag, fields = variants[variant]
            (getattr(value, variant) if structs else value).tag__ = tag
            for field, element in fields:
                target = getattr(value if structs else value.payload__, variant)
                setattr(target, field, element(inner[field], scope, f"{name}.{field}"))
            return value

        return encode

    def _callback(self, node: Node) -> Encode:
        native = self.types.native(node)

        def encode(wire: Wire, scope: Scope, name: str) -> Any:
            if wire is None:
                return native()
            if "$callback" in wire:
                return scope.case.make_callback(wire["$callback"], scope, name)
            if "$address" in wire:
                return native(scope.case.addresses.supply(wire["$address"]))
            value = scope.resolve(wire)[1]
            return value if isinstance(value, native) else native(address_of(value) or 0)

        return encode


def _raw(native: Any, wire: Dict[str, Wire]) -> Any:
    """An array or a union given as its bytes; None when it is not."""
    text = wire.get("$bytes", wire.get("$text"))
    if text is None:
        return None
    value, content = native(), bytes.fromhex(text)
    if len(content) > ctypes.sizeof(native):
        raise ValueError(f"{len(content)} bytes for a value of {ctypes.sizeof(native)}")
    ctypes.memmove(ctypes.addressof(value), content, len(content))
    return value
