"""`make bench`: what measuring and building cost beside what they are for, as ratios.

Exit status 1 if one of them is past its limit: the lab may spend at most 30 % of its time on anything but the programs,
a build with warm records at most 1.3 times what the same pages take without their blocks, and `mkdocs serve` shows an
edited sentence within 2 s. Every page, in both languages, is at most 100 KB on first load, in at most 12 requests, not
counting the library that draws diagrams; nothing in it moves while it comes; and axe finds nothing serious in it.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

from tests import browser
from tests.conftest import DESK, LANGUAGES, PAGES, ROOT, Guide, copy, hosted, stop
from tests.test_access import complaints
from tests.test_weight import KILOBYTES, LIBRARY, REQUESTS, SHIFTS, address

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Response

REPEATS = 5
OVERHEAD_LIMIT = 0.30
REBUILD_LIMIT = 1.3
SERVE_LIMIT = 2.0  # seconds
PAINTS = """() => new Promise(resolve => {
    const first = performance.getEntriesByName("first-contentful-paint")[0].startTime;
    new PerformanceObserver(list => resolve([first, list.getEntries().at(-1).startTime]))
        .observe({type: "largest-contentful-paint", buffered: true});
})"""
BLOCK = re.compile(r'^```python exec="on" html="on"\n.*?^```\n', re.MULTILINE | re.DOTALL)


def main() -> int:
    """Print each ratio beside its limit; return the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        guide = copy(ROOT, Path(folder, "guide"))
        rows = [overhead(guide), rebuild(guide, Path(folder, "plain")), serve(guide), *pages(guide)]
    for name, value, limit, unit in rows:
        print(f"{name:58} {value:5.2f} {unit:2} (limit {limit:g}) {'ok' if value <= limit else 'TOO MUCH'}")
    return 0 if all(value <= limit for _, value, limit, _ in rows) else 1


def overhead(guide: Guide) -> tuple[str, float, float, str]:
    """The share of a full campaign in which no program was running: neither its imports nor its main()."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "lab", "--anew"],
        cwd=guide.root,
        env=guide.environment(PROFILE="full", LAB_PARENT=str(os.getpid())),  # it ends with us, however we end
        check=False,
    )
    campaign = time.perf_counter() - start
    if done.returncode == 2:
        raise SystemExit("an experiment is broken, so there is nothing to compare")
    records: list[Any] = [json.loads(file.read_text()) for file in guide.root.glob(".cache/lab/*-full.json")]
    runs = [run for record in records for round_ in record["rounds"] for run in round_["runs"]]
    mains, imports = sum(run["wall"] for run in runs), sum(run["load"] for run in runs)
    for record in records:
        print(f"  {record['experiment']}: {record['seconds']:.1f} s, {len(record['rounds'])} rounds")
    print(f"  the whole campaign: {campaign:.1f} s; the programs' main() {mains:.1f} s, their imports {imports:.1f} s")
    return "lab: share of a full campaign that is no program", 1 - (mains + imports) / campaign, OVERHEAD_LIMIT, ""


def rebuild(guide: Guide, plain_folder: Path) -> tuple[str, float, float, str]:
    """A build with warm records over a build of the same pages without their blocks, alternating."""
    plain = copy(guide.root, plain_folder)
    for page in (plain.root / "docs").rglob("*.md"):
        page.write_text(BLOCK.sub("", page.read_text(encoding="utf-8")), encoding="utf-8")
    full = {"PROFILE": "full"}  # what the campaign before has left
    ratios = []
    for i in range(REPEATS + 1):
        warm, bare = seconds(lambda: guide.build(**full)), seconds(lambda: plain.build(**full))
        if i:  # the first of each is a warm-up
            ratios.append(warm / bare)
            print(f"  warm build {warm:.2f} s, the same pages without blocks {bare:.2f} s")
    return "site: warm build over a build without blocks", median(ratios), REBUILD_LIMIT, ""


def serve(guide: Guide) -> tuple[str, float, float, str]:
    """Seconds from an edited sentence to the page that shows it, under `mkdocs serve`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    server = guide.start("serve", "-a", address)
    try:
        await_text(address, "", 120)
        found = []
        for i in range(REPEATS):
            guide.append("docs/en/questions.md", f"\nA sentence of the benchmark, number {i}.\n")
            found.append(seconds(lambda: await_text(address, f"number {i}.", 60)))  # noqa: B023 (called at once)
            time.sleep(1)
    finally:
        stop(server, signal.SIGINT)
    return "serve: from an edited sentence to its page, median", median(found), SERVE_LIMIT, "s"


