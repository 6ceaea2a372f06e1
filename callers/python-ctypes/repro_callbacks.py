"""Scripted callbacks as functions of Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterator, List, NamedTuple

from .repro_reads import Reads
from .repro_scope import Place, Scope
from .repro_text import Block, Code, Shown, joined, shown
from .repro_values import Values
from .types import Node

if TYPE_CHECKING:
    from .repro_steps import Steps

ZEROS = {"int": "0", "enum": "0", "float": "0.0", "bool": "False"}


class Summed(NamedTuple):
    """A callback of which the calls are counted; the first and the last are shown."""

    name: str
    texts: Code
    step: int


def write(scope: Scope, form: Dict[str, Any], name: str) -> Code:
    """Adds the function of a callback, and returns what it is called."""
    program, steps = scope.program, scope.steps
    said = form.get("as", name)
    node: Node = {"kind": "callback", "ref": form["type"]}
    kind = program.kind(node)
    try:
        program.types.native(node)(lambda *arguments: 0)
    except TypeError:
        steps.refused = True
    function = scope.variable(said)
    total = Code(program.name(f"{function}_calls"))
    scope.bind(said, Place(node, function, total))
    child = _body(scope, form, said, function, total)
    if total in child.block.text() or _waited(steps, said):
        scope.add(f"{total} = []")
    if form.get("ends") or _queued(scope, form, said):
        scope.add(f"{function}_seen = []")
    lines = [f"@{kind}", f"def {function}({', '.join(_params(scope, form))}):"]
    if child.foreign:
        # What a thread binds is its own; all else belongs to the program.
        word = "global" if scope.home.parent is None else "nonlocal"
        lines.append(f"    {word} {', '.join(sorted(set(child.foreign)))}")
    scope.add("\n".join(["", *lines, child.block.indented() + "\n"]))
    if form.get("ends") and scope.parent is None:
        index = next(i for i, each in enumerate(steps.raw) if each["id"] == scope.step)
        steps.summed.append(Summed(said, Code(f"{function}_seen"), index))
    elif _queued(scope, form, said):
        steps.queued.append((said, Code(f"{function}_seen")))
    return function


def _params(scope: Scope, form: Dict[str, Any]) -> List[str]:
    declaration = scope.program.types.declarations[form["type"]]
    return [scope.program.param(each["name"]) for each in declaration["params"]]


def _waited(steps: Steps, said: str) -> bool:
    return f"'wait': {said!r}" in repr(steps.raw)


def _queued(scope: Scope, form: Dict[str, Any], said: str) -> bool:
    """What other threads print at the same time would be mixed up."""
    return scope.parent is None and (form.get("foreign_thread") or _waited(scope.steps, said))


def _body(scope: Scope, form: Dict[str, Any], said: str, function: Code, total: Code) -> Scope:
    """What the function does: tell how it was called, play steps, raise, return."""
    child = Scope(scope.steps, Block(), scope)
    child.function = child
    declaration = scope.program.types.declarations[form["type"]]
    reads, rules = Reads(child), form.get("read") or {}
    arguments: Dict[str, Place] = {}
    told: Shown = ["{"]
    for each in declaration["params"]:
        name, node = each["name"], each["type"]
        arguments[name] = Place(node, Code(scope.program.param(name)))
        child.set_name("param", arguments)
        told += [f"{', ' if len(arguments) > 1 else ''}{name}: "]
        told += reads.pieces(node, rules.get(name), arguments[name].expr)
    told.append("}")
    script: List[Any] = form.get("returns") or []
    on = form.get("on") or {}
    if on or "raises" in form or len(script) > 1 or _waited(scope.steps, said):
        child.add(f"{total}.append(None)")
    if form.get("ends") or _queued(scope, form, said):
        child.add(f"{function}_seen.append({shown(joined(told))})")
    elif scope.parent is None and scope.steps.tells_step:
        child.print_line([Code("step"), f" called {said}"], told)
    else:
        child.print_line([f"{scope.step} called {said}"], told)
    for index, steps in on.items():
        _on(child, f"len({total}) == {int(index)}", steps)
    if "raises" in form:
        child.add(f'if len({total}) == {int(form["raises"])}:\n    raise RuntimeError("abide")')
    _return(child, declaration["returns"], script, said, total)
    return child


def _on(child: Scope, condition: str, steps: List[Any]) -> None:
    def play() -> None:
        for each in steps:
            child.steps.play(child, each, [])

    block = child.inside(play)
    child.add(f"if {condition}:\n{block.indented()}")


def _return(child: Scope, node: Node, script: List[Any], said: str, total: Code) -> None:
    """The script's next value; the last one again and again."""
    if node["kind"] == "void":
        return
    if not script:
        child.add(f"return {ZEROS[node['kind']]}" if node["kind"] in ZEROS else "return None")
        return
    values, blocks = Values(child), []
    for each in script:
        block = Block()
        outer, child.block = child.block, block
        value = values.value(node, each, said)
        child.block = outer
        blocks.append((block, value))
    if len(script) > 1 and not any(block.lines for block, _ in blocks) and "$" not in repr(script):
        listed = ", ".join(value for _, value in blocks)
        child.add(f"return ({listed})[min(len({total}), {len(script)}) - 1]")
        return
    for index, (block, value) in enumerate(blocks, 1):
        block.add(f"return {value}")
        if index < len(script):
            child.add(f"if len({total}) == {index}:\n{block.indented()}")
        else:
            child.add(block.text())


def all_steps(raw: List[Dict[str, Any]]) -> Iterator[Dict[str, Any]]:
    """Steps, and those inside of them and of their callbacks."""
    for each in raw:
        yield each
        yield from all_steps(each.get("steps", []))
        yield from _in_callbacks(each)


def _in_callbacks(wire: Any) -> Iterator[Dict[str, Any]]:
    if isinstance(wire, dict):
        for steps in (wire.get("$callback") or {}).get("on", {}).values():
            yield from all_steps(steps)
        for key, value in wire.items():
            if key not in ("$callback", "steps"):
                yield from _in_callbacks(value)
    elif isinstance(wire, list):
        for value in wire:
            yield from _in_callbacks(value)
