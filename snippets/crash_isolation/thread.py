"""A thread that crashes: an exception or sys.exit ends only the thread, anything harder ends all."""

import sys
import threading

from crashes import crash, outcomes


def outcome(how: str) -> str:
    thread = threading.Thread(target=crash, args=(how,))
    thread.start()
    thread.join()
    return "silent"


def main() -> dict[str, str]:
    return outcomes(__file__)


if __name__ == "__main__":
    print(outcome(sys.argv[1]) if sys.argv[1:] else main())
