# SPDX-License-Identifier: GPL-2.0-only
"""The core alone, by Google Benchmark: ours and its baseline are in one process.

Pings and acks stand beside the same core with structs for bytes, since what the codec costs is the
question there. Storms and push/pulls stand beside a bare decoding of the same bytes: that is what
anybody spends who speaks this wire, so the ratio is what membership costs on top of it.
"""

import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campaign.bench.table import Promise, Row, Section
from campaign.build import Build
from campaign.errors import Failure


@dataclass(frozen=True)
class Operation:
    """What is timed by two of Google Benchmark's."""

    what: str
    ours: str
    baseline: str
    items: int = 1
    """Of the benchmarks, in one operation."""
    promise: Promise | None = None


OPERATIONS = (
    # At least half the speed without codec, as the test core-benchmark.floors.
    Operation("ping + ack", "core", "core-without-codec", 2, Promise(2, at_least=False)),
    Operation("suspicion storm, a datagram", "suspicion-storm", "suspicion-storm-decoded"),
    Operation("push/pull, 1,000 states", "push-pull/1000", "push-pull-decoded/1000"),
    Operation("push/pull, 10,000 states", "push-pull/10000", "push-pull-decoded/10000"),
)


def core_section(build: Build, repetitions: int, min_time_s: float) -> Section:
    with tempfile.TemporaryDirectory(prefix="swimlab-bench-") as folder:
        out = Path(folder) / "core.json"
        command = [str(build.program("tests/benchmarks/core-benchmark"))]
        command += [f"--benchmark_repetitions={repetitions}", f"--benchmark_out={out}"]
        command += [f"--benchmark_min_time={min_time_s:g}"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure(f"{done.stdout}{done.stderr}core-benchmark ended with {done.returncode}")
        return section_of(json.loads(out.read_text()))


def section_of(results: dict[str, Any]) -> Section:
    """`results` as Google Benchmark writes them, with every repetition."""
    runs: dict[str, list[dict[str, Any]]] = {}
    for run in results["benchmarks"]:
        if run.get("error_occurred"):
            raise Failure(f"core-benchmark: {run['name']}: {run['error_message']}")
        if run["run_type"] == "iteration":
            runs.setdefault(run["run_name"], []).append(run)
    times, allocations = [], []
    for operation in OPERATIONS:
        pairs = list(zip(runs[operation.ours], runs[operation.baseline], strict=True))
        times.append(
            Row(
                "core",
                operation.what,
                "s",
                tuple((_seconds(a, operation), _seconds(b, operation)) for a, b in pairs),
                operation.promise,
            )
        )
        allocations.append(
            Row(
                "core",
                f"{operation.what}: allocations",
                "",
                tuple((_allocations(a, operation), _allocations(b, operation)) for a, b in pairs),
            )
        )
    return Section(
        "core",
        "time of an operation; baseline: without codec, or decoding the same bytes alone",
        (*times, *allocations),
    )


def _seconds(run: dict[str, Any], operation: Operation) -> float:
    return operation.items / run["items_per_second"]


def _allocations(run: dict[str, Any], operation: Operation) -> float:
    return operation.items * run["allocations_per_item"]
