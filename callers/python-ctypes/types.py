"""Plan types to ctypes types, built when first needed; ctypes tells their layout."""

from __future__ import annotations

import ctypes
import sys
from json.encoder import encode_basestring_ascii as quote
from typing import Any, Callable, Dict, List, Tuple

Node = Dict[str, Any]

INTEGERS = {
    "i8": ctypes.c_int8,
    "i16": ctypes.c_int16,
    "i32": ctypes.c_int32,
    "i64": ctypes.c_int64,
    "isize": ctypes.c_ssize_t,
    "u8": ctypes.c_uint8,
    "u16": ctypes.c_uint16,
    "u32": ctypes.c_uint32,
    "u64": ctypes.c_uint64,
    "usize": ctypes.c_size_t,
    "c_schar": ctypes.c_byte,
    "c_uchar": ctypes.c_ubyte,
    "c_short": ctypes.c_short,
    "c_ushort": ctypes.c_ushort,
    "c_int": ctypes.c_int,
    "c_uint": ctypes.c_uint,
    "c_long": ctypes.c_long,
    "c_ulong": ctypes.c_ulong,
    "c_longlong": ctypes.c_longlong,
    "c_ulonglong": ctypes.c_ulonglong,
}
FLOATS = {"f32": ctypes.c_float, "f64": ctypes.c_double}
HAS_ALIGN = sys.version_info >= (3, 13)


class Refused(Exception):
    """It cannot be done: ctypes itself says so (`ffi`), or has nothing to ask (`driver`)."""

    def __init__(self, by: str, at: str, why: str) -> None:
        super().__init__(why)
        self.by = by
        self.at = at
        self.why = why


def own_words(at: str, error: BaseException) -> Refused:
    """What ctypes said when it refused."""
    return Refused("ffi", at, str(error) or type(error).__name__)


def is_text(node: Node) -> bool:
    """A pointer that ctypes passes as `c_char_p`: the callee only reads, and reads `c_char`."""
    if node["kind"] != "pointer" or not node["const"]:
        return False
    return bool(node["to"].get("name") == "c_char")


class Types:
    """The ctypes types of one plan."""

    def __init__(self, declarations: Dict[str, Any], journal: Callable[[str], None]) -> None:
        self.declarations: Dict[str, Node] = declarations
        self._journal = journal
        self._built: Dict[str, Any] = {}
        self._arrays: Dict[Tuple[Any, int], Any] = {}

    def native(self, node: Node) -> Any:
        """The ctypes type of a field, an element, a pointee or a returned value; None for void."""
        kind = node["kind"]
        if kind == "int":
            return _integer(node)
        if kind == "float":
            return FLOATS[node["name"]]
        if kind == "bool":
            return ctypes.c_bool
        if kind == "pointer":
            return ctypes.c_void_p
        if kind == "void":
            return None
        if kind == "array":
            return self.native(node["of"]) * node["length"]
        return self._named(node["ref"])

    def declaration(self, node: Node) -> Node:
        """What a node that refers to a name refers to."""
        return self.declarations[node["ref"]]

    def fields(self, node: Node) -> List[Dict[str, Any]]:
        """The fields of a struct, the members of a union."""
        key = "fields" if node["kind"] == "struct" else "members"
        fields: List[Dict[str, Any]] = self.declaration(node)[key]
        return fields

    def member(self, node: Node, name: str) -> Node:
        """The type of one field or member; of one variant's payload."""
        if node["kind"] == "tagged":
            declaration = self.declaration(node)
            inside = declaration["layout"]
            if declaration["form"] == "union":
                inside = self.member(inside, "payload__")
            return self.member(inside, name)
        for each in self.fields(node):
            if each["name"] == name:
                found: Node = each["type"]
                return found
        raise LookupError(f"{node['ref']} has no {name}")

    def at(self, node: Node, address: int, count: int = 1) -> Any:
        """So many typed values at an address, as a ctypes array over that memory."""
        key = (self.native(node), count)
        if key not in self._arrays:
            self._arrays[key] = key[0] * count
        return self._arrays[key].from_address(address)

    def parameter(self, node: Node) -> Any:
        """The ctypes type of an argument."""
        return ctypes.c_char_p if is_text(node) else self.native(node)

    def function(self, name: str, use_errno: bool) -> Any:
        """The type to call a function pointer with; text goes in as `c_char_p`."""
        declaration = self.declarations[name]
        params = [self.parameter(each["type"]) for each in declaration["params"]]
        returns = self.native(declaration["returns"])
        return _prototype(returns, params, use_errno)

    def _named(self, name: str) -> Any:
        known = self._built.get(name)
        if known is not None:
            return known
        declaration = self.declarations[name]
        kind = declaration["kind"]
        if kind == "struct":
            return self._struct(name, declaration)
        if kind == "union":
            return self._aggregate(name, ctypes.Union, declaration["members"], {})
        if kind == "enum":
            built = self.native(declaration["repr"])
        elif kind == "tagged":
            built = self.native(declaration["layout"])
        elif kind == "callback":
            params = [self.native(each["type"]) for each in declaration["params"]]
            built = _prototype(self.native(declaration["returns"]), params, False)
        else:
            raise TypeError(f"{name} is {kind}: it can only stand behind a pointer")
        self._built[name] = built
        return built

    def _struct(self, name: str, declaration: Dict[str, Any]) -> Any:
        options: Dict[str, Any] = {}
        if "packed" in declaration:
            # From 3.14 on ctypes wants to hear that packed means the layout of MSVC.
            options.update(_pack_=declaration["packed"], _layout_="ms")
        if "align" in declaration:
            options["_align_"] = declaration["align"]
        return self._aggregate(name, ctypes.Structure, declaration["fields"], options)

    def _aggregate(self, name: str, base: Any, fields: List[Any], options: Dict[str, Any]) -> Any:
        try:
            built = type(base)(name, (base,), options)
            # Known before its fields are: one of them may be a function that takes this type.
            self._built[name] = built
            built._fields_ = [(each["name"], self.native(each["type"])) for each in fields]
            _check_align(built, options.get("_align_", 1))
        except Exception as error:
            self._built.pop(name, None)
            raise error if isinstance(error, Refused) else own_words("bind", error) from error
        self._journal(_layout(name, built, fields))
        return built


def _check_align(built: Any, wanted: int) -> None:
    """Before Python 3.13 ctypes knows no `_align_` and says nothing when it meets one."""
    if HAS_ALIGN or ctypes.alignment(built) >= wanted:
        return
    version = ".".join(map(str, sys.version_info[:2]))
    why = f"ctypes aligns a struct to {wanted} with _align_, from Python 3.13 on; this is {version}"
    raise Refused("driver", "bind", why)


def _integer(node: Node) -> Any:
    name = node["name"]
    if name == "c_char":
        return ctypes.c_byte if node["signed"] else ctypes.c_ubyte
    if name in ("i128", "u128"):
        raise Refused("driver", "bind", "ctypes has no 128-bit integer")
    return INTEGERS[name]


def _prototype(returns: Any, params: List[Any], use_errno: bool) -> Any:
    try:
        return ctypes.CFUNCTYPE(returns, *params, use_errno=use_errno)
    except Exception as error:
        raise own_words("bind", error) from error


def _layout(name: str, built: Any, fields: List[Any]) -> str:
    offsets = ",".join(
        f"{quote(each['name'])}:{getattr(built, each['name']).offset}" for each in fields
    )
    size, align = ctypes.sizeof(built), ctypes.alignment(built)
    return f'"layout":{{{quote(name)}:{{"size":{size},"align":{align},"offsets":{{{offsets}}}}}}}'
