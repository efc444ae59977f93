"""What this project takes from others, and what its workflows may do: pinned, hashed, read-only."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from packaging.requirements import Requirement

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORKFLOWS = sorted((ROOT / ".github").rglob("*.y*ml"))
LOCKS = [ROOT / "requirements.txt", ROOT / "tests" / "requirements.txt"]
# That give a stranger's branch no more than a stranger has; pull_request_target and workflow_run would.
EVENTS = {"push", "pull_request", "schedule", "workflow_dispatch"}
PINNED = re.compile(r"^ *(?:- )?uses: ([\w./-]+)@([0-9a-f]{40})  # (v\d+\.\d+\.\d+)$", re.MULTILINE)
LOCKED = re.compile(r"[a-z0-9-]+==[\w.]+( ; [^;]+?)?( --hash=sha256:[0-9a-f]{64})+")

every_workflow = pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
every_lock = pytest.mark.parametrize("file", LOCKS, ids=lambda file: file.relative_to(ROOT).as_posix())


def read(file: Path) -> dict[str, Any]:
    """A workflow, with every scalar as it is written: YAML would take `on` for a truth value."""
    loaded: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)
    return loaded


def used(part: Any) -> Iterator[dict[str, Any]]:
    """Every job or step below that uses an action."""
    if isinstance(part, dict):
        if "uses" in part:
            yield part
        for value in part.values():
            yield from used(value)
    elif isinstance(part, list):
        for value in part:
            yield from used(value)


def locked(file: Path) -> list[str]:
    """The requirements in a file, each in one line."""
    text = re.sub(r"^ *#.*\n", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [" ".join(line.split()) for line in text.replace("\\\n", " ").splitlines() if line.strip()]


# Workflows


@every_workflow
def test_every_action_is_pinned_by_commit(file: Path) -> None:
    """With the version beside it, for people."""
    pinned = [f"{action}@{commit}" for action, commit, _ in PINNED.findall(file.read_text(encoding="utf-8"))]
    assert pinned == [each["uses"] for each in used(read(file))]


def test_an_action_is_the_same_in_all_workflows() -> None:
    """One commit and one version of each."""
    pins = {pin for file in WORKFLOWS for pin in PINNED.findall(file.read_text(encoding="utf-8"))}
    assert pins
    assert sorted(action for action, _, _ in pins) == sorted({action for action, _, _ in pins})


@every_workflow
def test_a_workflow_may_read_and_no_more(file: Path) -> None:
    """One job may publish: on a push, and with no command of its own."""
    workflow = read(file)
    assert set(workflow["on"]) <= EVENTS
    assert workflow["permissions"] in ({}, {"contents": "read"})
    for name, job in workflow["jobs"].items():
        writes = {scope for scope, access in job.get("permissions", {}).items() if access != "read"}
        if writes:
            assert writes <= {"pages", "id-token"}, name
            assert job["if"] == "github.event_name == 'push'", name
            assert [step["uses"].partition("@")[0] for step in job["steps"]] == ["actions/deploy-pages"], name


@every_workflow
def test_no_checkout_leaves_the_token_behind(file: Path) -> None:
    """Programs run in it."""
    checkouts = [step for step in used(read(file)) if step["uses"].startswith("actions/checkout@")]
    assert all(step["with"]["persist-credentials"] == "false" for step in checkouts)


@every_workflow
def test_a_pull_request_meets_no_secret(file: Path) -> None:
    """Neither by name nor inherited."""
    if "pull_request" in read(file)["on"]:
        assert not re.search(r"\bsecrets\b", file.read_text(encoding="utf-8"))


# Packages


@every_lock
def test_every_requirement_is_locked_with_hashes(file: Path) -> None:
    """One version, its archives' hashes, and no option such as another index."""
    assert [line for line in locked(file) if not LOCKED.fullmatch(line)] == []


def test_the_locks_hold_what_the_project_asks_for() -> None:
    """`make lock` is not forgotten."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for file, wanted in zip(
        LOCKS, (project["project"]["dependencies"], project["dependency-groups"]["test"]), strict=True
    ):
        pins = [Requirement(line.partition(" --hash")[0]) for line in locked(file)]
        for requirement in map(Requirement, wanted):
            versions = [next(iter(pin.specifier)).version for pin in pins if pin.name == requirement.name.lower()]
            assert versions, requirement
            assert all(version in requirement.specifier for version in versions), requirement


def test_nothing_is_installed_unchecked() -> None:
    """Every archive by its hash; and what builds the one that is no wheel comes from the lock, not from pip."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    installs = [line for line in makefile.splitlines() if "pip install" in line]
    assert len(installs) == 1, "what installs is written once, and used from there"
    assert "--require-hashes --only-binary :all:" in installs[0]
    for line in makefile.splitlines():
        assert ("--no-binary" in line) == ("--no-build-isolation" in line), line
    elsewhere = [ROOT / ".ci" / "run", *WORKFLOWS]
    assert [file.name for file in elsewhere if re.search(r"\bpip3? install", file.read_text(encoding="utf-8"))] == []


def test_what_comes_from_npm_is_locked_and_runs_nothing_when_installed() -> None:
    """One version of each, with its hash; and an installation that runs no script of theirs."""
    wanted = json.loads((ROOT / "tests" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    lock = json.loads((ROOT / "tests" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert {name: lock[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert [name for name, each in lock.items() if name and not each["integrity"].startswith("sha512-")] == []
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.findall(r"npm (?:ci|install|i)\b.*", makefile) == re.findall(r"npm ci .*--ignore-scripts.*", makefile)


def test_the_audit_asks_about_every_locked_package() -> None:
    """By a tool of one version, every week."""
    audit = read(ROOT / ".github" / "workflows" / "audit.yml")
    assert {"schedule", "workflow_dispatch"} == set(audit["on"])
    of_npm, command = [step["run"] for step in audit["jobs"]["audit"]["steps"] if "run" in step]
    assert of_npm == "npm audit --prefix tests"
    assert re.search(r" pip-audit==\d+\.\d+\.\d+ ", command)
    assert "--strict --require-hashes --disable-pip" in command
    assert re.findall(r"-r (\S+)", command) == [file.relative_to(ROOT).as_posix() for file in LOCKS]
