"""Two processes that wake each other over pipes in turn; each reads its working set, on one core."""

import multiprocessing

from turns import take_turns


def main(kilobytes: int = 4) -> dict[str, float]:
    return take_turns(multiprocessing.get_context("fork").Process, kilobytes)


if __name__ == "__main__":
    print(main())
