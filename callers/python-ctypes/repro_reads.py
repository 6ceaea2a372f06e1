"""What the plan says to read, as expressions that show it."""

from __future__ import annotations

from json.encoder import encode_basestring_ascii as quoted
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from .reads import is_byte
from .repro_text import Code, Shown, attribute, call, identifier, plain, shown
from .types import Node

if TYPE_CHECKING:
    from .repro_scope import Place, Scope

Read = Optional[Dict[str, Any]]
PLAIN = {"int": "str", "enum": "str", "bool": "boolean", "callback": "pointer_or_null"}


class Reads:
    """Expressions that show values of one body."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.program = scope.program
        self.types = scope.program.types

    def pieces(self, node: Node, read: Read, expr: Code) -> Shown:
        """A value that stands in an expression; what it points at is followed as `read` says."""
        kind, rules = node["kind"], read or {}
        if kind in ("int", "enum"):
            return [expr]
        if kind == "pointer":
            return [self._followed(node, rules, expr)]
        if kind == "array" and is_byte(node["of"]):
            return [Code(f"octets({expr})")]
        if kind == "array":
            return self.elements(node["of"], rules.get("elements"), expr)
        if kind == "struct":
            fields = self.types.fields(node)
            return self._fields(fields, rules.get("fields", {}), expr)
        if kind == "union" and "member" in rules:
            name = rules["member"]
            member = {"name": name, "type": self.types.member(node, name)}
            return self._fields([member], {name: rules.get("read")}, expr)
        if kind == "union":
            return [Code(f"octets({expr})")]
        return [Code(f"{self.shower(node, read)}({expr})")]

    def elements(self, of: Node, read: Read, expr: Code) -> Shown:
        """All elements of an array."""
        if of["kind"] in ("int", "enum"):
            return [Code(f"list({expr})")]
        return ["[", Code(f'", ".join(map({self.shower(of, read)}, {expr}))'), "]"]

    def place(self, place: Place, read: Read) -> Shown:
        """What stands somewhere; in memory with the pattern it may be untouched."""
        if not place.patterned or place.at is None:
            return self.pieces(place.node, read, place.expr)
        return [self._seen(place.node, read, place.at)]

    def shower(self, node: Node, read: Read, seen: bool = False) -> Code:
        """A function that shows a value; `seen`: it stands in memory with the pattern."""
        kind = node["kind"]
        if kind in PLAIN:
            return Code(PLAIN[kind])
        if kind == "float":
            return Code("f32" if node["size"] == 4 else "f64")
        if kind == "pointer" and not read:
            return Code("pointer_or_null")
        if kind == "pointer":
            following = self._followed(node, read or {}, Code("at"))
            simple = following[: -len("(at)")]
            return Code(simple if simple.isidentifier() else f"lambda at: {following}")
        if kind == "array" and is_byte(node["of"]):
            return Code("octets")
        local = "$ref" in repr(read) or "$out" in repr(read)
        key = repr((node, read, seen))
        known = self.scope.block.known if local else self.program.known
        if key not in known:
            name = self.program.name(f"show_{node.get('ref') or kind}".lower())
            known[key] = name
            text = self._definition(name, node, read, seen)
            (self.scope.block.lines if local else self.program.showers).append(text)
        return Code(known[key])

    def _definition(self, name: str, node: Node, read: Read, seen: bool) -> str:
        value = Code("value")
        self.program.kind(node)
        if node["kind"] == "tagged":
            body = self._tagged(node, read or {}, value, seen)
        elif not seen:
            body = f"    return {shown(self.pieces(node, read, value))}"
        else:
            body = f"    return {shown(self._seen_parts(node, read or {}, value))}"
        return f"def {name}(value):\n{body}\n\n"

    def _seen_parts(self, node: Node, read: Dict[str, Any], value: Code) -> Shown:
        if node["kind"] == "array":
            show = self.shower(node["of"], read.get("elements"), True)
            kind = self.program.kind(node["of"])
            count = str(node["length"])
            return [Code(call("seen_items", [kind, f"addressof({value})", count, show]))]
        fields, rules = [], read.get("fields", {})
        if node["kind"] == "struct":
            fields = self.types.fields(node)
        elif "member" in read:
            name = read["member"]
            fields = [{"name": name, "type": self.types.member(node, name)}]
            rules = {name: read.get("read")}
        else:
            return [Code(f"octets({value})")]
        return self._seen_fields(fields, rules, value)

    def _seen_fields(self, fields: List[Any], rules: Dict[str, Any], value: Code) -> Shown:
        shows = {
            each["name"]: self.shower(each["type"], rules.get(each["name"]), True)
            for each in fields
        }
        named = [f"{name}={show}" for name, show in shows.items()]
        if not all(map(plain, shows)):
            pairs = [f"{quoted(identifier(name))}: {show}" for name, show in shows.items()]
            named = [f"**{{{', '.join(pairs)}}}"]
        return [Code(f"seen_fields({', '.join([value, *named])})")]

    def _seen(self, node: Node, read: Read, at: Code) -> Code:
        return Code(f"seen({self.program.kind(node)}, {at}, {self.shower(node, read, True)})")

    def _tagged(self, node: Node, read: Dict[str, Any], value: Code, seen: bool) -> str:
        declaration = self.types.declaration(node)
        structs = declaration["form"] == "structs"
        first = declaration["variants"][0]["name"]
        tag = attribute(attribute(value, first) if structs else value, "tag__")
        lines = []
        for each in declaration["variants"]:
            inside: Shown = ["{}"]
            if each["fields"]:
                owner = value if structs else attribute(value, "payload__")
                target, rules = attribute(owner, each["name"]), read.get("fields", {})
                inside = self._fields(each["fields"], rules, target)
                if seen:
                    inside = self._seen_fields(each["fields"], rules, target)
            text = shown([f"{{{each['name']}: ", *inside, "}"])
            lines.append(f"    if {tag} == {int(each['value'])}:\n        return {text}")
        raw = shown(["{$raw: ", tag, "}"])
        return "\n".join([*lines, f"    return {raw}"])

    def _fields(self, fields: List[Any], rules: Dict[str, Any], expr: Code) -> Shown:
        parts: Shown = ["{"]
        for index, each in enumerate(fields):
            name = each["name"]
            parts += [f"{', ' if index else ''}{name}: "]
            parts += self.pieces(each["type"], rules.get(name), attribute(expr, name))
        return [*parts, "}"]

    def _followed(self, node: Node, read: Dict[str, Any], at: Code, direct: bool = False) -> Code:
        to = node["to"]
        seen = "seen_" if direct or self.scope.steps.may_be_patterned(to) else ""
        if "text" in read:
            return Code(f"{seen}text({at})")
        if "utf16" in read:
            return Code(f"{seen}utf16({at})")
        if "items" not in read:
            return Code(f"pointer_or_null({at})")
        count = self.scope.count(read["items"])
        if is_byte(to):
            return Code(
                f"{seen or ''}octets({at}, {count})" if seen else f"octets_at({at}, {count})"
            )
        show = self.shower(to, read.get("each"), bool(seen))
        return Code(
            f"{seen}items{'' if seen else '_at'}({self.program.kind(to)}, {at}, {count}, {show})"
        )

    def given(self, node: Node, read: Read, variable: Code, count: Code, patterned: bool) -> Shown:
        """What stands now in memory that this very call was given."""
        at = Code(f"addressof({variable})")
        if not read or "items" not in read:
            return ["pointer"] if not read else [self._followed(node, read, at, patterned)]
        to, wanted = node["to"], self.scope.count(read["items"])
        if wanted != count or count == "0":
            return [self._followed(node, read, at, patterned)]
        if patterned and to["kind"] in ("array", "struct", "union", "tagged"):
            return [self._followed(node, read, at, True)]
        if patterned and count != "1" and not is_byte(to):
            return [Code(f"touched_items({variable}, {self.shower(to, read.get('each'))})")]
        pieces: Shown = [Code(f"octets({variable})")]
        if not is_byte(to):
            each = read.get("each")
            pieces = self.elements(to, each, variable)
            if count == "1" and to["kind"] not in ("int", "enum"):
                pieces = ["[", *self.pieces(to, each, Code(f"{variable}[0]")), "]"]
        if not patterned:
            return pieces
        return [Code(f'"untouched" if untouched({variable}) else {shown(pieces)}')]
