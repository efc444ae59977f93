"""Better: the same script with a `__main__` guard, its processes spawned. Each imports it, and works."""

import subprocess
import sys
import tempfile
from pathlib import Path

SCRIPT = """\
from multiprocessing import get_context
multiprocessing = get_context("spawn")

def fib(n):
    return n if n < 2 else fib(n-1) + fib(n-2)

if __name__ == "__main__":
    p1 = multiprocessing.Process(target=fib, args=(10,))
    p2 = multiprocessing.Process(target=fib, args=(10,))
    p1.start(); p2.start()
    p1.join(); p2.join()
    print("exit codes", p1.exitcode, p2.exitcode)
"""


def main() -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "script.py")  # a file: what a started process imports anew
        path.write_text(SCRIPT, encoding="utf-8")
        ended = subprocess.run([sys.executable, path], capture_output=True, text=True, timeout=30, check=False)
    return {
        "work": "done" if ended.stdout == "exit codes 0 0\n" else "not-done",
        "error": "runtime-error" if "RuntimeError" in ended.stderr else "none",
        "status": "success" if ended.returncode == 0 else "failure",
    }


if __name__ == "__main__":
    print(main())
