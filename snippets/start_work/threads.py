"""Two pieces of work in two threads, which compute at the same time only without a GIL."""

import sys
from concurrent.futures import ThreadPoolExecutor


def work(thousands: int) -> int:
    total = 0
    for i in range(1000 * thousands):
        total += i
    return total


def main(thousands: int) -> list[int]:
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(work, [thousands] * 2))


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
