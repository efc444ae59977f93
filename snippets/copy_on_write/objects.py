"""Bad: a forked child only reads its parent's strings, yet copies them: each reading writes a reference count."""

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

TEXTS = 100_000
LENGTH = 80


def private() -> int:
    """Bytes of memory that this process shares with no other."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))


def work(texts: list[str], pipe: Connection) -> None:
    before = private()
    for _text in texts:
        pass
    pipe.send(private() - before)


def main() -> dict[str, int]:
    texts = [f"{number:0{LENGTH}}" for number in range(TEXTS)]
    method = multiprocessing.get_context("fork")
    ours, theirs = method.Pipe()
    child = method.Process(target=work, args=(texts, theirs))
    child.start()
    growth: int = ours.recv()
    child.join()
    return {"growth": growth}


if __name__ == "__main__":
    print(main())
