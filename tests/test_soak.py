"""One campaign beside each bad neighbour; `make soak` makes many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import soak
from tests.conftest import ROOT, copy

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", soak.NEIGHBOURS)
def test_beside_a_bad_neighbour_nothing_untrue_is_said(name: str, tmp_path: Path) -> None:
    """Undecided is allowed, refuted is not, and the control agrees with itself."""
    guide, tally = copy(ROOT, tmp_path / "guide"), soak.Tally()
    with soak.neighbour(soak.NEIGHBOURS[name]):
        soak.campaign(guide, ["cpu_bound"], tally)
    assert tally.good, tally
    applicable = sum(tally.outcomes.values()) - tally.outcomes["not-applicable"]
    assert applicable > 0
    if name == "spins on one core":  # the gate sees it: nothing is decided at all
        assert tally.outcomes["undecided"] == applicable
