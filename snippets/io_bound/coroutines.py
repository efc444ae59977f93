"""Coroutines: 24 requests as 24 tasks of one event loop, in one thread."""

import asyncio
import sys
from urllib.parse import urlsplit


async def fetch(url: str) -> int:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode())
    status_line = await reader.readline()
    await reader.read()
    writer.close()
    await writer.wait_closed()
    return int(status_line.split()[1])


async def fetch_all(url: str) -> list[int]:
    return await asyncio.gather(*(fetch(url) for _ in range(24)))


def main(url: str) -> list[int]:
    return asyncio.run(fetch_all(url))


if __name__ == "__main__":
    print(main(sys.argv[1]))
