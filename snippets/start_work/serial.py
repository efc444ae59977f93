"""The yardstick: two pieces of work, one after the other."""

import sys


def work(thousands: int) -> int:
    total = 0
    for i in range(1000 * thousands):
        total += i
    return total


def main(thousands: int) -> list[int]:
    return [work(thousands), work(thousands)]


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
