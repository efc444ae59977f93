"""A built site, looked at from outside; and what is left of a site when its build goes wrong."""

from __future__ import annotations

import hashlib
import inspect
import json
import re
import shutil
import signal
import socket
import urllib.error
import urllib.request
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import jsonschema
import psutil
import pytest

from lab import page
from overrides import pages
from tests.conftest import LANGUAGES, PAGES, ROOT, stop, wait_until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Guide

EXPERIMENTS = sorted(file.parent.name for file in ROOT.glob("snippets/*/experiment.toml"))


class Evidence(HTMLParser):
    """Collects what a page says of its evidence in `data-` attributes."""

    def __init__(self, page: Path) -> None:
        """Read the page."""
        super().__init__()
        self.records: list[tuple[str, str]] = []  # experiment, digest of its record
        self.verdicts: list[tuple[str, str, str]] = []  # experiment, claim, verdict
        self.experiment = ""
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note each record and each verdict."""
        data = {name: value or "" for name, value in attrs if name.startswith("data-")}
        self.experiment = data.get("data-experiment", self.experiment)
        if "data-record" in data:
            self.records.append((self.experiment, data["data-record"]))
        if "data-verdict" in data and "data-claim" in data:  # not the cells of other interpreters
            self.verdicts.append((self.experiment, data["data-claim"], data["data-verdict"]))


def published(guide: Guide, name: str) -> Any:
    """A file under `data/` of the site."""
    return json.loads((guide.site / "data" / name).read_text(encoding="utf-8"))


def measured(guide: Guide) -> dict[str, bytes]:
    """Every file that the lab keeps."""
    return {str(file.relative_to(guide.root)): file.read_bytes() for file in guide.root.glob(".cache/**/*.json")}


# The real pages


def test_the_pages_keep_to_the_grammar_and_the_languages_to_each_other() -> None:
    """Without a build, so that a writer learns of it in a second."""
    blocks = {name: bool(inspect.signature(getattr(page, name)).parameters) for name in page.BLOCKS}
    known = pages.Known(ROOT, blocks, frozenset(EXPERIMENTS))
    trees = {language: pages.read(ROOT / "docs" / language, known) for language in LANGUAGES}
    assert [outline.problems for tree in trees.values() for outline in tree.values() if outline.problems] == []
    assert pages.differences("docs", trees) == {}


def test_what_comes_from_others_is_what_they_published() -> None:
    """The manifest tells of every vendored file its version, licence, source and checksum; all else there is ours."""
    assets = ROOT / "docs" / "assets"
    ours = {
        "diagrams.js",
        "evidence.png",
        "favicon.svg",
        "guide.css",
        "guide.js",
        "iframe-worker.js",
        "search.js",
        "vendored.json",
    }
    texts = {"MIT": "Permission is hereby granted, free of charge, to any person obtaining a copy"}
    vendored: set[str] = set()
    for each in json.loads((assets / "vendored.json").read_text(encoding="utf-8")):
        assert each.keys() == {"name", "version", "licence", "purpose", "source", "files"}, each["name"]
        assert each["source"].startswith(f"https://registry.npmjs.org/{each['name']}/-/")
        assert each["source"].endswith(f"-{each['version']}.tgz")
        for file, told in each["files"].items():
            assert told.keys() == {"in_source", "sha256"}, file
            assert hashlib.sha256((assets / file).read_bytes()).hexdigest() == told["sha256"], file
        [licence] = [file for file in each["files"] if file.endswith("/LICENSE.txt")]
        assert texts[each["licence"]] in " ".join((assets / licence).read_text(encoding="utf-8").split()), licence
        vendored |= each["files"].keys()
    assert {path.relative_to(assets).as_posix() for path in assets.rglob("*") if path.is_file()} == vendored | ours


# A whole site


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_written_in_its_language(built: Guide, name: str, language: str) -> None:
    """With a link to the same page in the other language."""
    html = built.page(name, language).read_text(encoding="utf-8")
    assert re.search(rf'<html[^>]* lang="{language}"', html)
    path = "" if name == "index" else f"{name}/"
    for other, folder in LANGUAGES.items():
        link = next(tag for tag in re.findall(r"<link[^>]*>", html) if f'hreflang="{other}"' in tag)
        assert f'href="https://guide.example/{folder}{path}"' in link


def test_the_page_for_what_is_missing_speaks_both_languages(built: Guide) -> None:
    """A static host has one such page."""
    html = (built.site / "404.html").read_text(encoding="utf-8")
    assert "找不到這一頁" in html
    assert "There is no such page" in html


def test_records_are_published_with_an_index_and_a_schema(built: Guide) -> None:
    """All of them, and each as the schema beside it says."""
    index = published(built, "index.json")
    assert sorted(record["experiment"] for record in index["records"]) == EXPERIMENTS
    schema = published(built, index["schema"])
    for record in index["records"]:
        jsonschema.validate(published(built, record["file"]), schema)


def test_both_languages_show_the_same_records_and_the_verdicts_in_them(built: Guide) -> None:
    """Every claim of every experiment, with the verdict that its published record holds."""
    digests = {record["experiment"]: record["digest"] for record in published(built, "index.json")["records"]}
    shown: set[tuple[str, str, str]] = set()
    for name in PAGES:
        chinese, english = (Evidence(built.page(name, language)) for language in LANGUAGES)
        assert chinese.records == english.records
        assert chinese.verdicts == english.verdicts
        assert all(digests[experiment] == digest for experiment, digest in english.records)
        shown.update(english.verdicts)
    recorded = {
        (experiment, verdict["claim"], verdict["outcome"])
        for experiment in EXPERIMENTS
        for verdict in published(built, f"{experiment}.json")["verdicts"]
    }
    assert shown == recorded


def test_no_page_names_another_host_to_fetch_from(built: Guide) -> None:
    """Links lead elsewhere; scripts, styles, images and fonts do not."""
    for file in built.site.rglob("*.html"):
        html = file.read_text(encoding="utf-8")
        assert not re.findall(r'<(?:script|img|iframe|source)[^>]*\bsrc="(?:https?:)?//[^"]*"', html), file
        assert "Content-Security-Policy" in html, file


# A build again


def test_a_build_with_nothing_changed_measures_nothing(guide: Guide) -> None:
    """The same records stand on the same pages."""
    before = measured(guide)
    done = guide.build()
    assert done.returncode == 0, done.stdout
    assert "measuring" not in done.stdout
    assert measured(guide) == before
    assert not (guide.site / "old.txt").exists()


def test_changed_words_measure_nothing_and_are_published(guide: Guide) -> None:
    """Prose is no part of a record's key."""
    before = measured(guide)
    guide.append("docs/en/cpu-bound.md", "\nA new sentence.\n")
    done = guide.build("--site-dir", "elsewhere")
    assert done.returncode == 0, done.stdout
    assert measured(guide) == before
    assert "A new sentence." in (guide.root / "elsewhere/en/cpu-bound/index.html").read_text(encoding="utf-8")
    assert_untouched(guide)


