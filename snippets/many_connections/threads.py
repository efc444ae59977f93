"""Bad: 2000 connections that wait at once, and a thread for each of them."""

import socket
import sys
import threading
from urllib.parse import urlsplit

import psutil

CONNECTIONS = 2000


def memory() -> int:
    """Resident set of this process in bytes; it has no other to share pages with."""
    return int(psutil.Process().memory_info().rss)


def wait(address: tuple[str | None, int | None], connected: threading.Semaphore, end: threading.Event) -> None:
    with socket.create_connection(address):
        connected.release()
        end.wait()


def main(url: str) -> dict[str, float]:
    parts = urlsplit(url)
    connected, end = threading.Semaphore(0), threading.Event()
    arguments = ((parts.hostname, parts.port), connected, end)
    before = memory()
    threads = [threading.Thread(target=wait, args=arguments) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for _ in threads:
        connected.acquire()
    each = (memory() - before) / CONNECTIONS
    end.set()
    for thread in threads:
        thread.join()
    return {"each": each, "connections": len(threads)}


if __name__ == "__main__":
    print(main(sys.argv[1]))
