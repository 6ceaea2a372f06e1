"""Plays cases: a second time where memory grew, and to their end where a step fails."""

from __future__ import annotations

import contextlib
import ctypes
from json.encoder import encode_basestring_ascii as quote
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from .callbacks import Callback, report
from .calls import Function, Missing, Step, find_symbol
from .memory import Addresses
from .reads import Reads
from .scope import Scope
from .steps import prepare
from .types import Refused, Types
from .values import Values

if TYPE_CHECKING:
    from .driver import Journal


class Stop(Exception):
    """The rest of the case is not played; the journal says why already."""


class Progress:
    """What the journal says is going on: where a death happened is read from it."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._stage: Optional[str] = None
        self.step = '"0"'

    def at(self, stage: str) -> None:
        """Something that can crash and is not the call comes next."""
        if self._stage != stage:
            self._stage = stage
            self._journal.write(f'"at":"{stage}","step":{self.step}')

    def to_call(self) -> None:
        """Library code comes next."""
        if self._stage is not None:
            self.at("call")
            self._stage = None

    def told(self) -> None:
        """A step has its line."""
        self._stage = None


class Sequence:
    """Steps of a case or of a table's rows, each prepared when it is first reached."""

    def __init__(self, player: Player, raw: List[Dict[str, Any]]) -> None:
        self._player = player
        self.raw = raw
        self._ready: List[Optional[Step]] = [None] * len(raw)

    def step(self, index: int) -> Step:
        """The step in a form that can be played."""
        step = self._ready[index]
        if step is None:
            step = self._ready[index] = prepare(self._player, self.raw[index])
        return step


class Player:
    """All that lasts as long as the process: the library, its types, the functions bound so far."""

    def __init__(self, library: ctypes.CDLL, header: Dict[str, Any], journal: Journal) -> None:
        self.library = library
        self.journal = journal
        self.progress = Progress(journal)
        self.types = Types(header.get("types", {}), journal.write)
        self.values = Values(self.types)
        self.reads = Reads(self.types)
        self.functions: Dict[str, Any] = header.get("functions", {})
        self.globals: Dict[str, Any] = header.get("globals", {})
        self.bound: Dict[str, Function] = {}
        self.places: Dict[str, Any] = {}
        self._tables: Dict[str, Any] = header.get("tables", {})
        self._sequences: Dict[str, Sequence] = {}
        self._ledger = self._bind_ledger(header.get("ledger"))

    def play(self, key: str, case: Dict[str, Any]) -> bool:
        """Plays a case; true when the process must not go on after it."""
        write = self.journal.write
        name = quote(key)
        write(f'"begin":{name}')
        live = self._live()
        first = Case(self, case)
        in_order = first.play()
        live += self._live()
        damage, raised = first.addresses.damage(), first.raised
        if in_order and live and int(live[1]) > int(live[0]):
            write(f'"again":{name}')
            second = Case(self, case)
            second.play()
            live += self._live()
            damage += second.addresses.damage()
            raised = raised or second.raised
        counts = ",".join(f'"{each}"' for each in live)
        tail = f',"live":[{counts}]' if live else ""
        if damage:
            tail += f',"damage":[{",".join(damage)}]'
        write(f'"end":{name}{tail}')
        return raised

    def sequence(self, case: Dict[str, Any]) -> Sequence:
        """The steps of a case line."""
        table = case.get("table")
        if table is None:
            return Sequence(self, case["steps"])
        if table not in self._sequences:
            self._sequences[table] = Sequence(self, self._tables[table]["steps"])
        return self._sequences[table]

    def _bind_ledger(self, symbol: Optional[str]) -> Any:
        if symbol is None:
            return None
        try:
            ledger = find_symbol(self.library, symbol)
        except Missing as error:
            raise LookupError(f"the ledger function {symbol} was not found") from error
        ledger.argtypes, ledger.restype = [], ctypes.c_size_t
        return ledger

    def _live(self) -> List[str]:
        return [] if self._ledger is None else [str(self._ledger())]


