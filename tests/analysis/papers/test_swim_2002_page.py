# SPDX-License-Identifier: GPL-2.0-only
"""What SWIM's page claims is asked of its numbers: other numbers, other sentences."""

from __future__ import annotations

from pathlib import Path

import paper_numbers
import pytest
from paper_numbers import evenly, load_row, sizes

from analysis.figures.style import Picture
from analysis.papers.page import Page
from analysis.papers.paper import Paper
from analysis.papers.swim_2002 import figures
from analysis.papers.swim_2002.page import render

PUBLISHED = Paper("swim-2002").published


@pytest.fixture(autouse=True)
def undrawn(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes longer than all else, and is not what most of these tests are about."""
    if "figures" in request.node.name:
        return
    for name in ("detection", "infection", "load", "loss", "places"):
        blank = Picture(f"swim-2002-{name}", name, "blank")
        monkeypatch.setattr(figures, name, lambda *_, blank=blank: blank)


def page(numbers: paper_numbers.Numbers) -> Page:
    return render(numbers, PUBLISHED, None)


def believed(of: Page) -> str:
    return "\n".join(of.believe)


def doubted(of: Page) -> str:
    return "\n".join(of.not_believe)


def test_load_that_is_not_two_is_not_said_to_hold() -> None:
    numbers = paper_numbers.swim_2002()
    assert "**Figure 2 is as theory says.**" in believed(page(numbers))
    numbers["load"][1] = load_row(28, 2.02)
    assert "Figure 2 is as theory" not in believed(page(numbers))


@pytest.mark.parametrize("shortest, longest", [(9.0, 9.1), (12.0, 12.0)])
def test_suspicion_of_another_length_is_told(shortest: float, longest: float) -> None:
    numbers = paper_numbers.swim_2002()
    assert "**Figure 3(c) holds exactly**" in believed(page(numbers))
    numbers["timeouts"][0] |= {"shortest": shortest, "longest": longest}
    assert "Figure 3(c) does not hold with 18 members" in believed(page(numbers))


def test_detection_lies_between_the_readings_only_if_it_does() -> None:
    numbers = paper_numbers.swim_2002()
    assert "Figure 3(a) lies between" in believed(page(numbers))
    for row in numbers["detection"]:
        row["end_of_round"] = evenly(1.0, 1.5)
    found = page(numbers)
    assert "Figure 3(a) lies between" not in believed(found)
    assert "That figure 3(a) lies between our two readings" in doubted(found)


def test_suspicion_that_saves_nobody_is_not_praised() -> None:
    numbers = paper_numbers.swim_2002()
    assert "keeps 17 of 17 processes" in believed(page(numbers))
    numbers["loss"]["suspicion-stops"]["declared"] = sizes(17, 1, 90.0)
    found = page(numbers)
    assert "Figure 4's message holds" not in believed(found)
    assert "That suspicion saves the group" in doubted(found)


def test_value_that_some_reading_has_is_not_doubted() -> None:
    numbers = paper_numbers.swim_2002()
    doubt = "Figure 4's size after 175 s of SWIM+Inf., 4"
    assert doubt in doubted(page(numbers))
    numbers["loss"]["infection-goes-on"]["first"] = sizes(7, 4, 86.0)
    found = page(numbers)
    assert doubt not in doubted(found)
    assert "held for members by the first process (it goes on)" in " ".join(
        found.markdown().split()
    )


def test_page_is_written_with_its_figures(tmp_path: Path) -> None:
    written = page(paper_numbers.swim_2002()).write(tmp_path)
    figures = ("detection", "infection", "load", "loss", "places")
    assert {path.name for path in written} == {
        "swim-2002.md",
        *(f"swim-2002-{of}.svg" for of in figures),
    }
    (tmp_path / "again").mkdir()
    again = page(paper_numbers.swim_2002()).write(tmp_path / "again")
    for one, other in zip(written, again):
        assert one.read_bytes() == other.read_bytes(), one.name


@pytest.mark.parametrize("final, verdict", [(12, "ordinary run with 20 %"), (16, "none of these")])
def test_loss_that_it_takes_is_told_by_where_the_value_lies(final: int, verdict: str) -> None:
    numbers = paper_numbers.swim_2002()
    more = {whose: sizes(17, final, 150.0) for whose in ("declared", "first", "largest")}
    numbers["loss"]["suspicion-stops-20"] = more
    assert verdict in " ".join(page(numbers).markdown().split())
