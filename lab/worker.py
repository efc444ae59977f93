"""Run one program once, in this interpreter, and print one sample, a dictionary as Python writes it.

    python lab/worker.py snippets/cpu_bound/bad.py
    python lab/worker.py snippets/io_bound/bad.py url=http://127.0.0.1:8080/

What follows the program are keyword arguments of its `main()`; what reads as a number is given as one.
Only `main()` is measured: the interpreter's start and the program's imports are over before the clock starts.
The standard library alone is imported, so that any interpreter from 3.11 on can be measured from outside; and little
of it, for each import is paid for in every one of thousands of runs: `json` would double what the start takes.

A sample: `wall`, `user`, `system` in seconds; `switches`, the context switches, voluntary and not; all but `wall` are
summed over the whole tree of processes; `load`, the seconds that the program's imports took before; `result`, what
`main()` returned. `switches` is null where the system does not count them. If the program failed, `error` holds one
sentence instead of all these, and the exit status is 1.
"""

from __future__ import annotations

import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any


class ProgramError(Exception):
    """The program cannot be measured; the message says why."""


def main(arguments: list[str]) -> int:
    """Measure the program named by the first argument; return the exit status."""
    sample_fd = os.dup(1)  # not inherited: what children print cannot get into the sample
    noise = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"noise-{os.getpid()}")
    noise_fd = os.open(noise, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    os.unlink(noise)
    os.dup2(noise_fd, 1)
    try:
        sample = measure(os.path.abspath(arguments[0]), dict(map(read_argument, arguments[1:])))
        sys.stdout.flush()
        if printed := os.pread(noise_fd, 200, 0).decode(errors="replace"):
            raise ProgramError(f"it printed {printed!r} while it was measured; return it from main() instead")
    except ProgramError as error:
        sample = {"error": str(error)}
    os.write(sample_fd, f"{sample!r}\n".encode())
    os.close(sample_fd)
    return 1 if "error" in sample else 0


def read_argument(text: str) -> tuple[str, int | float | str]:
    """One keyword argument, written as `name=value`."""
    name, _, value = text.partition("=")
    for kind in (int, float):
        try:
            return name, kind(value)
        except ValueError:
            pass
    return name, value


def measure(program: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """One sample of `main(**arguments)`.

    Raises ProgramError if the program raises or exits.
    """
    try:
        start = time.perf_counter()
        module = load(program)
        loading = time.perf_counter() - start
        before = consumed()
        start = time.perf_counter()
        result = module.main(**arguments)
        wall = time.perf_counter() - start
        after = consumed()
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        raise ProgramError(describe(error, program)) from error
    user, system, switches = (
        b - a if a is not None and b is not None else None for a, b in zip(before, after, strict=True)
    )
    return {"wall": wall, "user": user, "system": system, "switches": switches, "load": loading, "result": result}


def load(program: str) -> ModuleType:
    """The program as multiprocessing's own children load it: as the main module, its guard closed.

    So a child that is spawned imports the program, as it would for a reader, and not this file.
    """
    module = type(sys)("__mp_main__")
    module.__file__ = program
    sys.modules["__main__"] = sys.modules["__mp_main__"] = module
    sys.argv = [program]
    sys.path.insert(0, os.path.dirname(program))
    with open(program, "rb") as source:
        code = compile(source.read(), program, "exec")
    exec(code, module.__dict__)
    return module


def consumed() -> tuple[float | None, float | None, int | None]:
    """User seconds, system seconds and context switches of this process and all its descendants so far."""
    try:
        import resource
    except ImportError:  # Windows
        times = os.times()
        return times.user, times.system, None
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    user, system, switches = living_descendants()
    return (
        own.ru_utime + children.ru_utime + user,
        own.ru_stime + children.ru_stime + system,
        own.ru_nvcsw + own.ru_nivcsw + children.ru_nvcsw + children.ru_nivcsw + switches,
    )


def living_descendants() -> tuple[float, float, int]:
    """What descendants consumed that are still alive, and so are missing from RUSAGE_CHILDREN.

    The fork server is one, and with it all the workers that it has waited for. From Linux's /proc, in clock ticks.
    """
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except (ChildProcessError, AttributeError):
        return 0.0, 0.0, 0
    children: dict[int, list[int]] = {}
    ticks: dict[int, tuple[int, int]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", "rb") as stat:
                # The command's name stands in parentheses and may hold anything; the third field is the next.
                fields = stat.read().rpartition(b")")[2].split()
        except OSError:  # it ended
            continue
        pid = int(name)
        children.setdefault(int(fields[1]), []).append(pid)
        ticks[pid] = (int(fields[11]) + int(fields[13]), int(fields[12]) + int(fields[14]))
    user = system = switches = 0
    pending = children.get(os.getpid(), [])
    while pending:
        pid = pending.pop()
        pending += children.get(pid, [])
        user, system = user + ticks[pid][0], system + ticks[pid][1]
        switches += switches_of(pid)
    tick = os.sysconf("SC_CLK_TCK")
    return user / tick, system / tick, switches


def switches_of(pid: int) -> int:
    """Context switches of a living process so far; its reaped children's are not known to the system."""
    try:
        with open(f"/proc/{pid}/status", "rb") as status:
            return sum(int(line.split()[1]) for line in status if b"ctxt_switches:" in line)
    except OSError:
        return 0


def describe(error: BaseException, program: str) -> str:
    """One sentence on what ended the program, with the last of its own lines that was running."""
    import traceback

    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == program]
    where = f" at line {lines[-1]}" if lines else ""
    if isinstance(error, SyntaxError):
        where = f" at line {error.lineno}"
    if isinstance(error, SystemExit):
        return f"it called sys.exit({error.code!r}){where}; main() is to return its result"
    message = " ".join(str(error).split())
    return f"it raised {type(error).__name__}{': ' + message if message else ''}{where}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
