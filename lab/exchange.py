"""Records that travel: all of one machine in one file, and what is checked before one from elsewhere is believed."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from lab import experiment, record
from lab.errors import LabError
from lab.store import SCHEMA, shown, write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lab.machine import Machine
    from lab.record import Record
    from lab.store import Store

FOLDER = experiment.ROOT / "docs" / "machines"  # the files that the project publishes
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
AGAIN = "export it again there with `python -m lab --export FILE`, or remove it"


@dataclass(frozen=True)
class Travelled:
    """What one file holds."""

    name: str  # the file's, without .json
    machine: Machine
    records: tuple[Record, ...]  # under one interpreter or several


def export(store: Store, names: Sequence[str], file: Path) -> str:
    """Write the records of these experiments, under every interpreter measured here; return a sentence on it.

    A full record is taken before a quick one. Raises LabError if there is none, or if the file cannot be written.
    """
    stores = store.beside()
    wanted = [experiment.load(name) for name in dict.fromkeys(names)]
    found = [kept for each in stores for one in wanted if (kept := each.load(one, "quick"))]
    if not found:
        raise LabError("nothing has been measured here yet: run `python -m lab` first, then export")
    table = {
        "protocol": record.PROTOCOL,
        "machine": asdict(store.machine),
        "records": [each.as_json for each in found],
    }
    write_whole(file, table, indent=None)
    interpreters = dict.fromkeys(each.interpreter.name for each in found)
    return f"{len(found)} records, under {', '.join(interpreters)}, are in {file}"


def all_in(folder: Path = FOLDER) -> list[Travelled]:
    """Every file of a folder, by name. Raises LabError at the first that cannot be believed."""
    return [read(file) for file in sorted(folder.glob("*.json"))]


def read(file: Path) -> Travelled:
    """The records in a file, each held against the schema and against its own samples.

    Raises LabError, one sentence that names the file and the reason.
    """
    from jsonschema import Draft202012Validator  # takes as long to import as all the rest, and is rarely needed

    if not NAME.fullmatch(file.stem):
        raise LabError(f"{shown(file)}: name it in small letters, digits and hyphens, such as laptop-8-cores.json")
    try:
        table = json.loads(file.read_text(encoding="utf-8"))
        protocol, machine, tables = table["protocol"], table["machine"], list(table["records"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LabError(
            f"{shown(file)} is not a whole export ({type(error).__name__}: {str(error)[:100]}): {AGAIN}"
        ) from error
    if protocol != record.PROTOCOL:
        raise LabError(
            f"{shown(file)} was measured by protocol {protocol}, and this is protocol {record.PROTOCOL}: measure there "
            f"again and {AGAIN}"
        )
    validator = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    records: list[Record] = []
    for number, each in enumerate(tables):
        where = f"{shown(file)}, record {number + 1}"
        if wrong := next(validator.iter_errors(each), None):
            place = "/".join(map(str, wrong.absolute_path)) or "as a whole"
            raise LabError(f"{where} does not fit the schema ({place}: {wrong.message[:100]}): {AGAIN}")
        try:
            found = record.from_json(each)
        except ValueError as error:
            raise LabError(f"{where} ({each['experiment']}) is refused, {error}: {AGAIN}") from error
        if asdict(found.machine) != machine:
            raise LabError(f"{where} ({each['experiment']}) is of another machine than its file says: {AGAIN}")
        if (found.experiment, found.interpreter.name) in [(one.experiment, one.interpreter.name) for one in records]:
            raise LabError(f"{where} ({each['experiment']}) repeats an earlier one: {AGAIN}")
        records.append(found)
    if not records:
        raise LabError(f"{shown(file)} holds no record: {AGAIN}")
    return Travelled(file.stem, records[0].machine, tuple(records))
