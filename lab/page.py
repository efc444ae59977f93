"""All that the pages see of the lab.

A block on a page prints what a function here returns: HTML, made from templates in `overrides/evidence/` with the words
of the page's language in `overrides/words/`. (It prints itself: a generator captures no other print than the block's.)
No sentence for a reader stands here, and nothing is measured in this process: the first block that finds no record has
`python -m lab`, a process of its own, measure all that is missing.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from lab import cli, columns, exchange, experiment, figures, interpreter, store
from lab.columns import Column
from lab.errors import LabError
from lab.machine import describe as describe_machine
from lab.record import PROTOCOL
from lab.store import Store
from lab.verdict import Outcome, Reason

if TYPE_CHECKING:
    from pathlib import Path

    from lab.experiment import Experiment
    from lab.record import Record

# What a page may call.
BLOCKS = (
    *("show", "fold", "headline", "decision", "answers", "comparison"),
    *("claims", "machine", "without_gil", "across", "machines"),
)
SHOWN = re.compile(r'^print\((?:show|fold)\("(\w+)"\)\)$', re.MULTILINE)  # a block that shows an experiment
UNCOLOURED = re.compile(r'<span class="[npow]">([^<]*)</span>')  # names, signs and blanks look like plain text
LEXER, FORMATTER = PythonLexer(), HtmlFormatter(nowrap=True)
SLOT = re.compile(r'<div data-slot="(?P<key>[0-9a-f]{16})">[^<]*</div>')
SERVER_URL = "http://127.0.0.1:8080/"  # that lab/server.py prints where nothing else is asked of it
OVERRIDES = experiment.ROOT / "overrides"


@dataclass
class Build:
    """What one build of the site has seen of the lab."""

    campaign: bool = False  # whether the lab was started: it is not asked twice for what it could not measure
    broken: list[str] = field(default_factory=list)
    store: Store = field(default_factory=lambda: Store(describe_machine(), interpreter.ask(sys.executable)))
    records: dict[str, Record] = field(default_factory=dict)
    names: list[str] = field(default_factory=experiment.names)  # of all experiments
    experiments: dict[str, Experiment] = field(default_factory=dict)  # those that were read
    words: dict[Path, dict[str, Any]] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)  # experiment → the page that shows it
    slots: dict[str, str] = field(default_factory=dict)  # what is to be put into the finished pages
    interpreters: list[Column] | None = None  # all that were measured on this machine, once they were looked for
    elsewhere: list[Column] | None = None  # what other machines have measured, once their files were read


@dataclass
class Place:
    """The page that is being made."""

    language: str = "en"
    root: str = ""  # the relative URL of the site's root: "", "../", …


build = Build()
place = Place()


def start_build() -> None:
    """Forget what an earlier build has seen; records and programs may have changed."""
    global build  # noqa: PLW0603 (the blocks of a page have no other way to meet)
    build = Build()
    environment.cache_clear()


def turn_to(language: str, root: str) -> None:
    """The blocks that follow are for a page in this language, from which `root` leads to the site's root."""
    place.language, place.root = language, root


def show(name: str) -> str:
    """The evidence of an experiment: its verdicts, chart and table."""
    record = record_of(name)
    if record is None:
        return render("broken", experiment=name, sentences=build.broken)

    return slot(render("evidence", **evidence(record)))


def fold(name: str) -> str:
    """The same behind one line, the verdict that leads it, and with the programs."""
    record = record_of(name)
    if record is None:
        return render("broken", experiment=name, sentences=build.broken)

    return slot(render("fold", **evidence(record), listings=listings(name)))


def slot(html: str, found_by: str = "") -> str:
    """A place for a block that is filled when the page is finished; until then it holds what the search finds it by.

    Evidence is most of a page: what a generator does to its words, from Markdown to the search, would take longer over
    the evidence than over all the rest.
    """
    key = hashlib.sha256(html.encode()).hexdigest()[:16]
    build.slots[key] = html
    return f'<div data-slot="{key}">{escape(found_by)}</div>'


