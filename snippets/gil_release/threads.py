"""Two calls of each kernel in two threads: only what releases the GIL gains from the second core."""

import threading
import time
from collections.abc import Callable

from kernels import KERNELS


def seconds(kernel: Callable[[], None]) -> float:
    threads = [threading.Thread(target=kernel) for _ in range(2)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


def main() -> dict[str, float]:
    return {kernel.__name__: seconds(kernel) for kernel in KERNELS}


if __name__ == "__main__":
    print(main())
