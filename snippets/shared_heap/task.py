"""A coroutine's task: it changes the one object that its creator sees too, from the very stack of its thread."""

import asyncio
import sys
from pathlib import Path

items: list[int] = []
stacks: list[str] = []


def stack() -> str:
    """The mapping that holds this thread's stack pointer, by its start; Linux tells both in /proc."""
    pointer = int(Path("/proc/thread-self/syscall").read_text(encoding="ascii").split()[-2], 16)
    for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
        start, end = (int(address, 16) for address in line.split()[0].split("-"))
        if start <= pointer < end:
            return "[stack]" if "[stack]" in line else hex(start)
    raise LookupError(hex(pointer))


async def work() -> None:
    items.append(id(items))  # in CPython, the object's address
    if sys.platform == "linux":
        stacks.append(stack())


async def run() -> None:
    await asyncio.create_task(work())


def main() -> dict[str, str]:
    asyncio.run(run())
    outcomes = {
        "change": "seen" if len(items) == 1 else "not-seen",
        "address": "same" if items == [id(items)] else "another",
    }
    if sys.platform == "linux":
        outcomes["stack"] = "same" if stacks == [stack()] else "own"
    return outcomes


if __name__ == "__main__":
    print(main())
