"""A direct call: pass small objects to a function, and ask for their sum after every batch."""

from time import perf_counter

COUNT = 10_000


class Receiver:
    total = 0

    def put(self, number: int) -> None:
        self.total += number


def main(batch: int = 1) -> dict[str, float]:
    receiver = Receiver()
    start = perf_counter()
    for _ in range(COUNT // batch):
        for _ in range(batch):
            receiver.put(1)
        total = receiver.total
    return {"each": (perf_counter() - start) / COUNT, "lost": COUNT - total}


if __name__ == "__main__":
    print(main())
