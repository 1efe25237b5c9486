# SPDX-License-Identifier: GPL-2.0-only
"""How often a living member is buried, by a model of the counts.

A wrong death takes a probe that fails by each of its ways, and a refutation that does not come to somebody in
time. Both take several losses at once, so the rate goes by a power of the loss; it falls with the time that a
suspect has, and with the number of times that each news is sent. memberlist sends each
retransmit_mult * ceil(log10(n + 1)) times, so rates jump where n + 1 passes a power of ten, and rise with the
size in between. Sizes between two steps are a group, and each has a model by itself:

    log(wrong deaths a probe) = sum of coefficients * lookup.terms

fitted to the counts of all cells with loss by Poisson regression (McCullagh and Nelder 1989, chapter 6). Where the
counts vary by more than Poisson's, errors are wider by the root of that. A group in which too few were
counted to tell all coefficients takes them and their errors from the group below, and has only its level
from its own counts. Those are of much loss, and where each news is sent more often, the power of the loss can only
be higher: so this tells more wrong deaths at little loss than there are, not fewer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.advice.cases import Case
from analysis.advice.load import buried, exposed_s
from analysis.advice.lookup import terms

GROUPS = ((10, 10, 10), (105, 30, 100), (1000, 110, 1000))
"""Up to which size, and the sizes between which it is told: no less is told of a smaller one."""
NAMES = ("constant", "log loss / 5 %", "log members / 100", "log suspicion s", "log interval s")
CONSTANT, SIZE = 0, 2
"""Of `terms`."""
ENOUGH = 100
"""So many wrong deaths tell a group's coefficients."""
MOST_STEPS = 100


@dataclass(frozen=True)
class Counted:
    """Wrong deaths of one cell."""

    terms: tuple[float, ...]
    buried: int
    probes: float


def burials(cases: Iterable[Case]) -> dict[str, Any]:
    """As the table has it. Of cases with loss; others tell nothing, as no probe fails in them."""
    lossy = [case for case in cases if case.loss > 0]
    groups: list[dict[str, Any]] = []
    least = 0
    for most, told_from, told_to in GROUPS:
        own = [case for case in lossy if least < case.members <= most]
        groups.append(_group(own, most, told_from, told_to, groups[-1] if groups else None))
        least = most
    seen = [case.loss for case in lossy if buried(case.runs)]
    return {"terms": list(NAMES), "least_loss": min(seen), "groups": groups}


def _group(
    cases: Sequence[Case], most: int, told_from: int, told_to: int, below: dict[str, Any] | None
) -> dict[str, Any]:
    counted = [_counted(case) for case in cases]
    total = sum(each.buried for each in counted)
    free = [place for place in range(len(NAMES)) if place != SIZE or told_from != told_to]
    borrowed = below is not None and total < ENOUGH
    if below is not None and borrowed:
        coefficients, covariance, dispersion = levelled(
            counted, np.array(below["coefficients"]), np.array(below["covariance"])
        )
    else:
        coefficients, covariance, dispersion = fitted(counted, free)
    return {
        "most": most,
        "told_from": told_from,
        "told_to": told_to,
        "borrowed": borrowed,
        "coefficients": [round(float(each), 6) for each in coefficients],
        "covariance": [[round(float(each), 8) for each in row] for row in covariance],
        "dispersion": round(dispersion, 3),
        "buried": total,
        "exposed_s": round(math.fsum(exposed_s(case.runs) for case in cases)),
    }


def _counted(case: Case) -> Counted:
    found = terms(case.members, case.loss, case.setting)
    return Counted(tuple(found), buried(case.runs), exposed_s(case.runs) / case.setting.interval_s)


def fitted(counted: Sequence[Counted], free: Sequence[int]) -> tuple[np.ndarray, np.ndarray, float]:
    """Coefficients, their covariance, and the dispersion; what is not free is 0, and sure."""
    x = np.array([[each.terms[place] for place in free] for each in counted])
    k = np.array([each.buried for each in counted], dtype=float)
    probes = np.array([each.probes for each in counted])
    beta = np.zeros(len(free))
    beta[0] = math.log(max(k.sum(), 0.5) / probes.sum())
    for _ in range(MOST_STEPS):
        mean = probes * np.exp(x @ beta)
        information = x.T @ (mean[:, None] * x)
        step = np.linalg.solve(information, x.T @ (k - mean))
        # Half of a step that would leap: the likelihood is concave, so small steps arrive.
        beta += step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < 1e-10:
            break
    mean = probes * np.exp(x @ beta)
    dispersion = _dispersion(k, mean, len(free))
    inner = np.linalg.inv(x.T @ (mean[:, None] * x)) * dispersion
    coefficients = np.zeros(len(NAMES))
    covariance = np.zeros((len(NAMES), len(NAMES)))
    coefficients[list(free)] = beta
    covariance[np.ix_(list(free), list(free))] = inner
    return coefficients, covariance, dispersion


def levelled(
    counted: Sequence[Counted], coefficients: np.ndarray, covariance: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """The same with the coefficients of another group, and a constant by the counts of this one.

    The constant is such that as many are expected as were counted, so it moves with the errors of the other
    coefficients; one wrong death is the least, as none has no logarithm.
    """
    x = np.array([each.terms for each in counted])
    k = np.array([each.buried for each in counted], dtype=float)
    shape = coefficients.copy()
    shape[CONSTANT] = 0.0
    mean = np.array([each.probes for each in counted]) * np.exp(x @ shape)
    total = max(1.0, float(k.sum()))
    shape[CONSTANT] = math.log(total / mean.sum())
    mean *= total / mean.sum()
    dispersion = _dispersion(k, mean, 1)
    # d constant / d coefficient: minus the mean term of the expected wrong deaths.
    moves = np.eye(len(NAMES))
    moves[CONSTANT] = -(mean @ x) / total
    moves[CONSTANT, CONSTANT] = 0.0
    made = moves @ covariance @ moves.T
    made[CONSTANT, CONSTANT] += dispersion / total
    return shape, made, dispersion


def _dispersion(counts: np.ndarray, mean: np.ndarray, coefficients: int) -> float:
    """Variance of the counts over Poisson's, by Pearson; at least 1. Cells in which hardly any are expected
    tell nothing of it, and one wrong death in them would count as if it were everything."""
    told = mean > 0.2
    if np.count_nonzero(told) <= coefficients:
        return 1.0
    squares = (counts[told] - mean[told]) ** 2 / mean[told]
    return max(1.0, float(squares.sum()) / (int(np.count_nonzero(told)) - coefficients))
