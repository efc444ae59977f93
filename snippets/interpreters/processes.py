"""Two CPU-bound calls in two processes, each with an interpreter of its own."""

from concurrent.futures import ProcessPoolExecutor


def work(thousands: int) -> int:
    total = 0
    for i in range(1000 * thousands):
        total += i
    return total


def main() -> list[int]:
    with ProcessPoolExecutor(2) as pool:
        return list(pool.map(work, [7000, 7000]))


if __name__ == "__main__":
    print(main())
