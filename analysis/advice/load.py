# SPDX-License-Identifier: GPL-2.0-only
"""What members send, and how many of the living were buried: each cell by itself, as the table has it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from analysis.advice.cases import Case
from analysis.run.metrics import RunMetrics

LOADS = ("messages", "bytes")


def load(cases: Iterable[Case]) -> dict[str, Any]:
    """Of cases with and without loss."""
    cases = list(cases)
    cells = {
        f"{case.members}/{case.loss:g}/{case.setting.interval_s:g}/{case.setting.mult}": of_runs(
            case.runs
        )
        for case in cases
    }
    sizes = sorted({case.members for case in cases})
    return {
        "members": sizes,
        "losses": sorted({case.loss for case in cases}),
        "intervals_s": sorted({case.setting.interval_s for case in cases}),
        "mults": {
            str(size): sorted({case.setting.mult for case in cases if case.members == size})
            for size in sizes
        },
        "most_loss": {
            str(size): max(case.loss for case in cases if case.members == size) for size in sizes
        },
        "cells": cells,
    }


def of_runs(runs: Sequence[RunMetrics]) -> dict[str, Any]:
    """Load of the mean member in the mean second, and wrong deaths with the time in which they came."""
    member_s = math.fsum(run.traffic.members * run.measured_s for run in runs)
    found: dict[str, Any] = {
        what: round(
            math.fsum(math.fsum(getattr(run.traffic, what).values()) for run in runs) / member_s, 3
        )
        for what in LOADS
    }
    return found | {"buried": buried(runs), "exposed_s": round(exposed_s(runs)), "runs": len(runs)}


def buried(runs: Iterable[RunMetrics]) -> int:
    return sum(run.false_positives.incidents.count for run in runs)


def exposed_s(runs: Iterable[RunMetrics]) -> float:
    """Seconds in which a member was healthy, over all members."""
    return math.fsum(run.quality_of_service["exposed_member_s"] for run in runs)
