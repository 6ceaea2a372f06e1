"""The kinds of steps other than calls: what each does, and what its journal line says."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import threading
import time
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional

from .calls import Call, Line, Missing, Step, bind, find_symbol
from .pointers import address_of, detached, name_memory
from .types import Node
from .values import fill_slots

if TYPE_CHECKING:
    from .cases import Player
    from .scope import Scope

UNTYPED: Node = {"kind": "void"}
POLL_SECONDS = 0.001


class Failed(Step):
    """A step that could not be prepared: it fails when its turn comes."""

    def __init__(self, player: Player, raw: Dict[str, Any], error: Exception) -> None:
        super().__init__(player, {"id": "?", **raw} if isinstance(raw, dict) else {"id": "?"})
        self._error = error

    def act(self, scope: Scope) -> Any:
        raise self._error


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


def bind_global(player: Player, name: str) -> Any:
    """A global of the library as an array of one, so that it is read and written as its type."""
    if name not in player.places:
        declaration = player.globals[name]
        native = player.types.native(declaration["type"]) * 1
        player.progress.at("bind")
        try:
            player.places[name] = native.in_dll(player.library, declaration["symbol"])
        except ValueError as error:
            raise Missing(declaration["symbol"]) from error
    return player.places[name]


class Get(Step):
    """Reads a global."""

    def __init__(self, player: Player, raw: Dict[str, Any]) -> None:
        super().__init__(player, raw)
        self._place = bind_global(player, raw["get"])
        self._node: Node = player.globals[raw["get"]]["type"]
        self._decode = player.reads.decoder(self._node, raw.get("read"))

    def act(self, scope: Scope) -> Any:
        value = detached(self._place[0])
        if "bind" in self.raw:
            scope.bind(self.raw["bind"], (self._node, value, None))
        return value

    def tell(self, scope: Scope, token: Any) -> Line:
        return f',"value":{self._decode(token, scope, None, 0)}', ""


class Set(Step):
    """Writes a global."""

    def __init__(self, player: Player, raw: Dict[str, Any]) -> None:
        super().__init__(player, raw)
        name = raw["set"]
        self._place = bind_global(player, name)
        node = player.globals[name]["type"]
        values = player.values
        self._value = values.getter(values.encoder(node), node, raw["value"], name)

    def act(self, scope: Scope) -> None:
        value = self._value(scope)
        self.player.progress.to_call()
        self._place[0] = value


class Address(Step):
    """Binds the address of a global or a function."""

    def __init__(self, player: Player, raw: Dict[str, Any]) -> None:
        super().__init__(player, raw)
        name = raw["address"]
        pointee = player.globals[name]["type"] if name in player.globals else UNTYPED
        self._node: Node = {"kind": "pointer", "to": pointee, "const": False}
        if name in player.globals:
            self._address: Optional[int] = ctypes.addressof(bind_global(player, name))
        else:
            self._address = address_of(bind(player, name).native)

    def act(self, scope: Scope) -> None:
        scope.bind(self.raw["bind"], (self._node, self._address, None))


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
            with contextlib.suppress(threading.BrokenBarrierError):
                for step in self._steps:
                    barrier.wait()
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

    def _write(self, scope: Scope, step: Step, children: List[Scope], tokens: List[Any]) -> None:
        case, failed = scope.case, False
        self.player.progress.step = step.id
        for child, (token, error) in zip(children, tokens):
            try:
                if error is not None:
                    raise error
                case.check_fault()
                case.write_line(step, child, *step.tell(child, token))
            except Exception as failure:  # noqa: BLE001 - every thread has its line
                case.write_failure(step, child, failure)
                failed = True
            case.flush(child)
        if failed:
            case.stop()


def _attempt(act: Callable[[Scope], Any], scope: Scope) -> Any:
    """What `act` returned, or what it failed with; nothing leaves a thread by itself."""
    scope.begin()
    try:
        return act(scope), None
    except Exception as error:  # noqa: BLE001 - told by the thread that plays the case
        return None, error


KINDS = {
    "call": Call,
    "let": Let,
    "check": Check,
    "get": Get,
    "set": Set,
    "address": Address,
    "find": Find,
    "wait": Wait,
    "drop": Drop,
    "collect": Collect,
    "threads": Threads,
    "repeat": Repeat,
}


def prepare(player: Player, raw: Dict[str, Any]) -> Step:
    """A step in a form that can be played, however often."""
    try:
        for kind, make in KINDS.items():
            if kind in raw:
                return make(player, raw)
        raise ValueError(f"unknown step: {', '.join(raw)}")
    except Exception as error:  # noqa: BLE001 - it costs this step, when its turn comes
        return Failed(player, raw, error)
