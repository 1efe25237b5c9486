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
from campaign.bench.detectors import DETECTORS, detectors_section
from campaign.bench.memberlist import memberlist_section
from campaign.bench.simulations import Simulations, packet_section, path_section
from campaign.bench.studies import study_section
from campaign.bench.table import Section
from campaign.build import Build, cores
from campaign.calibrate import memberlist_missing
from campaign.errors import UserError
from campaign.memory import available_memory_bytes, memory_text
from campaign.progress import duration_text
from campaign.run import build_identity

MILLION = 1_000_000
MILLION_BYTES = 6_000_000_000
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
    settle_s: float
    """How long memberlist's members have for the news of their joins."""
    memberlist_s: float
    """How long they are measured then, at each size."""
    core_repetitions: int
    core_min_time_s: float
    study_runs: int
    """Of a study whose run is timed."""
    detectors: tuple[str, ...]
    """Which of those beside SWIM."""
    detectors_share: float
    """Of the time that is simulated of them."""


DEFAULT = Sizes(
    runs=5,
    member_seconds=1.5e6,
    path=(1000, 10_000),
    scale=(100, 1000, 10_000, 100_000),
    memberlist=(64, 256, 1000),
    settle_s=10,
    memberlist_s=20,
    core_repetitions=15,
    core_min_time_s=0.05,
    study_runs=60,
    detectors=DETECTORS,
    detectors_share=1,
)
QUICK = replace(
    DEFAULT,
    runs=3,
    member_seconds=4e5,
    scale=(100, 1000, 10_000),
    memberlist=(64, 256),
    settle_s=5,
    memberlist_s=9,
    core_repetitions=5,
    core_min_time_s=0.02,
    study_runs=40,
    detectors_share=0.5,
)
FULL = replace(
    DEFAULT,
    runs=7,
    member_seconds=4e6,
    path=(*DEFAULT.path, MILLION),
    scale=(*DEFAULT.scale, MILLION),
    settle_s=20,
    memberlist_s=30,
    core_repetitions=20,
    core_min_time_s=0.1,
    study_runs=200,
)

TARGETS = {
    "path": ("swimlab-ns3", "bare-exchange"),
    "packet": ("swimlab-ns3", "udp-echo"),
    "core": ("core-benchmark",),
    "scale": ("swimlab-ns3", "bare-exchange"),
    "memberlist": ("swimlab-ns3", "bare-exchange", "peers"),
    "study": ("swimlab-ns3",),
    "detectors": ("swimlab-ns3",),
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
    facts = _facts(build)
    sections: list[Section] = []
    for name in names:
        sections.append(_measure(name, simulations, sizes, out))
        # Each time: what took minutes is kept, whatever becomes of the rest.
        facts["wall_s"] = time.monotonic() - started_s
        table.write_json(sections, facts, out / "bench.json")
        table.write_csv(sections, out / "bench.csv")
    print(f"\n{table.table_text(sections)}\n")
    print(f"ratio: the median of runs in turn; measured in {duration_text(facts['wall_s'])}")
    for row in table.broken(sections):
        print(f"not met: {row.what}: {table.significant(row.ratio or 0)}, promised {row.promise}")
    print(f"\nWritten to {out}")
    return sections


def _measure(name: str, simulations: Simulations, sizes: Sizes, out: Path) -> Section:
    match name:
        case "path":
            return path_section(simulations, sizes.path)
        case "packet":
            return packet_section(simulations)
        case "core":
            _tell("the core alone")
            return core_section(simulations.build, sizes.core_repetitions, sizes.core_min_time_s)
        case "scale":
            points = scale.measure(simulations, sizes.scale)
            scale.draw(points, out)
            return scale.scale_section(points)
        case "memberlist":
            return memberlist_section(
                simulations, sizes.memberlist, sizes.settle_s, sizes.memberlist_s
            )
        case "study":
            return study_section(simulations.build, sizes.runs, sizes.study_runs, _tell)
        case "detectors":
            return detectors_section(simulations, sizes.detectors, sizes.detectors_share)
    raise ValueError(name)


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
    available = available_memory_bytes()
    if MILLION not in sizes.path + sizes.scale or available is None or available >= MILLION_BYTES:
        return sizes
    print(
        f"{MILLION:,} members are left out: they need {memory_text(MILLION_BYTES)}, and"
        f" {memory_text(available)} are available",
        flush=True,
    )

    def fitting(counts: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(count for count in counts if count < MILLION)

    return replace(sizes, path=fitting(sizes.path), scale=fitting(sizes.scale))


def _tell(what: str) -> None:
    print(f"Measuring {what}", flush=True)


def _facts(build: Build) -> dict[str, Any]:
    return {
        "format": 1,
        "build": build_identity(build),
        "machine": {
            "cpu": _processor(),
            "cores": cores(),
            "system": platform.platform(),
            "load_before": os.getloadavg(),
        },
        "date": datetime.date.today().isoformat(),
    }


def _processor() -> str:
    """Its name as Linux gives it; "unknown" where it does not."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(": ")[2]
    return "unknown"
