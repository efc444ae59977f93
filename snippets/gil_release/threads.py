"""Two calls of each kernel in two threads: only what releases the GIL gains from the second core."""

import hashlib
import threading
import time
from collections.abc import Callable

import numpy as np

BLOCK = bytes(1_000_000)
NUMBERS = np.random.default_rng(1).random(500_000)


def python() -> None:
    total = 0
    for number in range(600_000):
        total += number


def scrypt() -> None:
    for _ in range(6):
        hashlib.scrypt(b"password", salt=b"salt", n=2**11, r=8, p=1)


def sha256() -> None:
    for _ in range(16):
        hashlib.sha256(BLOCK)


def sort() -> None:
    for _ in range(5):
        np.sort(NUMBERS)


def seconds(kernel: Callable[[], None]) -> float:
    threads = [threading.Thread(target=kernel) for _ in range(2)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


def main() -> dict[str, float]:
    return {kernel.__name__: seconds(kernel) for kernel in (python, scrypt, sha256, sort)}


if __name__ == "__main__":
    print(main())
