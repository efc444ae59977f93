"""What an experiment is: a folder of programs, and experiment.toml, which says what they are to show."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.errors import LabError

ROOT = Path(__file__).resolve().parents[1]
SNIPPETS = ROOT / "snippets"
METRICS = ("wall", "cpu", "memory", "switches")
NEED = re.compile(r"gil|cores>=([1-9][0-9]*)")
SLUG = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@dataclass(frozen=True)
class Claim:
    """A ratio of two programs and the side of a threshold on which it is to lie."""

    id: str
    metric: str
    of: str
    over: str
    at_least: float | None
    at_most: float | None
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Experiment:
    """Programs that return the same result, and the claims about how they differ."""

    name: str
    folder: Path
    programs: tuple[str, ...]
    server: bool  # whether main() is given the URL of the loopback server
    claims: tuple[Claim, ...]

    def program(self, name: str) -> Path:
        """The file of a program."""
        return self.folder / f"{name}.py"

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
    expect_keys(table, where, required={"programs"}, optional={"server", "claims"})
    programs = table["programs"]
    if not is_list_of(str, programs) or not programs or len(set(programs)) < len(programs):
        raise LabError(f"{where}: programs is to be a list of different names, such as ['bad', 'better']")
    for program in programs:
        if not (file.parent / f"{program}.py").is_file():
            raise LabError(
                f"{where} names the program {program!r}, "
                f"but there is no snippets/{name}/{program}.py: add it, or mend the name"
            )
    server = table.get("server", False)
    if not isinstance(server, bool):
        raise LabError(f"{where}: server is to be true or false, not {server!r}")
    claims = table.get("claims", [])
    if not is_list_of(dict, claims):
        raise LabError(f"{where}: claims are to be tables, each under a line [[claims]]")
    read = tuple(read_claim(claim, programs, where) for claim in claims)
    if len({claim.id for claim in read}) < len(read):
        raise LabError(f"{where}: two claims have the same id; rename one")
    return Experiment(name, file.parent, tuple(programs), server, read)


def read_claim(table: dict[str, Any], programs: list[str], where: str) -> Claim:
    """One claim of an experiment; raises LabError if it is not what it should be."""
    where = f"{where}, claim {table.get('id', 'without id')!r}"
    expect_keys(table, where, required={"id", "metric", "of", "over"}, optional={"at_least", "at_most", "needs"})
    if table["metric"] not in METRICS:
        raise LabError(f"{where}: unknown metric {table['metric']!r}; the metrics are {', '.join(METRICS)}")
    for side in ("of", "over"):
        if table[side] not in programs:
            raise LabError(f"{where}: {side} = {table[side]!r} is none of the programs ({', '.join(programs)})")
    given = [table[bound] for bound in ("at_least", "at_most") if bound in table]
    if len(given) != 1 or isinstance(given[0], bool) or not isinstance(given[0], int | float) or not given[0] > 0:
        raise LabError(f"{where}: give either at_least or at_most, one number above zero")
    needs = table.get("needs", [])
    if not is_list_of(str, needs) or not all(NEED.fullmatch(need) for need in needs):
        raise LabError(f"{where}: needs = {needs!r}; a need is 'gil' or 'cores>=N'")
    return Claim(
        table["id"],
        table["metric"],
        table["of"],
        table["over"],
        table.get("at_least"),
        table.get("at_most"),
        tuple(needs),
    )


def expect_keys(table: dict[str, Any], where: str, required: set[str], optional: set[str]) -> None:
    """Raise LabError if a table lacks a key or has one that nobody reads."""
    if unknown := sorted(table.keys() - required - optional):
        raise LabError(f"{where}: unknown key {unknown[0]!r}; the keys are {', '.join(sorted(required | optional))}")
    if missing := sorted(required - table.keys()):
        raise LabError(f"{where}: the key {missing[0]!r} is missing")


def is_list_of(kind: type, value: object) -> bool:
    """Whether a value is a list of nothing but `kind`."""
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)
