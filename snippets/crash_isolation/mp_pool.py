"""multiprocessing.Pool: exceptions reach the parent; for a worker that dies it waits for ever."""

import multiprocessing
import sys

from crashes import CRASHES, crash, outcomes


def outcome(how: str) -> str:
    with multiprocessing.Pool(1) as pool:
        pool.apply(abs, (-1,))  # from here on the worker is there
        result = pool.apply_async(crash, (how if how in CRASHES else "exception",))
        if how == "unread":
            return "silent" if pool.apply(abs, (-1,)) == 1 else "pool-broken"
        try:
            result.get(timeout=1.2)
        except multiprocessing.TimeoutError:
            return "hangs"
        except ZeroDivisionError:
            return "survives" if pool.apply(abs, (-1,)) == 1 else "pool-broken"
    return "silent"


def main() -> dict[str, str]:
    return outcomes(__file__, [*CRASHES, "unread"])


if __name__ == "__main__":
    print(outcome(sys.argv[1]) if sys.argv[1:] else main())
