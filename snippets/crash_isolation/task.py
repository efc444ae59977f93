"""A coroutine's task: exceptions reach whoever awaits it; anything else, sys.exit too, ends all."""

import asyncio
import sys

from crashes import CRASHES, crash, outcomes


async def fail(how: str) -> None:
    crash(how)


async def attempt(how: str) -> str:
    task = asyncio.create_task(fail(how if how in CRASHES else "exception"))
    if how == "unread":
        await asyncio.wait([task])
        return "silent"
    try:
        await task
    except ZeroDivisionError:
        return "survives"
    return "silent"


def outcome(how: str) -> str:
    return asyncio.run(attempt(how))


def main() -> dict[str, str]:
    return outcomes(__file__, [*CRASHES, "unread"])


if __name__ == "__main__":
    print(outcome(sys.argv[1]) if sys.argv[1:] else main())
