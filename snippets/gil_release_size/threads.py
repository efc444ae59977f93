"""The same 128 MiB in two threads: each block releases the GIL, and has to get it back."""

import hashlib
import sys
from concurrent.futures import ThreadPoolExecutor

TOTAL = 128 * 1024 * 1024


def digest(kilobytes: int, share: int) -> str:
    """Hash a share of the total, one block at a time, each on its own."""
    block = bytes(kilobytes * 1024)
    hexadecimal = ""
    for _ in range(share // len(block)):
        hexadecimal = hashlib.sha256(block).hexdigest()
    return hexadecimal


def main(kilobytes: int) -> list[str]:
    with ThreadPoolExecutor(max_workers=2) as executor:
        return list(executor.map(digest, [kilobytes] * 2, [TOTAL // 2] * 2))


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1024))
