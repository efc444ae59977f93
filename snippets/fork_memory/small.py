"""Fork a process from a parent that has touched few megabytes: create one, join it, create the next."""

import multiprocessing

from forks import create_and_join

MEGABYTES = 1
COUNT = 12


def main() -> dict[str, float]:
    held = [b"x" * 65_536 for _ in range(16 * MEGABYTES)]
    result = create_and_join(multiprocessing.get_context("fork"), COUNT)
    held.clear()  # until here the parent has held them
    return result


if __name__ == "__main__":
    print(main())
