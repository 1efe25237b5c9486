# SPDX-License-Identifier: GPL-2.0-only
"""Rapid (Suresh et al., USENIX ATC 2018): its experiments with memberlist, run again.

What processes report of the size of their cluster each second (docs/metrics.md, "Cluster sizes") is all that
the paper judges by, so it is all that is measured here, but for the load of table 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.papers.rapid_2018.claimed import SETTLING_S
from analysis.run.metrics import RunMetrics, metrics_of_run
from analysis.run.news import ClusterSizes, ReportedSizes
from analysis.study.model import Cell, Study, read_study

FAULT_S = 90
"""When the faults of figures 9 and 10 begin: the paper says so of the latter."""
LATE_S = 250
"""After it figure 9 shows the oscillation that lasts to its end."""
STATISTICS = ("mean", "p99", "max")
JUDGED = ("removals", "returns", "all_gone_s", "longest_all_gone_s", "disagreed_s")
"""What is told of a run with faults, of the simulator and of real memberlist."""


def measure(folders: Mapping[str, Path]) -> dict[str, Any]:
    """Numbers of the finished folders of the studies, by their names. Cells need not have runs."""
    studies = {name: read_study(folder) for name, folder in folders.items()}
    bootstrap = {
        cell.members: studies["bootstrap"].runs(cell) for cell in studies["bootstrap"].cells
    }
    largest = max((size for size, runs in bootstrap.items() if runs), default=None)
    return {
        "bootstrap": {str(size): bootstrap_of(bootstrap[size]) for size in sorted(bootstrap)},
        "timeline": {
            "members": largest,
            "series": _series([] if largest is None else bootstrap[largest], "all"),
        },
        "readings": {
            cell.variant: bootstrap_of(studies["readings"].runs(cell))
            for cell in studies["readings"].cells
        },
        "crash": crash_of(studies["crash"], *studies["crash"].cells),
        "faults": {
            cell.scenario: fault_of(studies["faults"], cell) for cell in studies["faults"].cells
        },
        "judged": {
            cell.scenario: _of_judged(cell.scenario, studies["judged"].runs(cell))
            for cell in studies["judged"].cells
        },
    }


def measure_judge(folders: Mapping[str, Path]) -> dict[str, Any]:
    """The last part of the same, of real memberlist's campaigns: of runs that were on time, and how many
    were late. Raises RecordError."""
    found = {}
    for name, folder in folders.items():
        runs = [metrics_of_run(path) for path in sorted((folder / "runs").glob("seed-*"))]
        valid = sorted((run for run in runs if run.valid), key=lambda run: run.seed)
        found[name] = _of_judged(name, valid) | {"late": len(runs) - len(valid)}
    return found


def _of_judged(name: str, runs: Sequence[RunMetrics]) -> dict[str, Any]:
    if name.startswith("bootstrap"):
        return bootstrap_of(runs)
    found = [_of_fault(run) for run in runs]
    return {key: [each[key] for each in found] for key in JUDGED}


def _sizes_of(run: RunMetrics) -> ClusterSizes:
    (found,) = run.cluster_sizes
    return found


def _series(runs: Sequence[RunMetrics], who: str) -> dict[str, Any] | None:
    """Of the first run: a row wherever anything changes, which holds until the next one."""
    if not runs:
        return None
    sizes = _sizes_of(runs[0])
    of: ReportedSizes = getattr(sizes, who)
    return {
        "second": sizes.second,
        "least": of.least,
        "median": of.median,
        "greatest": of.greatest,
    }


def bootstrap_of(runs: Sequence[RunMetrics]) -> dict[str, Any]:
    """Of a cluster that forms, of any detector's runs."""
    found = [_sizes_of(run) for run in runs]
    return {
        "agreed_s": [sizes.agreed_s for sizes in found],
        "first_s": [
            _first_second(sizes, lambda row, n=run.members: sizes.all.greatest[row] == n)
            for run, sizes in zip(runs, found)
        ],
        "spawned_s": [sizes.changed_s for sizes in found],
        "distinct": [sizes.all.distinct[-1] for sizes in found],
        "union": len(_union(sizes.all for sizes in found)),
    }


