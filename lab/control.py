"""The control: a program that every campaign compares with itself, to show that it finds no difference there."""

from __future__ import annotations


def main() -> int:
    """Compute for two hundredths of a second or three."""
    total = 0
    for number in range(500_000):
        total += number
    return total


if __name__ == "__main__":
    print(main())
