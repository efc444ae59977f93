"""A forked process: it changes its own copy, at an address that only looks the same."""

import multiprocessing

items: list[int] = []


def work(addresses: "multiprocessing.SimpleQueue[int]") -> None:
    items.append(id(items))  # in CPython, the object's address
    addresses.put(id(items))


def main() -> dict[str, str]:
    context = multiprocessing.get_context("fork")
    addresses: multiprocessing.SimpleQueue[int] = context.SimpleQueue()
    process = context.Process(target=work, args=(addresses,))
    process.start()
    address = addresses.get()
    process.join()
    return {
        "change": "seen" if len(items) == 1 else "not-seen",
        "address": "same" if address == id(items) else "another",
    }


if __name__ == "__main__":
    print(main())
