"""Writes the step that calls a function, and what is seen after it."""

from __future__ import annotations

import ctypes
import sys
from json.encoder import encode_basestring_ascii as quoted
from typing import TYPE_CHECKING, Any, Dict, List, Tuple

from .reads import is_byte
from .repro_reads import Reads
from .repro_scope import Place, Scope
from .repro_text import Code, call, grouped
from .repro_values import Values
from .types import Node

if TYPE_CHECKING:
    from .repro_steps import Steps

Raw = Dict[str, Any]


class Calls:
    """Calls of one case."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self.program = steps.program

    def write(self, scope: Scope, raw: Raw) -> None:
        """The step, and what is seen after it."""
        params, returns, native = self.callee(scope, raw)
        reads, values = Reads(scope), Values(scope)
        after: Dict[str, Any] = raw["read"].get("after") or {}
        bound_after: Dict[str, str] = raw.get("bind_after") or {}
        arguments, memories = [], {}
        for each, wire in zip(params, raw["args"]):
            name, node = each["name"], each["type"]
            code = values.argument(node, wire, name)
            fresh = self._is_memory(node, wire)
            if not fresh and (name in after or name in bound_after) and wire is not None:
                code = self._address_argument(scope, values, node, wire, name)
            memories[name] = (node, wire, code, fresh)
            arguments.append(code)
            if node["kind"] == "pointer" and node["to"]["kind"] == "int" and wire is not None:
                at = f"addressof({code})" if fresh else str(code)
                kind = self.program.kind(node["to"])
                scope.counts[name] = Code(
                    f"{code}[0]" if fresh else f"{kind}.from_address({at}).value"
                )
        if raw.get("errno"):
            scope.add("set_errno(0)")
        code = Code(call(native, list(arguments)))
        self._result(scope, raw, returns, code)
        for param, name in bound_after.items():
            self._bind_pointee(scope, memories[param], name)
        for param, read in after.items():
            scope.say(f"after {param}", self._after(scope, reads, memories[param], read))
        if raw.get("errno"):
            scope.say("errno", [Code("get_errno()")])
        scope.counts = {}

    def callee(self, scope: Scope, raw: Raw) -> Tuple[List[Raw], Node, Code]:
        """Parameters, type and expression of what is called; bound when it is first needed."""
        if raw.get("errno"):
            self.program.use_errno = True
        if not isinstance(raw["call"], str):
            declaration = self.program.types.declarations[raw["type"]]
            place = scope.resolve(raw["call"])
            kind = self.program.kind({"kind": "callback", "ref": raw["type"]})
            same = place.node["kind"] == "callback" and self.program.kind(place.node) == kind
            native = place.expr if same else Code(f"{kind}({place.expr})")
            return declaration["params"], declaration["returns"], native
        declaration = self.program.functions[raw["call"]]
        native, lines = self.program.function(raw["call"])
        symbol = declaration["symbol"]
        if symbol in self.program.missing and lines:
            missing = f"print({quoted(raw['id'] + ' missing ' + symbol)})\n    raise SystemExit"
            scope.add(f"try:\n    library[{quoted(symbol)}]\nexcept AttributeError:\n    {missing}")
            scope.block.lines += lines
        elif lines and self._refuses(declaration):
            self._steps.refused = True
            scope.block.lines += lines
        else:
            self.program.bindings += lines
        return declaration["params"], declaration["returns"], native

    def _refuses(self, declaration: Dict[str, Any]) -> bool:
        # Any address will do: nobody calls it.
        function = ctypes.CFUNCTYPE(None)(ctypes.addressof(ctypes.c_int()))
        types = self.program.types
        try:
            function.argtypes = [types.parameter(each["type"]) for each in declaration["params"]]
            function.restype = types.native(declaration["returns"])
        except TypeError:
            return True
        return False

    def _result(self, scope: Scope, raw: Raw, returns: Node, code: Code) -> None:
        reads, read = Reads(scope), raw["read"].get("returns")
        if returns["kind"] == "void":
            self._guarded(scope, lambda: scope.add(code))
            self._steps.drain(scope)
            return
        nested = bool(read) and not {"text", "utf16"} & set(read)
        aggregate = returns["kind"] in ("struct", "union")
        told = self._steps.queued and scope.parent is None
        if "bind" in raw or nested or aggregate or told or sys.platform == "win32":
            name = raw.get("bind")
            if name is None:
                result = Code(self.program.name("result"))
            else:
                result = scope.variable(name)
                scope.bind(name, Place(returns, result))
            self._guarded(scope, lambda: scope.add(f"{result} = {code}"))
            self._steps.drain(scope)
            code = result
        scope.say("returns", reads.pieces(returns, read, code))

    def _guarded(self, scope: Scope, write: Any) -> None:
        """On Windows ctypes catches what elsewhere ends the process."""
        if sys.platform != "win32":
            write()
            return
        block = scope.inside(write)
        words = quoted(scope.step + " raised OSError:")
        scope.add(f"try:\n{block.indented()}\nexcept OSError as error:")
        scope.add(f"    print({words}, error)\n    raise SystemExit")

    def _is_memory(self, node: Node, wire: Any) -> bool:
        if node["kind"] != "pointer" or wire is None:
            return False
        if isinstance(wire, list) or "$out" in wire or "$bytes" in wire:
            return True
        return "$text" in wire and not node["const"]

    def _address_argument(
        self, scope: Scope, values: Values, node: Node, wire: Any, name: str
    ) -> Code:
        if node["kind"] != "pointer":
            return scope.keep(name, values.value(node, wire, name))
        if "$text" in wire:
            return scope.keep(name, f"c_char_p({values.argument(node, wire, name)})")
        return values.address(node, wire, name)

    def _after(self, scope: Scope, reads: Reads, memory: Any, read: Any) -> Any:
        node, wire, code, fresh = memory
        if wire is None and node["kind"] == "pointer":
            return ["null"]
        if not fresh:
            if isinstance(wire, dict) and "$text" in wire and node["kind"] == "pointer":
                code = Code(f"cast({code}, c_void_p).value")
            return reads.pieces(node, read, code)
        patterned = isinstance(wire, dict) and "$out" in wire
        if patterned:
            count = scope.count(wire["$out"])
        elif isinstance(wire, list):
            count = Code(str(len(wire)))
        else:
            size = len(bytes.fromhex(wire.get("$bytes", "") or wire.get("$text", "")))
            count = Code(str(size) if is_byte(node["to"]) and "$bytes" in wire else "-1")
        return reads.given(node, read, code, count, patterned)

    def _bind_pointee(self, scope: Scope, memory: Any, name: str) -> None:
        node, wire, code, fresh = memory
        if wire is None:
            return
        kind = grouped(self.program.kind(node["to"]))
        expr = (
            f"{code}[0]"
            if fresh and "$bytes" not in wire
            else f"({kind} * 1).from_address({code})[0]"
        )
        if fresh and isinstance(wire, dict) and "$bytes" in wire:
            expr = f"({kind} * 1).from_buffer({code})[0]"
        if node["to"]["kind"] in ("array", "struct", "union", "tagged"):
            expr = f"{kind}.from_buffer_copy({expr})"
        variable = scope.variable(name)
        scope.add(f"{variable} = {expr}")
        scope.bind(name, Place(node["to"], variable))
