"""The yardstick: 128 MiB, hashed block by block in one thread."""

import hashlib
import sys

TOTAL = 128 * 1024 * 1024


def digest(kilobytes: int, share: int) -> str:
    """Hash a share of the total, one block at a time, each on its own."""
    block = bytes(kilobytes * 1024)
    hexadecimal = ""
    for _ in range(share // len(block)):
        hexadecimal = hashlib.sha256(block).hexdigest()
    return hexadecimal


def main(kilobytes: int) -> list[str]:
    return [digest(kilobytes, TOTAL // 2), digest(kilobytes, TOTAL // 2)]


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1024))
