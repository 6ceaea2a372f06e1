"""Writes a case as a program of its own: PLAN KEY LIBRARY; the program goes to stdout."""

from __future__ import annotations

import sys

if not (sys.flags.isolated or getattr(sys.flags, "safe_path", False)):
    del sys.path[0]  # This folder's types.py must not hide the standard one.

import json
import os
from typing import Any, Dict, List, Optional, Tuple

# The folder's name is no identifier, so the package has to be made by hand.
_package = type(sys)("python_ctypes")
_package.__path__ = [os.path.dirname(os.path.abspath(__file__))]
sys.modules[_package.__name__] = _package

from python_ctypes.repro_program import Program  # noqa: E402 - the package exists from here on
from python_ctypes.repro_steps import Steps  # noqa: E402
from python_ctypes.repro_text import Unwritable  # noqa: E402
from python_ctypes.values import fill_slots  # noqa: E402


def main(arguments: List[str]) -> Optional[str]:
    """Writes the program; returns why it cannot."""
    if len(arguments) != 3:
        return "usage: repro.py PLAN KEY LIBRARY"
    plan, key, library = arguments
    try:
        header, steps = find(plan, key)
        program = Program(header, library)
        Steps(program, steps).write()
        text = program.text()
        compile(text, "repro.py", "exec")
    except OSError as error:
        return f"{plan}: {error.strerror}"
    except Unwritable as error:
        return f"{key} cannot be written as a Python program: {error}"
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        return f"{key} cannot be written as a Python program: the plan was not understood ({what})"
    sys.stdout.buffer.write(text.encode())
    return None


def find(path: str, key: str) -> Tuple[Dict[str, Any], List[Dict[str, Any]]]:
    """The header of a plan, and the steps of one case with its row filled in."""
    with open(path, "rb") as plan:
        header: Dict[str, Any] = json.loads(plan.readline())
        for line in plan:
            case = json.loads(line)
            if case["case"] == key:
                steps = case.get("steps") or header["tables"][case["table"]]["steps"]
                filled: List[Dict[str, Any]] = fill_slots(steps, case.get("row", []))
                return header, filled
    raise Unwritable(f"{path} has no such case")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