def _union(reports: Iterable[ReportedSizes]) -> set[int]:
    """All sizes that any of the runs has."""
    return {size for of in reports for first, last in of.sizes for size in range(first, last + 1)}


def _first_second(sizes: ClusterSizes, holds: Any) -> int | None:
    return next((second for row, second in enumerate(sizes.second) if holds(row)), None)


def crash_of(study: Study, cell: Cell) -> dict[str, Any]:
    """Of the crash of ten, of any detector's runs."""
    runs = study.runs(cell)
    spans, since_s, agreed_s = [], [], []
    for run in runs:
        sizes = _sizes_of(run)
        assert sizes.changed_s is not None
        crash_s = sizes.changed_s
        first = _first_second(sizes, lambda row: (sizes.healthy.least[row] or 0) < run.members)
        since_s.append(None if first is None else first - crash_s)
        agreed_s.append(None if sizes.agreed_s is None else sizes.agreed_s - crash_s)
        spans.append(None if None in (first, sizes.agreed_s) else sizes.agreed_s - first)
    loads = [run.member_loads for run in runs if run.member_loads is not None]
    return {
        "members": cell.members,
        "crashed": max((len(run.crashes) for run in runs), default=0),
        "first_s": since_s,
        "agreed_s": agreed_s,
        "span_s": spans,
        "sizes": sorted(_union(_sizes_of(run).healthy for run in runs)),
        "loads": {
            direction: {key: [load[direction][key] for load in loads] for key in STATISTICS}
            for direction in ("received", "sent")
        },
    }


def fault_of(study: Study, cell: Cell) -> dict[str, Any]:
    """Of bad networks, of any detector's runs."""
    runs = study.runs(cell)
    return {
        "members": cell.members,
        "simulated_s": cell.simulated_s,
        "runs": [_of_fault(run) for run in runs],
        "series": _series(runs, "healthy"),
    }


def _of_fault(run: RunMetrics) -> dict[str, Any]:
    """What the healthy report, second by second. A removal is one as soon as all of them have made it."""
    sizes = _sizes_of(run)
    rows = list(_seconds(sizes, int(run.simulated_s)))
    healthy = max(sizes.healthy.reports)
    after = [row for row in rows if row[0] > FAULT_S]
    settling = [row for row in rows if row[0] > SETTLING_S]
    late = [row for row in rows if row[0] > LATE_S]
    gone = [greatest == healthy for _, _, greatest in after]
    return {
        "healthy": healthy,
        "least": min(least for _, least, _ in after),
        "settling_least": min(least for _, least, _ in settling),
        "settling_greatest": max(greatest for _, _, greatest in settling),
        "late_least": min(least for _, least, _ in late),
        "late_greatest": max(greatest for _, _, greatest in late),
        "all_gone_s": sum(gone),
        "longest_all_gone_s": _longest(gone),
        "disagreed_s": sum(least != greatest for _, least, greatest in after),
        "last": list(after[-1][1:]),
        "removals": sum(max(0, before[2] - now[2]) for before, now in zip(after, after[1:])),
        "returns": sum(max(0, now[2] - before[2]) for before, now in zip(after, after[1:])),
        "bystanders_removed": run.false_positives.about_bystanders,
    }


def _seconds(sizes: ClusterSizes, end: int) -> Iterable[tuple[int, int, int]]:
    """Of each second the least and the greatest size that the healthy report."""
    ends = [*sizes.second[1:], end + 1]
    for row, (second, next_second) in enumerate(zip(sizes.second, ends)):
        least, greatest = sizes.healthy.least[row], sizes.healthy.greatest[row]
        if least is not None and greatest is not None:
            for each in range(second, next_second):
                yield each, least, greatest


def _longest(flags: Iterable[bool]) -> int:
    longest = now = 0
    for flag in flags:
        now = now + 1 if flag else 0
        longest = max(longest, now)
    return longest
