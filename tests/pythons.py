"""The interpreters that this machine has, for tests that must hold under each; PYTHONS in the environment adds some."""

from __future__ import annotations

import os
import sys
from functools import cache

from lab import interpreter
from lab.errors import LabError

VERSIONS = ("3.11", "3.12", "3.13", "3.13t", "3.14", "3.14t", "3.15", "3.15t")


@cache
def found() -> dict[str, str]:
    """The name of each interpreter → its command, this one's first. What PYTHONS names has to be there."""
    commands = [sys.executable, *map(interpreter.find, os.environ.get("PYTHONS", "").split())]
    for version in VERSIONS:
        try:
            commands.append(interpreter.find(version))
        except LabError:
            continue
    named: dict[str, str] = {}
    for command in commands:
        named.setdefault(interpreter.ask(command).name, command)
    return named
