"""Which interpreter runs the programs. The standard library alone, so that any interpreter can tell it of itself."""

from __future__ import annotations

import multiprocessing
import platform
import sys
import sysconfig
from dataclasses import dataclass


@dataclass(frozen=True)
class Interpreter:
    """The interpreter's card."""

    implementation: str  # "CPython"
    version: str  # "3.14.0"
    build: str  # its own account of source, compiler and date
    free_threaded: bool  # built without the need of a GIL
    gil: bool  # whether the GIL is on, in this process
    start_method: str  # multiprocessing's default: fork, spawn or forkserver


def describe() -> Interpreter:
    """The interpreter that runs this code."""
    gil_enabled = getattr(sys, "_is_gil_enabled", None)  # 3.13 and later
    return Interpreter(
        implementation=platform.python_implementation(),
        version=platform.python_version(),
        build=" ".join((*platform.python_build(), platform.python_compiler())),
        free_threaded=bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        gil=gil_enabled() if gil_enabled else True,
        start_method=multiprocessing.get_all_start_methods()[0],  # documented: the default stands first
    )
