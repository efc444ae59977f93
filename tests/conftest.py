"""What several tests share: a copy of the guide, and builds of it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = {"zh-TW": "", "en": "en/"}  # each with its folder in the site
PAGES = tuple(sorted(page.stem for page in (ROOT / "docs" / "en").glob("*.md")))


@dataclass(frozen=True)
class Guide:
    """A copy of the guide, free to be changed."""

    root: Path
    through: tuple[str, ...] = ()  # a command that starts `mkdocs` somewhere else, such as in another namespace

    @property
    def site(self) -> Path:
        """Where its site is, once it is built."""
        return self.root / "site"

    def command(self, *arguments: str) -> list[str]:
        """`mkdocs` as an activated environment finds it: the console script."""
        return [*self.through, str(Path(sys.executable).with_name("mkdocs")), *arguments]

    def environment(self, **more: str) -> dict[str, str]:
        """The quick profile, and no colours or notices."""
        return os.environ | {"PROFILE": "quick", "NO_MKDOCS_2_WARNING": "1", "NO_COLOR": "1"} | more

    def build(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Build the site; all that was printed is in `stdout`."""
        return subprocess.run(
            self.command("build", *arguments),
            cwd=self.root,
            env=self.environment(**environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start `mkdocs` in a process group of its own."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.root,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    @contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """Run `mkdocs` and see to it that it does not outlive the test."""
        process = self.start(*arguments)
        try:
            yield process
        finally:
            if process.poll() is None:
                stop(process, signal.SIGKILL)

    def page(self, name: str, language: str = "en") -> Path:
        """The file of a page in the site."""
        folder = self.site / LANGUAGES[language]
        return folder / "index.html" if name == "index" else folder / name / "index.html"

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace what stands once or more in a file."""
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} has changed: the test that edits it has to follow"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def append(self, file: str, text: str) -> None:
        """Add text to the end of a file."""
        path = self.root / file
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def copy(source: Path, target: Path, *more: str) -> Guide:
    """Copy what a site is made of, and more folders if asked for, without the site itself."""
    target.mkdir(parents=True)
    for name in ("docs", "lab", "overrides", "snippets", *more):
        shutil.copytree(source / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(source / "mkdocs.yml", target)
    return Guide(target)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Guide:
    """The guide, measured and built once with the quick profile. Do not change it: take a `guide`."""
    guide = copy(ROOT, tmp_path_factory.mktemp("built") / "guide")
    done = guide.build()
    assert done.returncode == 0, done.stdout
    return guide


@pytest.fixture
def guide(built: Guide, tmp_path: Path) -> Guide:
    """A copy of the guide whose records are there, and whose site is an old one of a single file."""
    fresh = copy(built.root, tmp_path / "guide", ".cache")
    fresh.site.mkdir()
    (fresh.site / "old.txt").write_text("an earlier site", encoding="utf-8")
    return fresh


def wait_until(true: Callable[[], bool], what: str, *, seconds: float = 60) -> None:
    """Wait for something to become true, and fail with a sentence if it does not."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not happen within {seconds:g} s")
        time.sleep(0.1)


def stop(process: subprocess.Popen[str], sent: signal.Signals) -> tuple[int, str]:
    """Signal a process group as a terminal does; return the exit status and what was printed."""
    os.killpg(process.pid, sent)
    printed, _ = process.communicate(timeout=60)
    return process.returncode, printed
