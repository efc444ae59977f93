"""Bad: a script without a `__main__` guard, its processes from the fork server. Each fails like spawn."""

from trial import outcomes

SCRIPT = """\
from multiprocessing import get_context
multiprocessing = get_context("forkserver")

def fib(n):
    return n if n < 2 else fib(n-1) + fib(n-2)

p1 = multiprocessing.Process(target=fib, args=(10,))
p2 = multiprocessing.Process(target=fib, args=(10,))
p1.start(); p2.start()
p1.join(); p2.join()
print("exit codes", p1.exitcode, p2.exitcode)
"""


def main() -> dict[str, str]:
    return outcomes(SCRIPT)


if __name__ == "__main__":
    print(main())
