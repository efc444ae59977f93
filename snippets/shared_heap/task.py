"""A coroutine's task: it changes the one object that its creator sees too, from the very stack of its thread."""

import asyncio
import sys

from maps import stack

items: list[int] = []
stacks: list[str] = []


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
