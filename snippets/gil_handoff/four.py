"""Worse: the same thread beside four that compute, any of which may get the GIL first."""

import sys

from handoff import reply_seconds

COMPUTING_THREADS = 4
SWITCH_INTERVAL = 0.005  # CPython's default, in seconds


def main() -> dict[str, float]:
    sys.setswitchinterval(SWITCH_INTERVAL)
    return {"reply": reply_seconds(COMPUTING_THREADS)}


if __name__ == "__main__":
    print(main())
