"""The whole of a program: what it imports and which helpers it has, found in the code itself."""

from __future__ import annotations

import ast
import builtins
import ctypes
import inspect
import keyword
import textwrap
from typing import Dict, List, Set

from . import repro_helpers
from .repro_text import WIDTH, call

STANDARD = {
    **dict.fromkeys(("BytesIO", "StringIO"), "io"),
    **dict.fromkeys(("Barrier", "Thread"), "threading"),
    **dict.fromkeys(("pack", "unpack"), "struct"),
    "sleep": "time",
}
MODULES = ("gc", "json", "sys")
HELPERS = {
    name: inspect.getsource(value)
    for name, value in vars(repro_helpers).items()
    if inspect.isfunction(value) and value.__module__ == repro_helpers.__name__
}
PUBLIC = {name for name in dir(ctypes) if not name.startswith("_")}
RESERVED = {
    *keyword.kwlist,
    *dir(builtins),
    *dir(ctypes),
    *STANDARD,
    *MODULES,
    *HELPERS,
    *("LIBRARY", "library", "filled", "keep", "step"),
}


def laid_out(chunks: List[str]) -> str:
    """Statements under each other; functions and classes with two blank lines around them."""
    text, before = "", False
    for each in chunks:
        apart = each.startswith(("def ", "class ", "@"))
        text += "\n\n" if (apart or before) and text else ""
        text += each.strip("\n") + "\n" if apart or before else each.rstrip("\n") + "\n"
        before = apart
    return text


def helpers(code: str) -> List[str]:
    """The helpers that this code needs, and those that they need."""
    needed: List[str] = []
    waiting = [code]
    while waiting:
        for name in sorted(names_in(waiting.pop()) & {*HELPERS, "filled"}):
            if name not in needed:
                needed.append(name)
                waiting.append(HELPERS.get(name, ""))
    sources = dict(HELPERS, filled="filled = []\n")
    if "filled" in needed:
        sources["fresh"] = HELPERS["fresh_and_known"].replace("fresh_and_known", "fresh")
    order = ["filled", *HELPERS]
    return [sources[name] for name in sorted(needed, key=order.index)]


def imports(code: str) -> str:
    """The imports that this code needs."""
    used = names_in(code)
    lines = [f"import {name}" for name in MODULES if name in used]
    sources: Dict[str, List[str]] = {}
    for name in sorted(used):
        if name in STANDARD:
            sources.setdefault(STANDARD[name], []).append(name)
        elif name in PUBLIC:
            sources.setdefault("ctypes", []).append(name)
    return "\n".join(
        [*lines, *(_import(module, names) for module, names in sorted(sources.items()))]
    )


def _import(module: str, names: List[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    return line if len(line) <= WIDTH else call(f"from {module} import ", names)


def names_in(code: str) -> Set[str]:
    """The names that this code reads."""
    nodes = ast.walk(ast.parse(textwrap.dedent(code)))
    return {each.id for each in nodes if isinstance(each, ast.Name)}
