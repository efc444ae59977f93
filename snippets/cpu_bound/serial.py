"""The yardstick: two CPU-bound calls, one after the other."""


def fib(n: int) -> int:
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def main() -> list[int]:
    return [fib(32), fib(32)]


if __name__ == "__main__":
    print(main())
