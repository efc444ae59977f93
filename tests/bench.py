"""`make bench`: what measuring and building cost beside what they are for, as ratios.

Exit status 1 if one of them is past its limit: the lab may spend at most 30 % of its time on anything but the programs,
a build with warm records at most 1.3 times what the same pages take without their blocks, and `mkdocs serve` shows an
edited sentence within 2 s.
"""

from __future__ import annotations

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

from tests.conftest import ROOT, Guide, copy, stop

if TYPE_CHECKING:
    from collections.abc import Callable

REPEATS = 5
OVERHEAD_LIMIT = 0.30
REBUILD_LIMIT = 1.3
SERVE_LIMIT = 2.0  # seconds
BLOCK = re.compile(r'^```python exec="on"\n.*?^```\n', re.MULTILINE | re.DOTALL)


def main() -> int:
    """Print each ratio beside its limit; return the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        guide = copy(ROOT, Path(folder, "guide"))
        rows = [overhead(guide), rebuild(guide, Path(folder, "plain")), serve(guide)]
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
