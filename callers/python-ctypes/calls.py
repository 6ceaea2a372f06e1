"""Functions: how they are found and bound, and the step that calls one."""

from __future__ import annotations

import ctypes
from json.encoder import encode_basestring_ascii as quote
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

from .pointers import address_of, detached
from .types import Node, own_words

if TYPE_CHECKING:
    from .cases import Player
    from .scope import Scope

# What a line says before `called`, and after it.
Line = Tuple[str, str]


class Missing(Exception):
    """The library exports no such symbol."""

    def __init__(self, symbol: str) -> None:
        super().__init__(symbol)
        self.symbol = symbol


def find_symbol(library: ctypes.CDLL, symbol: str) -> Any:
    """A function of the library, with no signature yet."""
    try:
        return library[symbol]
    except AttributeError as error:
        raise Missing(symbol) from error


class Step:
    """A step, prepared: `act` does it, `tell` reads what it brought about."""

    def __init__(self, player: Player, raw: Dict[str, Any]) -> None:
        self.player = player
        self.raw = raw
        self.id = quote(raw["id"])

    def act(self, scope: Scope) -> Any:
        """Does it; threads do this at the same time."""

    def tell(self, scope: Scope, token: Any) -> Line:
        """Says what `act`, which returned the token, brought about."""
        return "", ""


class Function:
    """A function of the library, bound with its signature."""

    def __init__(self, player: Player, declaration: Dict[str, Any]) -> None:
        self.native = find_symbol(player.library, declaration["symbol"])
        self.params: List[Dict[str, Any]] = declaration["params"]
        self.returns: Node = declaration["returns"]
        argtypes = [player.types.parameter(each["type"]) for each in self.params]
        restype = player.types.native(self.returns)
        try:
            self.native.argtypes = argtypes
            self.native.restype = restype
        except Exception as error:
            raise own_words("bind", error) from error


def bind(player: Player, name: str) -> Function:
    """A declared function, bound when it is first needed."""
    if name not in player.bound:
        player.progress.at("bind")
        player.bound[name] = Function(player, player.functions[name])
    return player.bound[name]


class Call(Step):
    """Calls a declared function, or a function pointer by the signature of its type."""

    def __init__(self, player: Player, raw: Dict[str, Any]) -> None:
        super().__init__(player, raw)
        self._errno: bool = raw.get("errno", False)
        self._pointer: Optional[Dict[str, Any]] = None
        if isinstance(raw["call"], str):
            function = bind(player, raw["call"])
            self._native, self._params = function.native, function.params
            self._returns = function.returns
        else:
            declaration = player.types.declarations[raw["type"]]
            self._pointer = raw["call"]
            self._native = player.types.function(raw["type"], self._errno)
            self._params, self._returns = declaration["params"], declaration["returns"]
        read = raw.get("read") or {}
        decoder = player.reads.decoder
        void = self._returns["kind"] == "void"
        self._decode = None if void else decoder(self._returns, read.get("returns"))
        self._after = [
            self._reader(param, read) for param, read in (read.get("after") or {}).items()
        ]
        if len(raw["args"]) != len(self._params):
            raise ValueError(f"{len(raw['args'])} arguments for {len(self._params)} parameters")
        values = player.values
        self._getters = [
            values.getter(values.argument(each["type"]), each["type"], wire, each["name"])
            for each, wire in zip(self._params, raw["args"])
        ]
        self._bind: Optional[str] = raw.get("bind")
        self._bind_after: Dict[str, str] = raw.get("bind_after") or {}

    def act(self, scope: Scope) -> Any:
        native = self._native if self._pointer is None else self._function(scope)
        arguments = [get(scope) for get in self._getters]
        scope.params, scope.arguments = self._params, arguments
        scope.given.take_snapshots()
        self.player.progress.to_call()
        if self._errno:
            ctypes.set_errno(0)
        try:
            result = native(*arguments)
        except OSError as error:
            # Windows only: ctypes caught what elsewhere ends the process.
            scope.case.raised = True
            return None, None, f"{type(error).__name__}: {error}"
        except Exception as error:
            raise own_words("call", error) from error
        errno = ctypes.get_errno() if self._errno else None
        if self._bind is not None:
            scope.bind(self._bind, (self._returns, result, None))
        for param, name in self._bind_after.items():
            self._bind_pointee(scope, param, name)
        return result, errno, None

    def tell(self, scope: Scope, token: Any) -> Line:
        result, errno, raised = token
        head = tail = ""
        if raised is not None:
            head = f',"raised":{quote(raised)}'
        elif self._decode is not None:
            head = f',"returns":{self._decode(result, scope, None, 0)}'
        if self._after:
            after = [
                f"{quote(name)}:{decode(scope.arguments[index], scope, None, 0)}"
                for name, index, decode in self._after
            ]
            head += f',"after":{{{",".join(after)}}}'
        if errno is not None:
            tail = f',"errno":"{errno}"'
        damage = scope.given.damage()
        if damage:
            tail += f',"damage":[{",".join(damage)}]'
        return head, tail

    def _reader(self, param: str, read: Any) -> Tuple[str, int, Any]:
        index = self._index(param)
        return param, index, self.player.reads.decoder(self._params[index]["type"], read)

    def _index(self, param: str) -> int:
        return [each["name"] for each in self._params].index(param)

    def _function(self, scope: Scope) -> Any:
        return self._native(address_of(scope.resolve(self._pointer or {})[1]) or 0)

    def _bind_pointee(self, scope: Scope, param: str, name: str) -> None:
        index = self._index(param)
        address = address_of(scope.arguments[index])
        if not address:
            return
        node = self._params[index]["type"]["to"]
        if scope.case.addresses.owner(address) is None:
            scope.case.at("read")
        value = detached(self.player.types.at(node, address)[0])
        scope.bind(name, (node, value, None))
