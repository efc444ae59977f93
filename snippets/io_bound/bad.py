"""Bad: 24 requests, and a whole process for each, only to wait."""

import multiprocessing
import sys
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit


def fetch(url: str) -> int:
    parts = urlsplit(url)  # not urlopen, whose first call loads certificates since Python 3.12
    with closing(HTTPConnection(parts.netloc)) as connection:
        connection.request("GET", parts.path)
        return connection.getresponse().status


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
