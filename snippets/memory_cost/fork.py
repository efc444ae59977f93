"""What one more idle process adds, started by fork: it shares what neither of the two has written to since."""

import multiprocessing

from footprint import added_by_processes

UNITS = 4


def main() -> dict[str, float]:
    return added_by_processes(multiprocessing.get_context("fork"), UNITS)


if __name__ == "__main__":
    print(main())
