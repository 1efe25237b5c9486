# SPDX-License-Identifier: GPL-2.0-only
"""A single published value among ours."""

from __future__ import annotations

import pytest

from analysis.papers.places import Place, p_of_ordinary, place_of


def test_runs_within_the_reading_error_are_at_the_value() -> None:
    place = place_of(2.0, [1.0, 1.97, 1.99, 2.0, 2.02, 2.5, 3.0], 0.02)
    assert (place.below, place.at, place.above) == (2, 3, 2)
    assert place.share == 0.5


def test_value_that_few_runs_reach_is_not_ordinary() -> None:
    ours = [float(n) for n in range(1000)]
    assert place_of(25.0, ours).is_ordinary and not place_of(23.0, ours).is_ordinary
    assert place_of(975.0, ours).is_ordinary and not place_of(976.0, ours).is_ordinary
    assert not place_of(0.0, ours).is_unseen and place_of(-1.0, ours).is_unseen
    assert place_of(1000.0, ours).is_unseen


def test_size_that_all_runs_have_is_ordinary() -> None:
    assert place_of(17, [17] * 200).is_ordinary
    unseen = place_of(14, [17] * 200)
    assert unseen.is_unseen and unseen.at_most().value == 0.0
    assert unseen.at_most().high == pytest.approx(1.83, abs=0.01), "Clopper and Pearson"


def test_without_runs_there_is_no_place() -> None:
    with pytest.raises(ValueError, match="no run"):
        place_of(1.0, [])


def test_places_are_even_if_the_values_are_ours() -> None:
    assert p_of_ordinary([Place(0, n, 0, 100 - n) for n in range(0, 101, 5)]) > 0.9
    assert p_of_ordinary([Place(0, 90 + n // 3, 0, 10 - n // 3) for n in range(20)]) < 1e-6
