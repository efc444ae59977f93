"""The HTML of every page, held against the standard by html-validate, of npm."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Guide

VALIDATE = ROOT / "tests" / "node_modules" / ".bin" / "html-validate"  # `make test` installs it where there is npm
# What is not asked for: each is Material's or Markdown's way to write, and none of it is ours.
EXCEPTIONS = {
    "attribute-boolean-style": 'checked="checked", by the tabs and by what takes pages with a diagram apart',
    "attribute-empty-style": 'hidden="", by what takes pages with a diagram apart',
    "doctype-style": "Material's <!doctype html> in small letters",
    "no-implicit-button-type": "Material's button for the choice of language",
    "no-trailing-whitespace": "what is left of Material's templates",
    "unique-landmark": "Material's lists of pages, one in the other",
    "valid-autocomplete": "Material's switches for drawer and search",
    "valid-id": "Material's __drawer, __search and __palette_0, and the tabs' __tabbed_1_1",
    "void-style": "the tabs' <input/>",
    "wcag/h32": "Material's forms for palette and search, which are sent nowhere",
}


def complaints(folder: Path) -> list[tuple[str, str]]:
    """What is wrong with the pages below a folder: the rule, and the page, line and sentence of each."""
    if not VALIDATE.exists():
        if shutil.which("npm"):
            pytest.fail("html-validate is not installed: `make test` does it")
        pytest.skip("this needs npm, which is not to be had here")
    config = folder.parent / "html-validate.json"
    config.write_text(json.dumps({"root": True, "extends": ["html-validate:recommended"]}))
    report = folder.parent / "html-validate-report.json"  # a file: into a pipe node writes no more than 64 KiB
    with report.open("wb") as out:
        command = [str(VALIDATE), "--config", str(config), "--formatter", "json", f"{folder}/**/*.html"]
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, text=True, check=False)
    assert done.stderr == ""
    found: list[dict[str, Any]] = json.loads(report.read_text(encoding="utf-8"))
    return [
        (each["ruleId"], f"{page['filePath'].removeprefix(str(folder))}:{each['line']}: {each['message']}")
        for page in found
        for each in page["messages"]
    ]


def test_every_page_is_valid_but_for_named_exceptions(built: Guide) -> None:
    """And each exception is needed: one that is no longer is removed."""
    found = complaints(built.site)
    assert [(rule, where) for rule, where in found if rule not in EXCEPTIONS] == []
    assert {rule for rule, _ in found} == set(EXCEPTIONS)


def test_a_mistake_is_found(tmp_path: Path) -> None:
    """The check can fail."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("<p><table></p>")
    assert complaints(folder)
