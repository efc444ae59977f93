"""Bad: the same thread beside one that computes: each answer has come, but the GIL has not."""

import sys

from handoff import reply_seconds

COMPUTING_THREADS = 1
SWITCH_INTERVAL = 0.005  # CPython's default, in seconds


def main() -> dict[str, float]:
    sys.setswitchinterval(SWITCH_INTERVAL)
    return {"reply": reply_seconds(COMPUTING_THREADS)}


if __name__ == "__main__":
    print(main())
