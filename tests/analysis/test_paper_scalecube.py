# SPDX-License-Identifier: GPL-2.0-only
"""ScaleCube's page tells its two readings apart by numbers, and not by what its author thinks."""

from __future__ import annotations

from typing import Any

from analysis.papers import scalecube
from analysis.papers.paper import Paper


def numbers(death: float, news: float) -> dict[str, Any]:
    """As many times what was published."""
    published = Paper("scalecube").published
    found: dict[str, dict[str, Any]] = {"detection": {}, "death": {}, "news": {}}
    for value in published.of("cluster membership dissemination"):
        for reading, factor in (("death", death), ("news", news), ("detection", 0.5)):
            mean = value.value / 1000 * factor
            found[reading][value.where["N"]] = {
                "value": mean, "low": mean - 0.1, "high": mean + 0.1, "n": 100, "never": 0,
            }  # fmt: skip
    return found


def opening(found: dict[str, Any]) -> str:
    return scalecube.render(found, Paper("scalecube").published, None).markdown().split("##")[0]


def test_a_death_is_believed_where_only_that_fits() -> None:
    assert "nearer to those of a *death*" in opening(numbers(1.1, 0.3))


def test_nothing_is_said_where_both_fit_or_neither() -> None:
    assert "nearer to those of a *death*" not in opening(numbers(1.1, 0.9))
    assert "nearer to those of a *death*" not in opening(numbers(3.0, 0.3))


def test_errors_that_offset_each_other_are_told() -> None:
    """A death fits, its detection is as much too soon here as its dissemination is too late there."""
    found = numbers(1.0, 0.3)
    assert "the two offset each other" in opening(found)
    for value in Paper("scalecube").published.of("failure detection"):
        found["detection"][value.where["N"]]["value"] = value.value / 1000
    assert "the two offset each other" not in opening(found)
