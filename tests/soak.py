"""Quick campaigns beside bad neighbours: `make soak`. No verdict may point in the wrong direction.

A wrong verdict is a refuted claim, since every claim measured here holds on a quiet machine; a campaign whose control
differs from itself counts as a failure too. Claims that stay undecided do not: that is what a busy machine deserves.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from tests.conftest import ROOT, Guide, copy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CAMPAIGNS = 17  # beside each neighbour: 51 in all
EXPERIMENTS = ("cpu_bound", "io_bound", "gil_release")  # which suffer most when a core is taken
SPIN = "while True: pass"
BURSTS = """
import random, time
while True:
    end = time.monotonic() + random.uniform(0.05, 0.6)
    while time.monotonic() < end: pass
    time.sleep(random.uniform(0.05, 1.5))
"""
ALLOCATE = """
import time
while True:
    held = bytearray(256 * 2**20)
    held[::4096] = bytes(len(held) // 4096)
    del held
    time.sleep(0.3)
"""
NEIGHBOURS = {  # each: the programs that it consists of
    "spins on one core": (SPIN,),
    "spins on two cores in bursts": (BURSTS, BURSTS),
    "allocates memory": (ALLOCATE,),
}


@dataclass
class Tally:
    """What came of all campaigns beside one neighbour."""

    outcomes: Counter[str] = field(default_factory=Counter)  # of their claims
    wrong: list[str] = field(default_factory=list)  # the claims that were refuted, campaign by campaign
    controls: list[float] = field(default_factory=list)  # the median of the control, where it was taken
    differs: int = 0  # campaigns whose control differs from itself
    rounds: int = 0  # that counted …
    attempts: int = 0  # … of so many

    @property
    def good(self) -> bool:
        """Whether nothing untrue was said."""
        return not self.wrong and not self.differs


@contextmanager
def neighbour(programs: Sequence[str]) -> Iterator[None]:
    """Have programs run beside us."""
    running = [subprocess.Popen([sys.executable, "-c", program]) for program in programs]
    try:
        yield
    finally:
        for process in running:
            process.kill()
        for process in running:
            process.wait()


def campaign(guide: Guide, experiments: Sequence[str], tally: Tally) -> None:
    """Measure anew with the quick profile, and add what came of it."""
    done = subprocess.run(
        [sys.executable, "-m", "lab", *experiments, "--anew"],
        cwd=guide.root,
        env=os.environ | {"PROFILE": "quick", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if done.returncode not in {0, 1}:
        raise SystemExit(f"a campaign did not end as it should ({done.returncode}): {done.stdout}{done.stderr}")
    records = [json.loads(file.read_text(encoding="utf-8")) for file in guide.root.glob(".cache/lab/*-quick.json")]
    assert sorted(record["experiment"] for record in records) == sorted(experiments)
    for record in records:
        tally.attempts += sum(round_["kind"] == record["kind"] for round_ in record["rounds"])
        tally.rounds += sum(round_["kind"] == record["kind"] and round_["valid"] for round_ in record["rounds"])
        for verdict in record["verdicts"]:
            tally.outcomes[verdict["outcome"]] += 1
            if verdict["outcome"] == "refuted":
                tally.wrong.append(f"{record['experiment']}/{verdict['claim']}")
    tally.differs += any(verdict["reason"] == "control" for record in records for verdict in record["verdicts"])
    tally.controls += [records[0]["controlled"]["median"]] if records[0]["controlled"] else []


def main() -> None:
    """Soak, and print the table; the exit status is 1 if anything untrue was said."""
    console = Console()
    tallies = {name: Tally() for name in NEIGHBOURS}
    start = time.monotonic()
    with TemporaryDirectory() as folder:
        guide = copy(ROOT, Path(folder) / "guide")
        for i in range(CAMPAIGNS):  # round-robin: all neighbours see the same machine
            for name, programs in NEIGHBOURS.items():
                with neighbour(programs):
                    campaign(guide, EXPERIMENTS, tallies[name])
            made, total = (i + 1) * len(NEIGHBOURS), CAMPAIGNS * len(NEIGHBOURS)
            left = (time.monotonic() - start) / made * (total - made)
            console.print(f"{made} of {total} campaigns; about {left / 60:.0f} min left", highlight=False)
    table = Table("beside one that", "rounds that counted", "hold", "undecided", "refuted", "control", "differs")
    for name, tally in tallies.items():
        counts = [str(tally.outcomes[outcome]) for outcome in ("holds", "undecided", "refuted")]
        spread = f"{min(tally.controls):.3f} to {max(tally.controls):.3f}" if tally.controls else "none"
        table.add_row(name, f"{tally.rounds} of {tally.attempts}", *counts, spread, str(tally.differs))
    console.print(table)
    for name, tally in tallies.items():
        for claim in tally.wrong:
            console.print(f"wrong beside one that {name}: {claim}", highlight=False)
    sys.exit(not all(tally.good for tally in tallies.values()))


if __name__ == "__main__":
    main()
