"""Bad: two CPU-bound calls in two threads, which take turns at one GIL."""

import threading


def fib(n: int) -> int:
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def work(results: list[int]) -> None:
    results.append(fib(32))


def main() -> list[int]:
    results: list[int] = []
    threads = [threading.Thread(target=work, args=(results,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


if __name__ == "__main__":
    print(main())
