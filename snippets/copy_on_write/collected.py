"""Bad: a forked child only collects garbage, yet copies every container: collecting writes into its header."""

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
    result = growth(child, ours)
    del containers
    return result


if __name__ == "__main__":
    print(main())
