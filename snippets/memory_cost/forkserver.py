"""What one more idle process adds, started by forkserver: a copy of a small server that shares its pages."""

import multiprocessing

from footprint import added_by_processes

UNITS = 3


def main() -> dict[str, float]:
    return added_by_processes(multiprocessing.get_context("forkserver"), UNITS)


if __name__ == "__main__":
    print(main())
