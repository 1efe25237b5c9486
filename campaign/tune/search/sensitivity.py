# SPDX-License-Identifier: GPL-2.0-only
"""How much each parameter matters: Sobol's indices of the surrogate, with what it does not know.

Of the variance of a measure's logarithm over the whole space, the first-order index is what a parameter
explains by itself, the total index what would be left if all others were known (Saltelli et al. 2010;
Jansen's estimators). They are made of the runs that there are: the indices of many measures that the
surrogate holds for possible spread as much as the runs leave open. Relations between parameters are set
aside, since indices need axes that vary by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc

from campaign.tune.search.surrogate import Surrogate
from campaign.tune.space import Space

BASE = 128
"""Pairs of settings, a power of 2."""
DRAWS = 60
"""Possible measures."""


@dataclass(frozen=True)
class Index:
    """Of one measure and one axis; shares from 0 to 1."""

    measure: str
    axis: str
    first: float
    first_low: float
    first_high: float
    total: float
    total_low: float
    total_high: float


def sensitivity(surrogate: Surrogate, space: Space, seed: int) -> list[Index]:
    """Of each axis that has more than one level; nothing where nothing varies or is known."""
    axes = [place for place, axis in enumerate(space.axes) if len(axis.levels) > 1]
    if not axes or not surrogate.ready:
        return []
    a, b = _pairs(space, seed)
    mixed = []
    for place in axes:
        columns = [i for i, group in enumerate(space.groups) if group == place]
        one = a.copy()
        one[:, columns] = b[:, columns]
        mixed.append(one)
    drawn = surrogate.draws(np.vstack([a, b, *mixed]), DRAWS, seed)
    of_a, of_b, *of_mixed = np.split(drawn, len(axes) + 2, axis=1)
    variance = np.var(np.hstack([of_a, of_b]), axis=1)
    if not np.all(variance > 1e-12):
        return []
    found = []
    for place, of in zip(axes, of_mixed):
        first = 1 - np.mean((of_b - of) ** 2, axis=1) / (2 * variance)
        total = np.mean((of_a - of) ** 2, axis=1) / (2 * variance)
        numbers = [*_spread(first), *_spread(total)]
        found.append(Index(surrogate.measure, space.axes[place].key, *numbers))
    return found


def _pairs(space: Space, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two independent settings a row, as coordinates of the surrogate."""
    width = len(space.axes)
    sample = qmc.Sobol(2 * width, scramble=True, seed=seed).random(BASE)
    return _coordinates(space, sample[:, :width]), _coordinates(space, sample[:, width:])


def _coordinates(space: Space, shares: np.ndarray) -> np.ndarray:
    points = [
        tuple(
            min(len(axis.levels) - 1, int(share * len(axis.levels)))
            for axis, share in zip(space.axes, row)
        )
        for row in shares
    ]
    return 2 * np.array([space.coordinates(point) for point in points]) - 1


def _spread(values: np.ndarray) -> tuple[float, float, float]:
    """Middle and 95 % of what is possible; an index is a share, whatever its estimator says."""
    inside = np.clip(values, 0.0, 1.0)
    return tuple(float(np.quantile(inside, share)) for share in (0.5, 0.025, 0.975))  # type: ignore
