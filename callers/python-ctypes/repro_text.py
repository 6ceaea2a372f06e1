"""Pieces of Python: expressions, calls, texts that are shown, and the lines of a body."""

from __future__ import annotations

import keyword
import textwrap
from json.encoder import encode_basestring_ascii as quoted
from typing import Dict, List, Union

WIDTH = 100


class Unwritable(Exception):
    """This case cannot be written as a program: a sentence for the user."""


class Code(str):
    """An expression of Python."""


# Pieces of what is shown: text as it is, and code whose value is shown.
Shown = List[Union[str, Code]]


class Block:
    """Lines of one body."""

    def __init__(self) -> None:
        self.lines: List[str] = []
        self.known: Dict[str, str] = {}

    def add(self, text: str) -> None:
        """A statement, of several lines perhaps."""
        self.lines.append(text)

    def text(self) -> str:
        """The body."""
        return "\n".join(self.lines)

    def indented(self) -> str:
        """The body inside of something."""
        return textwrap.indent(self.text(), "    ")


def call(head: str, arguments: List[str], brackets: str = "()") -> str:
    """A call, or a list, broken where it would be too long."""
    line = f"{head}{brackets[0]}{', '.join(arguments)}{brackets[1]}"
    if len(line) <= WIDTH - 12 or len(arguments) < 2:
        return line
    rows = [""]
    for each in arguments:
        if len(rows[-1]) + len(each) > WIDTH - 16 and rows[-1]:
            rows.append("")
        rows[-1] += f"{each}, "
    inside = "\n".join(f"    {row.rstrip()}" for row in rows)
    return f"{head}{brackets[0]}\n{inside}\n{brackets[1]}"


def plain(name: str) -> bool:
    """Can it stand behind a dot, and does Python leave it as it is?"""
    return name.isascii() and name.isidentifier() and not keyword.iskeyword(name)


def identifier(name: str) -> str:
    """A name of the plan that goes into a string: nothing but a name."""
    if not name.isidentifier():
        raise Unwritable(f"{name!r} is no name")
    return name


def attribute(code: str, name: str) -> Code:
    """A field of a value."""
    if plain(name):
        return Code(f"{code}.{name}")
    return Code(f'getattr({code}, "{identifier(name)}")')


def grouped(code: str) -> Code:
    """An expression that more may be attached to."""
    return Code(f"({code})" if " " in code else code)


def joined(pieces: Shown) -> Shown:
    """Texts that stand next to each other as one."""
    whole: Shown = []
    for each in pieces:
        if whole and not isinstance(each, Code) and not isinstance(whole[-1], Code):
            whole[-1] += each
        else:
            whole.append(each)
    return whole


def shown(pieces: Shown) -> Code:
    """Code for a text: an f-string, unless it is one value."""
    if len(pieces) == 1 and isinstance(pieces[0], Code):
        return pieces[0]
    if not any(isinstance(each, Code) for each in pieces):
        return Code(quoted("".join(pieces)))
    parts = [
        f"{{{each}}}".replace('"', "'")
        if isinstance(each, Code)
        else quoted(each)[1:-1].replace("{", "{{").replace("}", "}}")
        for each in pieces
    ]
    return Code(f'f"{"".join(parts)}"')
