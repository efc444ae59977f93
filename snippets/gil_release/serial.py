"""The yardstick: two calls of each kernel, one after the other."""

import time
from collections.abc import Callable

from kernels import KERNELS


def seconds(kernel: Callable[[], None]) -> float:
    start = time.perf_counter()
    kernel()
    kernel()
    return time.perf_counter() - start


def main() -> dict[str, float]:
    return {kernel.__name__: seconds(kernel) for kernel in KERNELS}


if __name__ == "__main__":
    print(main())
