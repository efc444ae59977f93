"""A site is whole or absent: it is built beside its place, looked at from outside, and moved by a rename."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path


def wait_for_others(site: Path, say: Callable[[str], None]) -> None:
    """Until this process ends, be the only build that writes beside `site`; `say` why it takes so long.

    The lock is the kernel's, on the folder itself: it leaves no file, and ends with its holder, however that ends.
    """
    site.parent.mkdir(parents=True, exist_ok=True)
    fd = os.open(site.parent, os.O_RDONLY)
    with contextlib.suppress(OSError):  # a network drive may know no such locks
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"another build is writing {site.name}; waiting for it to end")
            fcntl.flock(fd, fcntl.LOCK_EX)


def partial(site: Path) -> Path:
    """The folder in which `site` is built. What an earlier, killed build left there is removed."""
    folder = site.with_name(f"{site.name}.partial")
    remove(folder)
    remove(_replaced(folder))
    return folder


def put_in_place(folder: Path, site: Path) -> None:
    """Replace `site`, if there is one, by the finished `folder`."""
    site.parent.mkdir(parents=True, exist_ok=True)
    if site.exists():
        site.rename(_replaced(folder))
    folder.rename(site)
    remove(_replaced(folder))


def remove(folder: Path) -> None:
    """Remove a folder that may not exist. Raises OSError, with its name, if the system does not allow it."""
    try:
        if folder.exists():
            shutil.rmtree(folder)
    except OSError as error:  # its own names but one file
        reason = f"{error.strerror}, as where another user has built it, so remove it yourself"
        raise OSError(error.errno, reason, str(folder)) from error


def _replaced(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.old")


def missing(site: Path, expected: Iterable[tuple[str, str, list[str]]]) -> list[str]:
    """What a page was to show and does not, seen in the files that were written.

    Args:
        site: the folder of the site.
        expected: for each page its source, its file under `site`, and the experiment of each of its blocks.

    Returns:
        One sentence for each page or experiment that is not there.

    """
    sentences = []
    for source, target, experiments in expected:
        page = site / target
        if not page.is_file():
            sentences.append(f"{source} was not written to {target}: see the messages above.")
            continue
        html = page.read_text(encoding="utf-8")
        sentences += [
            f"{source} asks for {experiment}, and {target} does not show it: see the messages above."
            for experiment, times in Counter(experiments).items()
            if html.count(f'data-experiment="{experiment}"') < times
        ]
    return sentences