# A build that goes wrong


def assert_untouched(guide: Guide) -> None:
    """The earlier site is as it was, and nothing half-written is beside it."""
    assert [file.name for file in guide.site.iterdir()] == ["old.txt"]
    assert not list(guide.root.glob("*.partial*"))


def assert_fails(guide: Guide, says: str, *arguments: str) -> None:
    """The build says one sentence, ends with a non-zero exit, and leaves the earlier site alone."""
    done = guide.build(*arguments)
    assert done.returncode != 0, done.stdout
    assert says in done.stdout
    assert "Traceback" not in done.stdout
    assert_untouched(guide)


EXECUTED = '```python exec="on" html="on"\nfrom lab.page import show\nprint(show("cpu_bound"))\n```'


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('exec="on" html="on"', 'exce="1"', 'a fence cannot open with `python exce="1"`'),
        ('exec="on" html="on"', 'exec="of"', 'a fence cannot open with `python exec="of"`'),
        (
            EXECUTED,
            EXECUTED.replace("cpu_bound", "cpu_bond"),
            "snippets/cpu_bond/experiment.toml does not exist",
        ),
        (EXECUTED, '```python exec="on" html="on"\nimport sys\nsys.exit(0)\n```', "exactly two lines"),
        ("{ #evidence }", "", "the heading has no id"),
        ("{ #evidence }", "{ #proof }", "is ## #proof"),
    ],
    ids=["misspelt option", "misspelt value", "unknown experiment", "sys.exit(0)", "no id", "another id"],
)
def test_a_broken_page_ends_the_build(guide: Guide, old: str, new: str, says: str) -> None:
    """Even where warnings are silenced and strict is off, and before anything is measured."""
    guide.edit("docs/en/cpu-bound.md", old, new)
    assert_fails(guide, says, "-q", "--no-strict")


def test_a_missing_translation_ends_the_build(guide: Guide) -> None:
    """The i18n plugin alone would show the original in its place."""
    (guide.root / "docs/en/method.md").unlink()
    assert_fails(guide, "docs/en/method.md is missing: translate docs/zh-TW/method.md, or remove it.")


def test_a_warning_ends_the_build_also_when_it_is_silenced(guide: Guide) -> None:
    """MkDocs' own -q would hide a dead link from strict."""
    guide.append("docs/en/method.md", "\n[nowhere](nowhere.md)\n")
    assert_fails(guide, "Aborted with", "-q")


def test_a_broken_experiment_ends_the_build(guide: Guide) -> None:
    """The lab's sentence is the build's. The other experiment keeps its record."""
    before = measured(guide)
    guide.edit("snippets/cpu_bound/bad.py", "    return results", "    return results[:1]")
    assert_fails(guide, "programs that are compared must return the same", "-q", "--no-strict")
    assert measured(guide) == before


def test_a_broken_definition_ends_the_build(guide: Guide) -> None:
    """With the file, the key and the keys that there are."""
    guide.edit("snippets/cpu_bound/experiment.toml", "at_most", "at_mots")
    assert_fails(guide, "snippets/cpu_bound/experiment.toml", "-q", "--no-strict")


