# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab bench`: builds what is measured, measures section by section, prints the table and
writes it."""

import datetime
import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from campaign.bench import scale, table
from campaign.bench.core import core_section
from campaign.bench.memberlist import memberlist_section
from campaign.bench.simulations import Simulations, packet_section, path_section
from campaign.bench.table import Section
from campaign.build import Build, cores
from campaign.calibrate import memberlist_missing
from campaign.errors import Failure, UserError
from campaign.progress import duration_text
from campaign.run import build_identity

MILLION = 1_000_000
MILLION_BYTES = 6 << 30
"""What a million members need, with room for what else runs."""


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    runs: int
    """Of each pair, at least."""
    member_seconds: float
    """Simulated in one run."""
    path: tuple[int, ...]
    scale: tuple[int, ...]
    memberlist: tuple[int, ...]
    memberlist_s: float
    """How long memberlist is measured at each size."""
    core_repetitions: int
    core_min_time_s: float


QUICK = Sizes(3, 4e5, (1000, 10_000), (100, 1000, 10_000), (64, 256), 9, 5, 0.02)
DEFAULT = Sizes(5, 2e6, (1000, 10_000), (100, 1000, 10_000, 100_000), (64, 256, 1000), 20, 15, 0.05)
FULL = Sizes(
    7,
    4e6,
    (1000, 10_000, MILLION),
    (100, 1000, 10_000, 100_000, MILLION),
    (64, 256, 1000),
    30,
    20,
    0.1,
)

TARGETS = {
    "path": ("swimlab-ns3", "bare-exchange"),
    "packet": ("swimlab-ns3", "udp-echo"),
    "core": ("core-benchmark",),
    "scale": ("swimlab-ns3", "bare-exchange"),
    "memberlist": ("swimlab-ns3", "bare-exchange", "peers"),
}


def sections_of(text: str) -> list[str]:
    """Those of a list such as "path,core", in the table's order; raises ValueError with what is
    wrong."""
    names = text.split(",")
    for name in names:
        if name not in TARGETS:
            raise ValueError(f"there is no '{name}'; there are {', '.join(TARGETS)}")
    return [name for name in TARGETS if name in names]


def bench(
    names: Sequence[str], sizes: Sizes, out: Path, make: Callable[[Sequence[str]], Build]
) -> list[Section]:
    """Measure these sections and write them to `out`; returns what was measured.

    `make` builds targets. A section that cannot be measured here is left out with a message.
    """
    started_s = time.monotonic()
    names = _without_memberlist(names, memberlist_missing())
    _make_folder(out)
    targets = dict.fromkeys(target for name in names for target in TARGETS[name])
    build = make(list(targets))
    if not build.program("memberlist-peer").exists():
        names = _without_memberlist(names, "build/ was configured without Go; remove build/")
    sizes = _that_fit(sizes)
    simulations = Simulations(build, sizes.runs, sizes.member_seconds, _tell)
    sections: list[Section] = []
    for name in names:
        match name:
            case "path":
                sections.append(path_section(simulations, sizes.path))
            case "packet":
                sections.append(packet_section(simulations))
            case "core":
                _tell("the core alone")
                sections.append(core_section(build, sizes.core_repetitions, sizes.core_min_time_s))
            case "scale":
                points = scale.measure(simulations, sizes.scale)
                sections.append(scale.scale_section(points))
                scale.draw(points, out)
            case "memberlist":
                sections.append(
                    memberlist_section(simulations, sizes.memberlist, sizes.memberlist_s)
                )
    facts = _facts(build, time.monotonic() - started_s)
    table.write_json(sections, facts, out / "bench.json")
    table.write_csv(sections, out / "bench.csv")
    print(f"\n{table.table_text(sections)}\n")
    print(f"measured in {duration_text(facts['wall_s'])} on {facts['machine']['cores']} cores;")
    print("ratio: median of runs side by side; spread: the smallest and the largest")
    for row in table.broken(sections):
        print(f"not met: {row.what}: {table.significant(row.ratio or 0)}, promised {row.promise}")
    print(f"\nWritten to {out}")
    return sections


def _without_memberlist(names: Sequence[str], missing: str) -> list[str]:
    """`names`, less memberlist where there is a reason; an error where none is left."""
    if not missing or "memberlist" not in names:
        return list(names)
    print(f"memberlist is left out: {missing}", flush=True)
    others = [name for name in names if name != "memberlist"]
    if not others:
        raise UserError("there is nothing left to measure, see above")
    return others


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{out}: {error.strerror}; choose another folder by --out") from error


def _that_fit(sizes: Sizes) -> Sizes:
    """Without what this machine has no memory for now."""
    if MILLION not in sizes.path + sizes.scale or _available_bytes() >= MILLION_BYTES:
        return sizes
    print(
        f"{MILLION:,} members are left out: they need {MILLION_BYTES >> 30} GiB, and"
        f" {_available_bytes() / 2**30:.1f} GiB are free",
        flush=True,
    )

    def fitting(counts: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(count for count in counts if count < MILLION)

    return replace(sizes, path=fitting(sizes.path), scale=fitting(sizes.scale))


def _available_bytes() -> int:
    with open("/proc/meminfo", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    raise Failure("/proc/meminfo does not tell how much memory is available")


def _tell(what: str) -> None:
    print(f"Measuring {what}", flush=True)


def _facts(build: Build, wall_s: float) -> dict[str, Any]:
    return {
        "format": 1,
        "build": build_identity(build),
        "machine": {"cores": cores(), "system": platform.platform(), "load": os.getloadavg()},
        "date": datetime.date.today().isoformat(),
        "wall_s": wall_s,
    }
