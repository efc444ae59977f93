"""A thread: create one, join it, create the next."""

import threading
from time import perf_counter

COUNT = 150


def work(done: list[int]) -> None:
    done.append(1)


def main() -> dict[str, float]:
    done: list[int] = []
    start = perf_counter()
    for _ in range(COUNT):
        thread = threading.Thread(target=work, args=(done,))
        thread.start()
        thread.join()
    return {"each": (perf_counter() - start) / COUNT, "failed": COUNT - len(done)}


if __name__ == "__main__":
    print(main())
