"""Four kinds of work for one core: pure Python, and three calls of C."""

import hashlib

import numpy as np

BLOCK = bytes(1_000_000)
NUMBERS = np.sin(np.arange(500_000))


def python() -> None:
    total = 0
    for number in range(1_000_000):
        total += number


def scrypt() -> None:
    for _ in range(6):
        hashlib.scrypt(b"password", salt=b"salt", n=2**11, r=8, p=1)


def sha256() -> None:
    for _ in range(40):
        hashlib.sha256(BLOCK)


def sort() -> None:
    for _ in range(8):
        np.sort(NUMBERS)


KERNELS = (python, scrypt, sha256, sort)
