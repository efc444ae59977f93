"""What an experiment is: a folder of programs, and experiment.toml, which says what they are to show."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lab.errors import LabError

if TYPE_CHECKING:
    from types import UnionType

ROOT = Path(__file__).resolve().parents[1]
SNIPPETS = ROOT / "snippets"
METRICS = ("wall", "cpu", "memory", "switches")  # what the lab measures of every program
ROUNDS = ("timed", "counted", "outcomes")  # record.py says what they mean
UNITS = ("s", "B", "")  # of what a program measures itself: seconds, bytes, a count
NEED = re.compile(r"gil|no-gil|linux|fork|shm|numpy|psutil|cores>=[1-9][0-9]*|python>=3\.[0-9]+")
SLUG = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@dataclass(frozen=True)
class Claim:
    """What is to be shown: a ratio of two programs on one side of a threshold, or an outcome of one program."""

    id: str
    of: str
    needs: tuple[str, ...] = ()
    metric: str | None = None  # of a ratio
    over: str | None = None
    at_least: float | None = None
    at_most: float | None = None
    at: float | None = None  # the value of the sweep at which it is judged
    outcome: str | None = None  # which of the program's outcomes …
    expected: str | None = None  # … is to be this


@dataclass(frozen=True)
class Crossing:
    """From which value of a sweep on the program `over` needs less of a metric than `of`; shown, not judged."""

    id: str
    metric: str
    of: str
    over: str


@dataclass(frozen=True)
class Experiment:
    """Programs that do the same work in different ways, and the claims about how they differ."""

    name: str
    folder: Path
    programs: tuple[str, ...]
    claims: tuple[Claim, ...] = ()
    server: bool = False  # whether main() is given the URL of the loopback server
    rounds: str = "timed"  # how many, and which count: timed, counted or outcomes
    parameter: str | None = None  # of main(), which a sweep varies …
    sweep: tuple[float, ...] = ()  # … over these values
    measures: dict[str, str] = field(default_factory=dict)  # what main() measures itself → its unit
    outcomes: tuple[str, ...] = ()  # what main() says that happened
    shows: tuple[str, ...] = ("wall", "cpu", "switches")  # the metrics of the table; the first is drawn
    needs: dict[str, tuple[str, ...]] = field(default_factory=dict)  # program → what it needs
    crossings: tuple[Crossing, ...] = ()

    def program(self, name: str) -> Path:
        """The file of a program."""
        return self.folder / f"{name}.py"

    @cached_property
    def shared(self) -> list[Path]:
        """The modules that its programs import from their own folder."""
        programs = {self.program(name) for name in self.programs}
        return sorted(set(self.folder.glob("*.py")) - programs)

    @property
    def definition(self) -> Path:
        """The file that this was read from."""
        return self.folder / "experiment.toml"


def names(snippets: Path = SNIPPETS) -> list[str]:
    """All experiments, in alphabetical order."""
    return sorted(file.parent.name for file in snippets.glob("*/experiment.toml"))


def load(name: str, snippets: Path = SNIPPETS) -> Experiment:
    """Read one experiment.

    Raises LabError if there is none of that name, or if its definition is not what it should be.
    """
    file = snippets / name / "experiment.toml"
    where = f"snippets/{name}/experiment.toml"
    if not SLUG.fullmatch(name) or not file.is_file():
        raise LabError(f"there is no experiment {name!r}: the folders under snippets/ are {', '.join(names(snippets))}")
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LabError(f"{where} is not valid TOML: {error}") from error
    return read(table, name, file.parent, where)


def read(table: dict[str, Any], name: str, folder: Path, where: str) -> Experiment:
    """An experiment from its table; raises LabError if it is not what it should be."""
    optional = {"claims", "crossings", "measures", "needs", "outcomes", "rounds", "server", "shows", "sweep"}
    expect_keys(table, where, required={"programs"}, optional=optional)
    programs = table["programs"]
    if not is_list_of(str, programs) or not programs or len(set(programs)) < len(programs):
        raise LabError(f"{where}: programs is to be a list of different names, such as ['bad', 'better']")
    for program in programs:
        if not (folder / f"{program}.py").is_file():
            raise LabError(
                f"{where} names the program {program!r}, "
                f"but there is no snippets/{name}/{program}.py: add it, or mend the name"
            )
    if not isinstance(table.get("server", False), bool):
        raise LabError(f"{where}: server is to be true or false, not {table['server']!r}")
    if table.get("rounds", "timed") not in ROUNDS:
        raise LabError(f"{where}: rounds = {table['rounds']!r} is to be one of {', '.join(ROUNDS)}")
    sweep = table.get("sweep", {})
    if not isinstance(sweep, dict) or not all(
        len(sweep) == 1 and is_list_of(int | float, values) and len(values) > 1 and sorted(set(values)) == values
        for values in sweep.values()
    ):
        raise LabError(f"{where}: sweep is to be one parameter of main() with rising values, such as {{size = [1, 4]}}")
    measures = table.get("measures", {})
    if not isinstance(measures, dict) or not all(
        name not in METRICS and unit in UNITS for name, unit in measures.items()
    ):
        raise LabError(f"{where}: measures is to give new metrics a unit of 's', 'B' or '', such as {{each = 's'}}")
    outcomes = table.get("outcomes", [])
    if not is_list_of(str, outcomes):
        raise LabError(f"{where}: outcomes is to be a list of names")
    metrics = (*METRICS, *measures)
    shows = table.get("shows", [] if table.get("rounds") == "outcomes" else ["wall", "cpu", "switches"])
    if not is_list_of(str, shows) or not set(shows) <= set(metrics):
        raise LabError(f"{where}: shows is to be a list of metrics ({', '.join(metrics)})")
    needs = table.get("needs", {})
    if not isinstance(needs, dict) or not set(needs) <= set(programs):
        raise LabError(f"{where}: needs is to be a table of programs ({', '.join(programs)}) and what each needs")
    for listed in ("claims", "crossings"):
        if not is_list_of(dict, table.get(listed, [])):
            raise LabError(f"{where}: {listed} are to be tables, each under a line [[{listed}]]")
    names = Names(programs, metrics, outcomes, next(iter(sweep.values()), []))
    claims = tuple(read_claim(claim, names, where) for claim in table.get("claims", []))
    crossings = tuple(read_crossing(crossing, names, where) for crossing in table.get("crossings", []))
    ids = [claim.id for claim in claims] + [crossing.id for crossing in crossings]
    if len(set(ids)) < len(ids):
        raise LabError(f"{where}: two claims have the same id; rename one")
    return Experiment(
        name=name,
        folder=folder,
        programs=tuple(programs),
        claims=claims,
        server=table.get("server", False),
        rounds=table.get("rounds", "timed"),
        parameter=next(iter(sweep), None),
        sweep=tuple(names.sweep),
        measures=measures,
        outcomes=tuple(outcomes),
        shows=tuple(shows),
        needs={program: read_needs(needs[program], where) for program in needs},
        crossings=crossings,
    )


@dataclass(frozen=True)
class Names:
    """What a claim may refer to."""

    programs: list[str]
    metrics: tuple[str, ...]
    outcomes: list[str]
    sweep: list[float]


def read_claim(table: dict[str, Any], names: Names, where: str) -> Claim:
    """One claim of an experiment; raises LabError if it is not what it should be."""
    where = f"{where}, claim {table.get('id', 'without id')!r}"
    if "outcome" in table or "is" in table:
        expect_keys(table, where, required={"id", "of", "outcome", "is"}, optional={"needs"})
        expect_one_of(table["of"], names.programs, "of", where)
        expect_one_of(table["outcome"], names.outcomes, "outcome", where)
        needs = read_needs(table.get("needs", []), where)
        return Claim(table["id"], table["of"], needs, outcome=table["outcome"], expected=str(table["is"]))
    expect_keys(table, where, {"id", "metric", "of", "over"}, optional={"at", "at_least", "at_most", "needs"})
    expect_pair(table, names, where)
    given = [table[bound] for bound in ("at_least", "at_most") if bound in table]
    if len(given) != 1 or isinstance(given[0], bool) or not isinstance(given[0], int | float) or not given[0] > 0:
        raise LabError(f"{where}: give either at_least or at_most, one number above zero")
    if (table.get("at") in names.sweep) != bool(names.sweep) or ("at" in table and not names.sweep):
        raise LabError(f"{where}: at is to be one of the sweep's values, which are {names.sweep}")
    return Claim(
        table["id"],
        table["of"],
        read_needs(table.get("needs", []), where),
        metric=table["metric"],
        over=table["over"],
        at_least=table.get("at_least"),
        at_most=table.get("at_most"),
        at=table.get("at"),
    )


def read_crossing(table: dict[str, Any], names: Names, where: str) -> Crossing:
    """One crossing of an experiment; raises LabError if it is not what it should be."""
    where = f"{where}, crossing {table.get('id', 'without id')!r}"
    expect_keys(table, where, required={"id", "metric", "of", "over"}, optional=set())
    expect_pair(table, names, where)
    if not names.sweep:
        raise LabError(f"{where}: only a sweep has crossings; add one, or remove this")
    return Crossing(table["id"], table["metric"], table["of"], table["over"])


def read_needs(needs: Any, where: str) -> tuple[str, ...]:
    """What a claim or a program needs; raises LabError for a need that nobody knows."""
    if not is_list_of(str, needs) or not all(NEED.fullmatch(need) for need in needs):
        raise LabError(
            f"{where}: needs = {needs!r}; a need is 'gil', 'no-gil', 'linux', 'fork', 'shm', 'numpy', 'psutil', "
            "'cores>=N' or 'python>=3.N'"
        )
    return tuple(needs)


def expect_pair(table: dict[str, Any], names: Names, where: str) -> None:
    """Raise LabError if a ratio is not one of two programs in a known metric."""
    if table["metric"] not in names.metrics:
        known = ", ".join(names.metrics)
        raise LabError(f"{where}: unknown metric {table['metric']!r}; the metrics are {known}")
    for side in ("of", "over"):
        expect_one_of(table[side], names.programs, side, where)


def expect_one_of(value: Any, known: list[str], key: str, where: str) -> None:
    """Raise LabError if a value is none of those that there are."""
    if value not in known:
        what = "programs" if key != "outcome" else "outcomes"
        raise LabError(f"{where}: {key} = {value!r} is none of the {what} ({', '.join(known)})")


def expect_keys(table: dict[str, Any], where: str, required: set[str], optional: set[str]) -> None:
    """Raise LabError if a table lacks a key or has one that nobody reads."""
    if unknown := sorted(table.keys() - required - optional):
        raise LabError(f"{where}: unknown key {unknown[0]!r}; the keys are {', '.join(sorted(required | optional))}")
    if missing := sorted(required - table.keys()):
        raise LabError(f"{where}: the key {missing[0]!r} is missing")


def is_list_of(kind: type | UnionType, value: object) -> bool:
    """Whether a value is a list of nothing but `kind`."""
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)
