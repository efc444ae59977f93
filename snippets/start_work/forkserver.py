"""Two pieces of work in two processes, each forked from a small server process."""

import multiprocessing
import sys


def work(thousands: int) -> int:
    total = 0
    for i in range(1000 * thousands):
        total += i
    return total


def main(thousands: int) -> list[int]:
    with multiprocessing.get_context("forkserver").Pool(2) as pool:
        return pool.map(work, [thousands] * 2, chunksize=1)


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
