"""A browser for the tests: found on this machine, or else installed. `python -m tests.browser` does it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    *(("--no-sandbox",) if os.geteuid() == 0 else ()),  # Chromium's sandbox does not work for root
    "--disable-background-networking",  # Chromium itself asks nobody anything
    "--disable-component-update",
    "--no-first-run",
)


def find() -> str | None:
    """The path of a Chromium: on PATH, or Playwright's own; None if there is neither."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def install() -> str | None:
    """Install a Chromium, by Playwright or by apt; return its path, or None if neither can."""
    as_root: tuple[str, ...] | None = () if os.geteuid() == 0 else None
    if as_root is None and shutil.which("sudo") and run("sudo", "-n", "true"):
        as_root = ("sudo", "-n")
    by_playwright = (sys.executable, "-m", "playwright", "install")
    if as_root is not None and run(*by_playwright, "--with-deps", "chromium"):
        return find()
    if as_root is None and run(*by_playwright, "chromium"):
        return find()
    if as_root is not None and shutil.which("apt-get"):
        run(*as_root, "apt-get", "install", "--yes", "chromium")
    return find()


def run(*command: str) -> bool:
    """Whether a command succeeds; it may say so on the terminal."""
    return subprocess.run(command, check=False).returncode == 0


def main() -> int:
    """Exit status 0 if there is a browser now."""
    path = find() or install()
    if path is None:
        names = ", ".join(NAMES)
        print(f"No browser for the tests: install Chromium so that one of {names} is on PATH.", file=sys.stderr)
        return 1
    print(f"browser for the tests: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
