# SPDX-License-Identifier: GPL-2.0-only
"""The network picture: routers, links, where the members sit, and which side of a partition they
are on.

Where the topology file gives coordinates it is a map (equirectangular, true at the middle
latitude); elsewhere it is drawn at the coordinates the generator chose. A router is a disc whose
area grows with the members attached to it, cut like a pie by the sides of the partition, because
one router can carry members of several sides.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.path import Path as Outline
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox, IdentityTransform

from analysis.campaign.text import count
from analysis.figures import style

NAME = "topology"
SCHEMATIC_HEIGHT_IN = 3.6
MAP_HEIGHT_IN = (2.8, 6.4)
MAP_MARGIN = 0.06
SCHEMATIC_MARGINS = (0.05, 0.16)
LARGEST_RADIUS_PT = (3.4, 11.0)
EMPTY_RADIUS_PT = 2.0
SMALLEST_RADIUS_PT = 2.0
LABELS_AT_MOST = 60
SIDE_HATCHES = ("", "////", "", "....")
LABEL_GAP_PT = 1.5
LABEL_CLEARANCE_PX = 4

Side = int | None  # None: a member that the partition left alone


def draw(record: dict[str, Any]) -> style.Picture:
    """The picture of one run's topology, with the sides of its first partition if it had one."""
    topology = record["topology"]
    routers = topology["routers"]
    title = f"Topology: {topology['kind']}, {count(len(routers), 'router')}, {count(len(topology['links']), 'link')}"
    positions, is_map, guessed = _positions(topology)
    partitions = [entry for entry in record["timeline"] if entry["verb"] == "partition"]
    sides = members_by_side(record, partitions[0]) if partitions else None
    with style.look(NAME):
        figure, (axes,) = style.new_figure(_height_in(positions) if is_map else SCHEMATIC_HEIGHT_IN)
        _draw_links(axes, topology, positions)
        _frame(axes, positions, is_map)
        if partitions:
            _side_legend(axes, partitions[0])
        figure.draw_without_rendering()  # settles the layout, which sizes and labels measure
        radii = _radii_pt(axes, routers, positions)
        _draw_routers(axes, record, positions, radii, sides)
        _label(axes, routers, positions, radii)
    return style.Picture(NAME, title, _caption(record, is_map, guessed, partitions), figure)


def _positions(topology: dict[str, Any]) -> tuple[np.ndarray, bool, int]:
    """Where each router is drawn, whether that is a map, and how many of its places are guesses.

    A router without coordinates takes the mean of its neighbours' places, neighbours of guessed
    routers last; the network is connected, so all find one.
    """
    routers = topology["routers"]
    index = {router["id"]: i for i, router in enumerate(routers)}
    known = [r["latitude"] is not None and r["longitude"] is not None for r in routers]
    places = np.array(
        [[r["longitude"], r["latitude"]] if k else [np.nan] * 2 for r, k in zip(routers, known)]
    )
    is_map = len({tuple(place) for place, k in zip(places.tolist(), known) if k}) >= 2
    if not is_map:
        return np.array([[r["x"], r["y"]] for r in routers], dtype=float), False, 0
    neighbours: list[list[int]] = [[] for _ in routers]
    for link in topology["links"]:
        a, b = index[link["a"]], index[link["b"]]
        neighbours[a].append(b)
        neighbours[b].append(a)
    places = places.astype(float)
    missing = [i for i, k in enumerate(known) if not k]
    guessed = len(missing)
    while missing:
        found = {
            i: places[placed].mean(axis=0)
            for i in missing
            if (placed := [n for n in neighbours[i] if not np.isnan(places[n, 0])])
        }
        if not found:
            break
        for i, place in found.items():
            places[i] = place
        missing = [i for i in missing if i not in found]
    places[missing] = np.nanmean(places, axis=0)
    return places, True, guessed


def members_by_side(record: dict[str, Any], partition: dict[str, Any]) -> list[Counter[Side]]:
    """For each router, how many of its members are on each side."""
    side_of = {name: side for side, names in enumerate(partition["sides"]) for name in names}
    index = {router["id"]: i for i, router in enumerate(record["topology"]["routers"])}
    counts: list[Counter[Side]] = [Counter() for _ in index]
    for name, router in zip(record["member_names"], record["topology"]["router_of_member"]):
        counts[index[router]][side_of.get(name)] += 1
    return counts


