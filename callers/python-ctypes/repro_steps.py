"""Writes the steps of a case, one after the other."""

from __future__ import annotations

import textwrap
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, Dict, Iterator, List, Tuple

from . import repro_callbacks
from .cases import _names_in as names_in_wire
from .reads import is_byte
from .repro_calls import Calls
from .repro_program import Program
from .repro_reads import Reads
from .repro_scope import SCALARS, Place, Scope
from .repro_text import Block, Code, grouped
from .repro_values import Values
from .types import Node, Refused

Raw = Dict[str, Any]


class Steps:
    """The steps of one case."""

    def __init__(self, program: Program, raw: List[Raw]) -> None:
        self.program = program
        self.raw = raw
        # Callbacks may be called by later steps: then they print which step is in progress.
        last = max((i for i, each in enumerate(raw) if not each.get("release")), default=0)
        makes = [i for i, each in enumerate(raw) if "$callback" in repr(each)]
        self.tells_step = bool(makes) and makes[0] < last
        self.refused = False
        self._calls = Calls(self)
        self.summed: List[repro_callbacks.Summed] = []
        self.queued: List[Tuple[str, Code]] = []
        self._patterned = {
            key for each in repro_callbacks.all_steps(raw) for key in self._patterns(each)
        }

    def write(self) -> None:
        """All steps, into the program."""
        self._write_all(Scope(self, self.program.main))
        lines = self.program.main.lines
        if not any("{step}" in each for each in lines):
            lines[:] = [each for each in lines if not each.startswith("step = ")]

    def _write_all(self, scope: Scope) -> None:
        for index, each in enumerate(self.raw):
            scope.step = each["id"]
            if self.tells_step:
                scope.add(f"step = {quoted(each['id'])}")
            for summed in self.summed:
                scope.add(f"{summed.texts}.clear()")
            if not self.play(scope, each, self.raw[index + 1 :]):
                for later in self._releases(scope, self.raw[index + 1 :]):
                    self.play(scope, later, [])
                return
            if "call" not in each:
                self.drain(scope)
            for summed in self.summed:
                self._sum_up(scope, summed, index)

    def play(self, scope: Scope, raw: Raw, later: List[Raw]) -> bool:
        """One step; false when ctypes has no way to do it and the case ends here."""
        outer, scope.step = scope.step, raw["id"]
        refused, self.refused = self.refused, False
        failure: List[Refused] = []

        def write() -> None:
            try:
                self._write(scope, raw)
            except Refused as error:
                failure.append(error)

        block = scope.inside(write)
        if failure:
            scope.say_all(f"{raw['id']} unsupported {failure[0].why}")
        elif self.refused:
            releases = scope.inside(lambda: self._give_back(scope, later))
            shown = f"print({quoted(raw['id'] + ' unsupported')}, error)"
            handler = "\n".join([shown, *releases.lines, "raise SystemExit"])
            scope.add(
                f"try:\n{block.indented()}\nexcept TypeError as error:\n"
                + textwrap.indent(handler, "    ")
            )
        else:
            scope.block.lines += block.lines
            scope.block.known.update(block.known)
        scope.step, self.refused = outer, refused
        return not failure

    def callback(self, scope: Scope, form: Raw, name: str) -> Code:
        """The function of a scripted callback."""
        return repro_callbacks.write(scope, form, name)

    def drain(self, scope: Scope) -> None:
        """Tells the calls that came from other threads."""
        for name, texts in self.queued if scope.parent is None else ():
            words = quoted(f"{scope.step} called {name}")
            scope.add(f"while {texts}:\n    print({words}, {texts}.pop(0))")

    def may_be_patterned(self, node: Node) -> bool:
        """Could a pointer to this lead into memory that carries the pattern?"""
        if not self._patterned:
            return False
        return bool(self._patterned & {_key(node), "any"})

    def _sum_up(self, scope: Scope, summed: repro_callbacks.Summed, index: int) -> None:
        def say() -> None:
            scope.say(f"called {summed.name}", [Code(f"ends({summed.texts})")])

        if summed.step == index:
            say()
        else:
            scope.add(f"if {summed.texts}:\n{scope.inside(say).indented()}")

    def _patterns(self, raw: Raw) -> Iterator[str]:
        if "let" in raw and isinstance(raw["value"], dict) and "$out" in raw["value"]:
            node = raw["type"]
            yield _key(node["of"] if node["kind"] == "array" else node)
        for index, each in enumerate(raw.get("args", [])):
            if isinstance(each, dict) and "$out" in each:
                yield _key(self._params(raw)[index]["type"]["to"])
            elif "'$out'" in repr(each) and "$callback" not in repr(each):
                yield "any"

    def _params(self, raw: Raw) -> List[Dict[str, Any]]:
        if isinstance(raw["call"], str):
            params: List[Dict[str, Any]] = self.program.functions[raw["call"]]["params"]
            return params
        params = self.program.types.declarations[raw["type"]]["params"]
        return params

    def _releases(self, scope: Scope, later: List[Raw]) -> List[Raw]:
        return [
            each
            for each in later
            if each.get("release") and all(map(scope.knows, names_in_wire(each)))
        ]

    def _give_back(self, scope: Scope, later: List[Raw]) -> None:
        for each in self._releases(scope, later):
            self.play(scope, each, [])

    def _write(self, scope: Scope, raw: Raw) -> None:
        values = Values(scope)
        if "call" in raw:
            self._calls.write(scope, raw)
        elif "let" in raw:
            self._let(scope, raw)
        elif "check" in raw:
            place = scope.resolve(raw["check"])
            scope.say("value", Reads(scope).place(place, raw.get("read")))
        elif "get" in raw:
            self._get(scope, raw)
        elif "set" in raw:
            node = self.program.globals[raw["set"]]["type"]
            target = self._global(scope, raw["set"])
            scope.add(f"{target} = {values.value(node, raw['value'], raw['set'])}")
        elif "address" in raw:
            self._address(scope, raw)
        elif "find" in raw:
            self._find(scope, raw["find"])
        elif "wait" in raw:
            total = scope.look_up(raw["wait"]).at
            scope.add(f"while len({total}) < {int(raw['count'])}:\n    sleep(0.001)")
        elif "drop" in raw:
            function = scope.look_up(raw["drop"]).expr
            if scope.function is not None:
                scope.function.foreign.append(function)
            scope.add(f"del {function}")
        elif "collect" in raw:
            scope.add("gc.collect()")
        elif "repeat" in raw:
            self._repeat(scope, raw)
        else:
            self._threads(scope, raw)

    def _let(self, scope: Scope, raw: Raw) -> None:
        name, node, wire = raw["let"], raw["type"], raw["value"]
        kind = self.program.kind(node)
        patterned = isinstance(wire, dict) and "$out" in wire
        variable = scope.variable(name)
        place = Place(node, variable, Code(f"addressof({variable})"), patterned)
        values = Values(scope)
        if patterned:
            array = node["kind"] == "array"
            element = node["of"] if array else node
            count = node["length"] if array else 1
            made = f"fresh({self.program.kind(element)}, {count})"
            if not array:
                made += "[0]" if node["kind"] not in SCALARS else ""
            scope.add(f"{variable} = {made}")
            if not array and node["kind"] in SCALARS:
                scope.add(f"{variable} = {kind}.from_buffer({variable})")
            scope.bind(name, place)
            for index, each in enumerate(wire.get("from", [])):
                element_code = values.value(element, each, f"{name}_{index}")
                scope.add(f"{variable}[{index}] = {element_code}")
            return
        if name in names_in_wire(wire):
            scope.add(f"{variable} = {grouped(kind)}()")
            scope.bind(name, place)
            value = values.value(node, wire, name)
            scope.add(f"memmove(byref({variable}), byref({value}), sizeof({variable}))")
        else:
            value = values.value(node, wire, name)
            if node["kind"] in SCALARS:
                value = Code(f"{kind}({value})")
            elif node["kind"] == "callback" or (isinstance(wire, dict) and "$ref" in wire):
                value = Code(f"{grouped(kind)}.from_buffer_copy({value})")
            scope.add(f"{variable} = {value}")
            scope.bind(name, place)
        if scope.again:
            self.program.keeps = True
            scope.add(f"keep.append({variable})")

    def _global(self, scope: Scope, name: str) -> Code:
        declaration = self.program.globals[name]
        kind = self.program.kind(declaration["type"])
        code = f"{grouped(kind)}.in_dll(library, {quoted(declaration['symbol'])})"
        if declaration["type"]["kind"] in SCALARS:
            return Code(f"{code}.value")
        return Code(f"({grouped(kind)} * 1).in_dll(library, {quoted(declaration['symbol'])})[0]")

    def _get(self, scope: Scope, raw: Raw) -> None:
        node = self.program.globals[raw["get"]]["type"]
        code = self._global(scope, raw["get"])
        if node["kind"] in SCALARS and "bind" not in raw:
            scope.say("value", Reads(scope).pieces(node, raw.get("read"), code))
            return
        if node["kind"] not in SCALARS:
            kind = grouped(self.program.kind(node))
            code = Code(f"{kind}.from_buffer_copy({code})")
        name: str = raw.get("bind") or raw["get"]
        variable = scope.variable(name)
        scope.add(f"{variable} = {code}")
        if "bind" in raw:
            scope.bind(raw["bind"], Place(node, variable))
        scope.say("value", Reads(scope).pieces(node, raw.get("read"), variable))

    def _address(self, scope: Scope, raw: Raw) -> None:
        name = raw["address"]
        to: Node = {"kind": "void"}
        if name in self.program.globals:
            declaration = self.program.globals[name]
            to = declaration["type"]
            kind = grouped(self.program.kind(to))
            code = f"addressof({kind}.in_dll(library, {quoted(declaration['symbol'])}))"
        else:
            native = self._calls.callee(scope, {"id": raw["id"], "call": name})[2]
            code = f"cast({native}, c_void_p).value"
        variable = scope.variable(raw["bind"])
        scope.add(f"{variable} = {code}")
        node: Node = {"kind": "pointer", "to": to, "const": False}
        scope.bind(raw["bind"], Place(node, variable))

    def _find(self, scope: Scope, name: str) -> None:
        known = self.program.functions.get(name) or self.program.globals.get(name)
        symbol = (known or {"symbol": name})["symbol"]
        found, absent = (Block(), Block())
        for block, answer in ((found, "true"), (absent, "false")):
            outer, scope.block = scope.block, block
            scope.say_all(f"{scope.step} found {answer}")
            scope.block = outer
        text = f"try:\n    library[{quoted(symbol)}]\n{found.indented()}"
        scope.add(f"{text}\nexcept AttributeError:\n{absent.indented()}")

    def _repeat(self, scope: Scope, raw: Raw) -> None:
        child = Scope(self, Block(), scope)
        variable = Code(self.program.name("round"))
        child.set_name("round", Place({"kind": "int", "size": 4}, variable))
        for each in raw["steps"]:
            self.play(child, each, [])
        body = child.block.indented() or "    pass"
        scope.add(f"for {variable} in range({int(raw['repeat'])}):\n{body}")

    def _threads(self, scope: Scope, raw: Raw) -> None:
        child = Scope(self, Block(), scope)
        work, variable = self.program.name("work"), Code(self.program.name("thread"))
        child.home = child.function = child
        child.out = self.program.name("said")
        child.set_name("thread", Place({"kind": "int", "size": 4}, variable))
        for each in raw["steps"]:
            self.play(child, each, [])
            child.add("yield")
        body = child.block.indented() or "    yield"
        scope.add(f"\n\ndef {work}({variable}, {child.out}):\n{body}\n\n")
        scope.add(f"on_threads({int(raw['threads'])}, {len(raw['steps'])}, {work})")


def _key(node: Node) -> str:
    return "byte" if is_byte(node) else repr(node)