def pages(guide: Guide) -> list[tuple[str, float, float, str]]:
    """What each page costs its reader: printed as a table, and the worst of them beside the limits.

    First and largest contentful paint are medians over visits with the CPU slowed four times, in milliseconds. The
    layout shift is the least: a page may arrive cut within a line and by chance be painted so, but what it moves itself
    it moves at every visit.
    """
    subprocess.run(guide.command("build", "-q"), cwd=guide.root, env=guide.environment(PROFILE="full"), check=False)
    table = Table("page", "KB", "requests", "FCP", "LCP", "shift", "axe", "third parties")
    found = []
    with hosted(guide.site) as home, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find(), args=list(browser.ARGUMENTS))
        for language in LANGUAGES:
            for name in PAGES:
                visits = zip(*(visited(chromium, home, address(name, language)) for _ in range(REPEATS)), strict=True)
                weight, requests, first, largest, shift, serious, foreign = map(sorted, visits)
                cost = (weight[-1], requests[-1], median(first), median(largest), shift[0], serious[-1], foreign[-1])
                found.append(cost)
                table.add_row(f"{language} {name}", *(f"{value:g}" for value in cost))
        chromium.close()
    Console(width=100).print(table)
    worst = [max(column) for column in zip(*found, strict=True)]
    return [
        ("pages: the heaviest on first load", worst[0], KILOBYTES, "KB"),
        ("pages: the most requests", worst[1], REQUESTS, ""),
        ("pages: the largest layout shift", worst[4], 0.0, ""),
        ("pages: serious findings of axe", worst[5], 0, ""),
        ("pages: requests to others", worst[6], 0, ""),
    ]


def visited(chromium: Browser, home: str, path: str) -> tuple[float, float, float, float, float, float, float]:
    """One page: KB, requests, first and largest contentful paint (ms), layout shift, findings of axe, third parties."""
    context = chromium.new_context(viewport=DESK)
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 (it takes no built-in)
    page.goto(home + path)
    page.wait_for_load_state("networkidle")
    first, largest = page.evaluate(PAINTS)
    shift = page.evaluate(SHIFTS)
    asked = [answer for answer in answers if LIBRARY not in answer.url]
    weight = sum(len(gzip.compress(answer.body())) for answer in asked) / 1000
    foreign = sum(not answer.url.startswith((home, "data:", "blob:")) for answer in answers)
    serious = len(complaints(page))
    context.close()
    return round(weight, 1), len(asked), round(first), round(largest), round(shift, 4), serious, foreign


def await_text(address: str, text: str, limit: float) -> None:
    """Wait until a page that is served has `text` in it."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://{address}/en/questions/", timeout=10) as answer:
                if text in answer.read().decode():
                    return
        except OSError:
            pass  # it has not started, or is building
        time.sleep(0.02)
    raise SystemExit(f"{text!r} did not show within {limit} s")


def seconds(action: Callable[[], object]) -> float:
    """How long something takes."""
    start = time.perf_counter()
    result = action()
    took = time.perf_counter() - start
    if isinstance(result, subprocess.CompletedProcess) and result.returncode:
        raise SystemExit(result.stdout)
    return took


if __name__ == "__main__":
    sys.exit(main())
