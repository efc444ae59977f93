"""experiment.toml: what it may say, and one clear sentence for what it may not."""

from pathlib import Path

import pytest

from lab import experiment
from lab.errors import LabError

GOOD = """
programs = ["bad", "better"]
[[claims]]
id = "bad-is-slower"
metric = "wall"
of = "bad"
over = "better"
at_least = 1.3
"""

CROSSING = """[[crossings]]
id = "x"
metric = "wall"
of = "bad"
over = "better"
"""


def write(folder: Path, definition: str) -> None:
    """An experiment called `made_up` with two programs."""
    (folder / "made_up").mkdir()
    (folder / "made_up" / "experiment.toml").write_text(definition)
    for name in ("bad", "better"):
        (folder / "made_up" / f"{name}.py").write_text("")


def test_the_experiments_of_the_guide_are_read() -> None:
    """Every folder, and each claim names what exists."""
    loaded = [experiment.load(name) for name in experiment.names()]
    assert {"cpu_bound", "io_bound"} <= {each.name for each in loaded}
    assert all(each.claims for each in loaded)


def test_a_good_definition(tmp_path: Path) -> None:
    """Claims keep their threshold's side."""
    write(tmp_path, GOOD)
    loaded = experiment.load("made_up", tmp_path)
    assert loaded.programs == ("bad", "better")
    assert (loaded.claims[0].at_least, loaded.claims[0].at_most, loaded.server) == (1.3, None, False)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("programs", "progams", "unknown key 'progams'"),
        ("id =", "idd =", "unknown key 'idd'"),
        ("metric =", "#", "the key 'metric' is missing"),
        ('"better"]', '"best"]', "there is no snippets/made_up/best.py"),
        ('"better"]', '"bad"]', "a list of different names"),
        ('["bad", "better"]', "[]", "a list of different names"),
        ('"wall"', '"speed"', "unknown metric 'speed'; the metrics are wall, cpu, memory, switches"),
        ('of = "bad"', 'of = "worse"', "of = 'worse' is none of the programs"),
        ("at_least = 1.3", "", "give either at_least or at_most"),
        ("at_least = 1.3", "at_least = 1.3\nat_most = 2", "give either at_least or at_most"),
        ("at_least = 1.3", "at_least = 0", "one number above zero"),
        ("at_least = 1.3", "at_least = nan", "one number above zero"),
        ("at_least = 1.3", "at_least = true", "one number above zero"),
        (
            "at_least = 1.3",
            'at_least = 1.3\nneeds = ["luck"]',
            "a need is 'gil', 'no-gil', 'linux', 'fork', 'shm', 'numpy', 'psutil', 'cores>=N' or",
        ),
        ("at_least = 1.3", "at_least = 1.3\n" + GOOD.partition("]\n")[2], "two claims have the same id"),
        ("programs =", "server = 1\nprograms =", "server is to be true or false"),
        ("[[claims]]", "[claims]", "each under a line [[claims]]"),
        ("programs =", "programs = =", "is not valid TOML"),
        ("programs =", 'rounds = "many"\nprograms =', "rounds = 'many' is to be one of timed, counted, outcomes"),
        ("programs =", "sweep = {size = [4, 1]}\nprograms =", "with rising values"),
        ("programs =", "sweep = {size = [1, 4]}\nprograms =", "at is to be one of the sweep's values"),
        ("at_least = 1.3", "at_least = 1.3\nat = 4", "at is to be one of the sweep's values"),
        ("programs =", "measures = {wall = 's'}\nprograms =", "measures is to give new metrics a unit"),
        ("programs =", "measures = {each = 'ms'}\nprograms =", "measures is to give new metrics a unit"),
        ("programs =", "outcomes = 'crash'\nprograms =", "outcomes is to be a list of names"),
        ("programs =", 'shows = ["speed"]\nprograms =', "shows is to be a list of metrics"),
        ("[[claims]]", "needs = {worst = ['gil']}\n[[claims]]", "needs is to be a table of programs"),
        ("[[claims]]", "needs = {bad = ['luck']}\n[[claims]]", "a need is 'gil'"),
        ("at_least = 1.3", "outcome = 'crash'", "unknown key"),
        (
            "[[claims]]",
            "[[crossings]]\nid = 'x'\nmetric = 'wall'\nof = 'bad'\nover = 'better'\n[[claims]]",
            "only a sweep",
        ),
    ],
)
def test_a_bad_definition_gets_one_sentence(tmp_path: Path, before: str, after: str, says: str) -> None:
    """It names the file, what is wrong, and what would be right."""
    assert before in GOOD
    write(tmp_path, GOOD.replace(before, after, 1))
    with pytest.raises(LabError) as raised:
        experiment.load("made_up", tmp_path)
    assert says in str(raised.value)
    assert "snippets/made_up/experiment.toml" in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["nothing", "../lab", "", "Cpu_bound"])
def test_an_unknown_experiment_is_answered_with_the_known_ones(name: str) -> None:
    """No path leads out of snippets/."""
    with pytest.raises(LabError, match=r"cpu_bound,.* io_bound"):
        experiment.load(name)
