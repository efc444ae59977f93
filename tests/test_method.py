"""The Method page keeps its word: its few lines give every figure that the pages print."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import LANGUAGES, PAGES, ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Guide

LISTING = re.compile(r'```python title="recompute.py"\n(.*?)```', re.DOTALL)
PRINTED = re.compile(r'data-(?:value|ratio)="([0-9.e+-]+)"')


def listing(language: str) -> str:
    """The program, as the page of a language shows it."""
    found = LISTING.search((ROOT / "docs" / language / "method.md").read_text(encoding="utf-8"))
    assert found
    return found[1]


@pytest.fixture(scope="module")
def recomputed(built: Guide, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[str]]]:
    """Experiment to what the program printed of its record: the first words of each line to its numbers."""
    program = tmp_path_factory.mktemp("method") / "recompute.py"
    program.write_text(listing("en"), encoding="utf-8")
    return {
        each["experiment"]: run(program, built.site / "data" / each["file"])
        for each in json.loads((built.site / "data" / "index.json").read_text(encoding="utf-8"))["records"]
    }


def run(program: Path, record: Path) -> dict[str, list[str]]:
    """What the program prints, line by line."""
    done = subprocess.run([sys.executable, program, record], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = [line.split(" ") for line in done.stdout.splitlines()]
    known = {each["metric"] for each in json.loads(record.read_text(encoding="utf-8"))["estimates"]}
    keys = [3 if len(words) > 3 and words[1] in known else 1 for words in lines]
    return {" ".join(words[:key]): words[key:] for words, key in zip(lines, keys, strict=True)}


def test_both_languages_show_the_same_program() -> None:
    """Letter for letter."""
    assert listing("en") == listing("zh-TW")


def test_it_gives_every_figure_of_every_record(built: Guide, recomputed: dict[str, dict[str, list[str]]]) -> None:
    """Medians, ratios, intervals, outcomes, crossings, and the control."""
    checked = 0
    for name, said in recomputed.items():
        record = json.loads((built.site / "data" / f"{name}.json").read_text(encoding="utf-8"))
        for each in record["estimates"]:
            assert_same(said[f"{each['program']} {each['metric']} {each['at']}"], each, "median")
        for judged in record["verdicts"]:
            if judged["ratio"] is not None:
                assert_same(said[judged["claim"]], judged, "ratio")
            elif judged["found"]:
                assert judged["found"] in " ".join(said[judged["claim"]])
        for crossing, value in record["crossed"].items():
            assert (crossing in said) == (value is not None)
            assert value is None or float(said[crossing][0]) == pytest.approx(value)
        if record["controlled"]:
            assert_same(said["control"], record["controlled"], "median")
        checked += len(record["estimates"]) + len(record["verdicts"])
    assert checked > 50  # where the machine is busy, only what is not timed


def assert_same(numbers: list[str], table: dict[str, Any], middle: str) -> None:
    """A figure and its interval are what the record says."""
    wanted = [table[key] for key in (middle, "low", "high") if table[key] is not None]
    assert [float(number) for number in numbers] == pytest.approx(wanted)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_prints_a_figure_that_it_does_not_give(
    built: Guide, recomputed: dict[str, dict[str, list[str]]], language: str
) -> None:
    """From the samples alone; each figure of a table carries its unrounded value."""
    numbers = {float(word) for said in recomputed.values() for words in said.values() for word in words if digits(word)}
    printed = [
        float(value)
        for page in PAGES
        for value in PRINTED.findall(built.page(page, language).read_text(encoding="utf-8"))
    ]
    assert len(printed) > 20
    assert [value for value in printed if not any(math.isclose(value, number) for number in numbers)] == []


def digits(word: str) -> bool:
    """Whether a word is a number."""
    return re.fullmatch(r"-?[0-9.]+(e[+-]?[0-9]+)?", word) is not None
