"""Memory that the driver owns: guards, fill pattern, snapshots, and symbolic names of addresses."""

from __future__ import annotations

import ctypes
import threading
from bisect import bisect_right
from json.encoder import encode_basestring_ascii as quote
from typing import Any, Dict, List, Optional

GUARD = 32
FRONT = b"\xc9" * GUARD
BEHIND = b"\x9c" * GUARD
ALIGNMENT = 16
SHOWN = 16
_PATTERN = bytes(0xA5 ^ index for index in range(256))


def pattern(offset: int, size: int) -> bytes:
    """What `$out` memory is filled with, from a byte offset on."""
    start = offset & 0xFF
    return (_PATTERN * ((start + size >> 8) + 1))[start : start + size]


class Memory:
    """One allocation: guard bytes, the data, guard bytes."""

    __slots__ = ("_buffer", "address", "inner", "name", "named", "patterned", "size", "snapshot")

    def __init__(self, name: str, content: bytes, align: int, patterned: bool, named: bool) -> None:
        self.name = name
        self.size = len(content)
        self.patterned = patterned
        self.named = named
        self.snapshot: Optional[bytes] = None
        self.inner: List[Memory] = []
        align = max(align, ALIGNMENT)
        # The NUL at the very end stops whoever reads text beyond the guard.
        block = FRONT + content + BEHIND + b"\0"
        self._buffer = (ctypes.c_char * (len(block) + align))()
        start = ctypes.addressof(self._buffer) + GUARD
        self.address = start + (-start % align)
        ctypes.memmove(self.address - GUARD, block, len(block))

    def content(self) -> bytes:
        """The data as it is now."""
        return ctypes.string_at(self.address, self.size)

    def untouched_from(self, offset: int) -> bool:
        """Does everything from here to the end still carry the pattern?"""
        size = self.size - offset
        if not self.patterned or size <= 0:
            return False
        return ctypes.string_at(self.address + offset, size) == pattern(offset, size)

    def damage(self, snapshot: Optional[bytes]) -> List[str]:
        """What was written where nothing may be; mended, so that it is told once."""
        found = self._compare("front", FRONT, -GUARD) + self._compare("behind", BEHIND, self.size)
        if snapshot is None:
            return found
        changed = self._compare("const", snapshot, 0, mend=False)
        if changed and self.snapshot is not None:
            self.snapshot = self.content()
        return found + changed

    def _compare(self, where: str, wanted: bytes, offset: int, mend: bool = True) -> List[str]:
        found = ctypes.string_at(self.address + offset, len(wanted))
        if found == wanted:
            return []
        if mend:
            ctypes.memmove(self.address + offset, wanted, len(wanted))
        at = next(index for index in range(len(wanted)) if wanted[index] != found[index])
        before, now = wanted[at : at + SHOWN].hex(), found[at : at + SHOWN].hex()
        return [
            f'{{"memory":{quote(self.name)},"where":"{where}","offset":{offset + at},'
            f'"expected":"{before}","found":"{now}"}}'
        ]


class Given:
    """The memory one step hands over, and which of it the callee may only read."""

    __slots__ = ("_constant", "_snapshots")

    def __init__(self) -> None:
        self._constant: Dict[Memory, bool] = {}
        self._snapshots: Dict[Memory, bytes] = {}

    def add(self, memory: Memory, constant: bool) -> None:
        """What is writable through one pointer is writable, whatever another one says."""
        self._constant[memory] = self._constant.get(memory, True) and constant
        for inner in memory.inner:
            self._constant.setdefault(inner, False)

    def memories(self) -> List[Memory]:
        """All of it, in the order it was given."""
        return list(self._constant)

    def take_snapshots(self) -> None:
        """Named memory may change between calls: its snapshot lasts for this one only."""
        for memory, constant in self._constant.items():
            if constant and memory.named:
                self._snapshots[memory] = memory.content()
            elif constant:
                memory.snapshot = memory.content()

    def damage(self) -> List[str]:
        """Damage seen now, as journal text."""
        return [
            each
            for memory in self._constant
            for each in memory.damage(self._snapshots.get(memory, memory.snapshot))
        ]


class Addresses:
    """The memory of one play of a case, and the names of all addresses it sees."""

    def __init__(self) -> None:
        self._starts: List[int] = []
        self._memories: List[Memory] = []
        self._in_order: List[Memory] = []
        self._supplied: Dict[int, str] = {}
        self._callbacks: Dict[int, str] = {}
        self._unknown: Dict[int, int] = {}
        self._kept: List[Any] = []
        self._lock = threading.Lock()

    def add(self, memory: Memory) -> None:
        """Keeps memory until the case ends."""
        with self._lock:
            index = bisect_right(self._starts, memory.address)
            self._starts.insert(index, memory.address)
            self._memories.insert(index, memory)
            self._in_order.append(memory)

    def keep(self, text: bytes) -> bytes:
        """Keeps a native text until the case ends."""
        self._kept.append(text)
        return text

    def supply(self, text: str) -> int:
        """An address that the case itself made up."""
        address = int(text, 16)
        self._supplied[address] = f'{{"$address":"0x{address:x}"}}'
        return address

    def know_callback(self, address: int, name: str) -> None:
        """The function pointer of a callback."""
        self._callbacks[address] = f'{{"$callback":{quote(name)}}}'

    def owner(self, address: int) -> Optional[Memory]:
        """The memory an address lies in; one past the end belongs to it."""
        index = bisect_right(self._starts, address) - 1
        if index < 0:
            return None
        memory = self._memories[index]
        return memory if address <= memory.address + memory.size else None

    def name(self, address: Optional[int]) -> str:
        """An address as the journal shows it: the same in every run."""
        if not address:
            return "null"
        known = self._supplied.get(address)
        if known is not None:
            return known
        memory = self.owner(address)
        if memory is not None:
            offset = address - memory.address
            tail = f',"offset":{offset}' if offset else ""
            return f'{{"$at":{quote(memory.name)}{tail}}}'
        known = self._callbacks.get(address)
        if known is not None:
            return known
        return f'{{"$pointer":{self._unknown.setdefault(address, len(self._unknown))}}}'

    def damage(self) -> List[str]:
        """Damage to any memory of the case, as journal text."""
        return [each for memory in self._in_order for each in memory.damage(memory.snapshot)]
