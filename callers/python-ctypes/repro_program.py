"""What a program declares: names, types, functions; and its lines."""

from __future__ import annotations

import re
import textwrap
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, Dict, List, Set, Tuple

from .repro_layout import RESERVED, helpers, imports, laid_out
from .repro_text import Block, Code, Unwritable, call, grouped, identifier, plain
from .types import FLOATS, Node, Types, is_text

# Integers that ctypes does not call as Rust does.
UNLIKE = {"isize": "c_ssize_t", "usize": "c_size_t", "c_schar": "c_byte", "c_uchar": "c_ubyte"}


class Program:
    """What the program needs, declared once each, in the order it was first needed."""

    def __init__(self, header: Dict[str, Any], library: str) -> None:
        self.functions: Dict[str, Any] = header.get("functions", {})
        self.globals: Dict[str, Any] = header.get("globals", {})
        self.missing: Set[str] = set(header.get("missing") or ())
        # ctypes itself is asked what it refuses, as the driver asks it.
        self.types = Types(header.get("types", {}), lambda line: None)
        self.main = Block()
        self.use_errno = False
        self.keeps = False
        self.showers: List[str] = []
        self.known: Dict[str, str] = {}
        self._natives: Dict[str, Code] = {}
        self._library = library
        self._taken = set(RESERVED)
        self._params: Dict[str, str] = {}
        self._classes: Dict[str, str] = {}
        self._open: Set[str] = set()
        self._declared: Set[str] = set()
        self.declarations: List[str] = []
        self.bindings: List[str] = []

    def name(self, wish: str) -> str:
        """A name of Python that nothing else in the program has."""
        plain = re.sub(r"[^A-Za-z0-9_]", "_", wish)
        if plain == "" or plain[0].isdigit() or plain.strip("_") == "":
            plain = f"value_{plain}".rstrip("_")
        if plain in RESERVED:
            plain += "_"
        name, number = plain, 1
        while name in self._taken:
            number += 1
            name = f"{plain.rstrip('_')}_{number}"
        self._taken.add(name)
        return name

    def param(self, wish: str) -> str:
        """The name of a callback's parameter: another callback may have it too."""
        if wish not in self._params:
            self._params[wish] = self.name(wish)
        return self._params[wish]

    def kind(self, node: Node) -> Code:
        """The ctypes type of a field, an element, a pointee or a returned value."""
        kind = node["kind"]
        if kind in ("int", "float", "bool", "pointer", "void"):
            native = self.types.native(node)
            return Code("None" if native is None else _public_name(node, native))
        if kind == "array":
            of = self.kind(node["of"])
            return Code(f"{grouped(of)} * {node['length']}")
        if kind == "enum":
            return self.kind(self.types.declaration(node)["repr"])
        if kind == "tagged":
            layout = self.types.declaration(node)["layout"]
            if layout["ref"] not in self._classes:
                self._classes[layout["ref"]] = self.name(node["ref"])
            return self.kind(layout)
        return Code(self._class(node["ref"]))

    def parameter(self, node: Node) -> Code:
        """The ctypes type of an argument."""
        return Code("c_char_p") if is_text(node) else self.kind(node)

    def _class(self, name: str) -> str:
        declaration = self.types.declarations[name]
        kind = declaration["kind"]
        if kind == "opaque":
            raise Unwritable(f"the type {name} is opaque: it can only stand behind a pointer")
        self.types.native({"kind": kind, "ref": name})
        shown = "Callback" if re.fullmatch(r"fn_.*_[0-9a-f]{8}", name) else name
        written = self._classes.setdefault(name, "") or self.name(shown)
        self._classes[name] = written
        if name in self._declared:
            return written
        if name in self._open:
            empty = f"class {written}({_base(kind)}):\n    pass\n\n"
            if empty not in self.declarations:
                self.declarations.append(empty)
            return written
        self._open.add(name)
        text = self._callback(written, declaration)
        if kind != "callback":
            text = self._aggregate(written, declaration)
        self._declared.add(name)
        self.declarations.append(text)
        return written

    def _callback(self, written: str, declaration: Dict[str, Any]) -> str:
        if declaration["kind"] != "callback":
            return ""
        kinds = [self.kind(declaration["returns"])]
        kinds += [self.kind(each["type"]) for each in declaration["params"]]
        return call(f"{written} = CFUNCTYPE", [*kinds]) + "\n"

    def _aggregate(self, written: str, declaration: Dict[str, Any]) -> str:
        kind = declaration["kind"]
        fields = [
            f'("{identifier(each["name"])}", {self.kind(each["type"])})'
            for each in declaration["fields" if kind == "struct" else "members"]
        ]
        listed = call("_fields_ = ", fields, "[]")
        forward = f"class {written}({_base(kind)}):\n    pass\n\n"
        if forward in self.declarations:
            return f"{written}.{listed}\n"
        options = []
        if "packed" in declaration:
            options = [f"_pack_ = {declaration['packed']}", '_layout_ = "ms"']
        if "align" in declaration:
            options.append(f"_align_ = {declaration['align']}")
        body = textwrap.indent("\n".join([*options, listed]), "    ")
        return f"class {written}({_base(kind)}):\n{body}\n\n"

    def function(self, name: str) -> Tuple[Code, List[str]]:
        """A declared function, and the lines that give it its signature when it has none yet."""
        if name in self._natives:
            return self._natives[name], []
        declaration = self.functions[name]
        symbol = declaration["symbol"]
        kinds = [self.parameter(each["type"]) for each in declaration["params"]]
        returns = self.kind(declaration["returns"])
        native, lines = Code(f"library.{symbol}"), []
        if not plain(symbol) or symbol.startswith("_") or native in self._natives.values():
            native = Code(self.name(name))
            lines = [f"{native} = library[{quoted(symbol)}]"]
        if kinds:
            lines.append(call(f"{native}.argtypes = ", list(kinds), "[]"))
        lines.append(f"{native}.restype = {returns}")
        self._natives[name] = native
        return native, lines

    def text(self) -> str:
        """The whole program."""
        load = [
            "# Every line at once: a crash may follow.",
            'sys.stdout.reconfigure(encoding="utf-8", line_buffering=True)',
            f"library = CDLL(LIBRARY{', use_errno=True' if self.use_errno else ''})",
        ]
        if self.keeps:
            load.append("keep = []")
        body = [*load, *self.declarations, *self.bindings, *self.showers, f"\n{self.main.text()}"]
        constant = f"LIBRARY = {quoted(self._library)}"
        chunks = [*helpers("\n".join(body)), *body]
        return f"{imports(chr(10).join(chunks))}\n\n{laid_out([constant, *chunks])}"


def _base(kind: str) -> str:
    return "Union" if kind == "union" else "Structure"


def _public_name(node: Node, native: Any) -> str:
    if node["kind"] == "pointer":
        return "c_void_p"
    if node["kind"] == "bool":
        return "c_bool"
    name = node["name"]
    if name in FLOATS:
        return str(native.__name__)
    if name == "c_char":
        return "c_byte" if node["signed"] else "c_ubyte"
    if name in UNLIKE:
        return UNLIKE[name]
    return name if name.startswith("c_") else f"c_{'u' if name[0] == 'u' else ''}int{name[1:]}"
