"""Two CPU-bound calls in two threads, which share an interpreter and its GIL, if it has one."""

from concurrent.futures import ThreadPoolExecutor


def work(thousands: int) -> int:
    total = 0
    for i in range(1000 * thousands):
        total += i
    return total


def main() -> list[int]:
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(work, [7000, 7000]))


if __name__ == "__main__":
    print(main())
