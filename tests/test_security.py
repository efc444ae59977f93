"""Whatever a page quotes is shown and never obeyed; and what a page may do is little."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from markdown import Markdown

from lab import columns, page, runner
from lab.columns import Cell, Column
from lab.verdict import Outcome, Verdict
from overrides import security
from tests.conftest import LANGUAGES
from tests.samples import AT_LEAST, record, rounds
from tests.test_site import assert_fails

if TYPE_CHECKING:
    from tests.conftest import Guide

# What Unicode gives the property Bidi_Control, and control characters: a terminal's colours, its bell, the end of C.
TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
STEERING = "\x00\x07\x08\x0b\x0c\x1b\x7f\x85\x9b"
INERT = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</code></pre></section></article><script src=//elsewhere.example></script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload='alert(1)'>",
    "<!-- --!><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;&#x202e;",
    '```python exec="on" html="on"\nprint(1)\n```',
    "text\n```python exec\nprint(1)\n```\ntext",
    "text\n~~~python exec\nprint(1)\n~~~\ntext",
    'text\n--8<-- "LICENSE"\ntext',
    "text\n\n# heading\n\n</div>\n\n<script>alert(1)</script>",
    "{{ 1 + 1 }} {% raw %} [x](javascript:alert(1)) ![x](https://elsewhere.example/)",
    f"\x1b[2J\x1b]0;title\x07{STEERING}",
    f"a{TURNING}b",
]
MADE_UP = {
    "headline": [AT_LEAST.id],
    "claims": {AT_LEAST.id: "Bad is slower."},
    "programs": {"bad": "bad", "better": "better"},
    "outcomes": {},
    "results": {},
}


def as_shown(html: str) -> tuple[str, list[str]]:
    """What a site generator makes of a block that a page prints, and the fences that it took it for."""
    fences: list[str] = []

    def fence(source: str, *_: Any, **__: Any) -> str:
        fences.append(source)
        return ""

    python = {"name": "python", "class": "python", "format": fence, "validator": lambda *_, **__: True}
    reader = Markdown(
        extensions=["attr_list", "md_in_html", "tables", "pymdownx.snippets", "pymdownx.superfences"],
        extension_configs={"pymdownx.superfences": {"custom_fences": [python]}},
    )
    return security.visible(page.fill(reader.convert(html))), fences


def assert_inert(html: str) -> None:
    """As a finished page has it: nothing active, nothing taken for Markdown, no character that is unseen."""
    shown, fences = as_shown(html)
    assert security.active(shown) == []
    assert fences == []
    assert "MIT License" not in shown
    assert "<h1" not in shown
    assert not set(TURNING + STEERING) & set(shown)


# What is quoted


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", INERT)
def test_a_sentence_of_the_lab_is_inert(text: str, language: str) -> None:
    """It may hold what a program raised, or a file's name."""
    page.turn_to(language, "../")
    assert_inert(page.render("broken", experiment="made_up", sentences=[text, f"`{text}`"]))


