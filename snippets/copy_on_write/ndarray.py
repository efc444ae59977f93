"""Better: a forked child reads as many bytes of a NumPy array: one object, one reference count, nothing copied."""

import multiprocessing

import numpy as np

from growth import growth, tell

TEXTS = 60_000
LENGTH = 80


def read(array: "np.typing.NDArray[np.uint8]") -> None:
    array.sum()


def main() -> dict[str, int]:
    array = np.ones(TEXTS * LENGTH, dtype=np.uint8)
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe()
    child = fork.Process(target=tell, args=(theirs, read, array))
    return growth(child, ours)


if __name__ == "__main__":
    print(main())
