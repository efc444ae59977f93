"""Tables with a column for each interpreter or machine, and pages built where there is no GIL."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from lab import columns, experiment, page, store, verdict
from lab.columns import Cell, Column
from lab.exchange import Travelled
from lab.experiment import Claim
from lab.verdict import Outcome, Reason
from tests.conftest import LANGUAGES
from tests.samples import AT_LEAST, FREE_THREADED, INTERPRETER, MACHINE, record, rounds, run

if TYPE_CHECKING:
    from lab.record import Record

GIL_ONLY = Claim("threads-do-not-help", "bad", metric="wall", over="better", at_most=1.2, needs=("gil",))
FREE_ONLY = Claim("threads-help", "bad", metric="wall", over="better", at_least=1.3, needs=("no-gil",))
CPU_BOUND = experiment.load("cpu_bound")


def column(found: Record, *, here: bool = False) -> Column:
    """A column of one record."""
    return Column(found.machine, found.interpreter, {found.experiment: found}, here=here)


def made(walls: tuple[float, float] = (2.0, 1.0), claims: tuple[Claim, ...] = (AT_LEAST,)) -> Record:
    """Twenty rounds of the same."""
    return record(rounds([walls] * 20), claims)


def test_a_cell_is_a_verdict_of_the_claim_as_it_stands() -> None:
    """Of other programs, or of another threshold, it is no verdict."""
    found = made()
    wanted = experiment.Experiment("made_up", experiment.SNIPPETS, ("bad", "better"), found.claims)
    cell = columns.cell(column(found), wanted, AT_LEAST, found.sources)
    assert cell == Cell(found.verdicts[0])
    assert columns.cell(column(found), wanted, AT_LEAST, {"another": "0"}) == Cell(outdated=True)
    assert columns.cell(column(found), wanted, replace(AT_LEAST, at_least=1.4), found.sources) == Cell(outdated=True)
    assert columns.cell(Column(MACHINE, INTERPRETER, {}, here=True), wanted, AT_LEAST, found.sources) == Cell()
    assert columns.cell(column(replace(found, profile="quick")), wanted, AT_LEAST, found.sources).quick


@pytest.mark.parametrize(("interpreter", "left"), [(INTERPRETER, GIL_ONLY), (FREE_THREADED, FREE_ONLY)])
def test_a_claim_knows_its_interpreter(interpreter: object, left: Claim) -> None:
    """What needs the GIL is not judged without it, and the other way round, whatever was measured."""
    found = replace(made((1.0, 1.0), (GIL_ONLY, FREE_ONLY)), interpreter=interpreter)  # type: ignore[arg-type]
    judged = {each.claim: each for each in found.verdicts}
    for claim in (GIL_ONLY, FREE_ONLY):
        assert (judged[claim.id].outcome is Outcome.NOT_APPLICABLE) == (claim is not left)
        assert judged[claim.id].ratio is None or claim is left


def test_a_file_has_a_column_for_each_interpreter() -> None:
    """And its records are found by their experiment."""
    other = replace(made(), interpreter=FREE_THREADED)
    found = columns.travelled(Travelled("laptop", MACHINE, (made(), other)))
    assert [each.interpreter for each in found] == [INTERPRETER, FREE_THREADED]
    assert [each.records["made_up"] for each in found] == [made(), other]
    assert {(each.file, each.here) for each in found} == {("laptop", False)}


def test_the_tax_is_told_between_builds_of_one_version_on_one_machine() -> None:
    """Never between two machines, nor two versions."""
    locked = made((1.0, 1.0))
    free = replace(made((1.5, 1.0)), interpreter=FREE_THREADED)

    def tax(of: Record, *others: Record) -> float | None:
        return columns.tax(column(of), [column(of), *map(column, others)], "made_up", "bad", "wall")

    assert tax(free, locked) == pytest.approx(1.5)
    assert tax(locked, free) is None
    assert tax(free) is None
    assert tax(free, replace(locked, machine=replace(MACHINE, cpu="Another"))) is None
    assert tax(free, replace(locked, interpreter=replace(INTERPRETER, version="3.13.2"))) is None
    assert tax(free, replace(locked, rounds=())) is None


def test_a_ratio_needs_both_programs() -> None:
    """And one of them at zero has none."""
    found = columns.ratio(made(), "bad", "better", "wall")
    assert found
    assert found.median == 2.0
    assert columns.ratio(made(), "bad", "nobody", "wall") is None
    assert columns.ratio(made((0.0, 1.0)), "bad", "better", "wall") is None


def cpu_bound(serial: float, bad: float, better: float, *, free: bool) -> Record:
    """The real experiment, with times made up."""
    walls = {"serial": serial, "bad": bad, "better": better}
    several = rounds([(1.0, 1.0)] * 20)
    several = [replace(each, runs=tuple(run(name, wall) for name, wall in walls.items())) for each in several]
    return replace(
        record(several, CPU_BOUND.claims),
        experiment="cpu_bound",
        programs=CPU_BOUND.programs,
        sources=store.sources(CPU_BOUND),
        interpreter=FREE_THREADED if free else INTERPRETER,
    )


WITH = cpu_bound(1.0, 1.02, 0.6, free=False)
WITHOUT = cpu_bound(1.1, 0.58, 0.65, free=True)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A page in one of the languages; nothing is measured for it."""
    page.start_build()
    page.turn_to(request.param, "../")
    monkeypatch.setattr(page, "record_of", known)
    return str(request.param)


