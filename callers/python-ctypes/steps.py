"""The kinds of steps: what each does, and what its journal line says."""

from __future__ import annotations

import ctypes
import gc
import threading
import time
from json.encoder import encode_basestring_ascii as quote
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Tuple

from .pointers import address_of, detached, name_memory
from .types import Node, own_words
from .values import fill_slots, has_slots

if TYPE_CHECKING:
    from .player import Player
    from .scope import Scope

# What a line says before `called`, and after it.
Line = Tuple[str, str]
ADDRESS: Node = {"kind": "pointer", "to": {"kind": "void"}, "const": False}
POLL_SECONDS = 0.001


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


class Failed(Step):
    """A step that could not be prepared: it fails when its turn comes."""

    def __init__(self, player: Player, raw: Dict[str, Any], error: Exception) -> None:
        super().__init__(player, {"id": "?", **raw} if isinstance(raw, dict) else {"id": "?"})
        self._error = error

    def act(self, scope: Scope) -> Any:
        raise self._error


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
        self._after = [self._reader(param, read) for param, read in (read.get("after") or {}).items()]
        if len(raw["args"]) != len(self._params):
            raise ValueError(f"{len(raw['args'])} arguments for {len(self._params)} parameters")
        self._getters = [
            player.values.argument_getter(each["type"], wire, each["name"])
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


class Let(Step):
    """Names memory across steps."""

    def act(self, scope: Scope) -> None:
        wire = fill_slots(self.raw["value"], scope.row)
        name_memory(self.player.values, self.raw["let"], self.raw["type"], wire, scope)


class Check(Step):
    """Reads what a name stands for now."""

    def tell(self, scope: Scope, token: Any) -> Line:
        reads = self.player.reads
        place = scope.resolve(self.raw["check"])
        decode = reads.decoder(place[0], self.raw.get("read"))
        return f',"value":{reads.at_address(decode, place, scope)}', ""


class Global(Step):
    """A step with a global of the library."""

    def __init__(self, player: Player, raw: Dict[str, Any], name: str) -> None:
        super().__init__(player, raw)
        declaration = player.globals[name]
        self._node: Node = declaration["type"]
        native = player.types.native(self._node) * 1
        player.progress.at("bind")
        try:
            self._place = native.in_dll(player.library, declaration["symbol"])
        except ValueError as error:
            raise Missing(declaration["symbol"]) from error


class Get(Global):
    """Reads a global."""

    def __init__(self, player: Player, raw: Dict[str, Any]) -> None:
        super().__init__(player, raw, raw["get"])
        self._decode = player.reads.decoder(self._node, raw.get("read"))

    def act(self, scope: Scope) -> Any:
        self.player.progress.at("read")
        value = detached(self._place[0])
        if "bind" in self.raw:
            scope.bind(self.raw["bind"], (self._node, value, None))
        return value

    def tell(self, scope: Scope, token: Any) -> Line:
        return f',"value":{self._decode(token, scope, None, 0)}', ""


class Set(Global):
    """Writes a global."""

    def __init__(self, player: Player, raw: Dict[str, Any]) -> None:
        super().__init__(player, raw, raw["set"])
        self._value = player.values.argument_getter(self._node, raw["value"], raw["set"])

    def act(self, scope: Scope) -> None:
        value = self._value(scope)
        self.player.progress.to_call()
        self._place[0] = value


class Address(Step):
    """Binds the address of a global or a function."""

    def __init__(self, player: Player, raw: Dict[str, Any]) -> None:
        super().__init__(player, raw)
        name = raw["address"]
        if name in player.globals:
            place = Global(player, raw, name)._place
            self._address: Optional[int] = ctypes.addressof(place)
        else:
            self._address = address_of(bind(player, name).native)

    def act(self, scope: Scope) -> None:
        scope.bind(self.raw["bind"], (ADDRESS, self._address, None))


class Find(Step):
    """Is there a symbol of this name?"""

    def tell(self, scope: Scope, token: Any) -> Line:
        name, player = self.raw["find"], self.player
        declaration = player.functions.get(name) or player.globals.get(name) or {"symbol": name}
        try:
            find_symbol(player.library, declaration["symbol"])
        except Missing:
            return ',"found":false', ""
        return ',"found":true', ""


class Wait(Step):
    """Lets other threads run until a callback has been called so often."""

    def act(self, scope: Scope) -> None:
        callback = scope.look_up(self.raw["wait"])[1]
        while callback.total < self.raw["count"]:
            time.sleep(POLL_SECONDS)


class Drop(Step):
    """Frees a callback."""

    def act(self, scope: Scope) -> None:
        scope.look_up(self.raw["drop"])[1].drop()


class Collect(Step):
    """Forces a garbage collection."""

    def act(self, scope: Scope) -> None:
        gc.collect()


class Repeat(Step):
    """Plays its steps several times."""

    def __init__(self, player: Player, raw: Dict[str, Any]) -> None:
        super().__init__(player, raw)
        self._steps = [prepare(player, each) for each in raw["steps"]]

    def act(self, scope: Scope) -> None:
        for index in range(self.raw["repeat"]):
            child = scope.counted("round", index)
            for step in self._steps:
                scope.case.play_step(step, child)


class Threads(Step):
    """Plays its steps on several threads, which wait for each other after each step."""

    def __init__(self, player: Player, raw: Dict[str, Any]) -> None:
        super().__init__(player, raw)
        self._steps = [prepare(player, each) for each in raw["steps"]]

    def act(self, scope: Scope) -> None:
        count: int = self.raw["threads"]
        children = [scope.counted("thread", index) for index in range(count)]
        tokens: List[Any] = [None] * count
        barrier = threading.Barrier(count + 1)

        def work(index: int) -> None:
            for step in self._steps:
                try:
                    barrier.wait()
                except threading.BrokenBarrierError:
                    return
                tokens[index] = _attempt(step.act, children[index])
                barrier.wait()

        workers = [threading.Thread(target=work, args=(index,)) for index in range(count)]
        try:
            for worker in workers:
                worker.start()
            for step in self._steps:
                self.player.progress.to_call()
                barrier.wait()
                barrier.wait()
                self._write(scope, step, children, tokens)
        finally:
            barrier.abort()
            for worker in workers:
                if worker.ident is not None:
                    worker.join()
