"""What the steps being played see: bound names, a row, the memory given to the call."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Sequence, Tuple, Union

from .callbacks import Callback
from .memory import Given, Memory
from .pointers import address_of
from .types import Node

if TYPE_CHECKING:
    from .cases import Case

# A node, a value of it, and its address where it stands in memory.
Place = Tuple[Node, Any, Optional[int]]
Names = Dict[str, Union[Place, Dict[str, Place]]]
COUNTER: Node = {"kind": "int", "name": "i32", "size": 4, "signed": True}


class Scope:
    """Names and the step in progress; children for rounds, threads and calls of callbacks."""

    __slots__ = (
        *("case", "row", "marks", "top", "sink"),
        *("_names", "_home", "_parent"),
        *("given", "params", "arguments", "created"),
    )

    def __init__(self, case: Case, row: List[Any], parent: Optional[Scope] = None) -> None:
        self.case = case
        self.row = row
        self.marks = ""
        self.top = parent is None
        self.sink: Optional[List[str]] = None if parent is None else parent.sink
        self._names: Names = {}
        self._home: Names = self._names if parent is None else parent._home
        self._parent = parent
        self.given = Given()
        self.params: Sequence[Dict[str, Any]] = ()
        self.arguments: Sequence[Any] = ()
        self.created: List[Callback] = []

    def called_with(self, arguments: Dict[str, Place]) -> Scope:
        """For one call of a callback: its arguments are visible as `param`."""
        child = Scope(self.case, self.row, self)
        child._names["param"] = arguments
        child.marks = self.marks
        return child

    def counted(self, what: str, number: int) -> Scope:
        """For one `thread` or `round`; threads keep what they bind to themselves."""
        child = Scope(self.case, self.row, self)
        child._names[what] = (COUNTER, number, None)
        child.marks = f'{self.marks},"{what}":{number}'
        if what == "thread":
            child._home = child._names
            child.sink = []
        return child

    def begin(self) -> None:
        """Forgets the step before."""
        self.given = Given()
        self.arguments = ()
        if self.created:
            self.created = []

    def bind(self, name: str, place: Place) -> None:
        """Gives a value a name for the steps to come."""
        self._home[name] = place

    def knows(self, name: str) -> bool:
        """Is there something of this name?"""
        return name in self._names or (self._parent is not None and self._parent.knows(name))

    def look_up(self, name: str) -> Any:
        """What a name stands for; the arguments of a callback as a dict by parameter."""
        scope: Optional[Scope] = self
        while scope is not None:
            if name in scope._names:
                return scope._names[name]
            scope = scope._parent
        raise LookupError(f"{name} is not bound")

    def resolve(self, reference: Dict[str, Any]) -> Place:
        """What `$ref` stands for now: a bound value, what is in named memory, a part of it."""
        path = reference.get("path", ())
        place = self.look_up(reference["$ref"])
        if isinstance(place, dict):
            place, path = place[path[0]], path[1:]
        node, value, address = place
        if isinstance(value, Memory):
            address = value.address
            value = self.case.types.at(node, address)[0]
        elif isinstance(value, Callback):
            value = value.function or value.address
        for part in path:
            node, value, address = self._part(node, value, address, part)
        return node, value, address

    def allocate(
        self, name: str, content: bytes, align: int, constant: bool, patterned: bool = False
    ) -> Memory:
        """Memory that is handed to the library in this step and lives until the case ends."""
        memory = Memory(name, content, align, patterned, named=False)
        self.case.addresses.add(memory)
        self.given.add(memory, constant)
        return memory

    def count(self, wire: Any) -> int:
        """A count as it stands in the plan, a row, a bound integer or the memory of a parameter."""
        if isinstance(wire, (int, str)):
            number = int(wire)
        elif "$slot" in wire:
            return self.count(self.row[wire["$slot"]])
        elif "$out" in wire:
            number = self._counted_by(wire["$out"])
        else:
            number = int(self.resolve(wire)[1] or 0)
        if not 0 <= number <= 0x7FFFFFFF:
            raise ValueError(f"cannot count to {number}")
        return number

    def _counted_by(self, name: str) -> int:
        for param, argument in zip(self.params, self.arguments):
            if param["name"] == name:
                address = address_of(argument)
                if not address:
                    raise ValueError(f"no count in {name}: it is null")
                return int(self.case.types.at(param["type"]["to"], address)[0])
        raise LookupError(f"there is no parameter {name}")

    def _part(self, node: Node, value: Any, address: Optional[int], part: str) -> Place:
        types, kind = self.case.types, node["kind"]
        if kind == "tagged" and types.declaration(node)["form"] == "union":
            payload = self._part(types.declaration(node)["layout"], value, address, "payload__")
            return self._part(*payload, part)
        if kind == "array":
            inner = node["of"]
            found = value[int(part)]
            offset = int(part) * ctypes.sizeof(types.native(inner))
        elif kind in ("struct", "union", "tagged"):
            inner = types.member(node, part)
            found = getattr(value, part)
            offset = getattr(type(value), part).offset
        else:
            raise LookupError(f"there is no {part} in a value of kind {kind}")
        return inner, found, None if address is None else address + offset
