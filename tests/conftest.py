"""What several tests share: a copy of the guide, and builds of it."""

from __future__ import annotations

import contextlib
import functools
import http.server
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

from tests import browser as browsers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, ViewportSize

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = {"zh-TW": "", "en": "en/"}  # each with its folder in the site
# A shell has what it runs in the background ignore Ctrl-C, and all that the tests start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
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
    with contextlib.suppress(ProcessLookupError):  # it has ended already
        os.killpg(process.pid, sent)
    printed, _ = process.communicate(timeout=60)
    return process.returncode, printed


PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 900}


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A static host that keeps no log, and sends the headers that the site asks for."""

    def end_headers(self) -> None:
        """All of them hold for the whole site."""
        for line in Path(self.directory, "_headers").read_text(encoding="utf-8").splitlines()[1:]:
            self.send_header(*line.strip().split(": ", 1))
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name is http.server's)
        """Say nothing."""


@pytest.fixture(scope="session")
def home(built: Guide) -> Iterator[str]:
    """The address of the built site."""
    with hosted(built.site) as address:
        yield address


@contextmanager
def hosted(site: Path, host: type[Quiet] = Quiet) -> Iterator[str]:
    """The address at which a static host has a site."""
    handler = functools.partial(host, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser. Without one the tests fail: they are never skipped."""
    path = browsers.find()
    if path is None:
        pytest.fail("there is no browser: run `python -m tests.browser`, which finds or installs one")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=list(browsers.ARGUMENTS))
        yield launched
        launched.close()


@dataclass
class Visit:
    """A page in the browser, and all that went wrong in it or was asked of others."""

    page: Page
    home: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen from the start."""
        self.page.on("console", self.heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", self.failed)
        self.page.on("request", self.asked)
        self.page.on("response", self.answered)

    def heard(self, message: ConsoleMessage) -> None:
        """The console is to be silent."""
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def failed(self, request: Request) -> None:
        """What is asked for is to come, unless the visitor went on before it could."""
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"failed: {request.url}: {request.failure}")

    def asked(self, request: Request) -> None:
        """Nobody else is to be asked for anything."""
        if not request.url.startswith((self.home, "data:", "blob:", "about:")):
            self.complaints.append(f"foreign: {request.url}")

    def answered(self, answer: Response) -> None:
        """Whatever is asked for is to be there."""
        if answer.status >= 400:
            self.complaints.append(f"{answer.status}: {answer.url}")

    def go(self, path: str) -> None:
        """Open a page of the site."""
        self.page.goto(self.home + path)


@contextmanager
def visit(chromium: Browser, home: str, scheme: str = "light", viewport: ViewportSize = DESK) -> Iterator[Visit]:
    """A fresh visitor, who at the end has nothing to complain of."""
    context = chromium.new_context(
        viewport=viewport,
        color_scheme="dark" if scheme == "dark" else "light",
    )
    context.set_default_timeout(15_000)
    visitor = Visit(context.new_page(), home)
    yield visitor
    context.close()
    assert visitor.complaints == []
