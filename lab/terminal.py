"""What the lab says in a terminal: progress while it measures, then the verdicts. In a log, plain lines."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from lab.verdict import Outcome

if TYPE_CHECKING:
    from types import TracebackType

    from lab.experiment import Claim
    from lab.record import Record
    from lab.verdict import Verdict

STYLES = {
    Outcome.HOLDS: "green",
    Outcome.REFUTED: "bold red",
    Outcome.UNDECIDED: "yellow",
    Outcome.NOT_APPLICABLE: "dim",
}
PLAIN_INTERVAL = 10.0  # seconds between two lines of progress in a log


class Terminal(Console):
    """What is printed to."""

    def on_broken_pipe(self) -> None:
        """Rich would exit with 1, which says that a claim is refuted."""
        raise BrokenPipeError


class Progress:
    """An observer of a campaign. Drawn between runs only: a display that draws by itself would disturb them."""

    def __init__(self, experiments: list[str], console: Console) -> None:
        """Nothing is drawn before the `with` block."""
        self.console = console
        self.rows = dict.fromkeys(experiments, "waiting")
        self.records: list[Record] = []
        self.seconds_left: float | None = None
        self.live = Live(console=console, auto_refresh=False, transient=True) if console.is_terminal else None
        self.last_line = time.monotonic()

    def __enter__(self) -> Self:
        """Start to draw."""
        if self.live:
            self.live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """Take the display away."""
        if self.live:
            self.live.stop()

    def round_done(self, experiment: str, done: int, total: int, seconds_left: float | None) -> None:
        """Show where an experiment is and how long all still take."""
        self.rows[experiment] = f"round {done} of {total}"
        self.seconds_left = seconds_left
        if self.live:
            self.draw()
        elif time.monotonic() - self.last_line >= PLAIN_INTERVAL:
            self.last_line = time.monotonic()
            rows = ", ".join(f"{name} {state}" for name, state in self.rows.items())
            self.console.print(f"measuring: {rows}{self.remaining()}", markup=False, highlight=False, soft_wrap=True)

    def measured(self, record: Record) -> None:
        """Show the verdicts of an experiment as they fall."""
        self.records.append(record)
        self.forget(record.experiment)
        report([record], self.console)

    def broken(self, experiment: str, sentence: str) -> None:
        """Say that an experiment is broken; the sentence itself comes at the end."""
        self.forget(experiment)
        self.console.print(
            f"[bold red]broken[/]  {escape(experiment)}: {escape(sentence)}", soft_wrap=True, highlight=False
        )

    def forget(self, experiment: str) -> None:
        """Take an experiment off the display."""
        del self.rows[experiment]
        self.draw()

    def remaining(self) -> str:
        """How long it will still take."""
        return "" if self.seconds_left is None else f"; about {max(1, round(self.seconds_left))} s left"

    def draw(self) -> None:
        """Bring the display up to date."""
        if self.live:
            table = Table.grid(padding=(0, 2))
            for name, state in self.rows.items():
                table.add_row(name, state)
            table.caption = f"measuring{self.remaining()}; other work on this machine disturbs it"
            self.live.update(table if self.rows else "", refresh=True)


def line(experiment: str, claim: Claim, judged: Verdict) -> Text:
    """One verdict in one line."""
    parts = [f"{experiment}/{claim.id}:"]
    if claim.outcome is not None:
        parts.append(f"{claim.outcome} of {claim.of} is {claim.expected}")
        if judged.found and judged.found != claim.expected:
            parts.append(f"(found: {judged.found})")
    else:
        parts.append(
            f"{claim.metric} of {claim.of} / {claim.over}" + (f" at {claim.at:g}" if claim.at is not None else "")
        )
        if judged.ratio is not None:
            parts.append(f"= {judged.ratio:.2f}")
        if judged.low is not None and judged.high is not None:
            parts.append(f"(95 % between {judged.low:.2f} and {judged.high:.2f})")
        parts.append(f"at least {claim.at_least:g}" if claim.at_least is not None else f"at most {claim.at_most:g}")
    parts.append(f"in {judged.rounds} rounds")
    if judged.reason:
        parts.append(f"[{judged.reason}]")
    return Text.assemble((f"{judged.outcome:14} ", STYLES[judged.outcome]), " ".join(parts))


def report(records: list[Record], console: Console) -> None:
    """What the verdicts of earlier campaigns rest on, and the verdicts."""
    for record in records:
        console.print(
            f"[bold]{escape(record.experiment)}[/]  {record.profile}, {record.date}, {record.seconds:.0f} s, "
            f"{record.interpreter.implementation} {record.interpreter.version}, "
            f"{record.counted} of {record.attempts} {record.kind} rounds",
            highlight=False,
            soft_wrap=True,
        )
        for claim, judged in zip(record.claims, record.verdicts, strict=True):
            console.print(line(record.experiment, claim, judged), soft_wrap=True)
