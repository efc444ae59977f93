"""Where records are kept: one file for each experiment, machine and profile, written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

from lab import record
from lab.errors import LabError
from lab.experiment import ROOT
from lab.interpreter import Interpreter
from lab.verdict import as_numbers

if TYPE_CHECKING:
    from lab.experiment import Experiment
    from lab.machine import Machine
    from lab.record import Record

FOLDER = ROOT / ".cache" / "lab"
CARDS = "interpreters"  # a folder in it: the cards of those that were measured
SERVER = ROOT / "lab" / "server.py"
SCHEMA = ROOT / "lab" / "record.schema.json"


class Store:
    """The records of one machine under one interpreter."""

    def __init__(self, machine: Machine, interpreter: Interpreter, folder: Path = FOLDER) -> None:
        """Records are looked for, and kept, in `folder`."""
        self.machine = machine
        self.interpreter = interpreter
        self.folder = folder
        self.rejected: list[str] = []  # sentences on files that looked like records and are none

    def file(self, experiment: Experiment, profile: str) -> Path:
        """Where the record of an experiment belongs, as its programs stand now."""
        key = record.key_of(sources(experiment), self.machine, self.interpreter)
        return self.folder / f"{experiment.name}-{key}-{profile}.json"

    def load(self, experiment: Experiment, profile: str) -> Record | None:
        """The record of an experiment, if there is one; where a quick one is asked for, a full one is better."""
        for at_least_as_good in {"full": ["full"], "quick": ["full", "quick"]}[profile]:
            found = self.read(self.file(experiment, at_least_as_good))
            if found and found.experiment == experiment.name and found.profile == at_least_as_good:
                return found
        return None

    def read(self, file: Path) -> Record | None:
        """The record in a file, None if there is none that can be believed: it is then measured again."""
        try:
            found = record.from_json(json.loads(file.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            reason = "it is not JSON, as if cut off" if isinstance(error, json.JSONDecodeError) else str(error)
            self.rejected.append(f"{shown(file)} is not used, and its experiment is measured again: {reason}")
            return None
        if found.key not in file.name:
            self.rejected.append(f"{shown(file)} is not used: it is the record of something else than its name says")
            return None
        return found

    def save(self, found: Record) -> None:
        """Keep a record, and the interpreter's card. Raises LabError if the folder cannot be written."""
        write_whole(self.folder / f"{found.experiment}-{found.key}-{found.profile}.json", found.as_json)
        card = asdict(found.interpreter)
        write_whole(self.folder / CARDS / f"{record.digest(card)[:16]}.json", card)

    def beside(self) -> list[Store]:
        """The stores of all interpreters that were measured on this machine, this one's among them, oldest first."""
        cards = {self.interpreter.name: self.interpreter}
        for file in sorted((self.folder / CARDS).glob("*.json"), key=lambda file: file.stat().st_mtime_ns):
            # One that is broken is as good as none: whoever measures under that interpreter writes it again.
            with contextlib.suppress(OSError, ValueError, TypeError):
                card = Interpreter(**json.loads(file.read_text(encoding="utf-8")))
                if card.name != self.interpreter.name:
                    cards[card.name] = card  # the latest, if its packages have changed
        ordered = sorted(cards.values(), key=lambda card: (as_numbers(card.version), card.free_threaded))
        return [self if card == self.interpreter else Store(self.machine, card, self.folder) for card in ordered]

    def check_writable(self) -> None:
        """Raise LabError if no record could be kept: known before minutes of measuring are lost."""
        write_whole(self.folder / "writable.json", {})
        (self.folder / "writable.json").unlink(missing_ok=True)
        for left_over in self.folder.glob("*.partial"):
            left_over.unlink(missing_ok=True)


def sources(experiment: Experiment) -> dict[str, str]:
    """The files that an experiment consists of, with the SHA-256 of each."""
    files = [experiment.definition, *map(experiment.program, experiment.programs), *experiment.shared]
    if experiment.server:
        files.append(SERVER)
    return {shown(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def shown(file: Path) -> str:
    """A path as a reader may see it: from the project's folder on."""
    return file.relative_to(ROOT).as_posix() if file.is_relative_to(ROOT) else file.name


def write_whole(file: Path, table: dict[str, Any], indent: int | None = 1) -> None:
    """Write JSON so that at every moment the file is either the old one or the new one, and no other stays behind.

    Raises LabError if the folder cannot be written.
    """
    partial: Path | None = None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=file.parent, suffix=".partial", delete=False, encoding="utf-8") as out:
            partial = Path(out.name)
            out.write(json.dumps(table, ensure_ascii=False, indent=indent) + "\n")
            out.flush()
            os.fsync(out.fileno())
        partial.chmod(0o644)
        partial.replace(file)
    except OSError as error:
        way_out = "make room there" if error.errno == errno.ENOSPC else "make the folder writable"
        raise LabError(f"cannot write {shown(file)} ({error.strerror}): {way_out}") from error
    finally:
        if partial:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
