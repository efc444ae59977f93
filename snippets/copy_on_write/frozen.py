"""No better: `gc.freeze` keeps the garbage collector away from the strings, but not the reference counts."""

import gc
import multiprocessing

from growth import growth, tell

TEXTS = 60_000
LENGTH = 80


def read(texts: list[str]) -> None:
    for _text in texts:
        pass


def main() -> dict[str, int]:
    texts = [f"{number:0{LENGTH}}" for number in range(TEXTS)]
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe()
    child = fork.Process(target=tell, args=(theirs, read, texts))
    gc.freeze()
    return growth(child, ours)


if __name__ == "__main__":
    print(main())
