"""Scripted callbacks: each call is recorded, may play steps, may raise, and returns a value."""

from __future__ import annotations

import ctypes
import threading
from json.encoder import encode_basestring_ascii as quote
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Optional, Tuple

from .types import own_words

if TYPE_CHECKING:
    from .cases import Case
    from .scope import Scope

# ctypes frees the code of a callback with its object: these live as long as the process.
_alive: Dict[int, Any] = {}


class Callback:
    """A function pointer made of a script."""

    def __init__(self, form: Dict[str, Any], case: Case, scope: Scope, name: str) -> None:
        self.name: str = form.get("as", name)
        self.total = 0
        self.new = 0
        self._case = case
        self._scope = scope
        self._lock = threading.Lock()
        self._calls: List[str] = []
        self.ends: bool = form.get("ends", False)
        self._raises: Optional[int] = form.get("raises")
        declaration = case.types.declarations[form["type"]]
        read = form.get("read") or {}
        self._params = [
            (
                each["name"],
                each["type"],
                f"{quote(each['name'])}:",
                case.reads.decoder(each["type"], read.get(each["name"])),
            )
            for each in declaration["params"]
        ]
        returns = declaration["returns"]
        self._script: List[Any] = form.get("returns") or []
        self._encode = None if returns["kind"] == "void" else case.values.encoder(returns)
        self._zero = _zero(returns["kind"])
        self._on = {
            int(index): case.prepare_all(steps) for index, steps in (form.get("on") or {}).items()
        }
        native = case.types.native({"kind": "callback", "ref": form["type"]})
        try:
            self.function: Any = native(self._invoke)
        except Exception as error:
            raise own_words("bind", error) from error
        self.address: int = ctypes.cast(self.function, ctypes.c_void_p).value or 0
        _alive[id(self)] = self.function
        case.addresses.know_callback(self.address, self.name)

    def drop(self) -> None:
        """Frees it the way ctypes does: nothing refers to the function object any more."""
        _alive.pop(id(self), None)
        self.function = None

    def take(self) -> Tuple[List[str], int]:
        """The calls since they were last taken, and how many there were."""
        with self._lock:
            taken = self._calls, self.new
            self._calls, self.new = [], 0
        return taken

    def _invoke(self, *arguments: Any) -> Any:
        with self._lock:
            self.total += 1
            index = self.total
        result = self._zero
        try:
            scope = self._scope.called_with(
                {
                    name: (node, value, None)
                    for (name, node, _, _), value in zip(self._params, arguments)
                }
            )
            self._record(scope, arguments)
            for step in self._on.get(index, ()):
                self._case.play_step(step, scope)
            result = self._returned(scope, index)
        except Exception as error:  # noqa: BLE001 - ctypes would print it and go on
            self._case.interrupt(error)
        self._case.back_to_call()
        if index == self._raises:
            self._case.raised = True
            raise RuntimeError("abide")
        return result

    def _record(self, scope: Scope, arguments: Any) -> None:
        fields = [
            key + decode(value, scope, None, 0)
            for (_, _, key, decode), value in zip(self._params, arguments)
        ]
        call = f"{{{','.join(fields)}}}"
        with self._lock:
            self.new += 1
            if self.ends and len(self._calls) == 2:
                self._calls[1] = call
            else:
                self._calls.append(call)

    def _returned(self, scope: Scope, index: int) -> Any:
        if self._encode is None or not self._script:
            return self._zero
        wire = self._script[min(index, len(self._script)) - 1]
        return self._encode(wire, scope, self.name)


def report(callbacks: Iterable[Callback]) -> str:
    """The calls of some callbacks since the last report, as journal text by name."""
    groups: Dict[str, Tuple[bool, List[str], int]] = {}
    for callback in callbacks:
        calls, count = callback.take()
        _, before, counted = groups.get(callback.name, (False, [], 0))
        groups[callback.name] = (callback.ends, before + calls, counted + count)
    return ",".join(f"{quote(name)}:{_shown(*group)}" for name, group in groups.items())


def _shown(ends: bool, calls: List[str], count: int) -> str:
    if not ends:
        return f"[{','.join(calls)}]"
    first_and_last = f',"first":{calls[0]},"last":{calls[-1]}' if calls else ""
    return f'{{"count":"{count}"{first_and_last}}}'


def _zero(kind: str) -> Any:
    return {"int": 0, "enum": 0, "float": 0.0, "bool": False}.get(kind)
