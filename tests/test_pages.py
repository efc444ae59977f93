"""The grammar of a page, and the parity of two languages: pure functions, given broken input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from overrides import pages

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """---
title: Sleep
---
# Sleep { #sleep }

```python exec="on" html="on"
from lab.page import show
print(show("sleep"))
```

=== "Bad"

    ```python title="snippets/sleep/bad.py" hl_lines="1"
    --8<-- "snippets/sleep/bad.py"
    ```

## Why { #why }

~~~text
# not a heading
~~~

```mermaid
graph TD
```
"""


@pytest.fixture
def known(tmp_path: Path) -> pages.Known:
    """One experiment with one program, and two blocks."""
    program = tmp_path / "snippets" / "sleep" / "bad.py"
    program.parent.mkdir(parents=True)
    program.write_text("pass\n", encoding="utf-8")
    return pages.Known(tmp_path, {"show": True, "machine": False}, frozenset({"sleep"}))


def test_a_good_page_has_an_outline_and_no_problems(known: pages.Known) -> None:
    """All that a translation must share is found, inside tabs too."""
    found = pages.outline(GOOD, "docs/en/sleep.md", known)
    assert found.problems == ()
    assert found.headings == (pages.Heading(1, "sleep"), pages.Heading(2, "why"))
    assert found.blocks == (pages.Block("show", "sleep"),)
    assert found.includes == ("snippets/sleep/bad.py",)
    assert found.diagrams == 1


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('exec="on" html="on"', 'exce="1"', 6, 'a fence cannot open with `python exce="1"`'),
        ('exec="on" html="on"', 'exec="of"', 6, "a fence cannot open with"),
        ('exec="on" html="on"', 'exec="1"', 6, "a fence cannot open with"),
        ('exec="on" html="on"', 'exec="on"', 6, "a fence cannot open with"),  # it would be taken for Markdown
        ('exec="on" html="on"', 'exec="on" html="on" source="abov"', 6, "a fence cannot open with"),
        ("```python exec", "```{.python exec", 6, "a fence cannot open with"),
        ("~~~text", "~~~", 19, "a fence cannot open with ``"),
        ("print(show", "import sys; sys.exit(0); print(show", 6, "exactly two lines"),
        ('print(show("sleep"))', "raise SystemExit", 6, "exactly two lines"),
        ("from lab.page import show", "from lab import page", 6, "exactly two lines"),
        ('print(show("sleep"))', 'print(show("sleep"))\nimport os', 6, "exactly two lines"),
        (
            "import show\nprint(show",
            "import build\nprint(build",
            6,
            "no block build: use one of machine, show",
        ),
        ('print(show("sleep"))', "print(show())", 6, 'write `print(show("experiment"))`'),
        ('show("sleep")', 'show("slep")', 6, "there is no experiment slep"),
        (
            ' "snippets/sleep/bad.py"\n',
            ' "snippets/sleep/worse.py"\n',
            14,
            "snippets/sleep/worse.py does not exist",
        ),
        ("    ```python title", "    --8<-- 'x'\n    ```python title", 13, "included inside a fence alone"),
        ('--8<-- "snippets/sleep/bad.py"', "--8<--", 14, "include a file as"),
        ("## Why { #why }", "## Why", 17, "the heading has no id"),
        ("## Why { #why }", "Why\n---", 18, "write a heading as"),
        ("~~~\n\n```mermaid", "\n```mermaid", 19, "never closed"),
    ],
)
def test_a_broken_page_is_told_where_and_what_to_do(
    known: pages.Known, old: str, new: str, line: int, says: str
) -> None:
    """One sentence, with the file, the line and the way out."""
    assert GOOD.count(old) == 1, "the case must change one place"
    found = pages.outline(GOOD.replace(old, new), "docs/en/sleep.md", known).problems
    assert len(found) == 1, found
    assert found[0].startswith(f"docs/en/sleep.md:{line}: ")
    assert says in found[0]
    assert found[0].endswith(".")


def test_two_headings_cannot_share_an_id(known: pages.Known) -> None:
    """A link would lead to the first of them only."""
    found = pages.outline(GOOD.replace("#why", "#sleep"), "docs/en/sleep.md", known).problems
    assert found == ("docs/en/sleep.md: 2 headings have the id #sleep: give each its own.",)


def compared(known: pages.Known, original: str | None, translation: str | None) -> list[str]:
    """The differences between two versions of one page; None is a missing one."""
    trees = {
        language: {} if text is None else {"sleep.md": pages.outline(text, f"docs/{language}/sleep.md", known)}
        for language, text in (("zh-TW", original), ("en", translation))
    }
    return pages.differences("docs", trees).get("sleep.md", [])


def test_the_same_shape_in_other_words_is_the_same(known: pages.Known) -> None:
    """Words are free."""
    assert compared(known, GOOD.replace("Why", "為什麼"), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("{ #why }", "{ #reason }", "heading 2 of docs/en/sleep.md is ## #reason"),
        ("## Why", "### Why", "heading 2 of docs/en/sleep.md is ### #why"),
        ("## Why { #why }", "Why", "heading 2 of docs/en/sleep.md is none"),
        ('import show\nprint(show("sleep"))', "import machine\nprint(machine())", "executable block 1"),
        ('--8<-- "snippets/sleep/bad.py"', "pass", "included file 1 of docs/en/sleep.md is none"),
        ("```mermaid", "```text", "diagram 1 of docs/en/sleep.md is none"),
    ],
)
def test_a_translation_of_another_shape_is_told_the_difference(
    known: pages.Known, old: str, new: str, says: str
) -> None:
    """One sentence that names both files."""
    assert GOOD.count(old) == 1, "the case must change one place"
    (found,) = compared(known, GOOD, GOOD.replace(old, new))
    assert found.startswith(says)
    assert "docs/zh-TW/sleep.md" in found


def test_a_missing_page_is_named_in_either_language(known: pages.Known) -> None:
    """With both ways out: translate, or remove."""
    assert compared(known, GOOD, None) == ["docs/en/sleep.md is missing: translate docs/zh-TW/sleep.md, or remove it."]
    assert compared(known, None, GOOD) == ["docs/zh-TW/sleep.md is missing: translate docs/en/sleep.md, or remove it."]
