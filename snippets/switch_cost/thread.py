"""Two threads that wake each other over pipes in turn; each reads its working set, on one core."""

import threading

from turns import take_turns


def main(kilobytes: int = 4) -> dict[str, float]:
    return take_turns(threading.Thread, kilobytes)


if __name__ == "__main__":
    print(main())
