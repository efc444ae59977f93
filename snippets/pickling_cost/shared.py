"""A process computes over data that lies in memory which both processes see."""

import sys
import time
import zlib
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.shared_memory import SharedMemory


def checksum_of(name: str, size: int) -> int:
    memory = SharedMemory(name)
    assert memory.buf is not None  # None once it is closed
    checksum = zlib.crc32(memory.buf[:size])
    memory.close()
    return checksum


def main(megabytes: float) -> dict[str, float]:
    data = bytes(range(256)) * int(megabytes * 4096)
    memory = SharedMemory(create=True, size=len(data))
    assert memory.buf is not None
    memory.buf[: len(data)] = data
    with ProcessPoolExecutor(max_workers=1) as executor:
        executor.submit(zlib.crc32, b"").result()  # the process is there before the clock starts
        start = time.perf_counter()
        checksum = executor.submit(checksum_of, memory.name, len(data)).result()
        each = time.perf_counter() - start
    memory.close()
    memory.unlink()
    return {"checksum": checksum, "each": each}


if __name__ == "__main__":
    print(main(float(sys.argv[1]) if len(sys.argv) > 1 else 8))