def fill(page: str) -> str:
    """A finished page, with its evidence in its place."""
    return SLOT.sub(lambda found: build.slots[found["key"]], page)


def headline(name: str) -> str:
    """The verdict that leads an experiment, in one line."""
    record = record_of(name)
    return render("headline", **evidence(record)) if record else ""


def decision() -> str:
    """The answer as a tree: what the time goes to, in which kind of code, and the model with its gain here."""
    return render("decision", decision=words(place.language)["decision"], rows=answered())


def answers() -> str:
    """The answer in one table: kind of work, model, and the gain that was measured here."""
    return render("answers", rows=answered())


def answered() -> list[dict[str, Any]]:
    """Each answer with its verdict here; none that is for an interpreter of the other kind."""
    rows = []
    for row in words(place.language)["answers"]:
        name, claim = row["claim"].split("/")
        record = record_of(name)
        judged = next((each for each in judgements(record) if each["id"] == claim), None) if record else None
        if judged and judged["verdict"].reason not in (Reason.NEEDS_GIL, Reason.NEEDS_NO_GIL):
            rows.append(row | {"judged": judged, "experiment": name})
    return rows


def comparison() -> str:
    """The table of differences: each cell's words, and beside them what was measured here."""
    rows = [
        row | {"cells": [cell | {"figures": [figure_at(each) for each in cell["figures"]]} for cell in row["cells"]]}
        for row in words(place.language)["comparison"]
    ]
    html = render("comparison", rows=rows)
    return slot(html, Markup(html.replace("<", " <")).striptags())  # or words of two cells would be one


def figure_at(reference: str) -> dict[str, Any]:
    """What "experiment/program/metric" or "experiment/program/outcome" was here, and where its evidence stands.

    With a sweep the metric is that at its first value, or at another: "experiment/program/metric@100".
    """
    name, program, what = reference.split("/")
    record = record_of(name)
    said = words_of(name)
    label = said["outcomes"][what] if what in said.get("outcomes", {}) else said["programs"][program]
    text = told(record, program, what) if record else None
    return {"experiment": name, "text": text, "page": page_of(name), "label": label}


def told(record: Record, program: str, what: str) -> str | None:
    """A metric of a program, "metric@100" at one value of a sweep, or what happened, in words; None if unmeasured."""
    what, _, at = what.partition("@")
    if program not in record.programs:
        return None
    if what in record.outcomes:
        results = words_of(record.experiment)["results"]
        return " / ".join(results[each] for each in dict.fromkeys(record.happened(program, what))) or None
    found = record.estimate(program, what, float(at) if at else record.points[0])
    return figures.measured(found.median, unit_of(record, what)) if found else None


def without_gil() -> str:
    """What changes without the GIL: a row for each question, a column for each interpreter measured on this machine."""
    found = interpreters()
    rows = [
        {key: row[key] for key in ("id", "says", "experiment")}
        | {"page": page_of(row["experiment"])}
        | {"cells": [question(row, column, found) for column in found]}
        for row in words(place.language)["without_gil"]
    ]
    return render("questions", columns=list(map(columns.described, found)), rows=rows)


def question(row: dict[str, Any], column: Column, beside: list[Column]) -> str | None:
    """What one column answers: with `of`, a ratio; with `crossing`, where it lies; with `tax`, how much longer."""
    record, own = column.records.get(row["experiment"]), record_of(row["experiment"])
    if record is None or own is None or record.sources != own.sources:
        return None
    if "crossing" in row:
        wanted = next(each for each in record.crossings if each.id == row["crossing"]) if record.crossings else None
        if wanted is None or {wanted.of, wanted.over} & set(record.skipped):
            return None
        at = record.crossing(wanted)
        return words(place.language)["labels"]["not_reached"] if at is None else figures.about(at)
    if "of" in row:
        metric, _, at_value = row["metric"].partition("@")
        found = columns.ratio(record, row["of"], row["over"], metric, float(at_value) if at_value else None)
        return f"{figures.rounded(found.median)}×" if found else None
    if "tax" in row:
        factor = columns.tax(column, beside, row["experiment"], row["tax"], row["metric"])
        return f"{figures.rounded(factor)}×" if factor else None
    return told(record, row["program"], row["metric"])