def _radii_pt(axes: Axes, routers: Sequence[dict[str, Any]], positions: np.ndarray) -> list[float]:
    """Disc radii: area in proportion to members, the largest as wide as the crowd of routers
    allows."""
    places_pt = axes.transData.transform(positions) * 72.0 / axes.figure.dpi
    distances_pt = np.hypot(*(places_pt[:, None, :] - places_pt[None, :, :]).T)
    np.fill_diagonal(distances_pt, np.inf)
    room_pt = 0.5 * float(np.median(distances_pt.min(axis=0)))
    largest_pt = float(np.clip(room_pt, *LARGEST_RADIUS_PT))
    most = max(router["members"] for router in routers)
    return [
        max(SMALLEST_RADIUS_PT, largest_pt * math.sqrt(router["members"] / most))
        if router["members"]
        else EMPTY_RADIUS_PT
        for router in routers
    ]


def _draw_links(axes: Axes, topology: dict[str, Any], positions: np.ndarray) -> None:
    index = {router["id"]: i for i, router in enumerate(topology["routers"])}
    segments = [
        (positions[index[link["a"]]], positions[index[link["b"]]]) for link in topology["links"]
    ]
    width_pt, colour = (0.9, "#A6A6A6") if len(segments) <= 60 else (0.5, "#BDBDBD")
    axes.add_collection(LineCollection(segments, colors=colour, linewidths=width_pt, zorder=1))


def _stretch(positions: np.ndarray) -> float:
    """How much longer a degree of latitude is drawn than one of longitude, true at the middle
    latitude."""
    middle_deg = (positions[:, 1].min() + positions[:, 1].max()) / 2
    return 1.0 / max(0.2, math.cos(math.radians(float(middle_deg))))


def _height_in(positions: np.ndarray) -> float:
    """Figure height that fits the map's own shape."""
    longitude, latitude = np.ptp(positions, axis=0)
    fitting_in = style.WIDTH_IN * 0.9 * latitude * _stretch(positions) / max(longitude, 1e-6) + 0.8
    return float(np.clip(fitting_in, *MAP_HEIGHT_IN))


def _frame(axes: Axes, positions: np.ndarray, is_map: bool) -> None:
    """Axes around the routers: degrees on a map, nothing where coordinates mean nothing."""
    low, high = positions.min(axis=0), positions.max(axis=0)
    if not is_map:
        margin = np.maximum(high - low, 0.2) * SCHEMATIC_MARGINS
        axes.set_xlim(low[0] - margin[0], high[0] + margin[0])
        axes.set_ylim(low[1] - margin[1], high[1] + margin[1])
        axes.set_axis_off()
        return
    stretch = _stretch(positions)
    margin_deg = MAP_MARGIN * max(high[0] - low[0], (high[1] - low[1]) * stretch)
    # A map far taller than wide would be a sliver: it is widened, so that names find room.
    widening_deg = max(0.0, 0.5 * (high[1] - low[1]) * stretch - (high[0] - low[0])) / 2
    axes.set_xlim(low[0] - margin_deg - widening_deg, high[0] + margin_deg + widening_deg)
    axes.set_ylim(low[1] - margin_deg / stretch, high[1] + margin_deg / stretch)
    axes.set_aspect(stretch, adjustable="box")
    for axis, letters in ((axes.xaxis, "WE"), (axes.yaxis, "SN")):
        axis.set_major_locator(MaxNLocator(7, steps=[1, 2, 3, 5, 10]))
        axis.set_major_formatter(lambda degrees, _, letters=letters: _degrees(degrees, *letters))
    axes.set_xlabel("longitude")
    axes.set_ylabel("latitude")


def _degrees(value: float, negative: str, positive: str) -> str:
    letter = negative if value < 0 else positive if value > 0 else ""
    return f"{abs(value):g}° {letter}".strip()


def _draw_routers(
    axes: Axes,
    record: dict[str, Any],
    positions: np.ndarray,
    radii: Sequence[float],
    sides: Sequence[Counter[Side]] | None,
) -> None:
    routers = record["topology"]["routers"]
    articulation = set(record["topology"]["articulation_points"])
    for i, router in enumerate(routers):
        if not router["members"]:
            shares = [(style.GREY, "", 1.0)]
        elif sides is None:
            shares = [(style.BLUE, "", 1.0)]
        else:
            total = sum(sides[i].values())
            in_order = sorted(sides[i].items(), key=lambda item: (item[0] is None, item[0] or 0))
            shares = [(*_side_look(side), count / total) for side, count in in_order]
        start_deg = 90.0
        for colour, hatch, share in shares:
            end_deg = start_deg - 360.0 * share
            outline = Outline.unit_circle() if share == 1.0 else Outline.wedge(end_deg, start_deg)
            _stamp(
                axes,
                outline,
                positions[i],
                radii[i],
                facecolor=colour,
                hatch=hatch,
                edgecolor="white",
                lw=0.5,
            )
            start_deg = end_deg
        if router["id"] in articulation:
            _stamp(
                axes,
                Outline.unit_circle(),
                positions[i],
                radii[i] + 0.9,
                facecolor="none",
                edgecolor="black",
                lw=1.3,
            )


