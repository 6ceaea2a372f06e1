"""Values of pointers: addresses that exist, and memory that the driver makes for them."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, Callable, Optional

from .memory import Given, Memory, pattern
from .types import Node

if TYPE_CHECKING:
    from .scope import Scope
    from .values import Values

# Kinds whose value is itself an address, or can stand for one.
ADDRESSES = ("pointer", "callback", "int")


def address_of(value: Any) -> Optional[int]:
    """The address in a pointer as ctypes hands it out: a number, a text or a function."""
    if value is None or type(value) is int:
        return value
    return ctypes.cast(value, ctypes.c_void_p).value


def detached(value: Any) -> Any:
    """A copy of what ctypes shows as a view of memory; numbers are copies already."""
    copy = getattr(type(value), "from_buffer_copy", None)
    return value if copy is None else copy(value)


def pointer_encoder(values: Values, node: Node) -> Callable[[Any, Scope, str], Optional[int]]:
    """Makes the address that a wire value stands for."""
    to, constant = node["to"], node["const"]

    def pointees(wire: Any, count: int, scope: Scope, name: str, patterned: bool) -> int:
        native = ctypes.c_ubyte if to["kind"] == "void" else values.types.native(to)
        size = count * ctypes.sizeof(native)
        content = pattern(0, size) if patterned else bytes(size)
        memory = scope.allocate(name, content, ctypes.alignment(native), constant, patterned)
        fill(values, to, memory.address, wire, scope, name)
        return memory.address

    def raw(content: bytes, scope: Scope, name: str) -> int:
        align = 1 if to["kind"] == "void" else ctypes.alignment(values.types.native(to))
        return scope.allocate(name, content, align, constant).address

    def known(address: Optional[int], scope: Scope) -> Optional[int]:
        memory = scope.case.addresses.owner(address) if address else None
        if memory is not None:
            scope.given.add(memory, constant)
        return address

    def encode(wire: Any, scope: Scope, name: str) -> Optional[int]:
        if wire is None:
            return None
        if isinstance(wire, list):
            return pointees(wire, len(wire), scope, name, False)
        if "$ref" in wire:
            found, value, address = scope.resolve(wire)
            if found["kind"] in ADDRESSES:
                return known(address_of(value), scope)
            return known(address, scope) if address else pointees([wire], 1, scope, name, False)
        if "$at" in wire:
            memory = scope.look_up(wire["$at"])[1]
            return known(memory.address + int(wire.get("offset", 0)), scope)
        if "$address" in wire:
            return scope.case.addresses.supply(wire["$address"])
        if "$text" in wire:
            return raw(bytes.fromhex(wire["$text"]) + b"\0", scope, name)
        if "$bytes" in wire:
            return raw(bytes.fromhex(wire["$bytes"]), scope, name)
        if "$callback" in wire:
            return address_of(scope.case.make_callback(wire["$callback"], scope, name))
        return pointees(wire.get("from", []), scope.count(wire["$out"]), scope, name, True)

    return encode


def fill(values: Values, node: Node, address: int, wire: Any, scope: Scope, name: str) -> None:
    """Writes elements one after the other, through typed access unless they are given as bytes."""
    if isinstance(wire, dict):
        content = bytes.fromhex(wire["$bytes"])
        ctypes.memmove(address, content, len(content))
        return
    if not wire:
        return
    encode, target = values.encoder(node), values.types.at(node, address, len(wire))
    for index, each in enumerate(wire):
        target[index] = encode(each, scope, name)


def name_memory(values: Values, name: str, node: Node, wire: Any, scope: Scope) -> None:
    """Step `let`: memory of a type; bound before it is filled, so it may refer to itself."""
    native = values.types.native(node)
    size = ctypes.sizeof(native)
    patterned = isinstance(wire, dict) and "$out" in wire
    content = pattern(0, size) if patterned else bytes(size)
    memory = Memory(name, content, ctypes.alignment(native), patterned, named=True)
    scope.case.addresses.add(memory)
    scope.bind(name, (node, memory, None))
    if not patterned:
        values.types.at(node, memory.address)[0] = values.encoder(node)(wire, scope, name)
    elif "from" in wire:
        element = node["of"] if node["kind"] == "array" else node
        fill(values, element, memory.address, wire["from"], scope, name)
    scope.given.take_snapshots()
    memory.inner = [each for each in scope.given.memories() if each is not memory]
    scope.given = Given()
