"""A small HTTP server on loopback that answers every request after a stated delay, as a distant service would.

    python -m lab.server            # prints its URL; Ctrl-C ends it

One thread and one event loop: it waits for all its clients at once, so that the programs under measurement, and not
the server, are what takes time. The standard library alone.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib

DELAY = 0.05  # seconds: a service in another country, or a slow query
BODY = b"ok\n"
REPLY = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(BODY) + BODY
)
BACKLOG = 4096  # thousands of clients may knock at once


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read one request, wait, reply, and close."""
    try:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(DELAY)
        writer.write(REPLY)
        await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass  # the client went away
    finally:
        writer.close()


async def serve(port: int) -> None:
    """Serve on 127.0.0.1 until cancelled; port 0 takes a free one. The first line printed is the URL."""
    server = await asyncio.start_server(answer, "127.0.0.1", port, backlog=BACKLOG)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", flush=True)
    async with server:
        await server.serve_forever()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m lab.server", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, default=8080, help="0 takes a free one (default: 8080)")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
