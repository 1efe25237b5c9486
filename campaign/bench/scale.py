# SPDX-License-Identifier: GPL-2.0-only
"""What a simulated member-second and a member cost, from a hundred members to a million."""

import statistics
from dataclasses import dataclass
from pathlib import Path

from campaign.bench.simulations import Pair, Simulations
from campaign.bench.table import Row, Section

LEAST_FOR_MEMORY = 10_000
"""Two runs of a program differ by some pages; what fewer members take in the baseline is no more."""


@dataclass(frozen=True)
class Point:
    """One cluster; pairs are ours and the bare exchange beside it."""

    members: int
    member_second_s: tuple[Pair, ...]
    member_bytes: Pair | None
    """None for fewer than LEAST_FOR_MEMORY."""


def measure(simulations: Simulations, sizes: tuple[int, ...]) -> list[Point]:
    return [
        Point(
            members,
            tuple((1 / ours, 1 / bare) for ours, bare in simulations.path(members)),
            simulations.member_bytes(members) if members >= LEAST_FOR_MEMORY else None,
        )
        for members in sizes
    ]


def scale_section(points: list[Point]) -> Section:
    times = [
        Row("scale", f"member-second, {point.members:,} members", "s", point.member_second_s)
        for point in points
    ]
    memory = [
        Row("scale", f"memory a member, {point.members:,} members", "B", (point.member_bytes,))
        for point in points
        if point.member_bytes is not None
    ]
    return Section(
        "scale",
        "cost of a simulated member-second, and memory; baseline: the bare exchange",
        (*times, *memory),
    )


def draw(points: list[Point], out: Path) -> list[Path]:
    """scale.svg and scale.png."""
    # Only here: other commands are to run without matplotlib.
    from analysis.figures import bench_scale, style

    pictured = []
    for point in points:
        ours, bare = (statistics.median(costs) for costs in zip(*point.member_second_s))
        pictured.append(bench_scale.Point(point.members, ours, bare, point.member_bytes))
    return style.save(bench_scale.draw(pictured), out)
