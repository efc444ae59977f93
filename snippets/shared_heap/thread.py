"""A thread: it changes the one object that its creator sees too, from a stack of its own."""

import sys
import threading

from maps import stack

items: list[int] = []
stacks: list[str] = []


def work() -> None:
    items.append(id(items))  # in CPython, the object's address
    if sys.platform == "linux":
        stacks.append(stack())


def main() -> dict[str, str]:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    outcomes = {
        "change": "seen" if len(items) == 1 else "not-seen",
        "address": "same" if items == [id(items)] else "another",
    }
    if sys.platform == "linux":
        outcomes["stack"] = "same" if stacks == [stack()] else "own"
    return outcomes


if __name__ == "__main__":
    print(main())
