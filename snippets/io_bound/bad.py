"""Bad: 24 requests, and a whole process for each, only to wait."""

import multiprocessing
import sys
from urllib.request import urlopen


def fetch(url: str) -> int:
    with urlopen(url) as response:
        return int(response.status)


def work(url: str, results: "multiprocessing.SimpleQueue[int]") -> None:
    results.put(fetch(url))


def main(url: str) -> list[int]:
    results: multiprocessing.SimpleQueue[int] = multiprocessing.SimpleQueue()
    processes = [multiprocessing.Process(target=work, args=(url, results)) for _ in range(24)]
    for process in processes:
        process.start()
    statuses = [results.get() for _ in processes]
    for process in processes:
        process.join()
    return statuses


if __name__ == "__main__":
    print(main(sys.argv[1]))