def across() -> str:
    """Every claim under every interpreter that was measured on this machine."""
    return table_of_claims(interpreters(), of_machines=False)


def machines() -> str:
    """Every claim on every machine whose records the project publishes, beside this build's."""
    if build.elsewhere is None:
        build.elsewhere = []
        try:
            build.elsewhere = [column for each in exchange.all_in() for column in columns.travelled(each)]
        except LabError as error:
            build.broken.append(str(error))
    own = [column for column in interpreters() if column.here]
    return table_of_claims(own + build.elsewhere, of_machines=True)


def table_of_claims(found: list[Column], *, of_machines: bool) -> str:
    """A row for each claim, a column for each interpreter or machine."""
    rows = []
    for name in build.names:
        record = record_of(name)
        if record is None:
            continue
        wanted, said = defined(name), words_of(name)
        rows += [
            {"experiment": name, "id": claim.id, "says": said["claims"][claim.id], "page": page_of(name)}
            | {"results": said.get("results", {})}
            | {"cells": [columns.cell(column, wanted, claim, record.sources) for column in found]}
            for claim in wanted.claims
        ]
    return slot(render("columns", columns=list(map(columns.described, found)), rows=rows, of_machines=of_machines))


def interpreters() -> list[Column]:
    """All interpreters that were measured on this machine; this build's own among them."""
    if build.interpreters is None:
        own = {name: record for name in build.names if (record := record_of(name))}
        build.interpreters = [
            Column(
                kept.machine,
                kept.interpreter,
                own if kept is build.store else records_in(kept),
                here=kept is build.store,
            )
            for kept in build.store.beside()
        ]
        build.interpreters = [column for column in build.interpreters if column.records or column.here]
    return build.interpreters


def records_in(kept: Store) -> dict[str, Record]:
    """What a store holds of the experiments as they are now."""
    found = {name: kept.load(defined(name), "quick") for name in build.names}
    return {name: record for name, record in found.items() if record}


def claims() -> str:
    """Every claim of the guide in one table."""
    rows = [
        {"experiment": name, "page": page_of(name), "record": record, "words": words_of(name), **judged}
        for name in build.names
        if (record := record_of(name))
        for judged in judgements(record)
    ]
    return slot(render("claims", rows=rows), " ".join(row["words"]["claims"][row["id"]] for row in rows))


def machine() -> str:
    """The machine and the interpreter that this build ran on."""
    return render("machine", machine=describe_machine(), interpreter=interpreter.ask(sys.executable))


def problems() -> list[str]:
    """A sentence for each experiment that this build asked for and that is broken."""
    return build.broken


def refuted() -> list[str]:
    """A sentence for each claim that this build shows as refuted; none for a quick profile."""
    return [
        f"{name}/{claim} is refuted on this machine: its page shows by how much; mend the claim or the programs"
        for name, record in sorted(build.records.items())
        for claim in cli.refuted(record)
    ]


