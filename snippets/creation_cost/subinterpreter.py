"""A subinterpreter in the same process, with modules and a GIL of its own: create one, close it, create the next."""

from concurrent import interpreters  # type: ignore[attr-defined]  # since Python 3.14
from time import perf_counter

COUNT = 4


def main() -> dict[str, float]:
    done = 0
    start = perf_counter()
    for _ in range(COUNT):
        interpreter = interpreters.create()
        interpreter.exec("pass")  # raises what the code raises
        interpreter.close()
        done += 1
    return {"each": (perf_counter() - start) / COUNT, "failed": COUNT - done}


if __name__ == "__main__":
    print(main())