@pytest.mark.parametrize("text", INERT)
def test_what_a_record_says_is_inert(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its machine, its interpreter and its words for what happened: in the evidence and in the tables."""
    page.turn_to("en", "../")
    results = {text: text}
    monkeypatch.setattr(page, "words_of", lambda _: MADE_UP | {"outcomes": {text: text}, "results": results})
    made = record(rounds([(2.0, 1.0)] * 20))
    made = replace(
        made,
        machine=replace(made.machine, cpu=text, kernel=text),
        interpreter=replace(made.interpreter, version=text),
        outcomes=(text,),
        rounds=tuple(
            replace(each, runs=tuple(replace(run, outcomes={text: text}) for run in each.runs)) for each in made.rounds
        ),
    )
    assert_inert(page.slot(page.render("evidence", **page.evidence(made))))
    assert_inert(page.slot(page.render("fold", **page.evidence(made), listings=[])))
    found = Verdict(AT_LEAST.id, Outcome.REFUTED, found=text, rounds=3)
    row = {"experiment": "made_up", "page": None, "record": made, "words": MADE_UP, "id": AT_LEAST.id}
    assert_inert(page.render("claims", rows=[row | {"verdict": found}]))
    column = columns.described(Column(made.machine, made.interpreter, {}, here=False))
    cells = [Cell(found)]
    one: dict[str, Any] = {
        "experiment": "made_up",
        "page": None,
        "id": AT_LEAST.id,
        "says": "x",
        "results": {},
        "cells": cells,
    }
    assert_inert(page.slot(page.render("columns", columns=[column], rows=[one], of_machines=True)))


@pytest.mark.parametrize("text", INERT)
def test_a_program_is_shown_as_it_stands(text: str) -> None:
    """Its source is no HTML."""
    assert_inert(page.slot(f"<pre><code>{page.coloured_text(f'x = {text!r}  # {text}')}</code></pre>"))


@pytest.mark.parametrize("text", INERT)
def test_the_last_line_of_a_program_steers_no_terminal(text: str) -> None:
    """A sentence on a failed program ends with it."""
    assert not set(TURNING + STEERING + "\n") & set(runner.last_line(f"before\n{text}"))


def test_what_is_unseen_is_made_visible_and_nothing_else() -> None:
    """Tabs and line ends stay, and so do letters of all scripts and the joiner within an emoji."""
    assert security.visible(f"a{TURNING}{STEERING}b") == f"a{'�' * len(TURNING + STEERING)}b"
    plain = "\t\r\n 執行緒 é עברית \N{ZERO WIDTH JOINER} \N{NO-BREAK SPACE}"
    assert security.visible(plain) == plain


# What a page may do


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>words</p><pre>&lt;script&gt;</pre><input type=checkbox><svg><title>x</title></svg>", []),
        ("<script>x</script>", ["<script>"]),
        ('<SCRIPT type="application/json">x</SCRIPT>', ["<script>"]),
        ("<svg><script href=x /></svg>", ["<script>"]),
        ("<p onclick=x>", ["onclick= in <p>"]),
        ("<img src=x OnError=x>", ["onerror= in <img>"]),
        ("<img/onerror\n=x>", ["onerror= in <img>"]),
        ("<img alt='x'onerror=x>", ["onerror= in <img>"]),
        ('<a href="\x01 \njavascript:x">', ["href= in <a>"]),
        ("<a href=javascript:x>", ["href= in <a>"]),
        ("<a href=' Java\tScript:x'>", ["href= in <a>"]),
        ("<a href='&#106;avascript:x'>", ["href= in <a>"]),
        ("<p style='color: red'>", ["style= in <p>"]),
        ("<iframe srcdoc=x>", ["<iframe>", "srcdoc= in <iframe>"]),
        ("<base href=x><meta http-equiv=refresh><form></form>", ["<base>", "<meta>", "<form>"]),
    ],
)
def test_what_is_active_in_content_is_found(html: str, found: list[str]) -> None:
    """And what only looks like it is not."""
    assert security.active(html) == found


HEAD = '<html><head><meta charset="utf-8"><title>x</title>'


def test_a_policy_names_the_scripts_of_its_page() -> None:
    """Those that are inline and run: not a file, not data, not a text that looks like one."""
    html = (
        f'{HEAD}<script>one()\n</script><script src="x.js"></script>'
        '<script type="application/json">{"two": 2}</script>'
        '<script type="module">three < 3 && "<p>"</script><pre>&lt;script&gt;four&lt;/script&gt;</pre>'
    )
    hashes = [
        base64.b64encode(hashlib.sha256(script).digest()).decode() for script in (b"one()\n", b'three < 3 && "<p>"')
    ]
    assert re.findall(r"'sha256-([^']+)'", security.policy(html)) == hashes
    assert "unsafe" not in security.policy(html)


def test_a_policy_stands_before_all_that_it_is_about() -> None:
    """And within the first 1024 bytes is the charset. It is of one page: what is put in later is not in it."""
    done = security.with_policy(f"<!doctype html>{HEAD}<link href=x><script>one()</script>")
    assert done.index("<meta charset") < done.index("Content-Security-Policy") < done.index("<title>")
    assert security.policy(done) == security.policy(f"{HEAD}<script>one()</script>")
    with pytest.raises(ValueError, match="charset"):
        security.with_policy("<html>")


def test_an_exception_is_for_what_needs_it() -> None:
    """Inline styles for a diagram; inline scripts for the server that writes them."""
    plain, diagram = f"{HEAD}<script>one()</script>", f'{HEAD}<pre class="mermaid">graph</pre>'
    assert "style-src 'self';" in security.policy(plain)
    assert "style-src 'self' 'unsafe-inline';" in security.policy(diagram)
    assert "script-src 'self' 'unsafe-inline';" in security.policy(plain, served=True)


def test_every_page_has_the_policy_of_its_own_scripts(built: Guide) -> None:
    """No other host, nothing unsafe but the styles of diagrams, no handler and no style in an attribute."""
    files = sorted(built.site.rglob("*.html"))
    assert len(files) > 10
    for file in files:
        html = file.read_text(encoding="utf-8")
        [policy] = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)
        assert html.index(policy) < html.index("<script")
        assert html.index(policy) < html.index("<link")
        inline = re.findall(r"<script(?![^>]*(?: src=|application/json))[^>]*>(.*?)</script>", html, re.DOTALL)
        hashes = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in inline}
        assert set(re.findall(r"'sha256-([^']+)'", policy)) == hashes, file
        assert "://" not in policy
        assert "*" not in policy
        assert policy.count("unsafe") == ('class="mermaid"' in html), file
        body = security.active(html[html.index("<body") :])
        assert {what for what in body if "=" in what} == set(), file


def test_a_host_that_reads_headers_says_the_same(built: Guide) -> None:
    """One policy that is not in the way of any page's, in lines that such hosts take: 2000 characters at most."""
    lines = (built.site / "_headers").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "/*"
    assert all(line.startswith("  ") and len(line) < 2000 for line in lines[1:])
    headers = dict(line.strip().split(": ", 1) for line in lines[1:])
    site = directives(headers["Content-Security-Policy"])
    assert site.pop("frame-ancestors") == {"'none'"}
    for file in built.site.rglob("*.html"):
        for name, sources in directives(security.policy(file.read_text(encoding="utf-8"))).items():
            assert sources <= site[name], file
    assert headers.keys() == {"Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options"}


def directives(policy: str) -> dict[str, set[str]]:
    """A policy as sets of sources."""
    return {name: set(sources) for name, *sources in (each.split() for each in policy.split(";"))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_that_would_run_something_ends_the_build(guide: Guide, language: str) -> None:
    """Else its script would be one of those that the policy of the page allows."""
    guide.append(f"docs/{language}/method.md", "\n<script>alert(1)</script>\n")
    assert_fails(guide, f"docs/{language}/method.md or its evidence holds <script>", "-q", "--no-strict")


def test_evidence_that_would_run_something_ends_the_build(guide: Guide) -> None:
    """Should a template ever fail to escape."""
    guide.append("overrides/evidence/evidence.html", "<img src=x onerror=alert(1)>")
    assert_fails(guide, "or its evidence holds onerror= in <img>", "-q", "--no-strict")
