# SPDX-License-Identifier: GPL-2.0-only
"""The matrices that come along are what they say they are."""

import csv

import pytest

from campaign import networks


@pytest.mark.parametrize("name", networks.MATRICES)
def test_matrices_are_those_that_geography_gives(name: str) -> None:
    assert (networks.FOLDER / name).read_text() == networks.matrix(networks.MATRICES[name])


@pytest.mark.parametrize("name", networks.MATRICES)
def test_matrices_say_that_they_were_not_measured(name: str) -> None:
    assert (networks.FOLDER / name).read_text().startswith("# Not measured")


def test_distances_are_those_of_the_sphere() -> None:
    """A quarter of a great circle, and two opposite places."""
    quarter_km = networks.EARTH_RADIUS_KM * 3.141592653589793 / 2
    assert networks.great_circle_km((0, 0), (90, 0)) == pytest.approx(quarter_km)
    assert networks.great_circle_km((10, 20), (-10, -160)) == pytest.approx(2 * quarter_km)


def test_round_trips_are_those_of_glass() -> None:
    """London and Paris: 344 km apart, so 3.4 ms there and back in a straight fibre."""
    rows = {
        row[0]: row[1:]
        for row in csv.reader((networks.FOLDER / "europe.csv").read_text().splitlines()[3:])
    }
    place = rows["round-trip ms"].index("paris")
    assert float(rows["london"][place]) == pytest.approx(3.44 * networks.STRETCH, rel=0.02)
