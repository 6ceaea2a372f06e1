"""What the steps being written see: bound names, and the body their lines go to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, List, NamedTuple, Optional

from .repro_program import Program
from .repro_text import Block, Code, Shown, Unwritable, attribute, joined, shown
from .types import Node

if TYPE_CHECKING:
    from .repro_steps import Steps

SCALARS = ("int", "enum", "float", "bool", "pointer")


class Place(NamedTuple):
    """Something that has a type, an expression for it, and one for its address where it has one."""

    node: Node
    expr: Code
    at: Optional[Code] = None
    patterned: bool = False


class Scope:
    """Names in one body: of the program, of a callback, of a thread, of a round."""

    def __init__(self, steps: Steps, block: Block, parent: Optional[Scope] = None) -> None:
        self.steps = steps
        self.program: Program = steps.program
        self.block = block
        self.out: str = parent.out if parent else ""
        self.parent = parent
        # Where names go that are bound here; what Python has to be told about them.
        self.home: Scope = parent.home if parent else self
        self.foreign: List[str] = []
        self.again = parent is not None
        self.function: Optional[Scope] = parent.function if parent else None
        self.step: str = parent.step if parent else "0"
        self.counts: Dict[str, Code] = {}
        self._names: Dict[str, Any] = {}

    def add(self, text: str) -> None:
        """A statement."""
        self.block.add(text)

    def say(self, what: str, pieces: Shown) -> None:
        """A line of what the program prints about the step in progress."""
        self.print_line([f"{self.step} {what}"], pieces)

    def say_all(self, line: str) -> None:
        """A whole line of what the program prints."""
        tail = f", file={self.out}" if self.out else ""
        self.add(f"print({shown([line])}{tail})")

    def print_line(self, words: Shown, pieces: Shown) -> None:
        """A line of what the program prints."""
        tail = f", file={self.out}" if self.out else ""
        if len(words) == len(pieces) == 1 and isinstance(pieces[0], Code):
            self.add(f"print({shown(words)}, {pieces[0]}{tail})")
            return
        self.add(f"print({shown(joined([*words, ' ', *pieces]))}{tail})")

    def keep(self, name: str, made: str) -> Code:
        """A variable for memory; it lives until the program ends."""
        variable = Code(self.program.name(name))
        self.add(f"{variable} = {made}")
        if self.again:
            self.program.keeps = True
            self.add(f"keep.append({variable})")
        return variable

    def bind(self, name: str, place: Place) -> None:
        """Gives a value a name for the steps to come."""
        self.home._names[name] = place

    def variable(self, name: str) -> Code:
        """A variable for what a step binds."""
        known = self.home._names.get(name)
        if isinstance(known, Place) and known.expr.isidentifier():
            variable = known.expr
        else:
            variable = Code(self.program.name(name))
        if self.function is not None and self.function is not self.home:
            self.function.foreign.append(variable)
        return variable

    def knows(self, name: str) -> bool:
        """Is there something of this name?"""
        return name in self._names or (self.parent is not None and self.parent.knows(name))

    def look_up(self, name: str) -> Any:
        """What a name stands for; the arguments of a callback as a dict by parameter."""
        if name in self._names:
            return self._names[name]
        if self.parent is None:
            raise Unwritable(f"{name} is not bound")
        return self.parent.look_up(name)

    def set_name(self, name: str, value: Any) -> None:
        """A name of this body alone."""
        self._names[name] = value

    def resolve(self, reference: Dict[str, Any]) -> Place:
        """What `$ref` stands for: a bound value, what is in named memory, a part of it."""
        path = list(reference.get("path", ()))
        found = self.look_up(reference["$ref"])
        place: Place = found[path.pop(0)] if isinstance(found, dict) else found
        if place.at is not None and place.node["kind"] in SCALARS:
            place = place._replace(expr=Code(f"{place.expr}.value"))
        for part in path:
            place = self._part(place, part)
        return place

    def count(self, wire: Any) -> Code:
        """A count as an expression."""
        if isinstance(wire, (int, str)):
            return Code(str(int(wire)))
        if "$out" in wire:
            if wire["$out"] not in self.counts:
                raise Unwritable(f"no count stands in {wire['$out']}")
            return self.counts[wire["$out"]]
        return self.resolve(wire).expr

    def make_callback(self, form: Dict[str, Any], name: str) -> Code:
        """A scripted callback."""
        return self.steps.callback(self, form, name)

    def inside(self, write: Callable[[], None]) -> Block:
        """The lines that `write` adds, apart."""
        outer, self.block = self.block, Block()
        try:
            write()
            return self.block
        finally:
            self.block = outer

    def _part(self, place: Place, part: str) -> Place:
        types, kind = self.program.types, place.node["kind"]
        if kind == "tagged" and types.declaration(place.node)["form"] == "union":
            layout = place._replace(node=types.declaration(place.node)["layout"])
            return self._part(self._part(layout, "payload__"), part)
        if kind == "array":
            inner = place.node["of"]
            expr = Code(f"{place.expr}[{int(part)}]")
            offset = f"{int(part)} * sizeof({self.program.kind(inner)})"
        elif kind in ("struct", "union", "tagged"):
            inner = types.member(place.node, part)
            expr = attribute(place.expr, part)
            offset = f"{attribute(self.program.kind(place.node), part)}.offset"
        else:
            raise Unwritable(f"there is no {part} in a value of kind {kind}")
        at = None if place.at is None else Code(f"{place.at} + {offset}")
        return Place(inner, expr, at, place.patterned)
