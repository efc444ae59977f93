"""A thread asks a service while other threads compute: how long does it wait for each answer?"""

import multiprocessing
import statistics
import threading
import time
from multiprocessing.connection import Connection


def service(pipe: Connection) -> None:
    """Answer each message after a millisecond: a process, so that it waits for nobody's GIL."""
    while message := pipe.recv_bytes():
        time.sleep(0.001)
        pipe.send_bytes(message)


def compute(done: threading.Event) -> None:
    while not done.is_set():
        pass


def ask(pipe: Connection) -> float:
    """Seconds until the answer is there."""
    start = time.perf_counter()
    pipe.send_bytes(b"ping")
    pipe.recv_bytes()
    return time.perf_counter() - start


def reply_seconds(computing_threads: int) -> float:
    """The median of a few answers that this thread waits for while so many others compute."""
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.Process(target=service, args=(theirs,))
    child.start()
    ask(ours)  # the service has started
    done = threading.Event()
    computing = [threading.Thread(target=compute, args=(done,)) for _ in range(computing_threads)]
    for thread in computing:
        thread.start()
    reply = statistics.median(ask(ours) for _ in range(3))
    done.set()
    for thread in computing:
        thread.join()
    ours.send_bytes(b"")
    child.join()
    return reply
