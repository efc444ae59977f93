"""A process forks while it holds a second interpreter: what becomes of the child?"""

import os
from concurrent import interpreters  # type: ignore[attr-defined]  # since Python 3.14


def main() -> dict[str, str]:
    interpreter = interpreters.create()
    if (pid := os.fork()) == 0:
        os._exit(0)
    status = os.waitpid(pid, 0)[1]
    interpreter.close()
    return {"child": "ends" if status == 0 else "crashes"}


if __name__ == "__main__":
    print(main())
