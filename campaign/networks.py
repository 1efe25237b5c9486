# SPDX-License-Identifier: GPL-2.0-only
"""Makes the matrices of regions in scenarios/networks/ from where their cities are.

    /usr/bin/python3 -m campaign.networks

Nothing in them was measured: a round trip is the great circle between two cities, both ways, in glass
at 200,000 km a second, times the length of a cable over that distance. So they are alike in kind to
what is measured between cloud regions, and no statement about any provider.
"""

from __future__ import annotations

import math
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "scenarios" / "networks"

EARTH_RADIUS_KM = 6371.0088
FIBRE_KM_PER_MS = 200.0
STRETCH = 1.5
"""What ITU-T Y.1541 takes for routes under 1000 km, and topology.stretch by default."""
WITHIN_MS = 1.0

WORLD = {
    "n-virginia": (39.0, -77.5),
    "ohio": (40.0, -83.0),
    "oregon": (45.8, -119.7),
    "sao-paulo": (-23.5, -46.6),
    "dublin": (53.3, -6.3),
    "frankfurt": (50.1, 8.7),
    "stockholm": (59.3, 18.1),
    "cape-town": (-33.9, 18.4),
    "mumbai": (19.1, 72.9),
    "singapore": (1.3, 103.8),
    "tokyo": (35.7, 139.7),
    "sydney": (-33.9, 151.2),
}
EUROPE = {
    "dublin": (53.3, -6.3),
    "london": (51.5, -0.1),
    "paris": (48.9, 2.4),
    "frankfurt": (50.1, 8.7),
    "zurich": (47.4, 8.5),
    "milan": (45.5, 9.2),
    "madrid": (40.4, -3.7),
    "stockholm": (59.3, 18.1),
    "warsaw": (52.2, 21.0),
}
MATRICES = {"world.csv": WORLD, "europe.csv": EUROPE}

REMARK = f"""\
# Not measured, but worked out from geography: great circles between the cities, in glass at 200,000 km
# a second, times {STRETCH} for the way that cables take; within a region {WITHIN_MS:g} ms is assumed.
# Real paths may be a good deal longer, or shorter.
"""

Place = tuple[float, float]


def great_circle_km(a: Place, b: Place) -> float:
    """Between two places in degrees north and east, on a sphere (haversine formula)."""
    (north_a, east_a), (north_b, east_b) = (tuple(map(math.radians, place)) for place in (a, b))
    half = (
        math.sin((north_b - north_a) / 2) ** 2
        + math.cos(north_a) * math.cos(north_b) * math.sin((east_b - east_a) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, half)))


def round_trip_ms(a: Place, b: Place) -> float:
    """There and back."""
    return 2 * great_circle_km(a, b) * STRETCH / FIBRE_KM_PER_MS


def matrix(places: dict[str, Place]) -> str:
    """A file: each pair stands once, in the upper triangle."""
    names = list(places)
    lines = [",".join(["round-trip ms", *names])]
    for row, name in enumerate(names):
        cells = ["" for _ in range(row)] + [f"{WITHIN_MS:.1f}"]
        cells += [f"{round_trip_ms(places[name], places[other]):.1f}" for other in names[row + 1 :]]
        lines.append(",".join([name, *cells]))
    return REMARK + "\n".join(lines) + "\n"


def main() -> None:
    """Writes all of them."""
    for name, places in MATRICES.items():
        (FOLDER / name).write_text(matrix(places))


if __name__ == "__main__":
    main()
