"""What a page's Markdown may contain, and whether two languages say it in the same shape.

Nothing here knows of MkDocs: files go in, sentences come out.
Every sentence names the file, and the line where there is one, and says what to do.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LANGUAGES = ("zh-TW", "en")  # the first is the original: it stands at the site's root

EXECUTED = 'python exec="on" html="on"'
LISTINGS = ("console", "ini", "json", "python", "text", "toml")
_LISTING = re.compile(rf'({"|".join(LISTINGS)})( (title|hl_lines|linenums)="[^"]*")*')
_ALLOWED = (
    f"`{EXECUTED}`, `mermaid`, or one of {', '.join(LISTINGS)}, "
    'each with title="…", hl_lines="…" or linenums="…" if need be'
)

_FENCE = re.compile(r"[ \t>]*(?P<mark>`{3,}|~{3,})(?P<info>[^`]*)")
_HEADING = re.compile(r"\s*(?P<marks>#{1,6})\s+(?P<text>.*)")
_HEADING_ID = re.compile(r"\{[^{}]*#(?P<id>[a-z0-9-]+)[^{}]*\}\s*$")
_UNDERLINE = re.compile(r"(=+|-+)\s*")
_INCLUDE = re.compile(r"\s*-+8<-+(?P<rest>.*)")
_INCLUDED = re.compile(r' "(?P<path>[^":]+)(?P<part>(:[^":]*)*)"\s*')
_IMPORT = re.compile(r"from lab\.page import (?P<name>\w+)")
_CALL = re.compile(r'print\((?P<name>\w+)\((?:"(?P<experiment>\w+)")?\)\)')


@dataclass(frozen=True)
class Known:
    """What a page may refer to.

    Attributes:
        root: the folder that included files are named from.
        blocks: the names that a page may import from `lab.page`, each with whether it takes an experiment.
        experiments: the folders under `snippets/` that hold an `experiment.toml`.

    """

    root: Path
    blocks: Mapping[str, bool]
    experiments: frozenset[str]


@dataclass(frozen=True)
class Heading:
    """A heading: `## 量測 { #measured }` is level 2, id "measured"."""

    level: int
    id: str


@dataclass(frozen=True)
class Block:
    """An executable block: `print(show("cpu_bound"))` is name "show", experiment "cpu_bound"."""

    name: str
    experiment: str | None


@dataclass(frozen=True)
class Outline:
    """The shape of a page: what its translation must share, and what is wrong with it.

    Attributes:
        file: the page, as a sentence names it.
        headings, blocks, includes: in the order of the page.
        diagrams: how many mermaid diagrams it has.
        problems: one sentence each; empty for a good page.

    """

    file: str
    headings: tuple[Heading, ...]
    blocks: tuple[Block, ...]
    includes: tuple[str, ...]
    diagrams: int
    problems: tuple[str, ...]


def read(folder: Path, known: Known) -> dict[str, Outline]:
    """Outline every page under `folder`, by its path inside it ("cpu-bound.md")."""
    return {
        page.relative_to(folder).as_posix(): outline(
            page.read_text(encoding="utf-8"), page.relative_to(known.root).as_posix(), known
        )
        for page in sorted(folder.rglob("*.md"))
    }


def outline(text: str, file: str, known: Known) -> Outline:
    """Outline one page and check it against the grammar."""
    reader = _Reader(file, known)
    reader.read(text.splitlines())
    return Outline(
        file=file,
        headings=tuple(reader.headings),
        blocks=tuple(reader.blocks),
        includes=tuple(reader.includes),
        diagrams=reader.diagrams,
        problems=tuple(reader.problems),
    )


class _Reader:
    """Reads a page from top to bottom, once."""

    def __init__(self, file: str, known: Known) -> None:
        self.file = file
        self.known = known
        self.headings: list[Heading] = []
        self.blocks: list[Block] = []
        self.includes: list[str] = []
        self.diagrams = 0
        self.problems: list[str] = []

    def wrong(self, line: int, sentence: str) -> None:
        self.problems.append(f"{self.file}:{line}: {sentence}")

    def read(self, lines: list[str]) -> None:
        at = _after_front_matter(lines)
        while at < len(lines):
            if fence := _FENCE.fullmatch(lines[at]):
                at = self.fence(lines, at, fence["mark"], fence["info"].strip())
            else:
                self.prose(lines, at)
                at += 1
        for name, times in Counter(heading.id for heading in self.headings).items():
            if times > 1:
                self.problems.append(f"{self.file}: {times} headings have the id #{name}: give each its own.")

    def fence(self, lines: list[str], start: int, mark: str, info: str) -> int:
        """Read the fence that opens at index `start`; return the index after it."""
        end = next((at for at in range(start + 1, len(lines)) if lines[at].strip(" \t>") == mark), None)
        if end is None:
            self.wrong(start + 1, f"the fence that opens here is never closed: close it with {mark}.")
            return len(lines)
        body = [line.strip(" \t>") for line in lines[start + 1 : end]]
        if info == EXECUTED:
            self.executed([line for line in body if line], start + 1)
        elif info == "mermaid":
            self.diagrams += 1
        elif not _LISTING.fullmatch(info):
            self.wrong(start + 1, f"a fence cannot open with `{info}`: write {_ALLOWED}.")
        for offset, line in enumerate(body):
            if include := _INCLUDE.fullmatch(line):
                self.include(include["rest"], start + 2 + offset)
        return end + 1

    def executed(self, body: list[str], line: int) -> None:
        imported = _IMPORT.fullmatch(body[0]) if body else None
        called = _CALL.fullmatch(body[1]) if len(body) == 2 else None
        if imported is None or called is None or imported["name"] != called["name"]:
            self.wrong(
                line,
                "an executable block is exactly two lines, `from lab.page import NAME` and then "
                '`print(NAME("experiment"))` or `print(NAME())`: put anything else into lab/.',
            )
            return
        name, experiment = called["name"], called["experiment"]
        if name not in self.known.blocks:
            names = ", ".join(sorted(self.known.blocks))
            self.wrong(line, f"lab.page has no block {name}: use one of {names}.")
        elif self.known.blocks[name] != (experiment is not None):
            takes = '"experiment"' if self.known.blocks[name] else ""
            self.wrong(line, f"write `print({name}({takes}))`: that is what {name} takes.")
        elif experiment is not None and experiment not in self.known.experiments:
            self.wrong(
                line,
                f"there is no experiment {experiment}: snippets/{experiment}/experiment.toml does not exist; "
                f"use one of {', '.join(sorted(self.known.experiments))}, or write it.",
            )
        else:
            self.blocks.append(Block(name, experiment))

    def include(self, rest: str, line: int) -> None:
        included = _INCLUDED.fullmatch(rest)
        if included is None:
            self.wrong(line, 'include a file as `--8<-- "snippets/experiment/program.py"`, on one line.')
        elif not (self.known.root / included["path"]).is_file():
            self.wrong(line, f"the included file {included['path']} does not exist: correct its path.")
        else:
            self.includes.append(included["path"] + included["part"])

    def prose(self, lines: list[str], at: int) -> None:
        line = lines[at]
        if _INCLUDE.fullmatch(line):
            self.wrong(at + 1, "a file is included inside a fence alone: put ```python and ``` around it.")
        elif heading := _HEADING.fullmatch(line):
            named = _HEADING_ID.search(heading["text"])
            if named is None:
                self.wrong(at + 1, "the heading has no id: end it with one, in English, such as { #why }.")
            else:
                self.headings.append(Heading(len(heading["marks"]), named["id"]))
        elif at and lines[at - 1].strip() and _UNDERLINE.fullmatch(line):
            self.wrong(at + 1, "write a heading as `## … { #id }`, not underlined; a rule needs a blank line above.")


def _after_front_matter(lines: list[str]) -> int:
    if lines and lines[0].rstrip() == "---" and "---" in [line.rstrip() for line in lines[1:]]:
        return [line.rstrip() for line in lines].index("---", 1) + 1
    return 0


def differences(folder: str, pages: Mapping[str, Mapping[str, Outline]]) -> dict[str, list[str]]:
    """Compare the languages: what must be the same in all of them, and is not.

    Args:
        folder: the folder of all languages, as a sentence names it ("docs").
        pages: for each language, its outlines by path.

    Returns:
        For each path with a difference, one sentence a difference.

    """
    original, *translations = LANGUAGES
    found: dict[str, list[str]] = {}
    for language in translations:
        for path in sorted({*pages[original], *pages[language]}):
            here, there = pages[original].get(path), pages[language].get(path)
            if here is None or there is None:
                missing, other = (original, language) if here is None else (language, original)
                found.setdefault(path, []).append(
                    f"{folder}/{missing}/{path} is missing: translate {folder}/{other}/{path}, or remove it."
                )
            elif sentence := _first_difference(here, there):
                found.setdefault(path, []).append(sentence)
    return found


def _first_difference(here: Outline, there: Outline) -> str | None:
    """One sentence on the first thing that the two do not share: the rest often follows from it."""
    for what, ours, theirs in (
        ("heading", [_written(h) for h in here.headings], [_written(h) for h in there.headings]),
        ("executable block", [_written(b) for b in here.blocks], [_written(b) for b in there.blocks]),
        ("included file", here.includes, there.includes),
        ("diagram", ["mermaid"] * here.diagrams, ["mermaid"] * there.diagrams),
    ):
        for index in range(max(len(ours), len(theirs))):
            one = ours[index] if index < len(ours) else "none"
            other = theirs[index] if index < len(theirs) else "none"
            if one != other:
                return (
                    f"{what} {index + 1} of {there.file} is {other}, that of {here.file} is {one}: "
                    "make the two pages the same."
                )
    return None


def _written(part: Heading | Block) -> str:
    if isinstance(part, Heading):
        return f"{'#' * part.level} #{part.id}"
    return f'{part.name}("{part.experiment}")' if part.experiment else f"{part.name}()"
