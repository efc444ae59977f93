"""ThreadPoolExecutor: exceptions reach whoever reads the result; anything harder ends all."""

import sys
from concurrent.futures import ThreadPoolExecutor

from crashes import CRASHES, crash, outcomes


def outcome(how: str) -> str:
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(crash, how if how in CRASHES else "exception")
        later = pool.submit(abs, -1)
        if how == "unread":
            return "silent" if later.result() == 1 else "pool-broken"
        try:
            first.result()
        except SystemExit:
            return "exit-passed-on"
        except ZeroDivisionError:
            return "survives" if later.result() == 1 else "pool-broken"
    return "silent"


def main() -> dict[str, str]:
    return outcomes(__file__, [*CRASHES, "unread"])


if __name__ == "__main__":
    print(outcome(sys.argv[1]) if sys.argv[1:] else main())
