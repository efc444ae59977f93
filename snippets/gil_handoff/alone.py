"""The yardstick: a thread asks a service that answers after a millisecond; no other thread computes."""

import sys

from handoff import reply_seconds

COMPUTING_THREADS = 0
SWITCH_INTERVAL = 0.005  # CPython's default, in seconds


def main() -> dict[str, float]:
    sys.setswitchinterval(SWITCH_INTERVAL)
    return {"reply": reply_seconds(COMPUTING_THREADS)}


if __name__ == "__main__":
    print(main())
