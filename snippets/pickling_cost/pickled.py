"""A process computes over data that is pickled and sent to it through a pipe."""

import sys
import time
import zlib
from concurrent.futures import ProcessPoolExecutor


def main(megabytes: float) -> dict[str, float]:
    data = bytes(range(256)) * int(megabytes * 4096)
    with ProcessPoolExecutor(max_workers=1) as executor:
        executor.submit(zlib.crc32, b"").result()  # the process is there before the clock starts
        start = time.perf_counter()
        checksum = executor.submit(zlib.crc32, data).result()
        each = time.perf_counter() - start
    return {"checksum": checksum, "each": each}


if __name__ == "__main__":
    print(main(float(sys.argv[1]) if len(sys.argv) > 1 else 8))
