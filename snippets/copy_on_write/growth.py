"""How much memory a forked child comes to hold alone, from Linux's /proc."""

from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from pathlib import Path


def private() -> int:
    """Bytes of memory that this process shares with no other."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))


def tell(pipe: Connection, work: Callable[..., object], *held: object) -> None:
    """In the child: do the work, and send by how many bytes it has grown."""
    before = private()
    work(*held)
    pipe.send(private() - before)


def growth(child: ForkProcess, pipe: Connection) -> dict[str, int]:
    """In the parent: start the child, and return what it sends."""
    child.start()
    grown: int = pipe.recv()
    child.join()
    return {"growth": grown}