def known(name: str) -> Record | None:
    """What this build has of an experiment."""
    return page.build.records.get(name)


def built_with(*found: Record) -> None:
    """A build under the first record's interpreter, on a machine that measured all of them."""
    page.build.records = {"cpu_bound": found[0]}
    page.build.interpreters = [column(each, here=each is found[0]) for each in found]


def test_a_page_built_without_the_gil_says_that_threads_help(language: str) -> None:
    """And states no verdict that needs the GIL: it leads with what holds there."""
    built_with(WITHOUT, WITH)
    said = page.words(language, "cpu_bound")["claims"]
    head = page.headline("cpu_bound")
    assert 'data-claim="threads-compute-in-parallel" data-verdict="holds"' in head
    assert said["threads-do-not-help"] not in head
    html = page.fill(page.show("cpu_bound"))
    judged = dict(re.findall(r'data-claim="([\w-]+)" data-verdict="([\w-]+)"', html))
    assert judged["threads-keep-up-with-processes"] == "holds"
    assert {judged[claim.id] for claim in CPU_BOUND.claims if "gil" in claim.needs} == {"not-applicable"}
    chosen = page.answers()
    assert 'data-claim="threads-compute-in-parallel"' in chosen
    assert 'data-claim="processes-beat-threads"' not in chosen


def test_a_page_built_with_the_gil_says_that_they_do_not(language: str) -> None:
    """The same page, the other way round."""
    built_with(WITH, WITHOUT)
    head = page.headline("cpu_bound")
    assert 'data-verdict="holds"' in head
    assert "threads-compute-in-parallel" not in head
    assert 'data-claim="processes-beat-threads"' in page.answers()
    assert 'data-claim="threads-compute-in-parallel"' not in page.answers()
    assert language == page.place.language


def cells(html: str, row: str) -> list[str]:
    """The texts of a row of a table, without its head."""
    (found,) = re.findall(rf'<tr [^>]*"{row}">.*?</tr>', html, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.findall(r"<td.*?</td>", found, re.DOTALL)]


def test_a_column_for_each_interpreter(language: str) -> None:
    """That of this build is marked; each cell has the verdict of its own record."""
    built_with(WITH, WITHOUT)
    words = page.words(language)
    html = page.fill(page.across())
    assert re.findall(r'<th scope="col"( class="here")? data-version="3.14.0" data-gil="(\w+)"', html) == [
        (' class="here"', "on"),
        ("", "off"),
    ]
    assert html.count(words["labels"]["this_build"]) == 1
    locked, free = cells(html, "threads-do-not-help")
    assert words["verdicts"]["holds"] in locked
    assert "0.980×" in locked
    assert words["reasons_short"][Reason.NEEDS_GIL] in free
    locked, free = cells(html, "threads-compute-in-parallel")
    assert words["reasons_short"][Reason.NEEDS_NO_GIL] in locked
    assert words["verdicts"]["holds"] in free
    assert "1.90×" in free


def test_what_changes_without_the_gil(language: str) -> None:
    """The figures of each interpreter, and the tax in the column that pays it."""
    built_with(WITH, WITHOUT)
    html = page.without_gil()
    assert cells(html, "threads-speed-up") == ["0.980×", "1.90×"]
    assert cells(html, "tax") == ["—", "1.10×"]
    assert cells(html, "thread-memory") == ["—", "—"]
    assert language == page.place.language


def test_every_question_asks_for_what_there_is(language: str) -> None:
    """Its experiment, programs, metric and crossing exist."""
    for row in page.words(language)["without_gil"]:
        each = experiment.load(row["experiment"])
        programs = {row[key] for key in ("program", "of", "over", "tax") if key in row}
        assert programs <= set(each.programs), row["id"]
        metric = row.get("metric", "").partition("@")[0]
        assert metric in {"", *experiment.METRICS, *each.measures, *each.outcomes}, row["id"]
        assert row.get("crossing") in {None, *(crossing.id for crossing in each.crossings)}, row["id"]


def test_other_machines_stand_beside_this_builds_own_interpreter_alone(language: str) -> None:
    """Not beside the other interpreters of this machine: those have a page."""
    built_with(WITH, WITHOUT)
    far = replace(WITHOUT, machine=replace(MACHINE, cpu="A faster CPU <b>", cores=8.0))
    page.build.elsewhere = columns.travelled(Travelled("tower", far.machine, (far,)))
    html = page.fill(page.machines())
    assert re.findall(r'data-gil="(\w+)"(?: data-file="(\w+)")?', html) == [("on", ""), ("off", "tower")]
    assert "A faster CPU &lt;b&gt;" in html
    assert 'href="../machines/tower.json"' in html
    assert language == page.place.language


def test_needs_are_named_in_the_order_of_the_claim() -> None:
    """The first that is not met is the reason."""
    assert verdict.unmet(("numpy", "psutil"), MACHINE, INTERPRETER) is Reason.NEEDS_NUMPY
    assert verdict.unmet(("psutil",), MACHINE, INTERPRETER) is Reason.NEEDS_PSUTIL
    assert verdict.unmet(("psutil",), MACHINE, replace(INTERPRETER, packages={"psutil": "7.2"})) is None
    assert verdict.unmet(("no-gil",), MACHINE, FREE_THREADED) is None