class Case:
    """One play of one case: its memory, its callbacks, and how far it came."""

    def __init__(self, player: Player, line: Dict[str, Any]) -> None:
        self.player = player
        self.types = player.types
        self.values = player.values
        self.reads = player.reads
        self.addresses = Addresses()
        self.raised = False
        self._line = line
        self._callbacks: List[Callback] = []
        self._stopped = False
        self._fault: Optional[Exception] = None

    def play(self) -> bool:
        """True when every step was played in order."""
        scope = Scope(self, self._line.get("row", []))
        try:
            sequence = self.player.sequence(self._line)
        except Exception as error:  # noqa: BLE001 - a bad line costs itself and no other
            self._write('"0"', scope, _failure(error))
            return False
        index = 0
        try:
            for index, raw in enumerate(sequence.raw):
                self.player.progress.step = quote(raw["id"])
                self.play_step(sequence.step(index), scope)
        except Stop:
            self._release(sequence, index + 1, scope)
            return False
        except Exception as error:  # noqa: BLE001 - what is no step at all has no line of its own yet
            self._write(quote(str(index)), scope, _failure(error))
            return False
        return True

    def play_step(self, step: Step, scope: Scope) -> None:
        """Plays a step and writes its line."""
        progress = self.player.progress
        outer, progress.step = progress.step, step.id
        try:
            scope.begin()
            token = step.act(scope)
            self.check_fault()
            self.write_line(step, scope, *step.tell(scope, token))
        except Stop:
            raise
        except Exception as error:
            self.write_failure(step, scope, error)
            raise Stop from error
        finally:
            progress.step = outer
        if self._stopped:
            raise Stop

    def write_line(self, step: Step, scope: Scope, head: str, tail: str) -> None:
        """A step's line, with what was called between its other keys."""
        self._write(step.id, scope, head + self._called(scope) + tail)

    def write_failure(self, step: Step, scope: Scope, error: Exception) -> None:
        """The line of a step that could not be played."""
        self._write(step.id, scope, _failure(error))

    def flush(self, scope: Scope) -> None:
        """Writes the lines a thread held back until it was its turn."""
        for line in scope.sink or ():
            self.player.journal.write(line)
        scope.sink = []

    def stop(self) -> None:
        """Ends the case after a failure that has its line."""
        raise Stop

    def interrupt(self, error: Exception) -> None:
        """Something failed in a callback: it is told when the library has returned."""
        if isinstance(error, Stop):
            self._stopped = True
        else:
            self._fault = error

    def check_fault(self) -> None:
        """Fails with what failed inside a callback."""
        if self._fault is not None:
            fault, self._fault = self._fault, None
            raise fault

    def at(self, stage: str) -> None:
        """Something that can crash and is not the call comes next."""
        self.player.progress.at(stage)

    def back_to_call(self) -> None:
        """A callback returns to the library."""
        self.player.progress.to_call()

    def prepare_all(self, raw: List[Dict[str, Any]]) -> List[Step]:
        """Steps that are played inside a call or on threads: nothing is bound there any more."""
        return [prepare(self.player, each) for each in raw]

    def make_callback(self, form: Dict[str, Any], scope: Scope, name: str) -> Any:
        """A scripted callback, visible by its name from now on; returns the function object."""
        callback = Callback(form, self, scope, name)
        self._callbacks.append(callback)
        scope.created.append(callback)
        scope.bind(callback.name, ({"kind": "callback", "ref": form["type"]}, callback, None))
        return callback.function

    def _called(self, scope: Scope) -> str:
        if not self._callbacks:
            return ""
        others = [each for each in self._callbacks if each.new] if scope.top else []
        chosen = [each for each in self._callbacks if each in scope.created or each in others]
        return f',"called":{{{report(chosen)}}}' if chosen else ""

    def _write(self, step: str, scope: Scope, rest: str) -> None:
        line = f'"step":{step}{scope.marks}{rest}'
        if scope.sink is None:
            self.player.journal.write(line)
        else:
            scope.sink.append(line)
        self.player.progress.told()

    def _release(self, sequence: Sequence, start: int, scope: Scope) -> None:
        """What was allocated is given back, even by a case that could not go on."""
        for index, raw in list(enumerate(sequence.raw))[start:]:
            release = isinstance(raw, dict) and raw.get("release")
            if not release or not all(map(scope.knows, _names_in(raw))):
                continue
            self.player.progress.step = quote(raw["id"])
            with contextlib.suppress(Stop):
                self.play_step(sequence.step(index), scope)


def _names_in(wire: Any) -> List[str]:
    if isinstance(wire, dict):
        own = [wire[key] for key in ("$ref", "$at") if key in wire]
        return own + [name for value in wire.values() for name in _names_in(value)]
    if isinstance(wire, list):
        return [name for value in wire for name in _names_in(value)]
    return []


def _failure(error: Exception) -> str:
    if isinstance(error, Missing):
        return f',"missing":{quote(error.symbol)}'
    if isinstance(error, Refused):
        return f',"unsupported":{{"by":"{error.by}","at":"{error.at}","why":{quote(error.why)}}}'
    return f',"error":{quote(f"{type(error).__name__}: {error}")}'