def test_a_refuted_claim_is_published_and_fails_the_build(guide: Guide) -> None:
    """The page has to show it, and CI has to see it. (tests/test_lab.py: a quick campaign refutes nothing.)"""
    guide.edit("snippets/missing_guard/experiment.toml", 'is = "done"', 'is = "not-done"')
    guide.edit("lab/cli.py", 'if record.profile == "quick":', "if False:")  # no time for a full campaign here
    done = guide.build("-q", "--no-strict")
    assert done.returncode == 1, done.stdout
    assert "missing_guard/forked-processes-need-no-guard is refuted on this machine" in done.stdout
    assert not list(guide.root.glob("*.partial*"))
    shown = Evidence(guide.page("cpu-bound")).verdicts
    assert ("missing_guard", "forked-processes-need-no-guard", "refuted") in shown


def test_a_block_that_shows_nothing_ends_the_build(guide: Guide) -> None:
    """However it came to that: the files are looked at."""
    guide.append("lab/page.py", "\n\ndef show(name: str) -> str:\n    return ''\n")
    assert_fails(guide, "docs/en/cpu-bound.md asks for cpu_bound", "-q", "--no-strict")


def test_a_silent_exit_is_not_a_success(guide: Guide) -> None:
    """`sys.exit(0)` somewhere below a block would end the build with exit status 0 and no site."""
    guide.append("lab/page.py", "\n\ndef machine() -> str:\n    sys.exit(0)\n")
    assert_fails(guide, "ended by a sys.exit()")


HANGS = """

def machine() -> str:
    import pathlib
    import time
    pathlib.Path("started").touch()
    time.sleep(60)
    return ""
"""


def test_ctrl_c_leaves_the_earlier_site(guide: Guide) -> None:
    """And nothing half-written."""
    guide.append("lab/page.py", HANGS)
    with guide.running("build") as process:
        wait_until((guide.root / "started").exists, "the build of the page")
        status, printed = stop(process, signal.SIGINT)
    assert status != 0
    assert "Traceback" not in printed
    assert_untouched(guide)


def test_ctrl_c_while_measuring_leaves_no_process(guide: Guide) -> None:
    """The lab and the program under measurement end with the build."""
    shutil.rmtree(guide.root / ".cache")
    with guide.running("build") as process:
        build = psutil.Process(process.pid)
        # Another campaign on this machine would have to end first.
        wait_until(lambda: len(build.children(recursive=True)) >= 2, "the first measurement", seconds=300)
        family = build.children(recursive=True)
        status, printed = stop(process, signal.SIGINT)
    assert status != 0
    assert "Traceback" not in printed
    assert psutil.wait_procs(family, timeout=10)[1] == []
    assert_untouched(guide)


def test_what_a_killed_build_left_is_removed_by_the_next(guide: Guide) -> None:
    """A killed process cannot clean up; what it leaves is not taken for a site."""
    page = (guide.root / "lab/page.py").read_text(encoding="utf-8")
    guide.append("lab/page.py", HANGS)
    with guide.running("build") as process:
        wait_until((guide.root / "started").exists, "the build of the page")
        stop(process, signal.SIGKILL)
    assert [file.name for file in guide.site.iterdir()] == ["old.txt"]
    (guide.root / "site.partial").mkdir(exist_ok=True)
    (guide.root / "site.partial" / "half.html").touch()
    (guide.root / "lab/page.py").write_text(page, encoding="utf-8")
    done = guide.build()
    assert done.returncode == 0, done.stdout
    assert guide.page("index").exists()
    assert not (guide.site / "half.html").exists()
    assert not list(guide.root.glob("*.partial*"))


# A server


def test_a_server_shows_what_is_wrong_and_goes_on(guide: Guide) -> None:
    """A broken page says so in its place; when it is mended, it is shown again. The site is not touched."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    guide.edit("docs/en/cpu-bound.md", 'exec="on" html="on"', 'exce="1"')
    with guide.running("serve", "--dev-addr", f"127.0.0.1:{port}") as process:
        page = f"http://127.0.0.1:{port}/en/cpu-bound/"
        wait_until(shows(page, "a fence cannot open with", process), "the page with its problem")
        guide.edit("docs/en/cpu-bound.md", 'exce="1"', 'exec="on" html="on"')
        wait_until(shows(page, 'data-experiment="cpu_bound"', process), "the mended page")
        _, printed = stop(process, signal.SIGINT)
    assert "docs/en/cpu-bound.md:" in printed
    assert_untouched(guide)


def shows(page: str, text: str, process: subprocess.Popen[str]) -> Callable[[], bool]:
    """Whether a served page holds a text by now."""

    def look() -> bool:
        assert process.poll() is None, "the server has ended"
        try:
            with urllib.request.urlopen(page, timeout=5) as answer:
                return text in answer.read().decode()
        except urllib.error.URLError:
            return False

    return look
