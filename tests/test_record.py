"""Records: read back as they were written, or not believed."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from lab import record as records
from lab import store as stores
from lab.errors import LabError
from lab.experiment import Experiment
from lab.store import Store
from tests.samples import INTERPRETER, MACHINE, record, rounds, run

GOOD = record([*rounds([(3.0, 1.0)], "warm-up"), *rounds([(2.0 + i / 100, 1.0) for i in range(20)])])


def test_a_record_survives_the_file() -> None:
    """Byte for byte: what follows from the samples follows again."""
    table = json.loads(json.dumps(GOOD.as_json))
    assert records.from_json(table) == GOOD
    assert records.from_json(table).as_json == GOOD.as_json


def test_a_record_is_what_the_schema_says() -> None:
    """With values and without."""
    schema = json.loads(stores.SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    for each in (GOOD, record([], controlled_by=()), record(rounds([(1.0, 1.0)] * 3, foreign=0.5))):
        jsonschema.validate(json.loads(json.dumps(each.as_json)), schema)


@pytest.mark.parametrize(
    "edit",
    [
        lambda t: t["verdicts"][0].update(outcome="refuted"),
        lambda t: t["rounds"][3]["runs"][0].update(wall=9.0),
        lambda t: t["rounds"][3].update(valid=False),
        lambda t: t["estimates"][0].update(median=1.0),
        lambda t: t["claims"][0].update(at_least=0.5),
        lambda t: t["machine"].update(cpu="Another"),
        lambda t: t.update(profile="quick"),
        lambda t: t.update(protocol=0),
        lambda t: t.update(digest="0" * 64),
        lambda t: t.pop("rounds"),
        lambda t: t.update(rounds=7),
        lambda t: t.pop("control"),
        lambda t: t.update(control=[]),
        lambda t: t["control"][3]["runs"][0].update(wall=9.0),
        lambda t: t["controlled"].update(median=1.01),
        lambda t: t["rounds"][2]["runs"].pop(),
        lambda t: t["rounds"][2]["runs"][0].update(extra=1),
        lambda t: t["rounds"][2]["runs"][0].update(wall=float("nan")),
    ],
)
def test_an_edited_record_is_not_believed(edit: Callable[[Any], Any]) -> None:
    """Whatever is changed in it, what it says no longer follows from its samples."""
    table = json.loads(json.dumps(GOOD.as_json))
    edit(table)
    with pytest.raises(ValueError, match=r"not a whole record|does not follow"):
        records.from_json(table)


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Store, Experiment]:
    """A store, and an experiment whose full record is in it."""
    folder = tmp_path / "made_up"
    folder.mkdir()
    for name in ("bad.py", "better.py", "experiment.toml"):
        (folder / name).write_text(name)
    wanted = Experiment("made_up", folder, ("bad", "better"), GOOD.claims)
    store = Store(MACHINE, INTERPRETER, tmp_path / "records")
    store.save(replace(GOOD, sources=stores.sources(wanted)))
    return store, wanted


def test_the_key_is_the_content(kept: tuple[Store, Experiment]) -> None:
    """A changed program, definition, machine or interpreter has no record yet; nothing else is in the key."""
    store, wanted = kept
    assert store.load(wanted, "full")
    assert Store(replace(MACHINE, cores=1.0), INTERPRETER, store.folder).load(wanted, "full") is None
    assert Store(MACHINE, replace(INTERPRETER, gil=False), store.folder).load(wanted, "full") is None
    for file in (wanted.program("bad"), wanted.definition):
        before = file.read_text()
        file.write_text("changed")
        assert store.load(wanted, "full") is None
        file.write_text(before)
        assert store.load(wanted, "full")
    os.utime(wanted.program("bad"), (0, 0))
    assert store.load(wanted, "full")
    assert store.rejected == []


def test_a_full_record_serves_a_quick_build_but_not_the_other_way(kept: tuple[Store, Experiment]) -> None:
    """The better evidence is shown."""
    store, wanted = kept
    found = store.load(wanted, "quick")
    assert found
    assert found.profile == "full"
    file = store.file(wanted, "full")
    store.save(replace(found, profile="quick"))
    file.unlink()
    assert store.load(wanted, "full") is None
    quick = store.load(wanted, "quick")
    assert quick
    assert quick.profile == "quick"


@pytest.mark.parametrize("keep", [0, 1, 100, -2])
def test_a_file_cut_off_is_measured_again(kept: tuple[Store, Experiment], keep: int) -> None:
    """And the sentence names it."""
    store, wanted = kept
    file = store.file(wanted, "full")
    file.write_bytes(file.read_bytes()[:keep])
    assert store.load(wanted, "full") is None
    assert file.name in store.rejected[0]
    assert "measured again" in store.rejected[0]


def test_a_record_of_something_else_under_this_name(kept: tuple[Store, Experiment]) -> None:
    """Copied from another machine, say."""
    store, wanted = kept
    other = replace(GOOD, machine=replace(MACHINE, cpu="Another"))
    store.file(wanted, "full").write_text(json.dumps(other.as_json))
    assert store.load(wanted, "full") is None
    assert "something else" in store.rejected[0]


def test_nothing_half_written_stays(tmp_path: Path) -> None:
    """Neither in place of a file nor beside it."""
    file = tmp_path / "folder" / "a.json"
    stores.write_whole(file, {"a": 1})
    with pytest.raises(TypeError):
        stores.write_whole(file, {"a": object()})
    assert json.loads(file.read_text()) == {"a": 1}
    assert [each.name for each in file.parent.iterdir()] == ["a.json"]
    with pytest.raises(LabError, match="cannot write"):
        stores.write_whole(file / "below.json", {})


def test_validity_needs_every_run_of_a_round_undisturbed() -> None:
    """One disturbed or throttled run is enough."""
    quiet, loud, held = run("bad", 1), run("better", 1, foreign=0.061), run("better", 1, throttled=1)
    assert records.Round("timed", (quiet,)).valid
    assert not records.Round("timed", (quiet, loud)).valid
    assert not records.Round("timed", (quiet, held)).valid
    assert not records.Round("warm-up", (quiet,)).valid


def test_a_short_run_may_be_off_by_a_tick_but_not_the_round() -> None:
    """Idle time is counted in hundredths of a second: over 0.1 s that is a tenth."""
    short = replace(run("bad", 1, foreign=0.14), seconds=0.1)
    assert records.Round("timed", (short, replace(short, foreign=-0.06))).valid
    assert not records.Round("timed", (short, short)).valid
    assert not records.Round("timed", (replace(short, foreign=0.16), replace(short, foreign=-0.16))).valid
