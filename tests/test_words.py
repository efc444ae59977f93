"""What the blocks of a page say: the same in both languages, something for everything, and nothing that HTML runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lab import experiment, page
from lab.experiment import METRICS
from lab.verdict import Outcome, Reason
from tests.conftest import LANGUAGES
from tests.samples import AT_LEAST, record, rounds

WORDS = {language: page.words(language) for language in LANGUAGES}
SAID = {(language, name): page.words(language, name) for language in LANGUAGES for name in experiment.names()}
MADE_UP = {
    "headline": [AT_LEAST.id],
    "claims": {AT_LEAST.id: "Bad is slower."},
    "programs": {"bad": "bad", "better": "better"},
}


# What a row of a list refers to.
REFERENCES = {
    "branch",
    "claim",
    "figures",
    "page",
    "id",
    "experiment",
    "program",
    "metric",
    "of",
    "over",
    "crossing",
    "tax",
}


def shape(table: Any, *, row: bool = False) -> Any:
    """A table without its texts; what a row of a list refers to, and the claim that leads, is part of its shape."""
    if isinstance(table, dict):
        kept = REFERENCES if row else {"headline"}
        return {key: value if key in kept else shape(value) for key, value in table.items()}
    return [shape(item, row=True) for item in table] if isinstance(table, list) else type(table)


def test_both_languages_have_the_same_words() -> None:
    """Key by key."""
    assert shape(WORDS["zh-TW"]) == shape(WORDS["en"])
    for name in experiment.names():
        assert shape(SAID["zh-TW", name]) == shape(SAID["en", name]), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_a_word_for_everything_that_evidence_shares(language: str) -> None:
    """Every outcome, reason and metric; and none for what is not there."""
    words = WORDS[language]
    assert set(words["marks"]) == set(words["verdicts"]) == set(Outcome)
    assert set(words["reasons"]) == set(words["reasons_short"]) == set(Reason)
    assert set(words["metrics"]) == set(METRICS)
    for row in words["answers"]:
        name, claim = row["claim"].split("/")
        assert claim in SAID[language, name]["claims"]
        assert row["branch"] in words["decision"]["branches"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", experiment.names())
def test_there_is_a_word_for_everything_in_an_experiment(language: str, name: str) -> None:
    """Every claim, program, measure, outcome and crossing; and none for what is not there."""
    said, each = SAID[language, name], experiment.load(name)
    assert list(said["claims"]) == [claim.id for claim in each.claims]
    assert set(said["programs"]) == set(each.programs)
    assert set(said.get("measures", {})) == set(each.measures)
    assert set(said.get("outcomes", {})) == set(each.outcomes)
    assert set(said.get("crossings", {})) == {crossing.id for crossing in each.crossings}
    assert {claim.expected for claim in each.claims if claim.expected} <= set(said.get("results", {}))
    assert ("sweep" in said) == bool(each.sweep)
    assert said["headline"]
    assert set(said["headline"]) <= set(said["claims"])
    assert all("{value}" in sentence for sentence in said.get("crossings", {}).values())


@pytest.fixture(params=LANGUAGES)
def made_up(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page in one of the languages, whose words know the experiment that the tests make up."""
    page.turn_to(request.param, "../")
    monkeypatch.setattr(page, "words_of", lambda _: MADE_UP)


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize(
    ("pairs", "foreign", "verdict"),
    [(2.0, 0.0, "holds"), (1.0, 0.0, "refuted"), (1.3, 0.0, "holds"), (2.0, 0.5, "undecided")],
)
def test_the_verdict_that_is_shown_is_that_of_the_samples(pairs: float, foreign: float, verdict: str) -> None:
    """In the block and at the head of the page."""
    made = record(rounds([(pairs, 1.0)] * 20, foreign=foreign))
    for template in ("evidence", "headline"):
        html = page.render(template, **page.evidence(made))
        assert f'data-verdict="{verdict}"' in html
        assert f'data-record="{made.as_json["digest"]}"' in html
        assert "\n\n" not in html, "a blank line ends a block of HTML in Markdown"


@pytest.mark.usefixtures("made_up")
def test_what_a_record_says_is_inert() -> None:
    """A name is not markup."""
    made = record(rounds([(2.0, 1.0)] * 20))
    made = replace(made, machine=replace(made.machine, cpu="<script>alert(1)</script>"))
    html = page.render("evidence", **page.evidence(made))
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    html = page.render("broken", experiment="made_up", sentences=["<b>`<script>`</b>"])
    assert "&lt;b&gt;<code>&lt;script&gt;</code>&lt;/b&gt;" in html


@pytest.mark.usefixtures("made_up")
def test_a_quick_record_is_marked_as_quick() -> None:
    """And a full one is not."""
    quick = page.render("evidence", **page.evidence(record(rounds([(2.0, 1.0)] * 6), profile="quick")))
    full = page.render("evidence", **page.evidence(record(rounds([(2.0, 1.0)] * 20))))
    assert ('class="quick"' in quick, 'class="quick"' in full) == (True, False)