def publish(folder: Path) -> None:
    """Write the records that this build shows, their index and their schema."""
    tables: dict[str, Any] = {name: record.as_json for name, record in sorted(build.records.items())}
    kept = ("experiment", "profile", "date", "key", "digest", "verdicts")
    index = [{key: table[key] for key in kept} | {"file": f"{name}.json"} for name, table in tables.items()]
    tables["index"] = {"protocol": PROTOCOL, "schema": "record.schema.json", "records": index}
    tables["record.schema"] = json.loads(store.SCHEMA.read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        (folder / f"{name}.json").write_text(json.dumps(table, ensure_ascii=False) + "\n", encoding="utf-8")


def defined(name: str) -> Experiment:
    """An experiment as its file is when the build first asks. Raises LabError."""
    if name not in build.experiments:
        build.experiments[name] = experiment.load(name)
    return build.experiments[name]


def record_of(name: str) -> Record | None:
    """The record of an experiment, measured if there is none; None if it cannot be had, and `problems` says why."""
    if name not in build.records:
        try:
            profile = cli.chosen_profile().name
            kept = build.store
            wanted = defined(name)
            found = kept.load(wanted, profile)
            if found is None and not build.campaign:
                build.campaign = True
                measure_missing()
                found = kept.load(wanted, profile)
        except LabError as error:
            found = None
            if str(error) not in build.broken:
                build.broken.append(str(error))
        if found is None:
            if not build.broken:
                build.broken.append(
                    f"{name} has no record, although the lab was asked for it: run `python -m lab {name}`"
                )
            return None
        build.records[name] = found
    return build.records[name]


def measure_missing() -> None:
    """Let the lab, in a process of its own, measure all that has no record; it tells the terminal how it goes."""
    reader, writer = os.pipe()  # no file: a build that is killed would leave it
    process = subprocess.Popen(
        [sys.executable, "-m", "lab"],
        cwd=experiment.ROOT,
        env=os.environ | {cli.PARENT: str(os.getpid()), cli.REPORT: str(writer)},
        stdin=subprocess.DEVNULL,
        pass_fds=[writer],
    )
    os.close(writer)
    try:
        with os.fdopen(reader, encoding="utf-8") as report:
            said = report.read()  # ends when the lab does, whichever way
        status = process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    if said:
        build.broken += json.loads(said)
    elif status:
        build.broken.append(
            f"the lab ended with exit status {status} before it was done: run `python -m lab` to see why"
        )


def evidence(record: Record) -> dict[str, Any]:
    """What the templates are told of a record."""
    said = words_of(record.experiment)
    shown = [metric for metric in record.shows if any(samples(record, metric, program) for program in record.programs)]
    drawn = shown[0] if shown else None
    return {
        "record": record,
        "digest": record.as_json["digest"],
        "said": said,
        "page": page_of(record.experiment),
        "judgements": judgements(record),
        "leading": leading(judgements(record), said.get("headline", [])),
        "shown": {metric: unit_of(record, metric) for metric in shown},
        "drawn": drawn,
        "chart": chart(record, drawn) if drawn else None,
        "crossings": [
            {"id": each.id, "value": record.crossing(each)}
            for each in record.crossings
            if not {each.of, each.over} & set(record.skipped)
        ],
        "happened": {
            program: {key: list(dict.fromkeys(record.happened(program, key))) for key in record.outcomes}
            for program in record.programs
        },
    }


def leading(judged: list[dict[str, Any]], wanted: list[str]) -> dict[str, Any] | None:
    """The claim that leads an experiment: the first of those named whose interpreter this is."""
    named = [each for name in wanted for each in judged if each["id"] == name]
    here = [each for each in named if each["verdict"].reason not in (Reason.NEEDS_GIL, Reason.NEEDS_NO_GIL)]
    return next(iter(here or named), None)


def chart(record: Record, metric: str) -> figures.StripChart | figures.SweepChart | None:
    """The picture of one metric: strips of samples, or curves over a sweep."""
    if record.sweep:
        return figures.sweep_chart(
            {program: {at: record.values(program, metric, at) for at in record.sweep} for program in record.programs},
            unit_of(record, metric),
        )
    samples_of = {program: record.values(program, metric) for program in record.programs}
    return figures.strip_chart(samples_of, unit_of(record, metric))


def samples(record: Record, metric: str, program: str) -> list[float]:
    """All samples of a metric, over the whole sweep."""
    return [value for at in record.points for value in record.values(program, metric, at)]


def unit_of(record: Record, metric: str) -> str:
    """The unit of a metric: seconds, bytes or a count."""
    return {"wall": "s", "cpu": "s", "memory": "B", "switches": ""}.get(metric) or record.measures.get(metric, "")


def listings(name: str) -> list[dict[str, Any]]:
    """The programs of an experiment and the modules that they share, as they stand in its folder, set as HTML."""
    wanted = defined(name)
    said = words_of(name)["programs"]
    url = f" {SERVER_URL}" if wanted.server else ""
    programs = [
        {"file": file, "says": said[program], "command": f"python {store.shown(file)}{url}"}
        for program in wanted.programs
        for file in [wanted.program(program)]
    ]
    label = words(place.language)["labels"]["shared"]
    shared = [{"file": file, "says": label, "command": None} for file in wanted.shared]
    return [
        {**each, "path": store.shown(each["file"]), "html": coloured(each["file"])} for each in (*programs, *shared)
    ]


def coloured(file: Path) -> Markup:
    """A program as HTML."""
    return coloured_text(file.read_text(encoding="utf-8"))


@cache
def coloured_text(source: str) -> Markup:
    """Python as HTML, in one line: blank ones are taken out of a block."""
    html = highlight(source, LEXER, FORMATTER)
    html = UNCOLOURED.sub(r"\1", html)
    return Markup(html.rstrip().replace("\n", "&#10;"))  # Pygments escapes


def page_of(name: str) -> str | None:
    """The page that shows an experiment, as "cpu-bound"; None if none does. Pages are asked: a list would go stale."""
    if not build.pages:
        for file in sorted((experiment.ROOT / "docs" / place.language).glob("*.md")):
            for found in SHOWN.findall(file.read_text(encoding="utf-8")):
                build.pages.setdefault(found, file.stem)
    return build.pages.get(name)


def judgements(record: Record) -> list[dict[str, Any]]:
    """Each claim of a record with its verdict."""
    return [
        {"id": claim.id, "claim": claim, "verdict": judged}
        for claim, judged in zip(record.claims, record.verdicts, strict=True)
    ]


def render(template: str, **context: Any) -> str:
    """A block of HTML in the page's language."""
    text = (
        environment()
        .get_template(f"{template}.html")
        .render(words=words(place.language), root=place.root, language=place.language, Outcome=Outcome, **context)
    )
    # Indents and blank lines are for those who read the templates.
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


@cache
def environment() -> jinja2.Environment:
    """The templates, with the filters that turn measurements into text. All that is put into them is escaped."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(OVERRIDES / "evidence"),
        autoescape=True,
        auto_reload=False,  # each build has an environment of its own …
        optimized=False,  # … so that templates are compiled more often than it would save
        undefined=jinja2.StrictUndefined,
    )
    made.filters |= {
        "measured": figures.measured,
        "ratio": figures.rounded,
        "tick": figures.tick,
        "bytes": figures.in_bytes,
        "about": figures.about,
        "code": code,
    }
    return made


def code(sentence: str) -> Markup:
    """Text of ours with `code` in it, as HTML."""
    parts = sentence.split("`")
    return Markup("").join(Markup("<code>{}</code>").format(part) if i % 2 else part for i, part in enumerate(parts))


def words(language: str, name: str = "") -> dict[str, Any]:
    """The words that all evidence of one language shares, or those of one experiment."""
    file = OVERRIDES / "words" / language / f"{name}.toml" if name else OVERRIDES / "words" / f"{language}.toml"
    if file not in build.words:
        build.words[file] = tomllib.loads(file.read_text(encoding="utf-8"))
    return build.words[file]


def words_of(name: str) -> dict[str, Any]:
    """The words of one experiment in the page's language."""
    return words(place.language, name)
