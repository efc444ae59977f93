"""A process with one interpreter forks: its child runs on."""

import os


def main() -> dict[str, str]:
    if (pid := os.fork()) == 0:
        os._exit(0)
    return {"child": "ends" if os.waitpid(pid, 0)[1] == 0 else "crashes"}


if __name__ == "__main__":
    print(main())
