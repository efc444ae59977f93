"""Two CPU-bound calls in two interpreters of one process, each with a GIL of its own."""

from concurrent.futures import InterpreterPoolExecutor  # type: ignore[attr-defined]  # since Python 3.14


def work(thousands: int) -> int:
    total = 0
    for i in range(1000 * thousands):
        total += i
    return total


def main() -> list[int]:
    with InterpreterPoolExecutor(2) as pool:
        return list(pool.map(work, [7000, 7000]))


if __name__ == "__main__":
    print(main())
