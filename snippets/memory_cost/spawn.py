"""What one more idle process adds, started by spawn: a whole interpreter that starts anew."""

import multiprocessing

from footprint import added_by_processes

UNITS = 3


def main() -> dict[str, float]:
    return added_by_processes(multiprocessing.get_context("spawn"), UNITS)


if __name__ == "__main__":
    print(main())
