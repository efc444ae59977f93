"""Records that travel: what is exported, and what is refused when it comes back."""

from __future__ import annotations

import getpass
import json
import re
import socket
import subprocess
import sys
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import pytest

from lab import exchange
from lab import record as records
from lab.errors import LabError
from tests.conftest import LANGUAGES
from tests.samples import FREE_THREADED, MACHINE, record, rounds
from tests.test_lab import Project, project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lab.record import Record
    from tests.conftest import Guide

__all__ = ["project"]

GOOD = record([*rounds([(3.0, 1.0)], "warm-up"), *rounds([(2.0 + i / 100, 1.0) for i in range(20)])])
UNLOCKED = replace(GOOD, interpreter=FREE_THREADED)


def exported(*found: Record) -> dict[str, Any]:
    """What an export of these records holds, as JSON reads it."""
    table = {"protocol": records.PROTOCOL, "machine": asdict(MACHINE), "records": [each.as_json for each in found]}
    return json.loads(json.dumps(table))  # type: ignore[no-any-return]


def written(folder: Path, table: object, name: str = "laptop.json") -> Path:
    """A file in docs/machines/."""
    file = folder / name
    file.write_text(table if isinstance(table, str) else json.dumps(table))
    return file


def test_what_is_exported_is_read_back(tmp_path: Path) -> None:
    """Every record, under each interpreter."""
    found = exchange.read(written(tmp_path, exported(GOOD, UNLOCKED), "laptop-2-cores.json"))
    assert found == exchange.Travelled("laptop-2-cores", MACHINE, (GOOD, UNLOCKED))
    assert exchange.all_in(tmp_path) == [found]
    assert exchange.all_in(tmp_path / "nowhere") == []


def forged(table: dict[str, Any]) -> None:
    """Another verdict, and a digest that fits it."""
    one = table["records"][0]
    one["verdicts"][0].update(outcome="refuted")
    one["digest"] = records.digest({key: value for key, value in one.items() if key != "digest"})


def elsewhere(table: dict[str, Any]) -> None:
    """A second record that is whole, and of another machine."""
    table["records"].append(json.loads(json.dumps(replace(GOOD, machine=replace(MACHINE, cores=8.0)).as_json)))


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (
            lambda t: t.update(protocol=4),
            f"by protocol 4, and this is protocol {records.PROTOCOL}: measure there again",
        ),
        (lambda t: t.pop("machine"), "is not a whole export (KeyError"),
        (lambda t: t.update(records=[]), "holds no record"),
        (lambda t: t.update(records=7), "is not a whole export"),
        (forged, "record 1 (made_up) is refused, what it says does not follow from its samples"),
        (lambda t: t["records"][0]["rounds"][3]["runs"][0].update(wall=9.0), "does not follow from its samples"),
        (lambda t: t["records"][0].update(profile="perfect"), "does not fit the schema (profile: 'perfect' is not"),
        (lambda t: t["records"][0].update(comment="hello"), "does not fit the schema (as a whole:"),
        (lambda t: t["records"][0]["rounds"].insert(0, "<script>"), "does not fit the schema (rounds/0:"),
        (elsewhere, "record 2 (made_up) is of another machine than its file says"),
        (lambda t: t["machine"].update(cpu="A better CPU"), "record 1 (made_up) is of another machine"),
        (lambda t: t["records"].append(t["records"][0]), "record 2 (made_up) repeats an earlier one"),
    ],
)
def test_what_cannot_be_believed_is_refused(tmp_path: Path, edit: Callable[[Any], Any], says: str) -> None:
    """In one sentence: which file, which record, why, and what to do."""
    table = exported(GOOD)
    edit(table)
    with pytest.raises(LabError) as raised:
        exchange.read(written(tmp_path, table))
    assert "laptop.json" in str(raised.value)
    assert says in str(raised.value)
    assert "export it again there" in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("text", ["", "[]", "7", '{"protocol": 5', "\x00"])
def test_a_broken_file_is_refused(tmp_path: Path, text: str) -> None:
    """Cut off, or never an export."""
    with pytest.raises(LabError, match=r"laptop\.json is not a whole export"):
        exchange.read(written(tmp_path, text))


@pytest.mark.parametrize("name", ["My Laptop.json", "Ünicode.json", "a--b.json", "-.json"])
def test_a_file_name_is_an_address(tmp_path: Path, name: str) -> None:
    """It is a part of the page's and of the record's."""
    with pytest.raises(LabError, match="name it in small letters"):
        exchange.read(written(tmp_path, exported(GOOD), name))


def strings(value: object) -> Iterator[str]:
    """Every text in a JSON value, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def test_an_export_names_no_host_no_user_and_no_path(guide: Guide, tmp_path: Path) -> None:
    """Looked for in all that the real experiments say."""
    file = tmp_path / "out" / "here.json"
    done = subprocess.run(
        [sys.executable, "-m", "lab", "--export", file], cwd=guide.root, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"\d+ records, under CPython [\d.]+.*, are in .*\n", done.stdout)
    found = list(strings(json.loads(file.read_text())))
    assert len(found) > 1000
    private = {socket.gethostname(), getpass.getuser(), str(guide.root), str(tmp_path)}
    for text in set(found):
        assert not any(re.search(rf"\b{re.escape(name)}\b", text) for name in private), text
        assert not re.search(r"(?:^|[\s\"'=:])(?:/|~|[A-Z]:\\)[\w.]", text), text
    assert exchange.read(file).records


def test_an_export_holds_every_interpreter(project: Project, tmp_path: Path) -> None:
    """And nothing is measured for it; where nothing has been, it says so."""
    file = tmp_path / "here.json"
    status, out, err = project.run("--export", str(file))
    assert (status, out) == (2, "")
    assert "nothing has been measured here yet" in err
    assert not file.exists()
    project.run()
    status, out, err = project.run("--export", str(file))
    assert (status, err) == (0, "")
    assert out.startswith("1 records, under CPython")
    assert [each["experiment"] for each in json.loads(file.read_text())["records"]] == ["made_up"]


def test_a_file_that_cannot_be_written(project: Project, tmp_path: Path) -> None:
    """One sentence, and nothing half-written."""
    project.run()
    (tmp_path / "taken").write_text("a file")
    status, _, err = project.run("--export", str(tmp_path / "taken" / "here.json"))
    assert status == 2
    assert "cannot write here.json" in err
    assert err.count("\n") == 1


def test_the_page_shows_published_machines_and_a_build_refuses_what_is_not_believed(guide: Guide) -> None:
    """The same records, as if from elsewhere, have a column of their own; with a forged verdict no site is made."""
    folder = guide.root / "docs" / "machines"
    subprocess.run([sys.executable, "-m", "lab", "--export", folder / "tower.json"], cwd=guide.root, check=True)
    done = guide.build()
    assert done.returncode == 0, done.stdout
    for language in LANGUAGES:
        assert 'data-file="tower"' in guide.page("machines", language).read_text(encoding="utf-8")
    assert (guide.site / "machines" / "tower.json").is_file()
    table = json.loads((folder / "tower.json").read_text())
    forged(table)
    written(folder, table, "tower.json")
    done = guide.build()
    assert done.returncode != 0
    assert "docs/machines/tower.json, record 1" in done.stdout
    assert "does not follow from its samples" in done.stdout
