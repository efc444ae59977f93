"""A thread computes over data where it lies: there is nothing to send."""

import sys
import time
import zlib
from concurrent.futures import ThreadPoolExecutor


def main(megabytes: float) -> dict[str, float]:
    data = bytes(range(256)) * int(megabytes * 4096)
    with ThreadPoolExecutor(max_workers=1) as executor:
        executor.submit(zlib.crc32, b"").result()  # the thread is there before the clock starts
        start = time.perf_counter()
        checksum = executor.submit(zlib.crc32, data).result()
        each = time.perf_counter() - start
    return {"checksum": checksum, "each": each}


if __name__ == "__main__":
    print(main(float(sys.argv[1]) if len(sys.argv) > 1 else 8))
