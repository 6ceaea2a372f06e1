"""Start, plan loop and journal: loads the library, plays the plan, writes what it observed."""

from __future__ import annotations

import sys

if not (sys.flags.isolated or getattr(sys.flags, "safe_path", False)):
    del sys.path[0]  # This folder's types.py must not hide the standard one.

import _ctypes
import contextlib
import ctypes
import json
import os
import threading
from json.encoder import encode_basestring_ascii as quote
from typing import Any, Dict, Iterator, List, Optional, Tuple

# The folder's name is no identifier, so the package has to be made by hand.
_package = type(sys)("python_ctypes")
_package.__path__ = [os.path.dirname(os.path.abspath(__file__))]
sys.modules[_package.__name__] = _package

from python_ctypes.cases import Player  # noqa: E402 - the package exists from here on

VERSION = 1
# A callback that calls back costs about ten frames a level.
RECURSION_LIMIT = 5000


class Journal:
    """An append-only file of numbered lines, each written at once."""

    def __init__(self, path: str) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        self._file = os.open(path, flags, 0o644)
        self._lock = threading.Lock()
        self._next = 0

    def write(self, body: str) -> None:
        """Appends a line; `body` is its JSON without the sequence number and the outer braces."""
        with self._lock:
            os.write(self._file, f'{{"n":{self._next},{body}}}\n'.encode())
            self._next += 1


class Plan:
    """The header of a plan, and its case lines from a byte offset on."""

    def __init__(self, path: str, offset: Optional[int]) -> None:
        self._file = open(path, "rb")  # noqa: SIM115 - read as long as the process lives
        self.header: Dict[str, Any] = json.loads(self._file.readline())
        found = self.header.get("abide") if isinstance(self.header, dict) else None
        if found != VERSION:
            raise ValueError(f"plan of version {found}: this driver knows version {VERSION}")
        if offset is not None:
            self._file.seek(offset)

    def lines(self) -> Iterator[bytes]:
        """The case lines, read as they are needed."""
        return (line for line in self._file if not line.isspace())


def main(arguments: List[str]) -> int:
    """Plays a plan; the exit code says whether it could."""
    library_name, plan_path, journal_path, offset = parse(arguments)
    wait_for_start()
    sys.setrecursionlimit(RECURSION_LIMIT)
    journal = Journal(journal_path)
    journal.write(hello())
    try:
        library = ctypes.CDLL(library_name, use_errno=True)
        plan = Plan(plan_path, offset)
        player = Player(library, plan.header, journal)
    except Exception as error:  # noqa: BLE001 - whatever it is, the journal has to tell it
        journal.write(f'"error":{quote(str(error) or type(error).__name__)}')
        return 1
    played = 0
    for line in plan.lines():
        played += 1
        if play(player, journal, line):
            journal.write(f'"bye":{played},"restart":"raises"')
            return 0
    journal.write(f'"bye":{played}')
    return 0


def play(player: Player, journal: Journal, line: bytes) -> bool:
    """Plays one case line; true when the process must not go on after it."""
    try:
        case = json.loads(line.decode())
        key = case["case"]
        if not isinstance(key, str):
            raise TypeError(f"a case is named by a string, found {key!r}")
    except Exception as error:  # noqa: BLE001 - a bad line costs itself and no other
        journal.write(f'"error":{quote(f"bad plan line: {type(error).__name__}: {error}")}')
        return False
    return player.play(key, case)


def parse(arguments: List[str]) -> Tuple[str, str, str, Optional[int]]:
    """LIBRARY PLAN JOURNAL [--at OFFSET]"""
    if len(arguments) == 3:
        return arguments[0], arguments[1], arguments[2], None
    if len(arguments) == 5 and arguments[3] == "--at" and arguments[4].isdigit():
        return arguments[0], arguments[1], arguments[2], int(arguments[4])
    raise SystemExit(2)


def wait_for_start() -> None:
    """One byte on stdin, or its end, says that the harness is ready."""
    with contextlib.suppress(OSError):  # There is no stdin: nobody to wait for.
        os.read(0, 1)


def hello() -> str:
    """The versions of everything between the plan and the library."""
    names = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalPy"}
    name = names.get(sys.implementation.name, sys.implementation.name)
    version = ".".join(map(str, sys.version_info[:3]))
    ffi = f"ctypes {getattr(_ctypes, '__version__', version)}"
    engine = libffi()
    tail = f',"engine":{quote(engine)}' if engine else ""
    return f'"hello":{{"abide":{VERSION},"runtime":"{name} {version}","ffi":"{ffi}"{tail}}}'


def libffi() -> Optional[str]:
    """libffi tells its version since 3.5; before that the name of the loaded file has to do."""
    with contextlib.suppress(AttributeError, OSError):
        version = ctypes.CDLL(_ctypes.__file__).ffi_get_version
        version.restype = ctypes.c_char_p
        return f"libffi {version().decode()}"
    try:
        with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
            paths = [line.split(None, 5)[-1].strip() for line in maps if "/libffi" in line]
    except OSError:
        return None
    return os.path.basename(paths[0]) if paths else None


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
    except OSError:
        code = 1  # The journal cannot be written: nobody is left to be told.
    sys.exit(code)
