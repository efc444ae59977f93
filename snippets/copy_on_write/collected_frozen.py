"""Better: after `gc.freeze` collecting leaves the containers alone, and the child shares them still."""

import gc
import multiprocessing

from growth import growth, tell

CONTAINERS = 60_000
LENGTH = 10


def main() -> dict[str, int]:
    containers = [[None] * LENGTH for _ in range(CONTAINERS)]
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe()
    child = fork.Process(target=tell, args=(theirs, gc.collect))
    gc.freeze()
    result = growth(child, ours)
    del containers
    return result


if __name__ == "__main__":
    print(main())