def _stamp(
    axes: Axes, outline: Outline, place: np.ndarray, radius_pt: float, lw: float, **look: Any
) -> None:
    """Draws an outline of radius one at a place, sized in points and so the same at every zoom
    of the map."""
    stamp = PathCollection(
        [outline],
        sizes=[radius_pt**2],
        offsets=[place],
        offset_transform=axes.transData,
        linewidths=lw,
        zorder=3,
        **look,
    )
    stamp.set_transform(IdentityTransform())
    axes.add_collection(stamp, autolim=False)


def _side_look(side: Side) -> tuple[str, str]:
    if side is None:
        return style.PALE, ""
    return (
        style.SERIES[side % len(style.SERIES)],
        SIDE_HATCHES[side // len(style.SERIES) % len(SIDE_HATCHES)],
    )


def _side_legend(axes: Axes, partition: dict[str, Any]) -> None:
    handles = [
        Line2D(
            [],
            [],
            linestyle="",
            marker="o",
            markersize=8,
            color=_side_look(side)[0],
            label=f"side {side}: {len(names)} members",
        )
        for side, names in enumerate(partition["sides"])
    ]
    axes.legend(
        handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncol=min(4, len(handles))
    )


def _label(
    axes: Axes, routers: Sequence[dict[str, Any]], positions: np.ndarray, radii: Sequence[float]
) -> None:
    """Names as many routers as fit without overlap, those with most members first."""
    renderer = axes.figure.canvas.get_renderer()
    pixels_per_pt = axes.figure.dpi / 72.0
    centres = axes.transData.transform(positions)
    taken = [
        Bbox.from_bounds(
            x - r * pixels_per_pt,
            y - r * pixels_per_pt,
            2 * r * pixels_per_pt,
            2 * r * pixels_per_pt,
        )
        for (x, y), r in zip(centres, radii)
    ]
    inside = axes.get_window_extent(renderer)
    order = sorted(range(len(routers)), key=lambda i: (-routers[i]["members"], i))
    labelled = 0
    for i in order:
        if labelled == LABELS_AT_MOST:
            break
        gap = radii[i] + LABEL_GAP_PT
        for dx, dy, horizontal, vertical in (
            (gap, 0, "left", "center"),
            (-gap, 0, "right", "center"),
            (0, -gap, "center", "top"),
            (0, gap, "center", "bottom"),
        ):
            text = axes.annotate(
                style.drawable(routers[i]["label"]),
                positions[i],
                (dx, dy),
                textcoords="offset points",
                ha=horizontal,
                va=vertical,
                fontsize=9,
                zorder=4,
                annotation_clip=False,
                path_effects=[withStroke(linewidth=2, foreground="white")],
            )
            box = text.get_window_extent(renderer)
            fits = (
                box.x0 >= inside.x0
                and box.x1 <= inside.x1
                and box.y0 >= inside.y0
                and box.y1 <= inside.y1
            )
            if fits and not any(box.overlaps(other) for j, other in enumerate(taken) if j != i):
                taken.append(box.padded(LABEL_CLEARANCE_PX))
                labelled += 1
                break
            text.remove()


def _caption(
    record: dict[str, Any], is_map: bool, guessed: int, partitions: Sequence[dict[str, Any]]
) -> str:
    members = [router["members"] for router in record["topology"]["routers"]]
    sentences = [
        "Each disc is a router; its area grows with the members attached to it, at most"
        f" {max(members)}." + (" Small grey discs carry none." if 0 in members else "")
    ]
    if record["topology"]["articulation_points"]:
        sentences.append("A black ring marks a router whose loss alone would split the network.")
    if is_map:
        sentences.append("Routers stand at their real coordinates.")
    if guessed:
        sentences.append(
            f"{guessed} of them have none in the file and stand at the mean of their neighbours'"
            " places."
        )
    if partitions:
        sentences.append(f"Colours are the sides of the partition at {partitions[0]['at_s']:g} s.")
    if len(partitions) > 1:
        sentences.append(f"It is the first of {len(partitions)}.")
    sentences.append("Names are left out where they would overlap.")
    return " ".join(sentences)
