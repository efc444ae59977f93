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


def fetch(url: str, all_connected: threading.Barrier, held: list[int], statuses: list[int]) -> None:
    parts = urlsplit(url)
    with socket.socket() as connection:
        connection.connect((parts.hostname, parts.port))
        if all_connected.wait() == CONNECTIONS - 1:
            held.append(memory())
        connection.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode())
        with connection.makefile("rb") as reply:
            status_line = reply.readline()
            reply.read()
    statuses.append(int(status_line.split()[1]))


def main(url: str) -> dict[str, object]:
    statuses: list[int] = []
    held = [memory()]
    all_connected = threading.Barrier(CONNECTIONS)
    arguments = (url, all_connected, held, statuses)
    threads = [threading.Thread(target=fetch, args=arguments) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"each": (held[1] - held[0]) / CONNECTIONS, "statuses": statuses}


if __name__ == "__main__":
    print(main(sys.argv[1]))
