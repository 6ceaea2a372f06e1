"""Functions of written programs: their source is copied as it stands into those that need it."""

# mypy: ignore-errors

import json
from ctypes import addressof, c_uint16, sizeof, string_at
from io import StringIO
from struct import pack
from threading import Barrier, Thread

filled = []


def f32(value):
    return "0x" + pack(">f", value).hex()


def f64(value):
    return "0x" + pack(">d", value).hex()


def boolean(value):
    return "true" if value else "false"


def pointer_or_null(value):
    return "pointer" if value else "null"


def octets(memory):
    return f"bytes {bytes(memory).hex(' ')}".strip()


def text(at):
    if not at:
        return "null"
    try:
        return json.dumps(string_at(at).decode(), ensure_ascii=False)
    except UnicodeDecodeError:
        return octets(string_at(at))


def utf16(at):
    if not at:
        return "null"
    units = []
    while unit := c_uint16.from_address(at + 2 * len(units)).value:
        units.append(unit)
    try:
        words = b"".join(pack(">H", unit) for unit in units).decode("utf-16-be")
        return json.dumps(words, ensure_ascii=False)
    except UnicodeDecodeError:
        return octets(b"".join(pack(">H", unit) for unit in units))


def octets_at(at, count):
    return octets(string_at(at, count)) if at else "null"


def items_at(kind, at, count, show):
    return f"[{', '.join(map(show, (kind * count).from_address(at)))}]" if at else "null"


def fresh(kind, count):
    # A pattern shows what the library leaves alone.
    pattern = bytes(0xA5 ^ i & 0xFF for i in range(sizeof(kind) * count))
    return (kind * count).from_buffer_copy(pattern)


def fresh_and_known(kind, count):
    # A pattern shows what the library leaves alone.
    pattern = bytes(0xA5 ^ i & 0xFF for i in range(sizeof(kind) * count))
    filled.append((kind * count).from_buffer_copy(pattern))
    return filled[-1]


def untouched(memory):
    return bytes(memory) == bytes(0xA5 ^ i & 0xFF for i in range(sizeof(memory)))


def touched_items(memory, show):
    found, size = bytes(memory), sizeof(memory._type_)
    pattern = bytes(0xA5 ^ i & 0xFF for i in range(len(found)))
    if found == pattern:
        return "untouched"
    same = [found[i : i + size] == pattern[i : i + size] for i in range(0, len(found), size)]
    return f"[{', '.join('untouched' if s else show(v) for s, v in zip(same, memory))}]"


def untouched_at(at, size=None):
    # Without a size: all the rest of that memory.
    for memory in filled:
        start = at - addressof(memory)
        end = sizeof(memory) if size is None else start + size
        if 0 <= start < end <= sizeof(memory):
            return string_at(at, end - start) == bytes(0xA5 ^ i & 0xFF for i in range(start, end))
    return False


def seen(kind, at, show):
    return "untouched" if untouched_at(at, sizeof(kind)) else show((kind * 1).from_address(at)[0])


def seen_items(kind, at, count, show):
    if at and untouched_at(at, sizeof(kind) * count):
        return "untouched"
    shown = (seen(kind, at + i * sizeof(kind), show) for i in range(count))
    return f"[{', '.join(shown)}]" if at else "null"


def seen_fields(value, **shows):
    kind, parts = type(value), []
    for name, show in shows.items():
        at = addressof(value) + getattr(kind, name).offset
        parts.append(f"{name}: {seen(dict(kind._fields_)[name], at, show)}")
    return f"{{{', '.join(parts)}}}"


def seen_octets(at, count):
    return "untouched" if at and untouched_at(at, count) else octets_at(at, count)


def seen_text(at):
    return "untouched" if at and untouched_at(at) else text(at)


def seen_utf16(at):
    return "untouched" if at and untouched_at(at) else utf16(at)


def ends(calls):
    if not calls:
        return "{count: 0}"
    return f"{{count: {len(calls)}, first: {calls[0]}, last: {calls[-1]}}}"


def on_threads(count, steps, work):
    # Every step on all threads at once; what they saw is printed in their order.
    outs, barrier = [StringIO() for _ in range(count)], Barrier(count + 1)

    def play(thread):
        barrier.wait()
        for _ in work(thread, outs[thread]):
            barrier.wait()
            barrier.wait()

    threads = [Thread(target=play, args=(thread,)) for thread in range(count)]
    for thread in threads:
        thread.start()
    barrier.wait()
    for _ in range(steps):
        barrier.wait()
        for out in outs:
            print(out.getvalue(), end="")
            out.truncate(out.seek(0))
        barrier.wait()
    for thread in threads:
        thread.join()
