"""All that the pages see of the lab. (Interface under construction: the bodies follow.)"""

from __future__ import annotations
from pathlib import Path

def turn_to(language: str, page: str) -> None: ...
def show(experiment: str) -> None: print(f'<div class="evidence" data-experiment="{experiment}" data-record="0">evidence</div>')
def headline(experiment: str) -> None: print('<div class="headline">headline</div>')
def answers() -> None: print('<div class="answers">answers</div>')
def machine() -> None: print('<div class="machine">machine</div>')
def start_build() -> None: ...
def problems() -> list[str]: return []
def refuted() -> list[str]: return []
def publish(folder: Path) -> None: folder.mkdir(parents=True, exist_ok=True)
