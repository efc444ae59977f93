"""ProcessPoolExecutor: exceptions reach the parent; a worker that dies breaks the whole pool."""

import sys
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from crashes import CRASHES, crash, outcomes


def fail(how: str) -> None:
    time.sleep(0.2)  # until other work is pending
    crash(how)


def outcome(how: str) -> str:
    with ProcessPoolExecutor(1) as pool:
        first = pool.submit(fail, how if how in CRASHES else "exception")
        pending = pool.submit(abs, -1)
        if how == "unread":
            return "silent" if pending.result() == 1 else "pool-broken"
        try:
            first.result()
        except SystemExit:
            return "exit-passed-on"
        except BrokenProcessPool as broken:
            return "pool-broken" if type(pending.exception()) is type(broken) else "survives"
        except ZeroDivisionError:
            return "survives" if pending.result() == 1 else "pool-broken"
    return "silent"


def main() -> dict[str, str]:
    return outcomes(__file__, [*CRASHES, "unread"])


if __name__ == "__main__":
    print(outcome(sys.argv[1]) if sys.argv[1:] else main())
