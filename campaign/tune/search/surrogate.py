# SPDX-License-Identifier: GPL-2.0-only
"""What a measure is at settings that nobody ran: a Gaussian process over all that were.

Measures of failure detection are near power laws of its parameters (times grow with the period, false
burials fall with the suspicion's length by orders of magnitude), so the logarithm of a measure is modelled
over the logarithms of parameters: a linear part, a smooth departure from it (Matern 5/2, a length an
axis), and what is left. Each setting brings the noise that its own runs show, so that four runs of one and
sixty-four of another weigh as they should.

A count has Poisson's likelihood, by Laplace's approximation: Newton's steps, each of which is a
regression of working values (the iteratively reweighted least squares of generalised linear models;
Rasmussen and Williams, Gaussian Processes for Machine Learning, 3.4). It starts at (k + 1/2) / exposure
with the variance 1 / (k + 1/2); where it stayed, forty short runs without a false burial would say that
there are half a one in each.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, DotProduct, Kernel, Matern, WhiteKernel

from campaign.tune.evaluate import is_count
from campaign.tune.problem import Goal
from campaign.tune.search.readings import NEVER_FACTOR, NEVER_VARIANCE, Reading, forward
from campaign.tune.space import Point, Space

NEWTON_STEPS = 25
NEWTON_ENOUGH = 0.01
REFIT_SHARE = 1.25
"""The kernel is learned again when there are so many times as many settings."""
ALL_TOGETHER = 1e-3
"""A count's rate is not taken for less than so many in all exposure together."""
SEEN_TO_LEARN = 20.0
"""So many of a count teach how it varies; from fewer it would be learned that it does not."""


@dataclass(frozen=True)
class Guess:
    """Of a measure at several settings, on its scale."""

    mean: np.ndarray
    deviation: np.ndarray
    """Of what the measure is, not of what some runs would say."""


def coordinates(space: Space, points: Sequence[Point]) -> np.ndarray:
    """From -1 to 1."""
    return 2 * np.array([space.coordinates(point) for point in points], dtype=float) - 1


class Surrogate:
    """Of one measure."""

    def __init__(self, space: Space, measure: str) -> None:
        self.space = space
        self.measure = measure
        self.count = is_count(measure)
        self._kernel: Kernel | None = None
        self._learned_at = 0
        self._process: GaussianProcessRegressor | None = None
        self._offset = 0.0
        self._level: float | None = None
        self._x = np.zeros((0, 0))
        self._y = np.zeros(0)
        self._noise = np.zeros(0)

    @property
    def ready(self) -> bool:
        """Whether anything is known of it."""
        return self._process is not None

    def learn(self, readings: Mapping[Point, Reading], bias: float = 0.0, prior: int = 0) -> None:
        """From all that is known so far. @param bias what is added to a rough reading @param prior so many of
        them, the first ones, were never run"""
        points = list(readings)
        self._process = None
        if not points:
            return
        found = [readings[point] for point in points]
        self._x = coordinates(self.space, points)
        values = np.array([each.value + bias * each.rough for each in found])
        noise = np.array([each.variance for each in found])
        never = np.isinf(values)
        if never.any():
            finite = values[~never]
            values[never] = (finite.max() if len(finite) else 0.0) + math.log(NEVER_FACTOR)
            noise[never] = NEVER_VARIANCE
        if self._kernel is None or len(points) >= REFIT_SHARE * self._learned_at:
            self._kernel, self._learned_at = None, len(points)
        if not self.count:
            self._fit(values, noise)
            return
        seen = np.array([each.seen for each in found])
        exposure = np.array([each.exposure for each in found])
        # What all runs together say is where the level is looked for, and in the middle of a prior.
        self._level = math.log((seen.sum() + 0.5) / exposure.sum())
        if prior:
            self._level = float(np.mean(values[:prior]))
        if seen.sum() < SEEN_TO_LEARN:
            self._kernel = _blind_kernel(self._x.shape[1])
        self._fit(values, noise)
        self._newton(seen, exposure)

    def _newton(self, seen: np.ndarray, exposure: np.ndarray) -> None:
        """Working values and their variances until the rates stand still; the kernel is learned once
        more on the way, since the start misled it."""
        least = math.log(ALL_TOGETHER / float(exposure.sum()))
        latent = np.maximum(self._mean(self._x), least)
        relearn = self._learned_at == len(seen) and seen.sum() >= SEEN_TO_LEARN
        for step in range(NEWTON_STEPS):
            expected = exposure * np.exp(np.clip(latent, least, 50.0))
            ratio = np.maximum(seen, 1e-12) / expected
            # Where more was seen than expected, a step of Newton's overshoots by far; the secant has the
            # same root. Where less was, Newton's is the shorter one.
            more = ratio > 1.01
            secant = np.log(np.where(more, ratio, 2.0))
            weight = np.where(more, (seen - expected) / secant, expected)
            working = latent + np.where(more, secant, ratio - 1)
            if relearn and step == 3:
                self._kernel = None
            self._fit(working, 1 / np.maximum(weight, 1e-9))
            following = np.maximum(self._mean(self._x), least)
            change = float(np.abs(following - latent).max())
            latent = latent + np.clip(following - latent, -2.0, 2.0)
            if change < NEWTON_ENOUGH and step > 3:
                break
        # The curvature at the top is that of the likelihood itself.
        expected = np.maximum(exposure * np.exp(np.clip(latent, least, 50.0)), 1e-9)
        self._fit(latent + (seen - expected) / expected, 1 / expected)

    def _fit(self, values: np.ndarray, noise: np.ndarray) -> None:
        weights = 1 / (noise + 0.01)
        self._offset = float(np.sum(weights * values) / np.sum(weights))
        if self._level is not None:
            self._offset = self._level
        self._y, self._noise = values - self._offset, noise
        learns = self._kernel is None and len(values) > 2
        kernel = self._kernel or _first_kernel(self._x.shape[1])
        process = GaussianProcessRegressor(
            kernel, alpha=noise + 1e-9, optimizer="fmin_l_bfgs_b" if learns else None
        )
        with warnings.catch_warnings():
            # Lengths at the end of their range say that an axis hardly matters.
            warnings.simplefilter("ignore", ConvergenceWarning)
            process.fit(self._x, self._y)
        if learns:
            self._kernel = process.kernel_
        self._process = process

    def believing(self, points: Sequence[Point]) -> Surrogate:
        """One that takes its own guess of these for measured, with the noise that others have in the
        middle, so that the next setting of a batch is chosen for something else."""
        noise = float(np.median(self._noise))
        other = Surrogate(self.space, self.measure)
        other._kernel, other._learned_at = self._kernel, self._learned_at
        x = coordinates(self.space, points)
        mean = self._mean(x) - self._offset
        other._x = np.vstack([self._x, x])
        other._offset, other._level = self._offset, self._level
        other._y = np.concatenate([self._y, mean])
        other._noise = np.concatenate([self._noise, np.full(len(points), noise)])
        process = GaussianProcessRegressor(
            self._kernel or _first_kernel(x.shape[1]), alpha=other._noise + 1e-9, optimizer=None
        )
        process.fit(other._x, other._y)
        other._process = process
        return other

    def guess(self, points: Sequence[Point]) -> Guess:
        return self.guess_at(coordinates(self.space, points))

    def guess_at(self, x: np.ndarray) -> Guess:
        assert self._process is not None
        mean, deviation = self._process.predict(x, return_std=True)
        variance = np.maximum(deviation**2 - self._jitter, 1e-12)
        return Guess(mean + self._offset, np.sqrt(variance))

    @property
    def _jitter(self) -> float:
        """What neighbours differ by for no reason, which the process adds to every guess."""
        assert self._process is not None
        kernel = getattr(self._process, "kernel_", self._process.kernel)
        return float(kernel.k2.noise_level)

    def _mean(self, x: np.ndarray) -> np.ndarray:
        assert self._process is not None
        return self._process.predict(x) + self._offset

    def draws(self, x: np.ndarray, count: int, seed: int) -> np.ndarray:
        """So many measures that it might be, all at the same places; a row each."""
        assert self._process is not None
        mean, covariance = self._process.predict(x, return_cov=True)
        normals = np.random.default_rng(seed).standard_normal((len(x), count))
        covariance -= self._jitter * np.eye(len(x))
        return (mean[:, None] + _root(covariance) @ normals).T + self._offset


def _root(covariance: np.ndarray) -> np.ndarray:
    """A lower triangle whose product with itself this is, but for what rounding makes of it."""
    size = float(np.trace(covariance)) / len(covariance)
    for share in (1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 1.0):
        try:
            return np.linalg.cholesky(
                covariance + max(share * size, 1e-14) * np.eye(len(covariance))
            )
        except np.linalg.LinAlgError:
            continue
    return np.zeros_like(covariance)


def _first_kernel(dimensions: int) -> Kernel:
    """What is believed before anything was learned: slopes of a few powers over an axis, departures of
    some tenths that fade within an axis, and are never taken for less than a tenth: a dozen settings can
    look as if there were none, and what there is would pass for noise. The level itself is open by powers of ten and stays so: of a
    count that was never seen, working values that are all alike would teach that it is known."""
    return (
        ConstantKernel(9.0, "fixed")
        + ConstantKernel(1.0, (5e-2, 1e2)) * DotProduct(1e-3, "fixed")
        + ConstantKernel(0.1, (1e-2, 1e1)) * Matern([1.0] * dimensions, (0.2, 8.0), nu=2.5)
        + WhiteKernel(1e-5, (1e-7, 1e-4))
    )


def _blind_kernel(dimensions: int) -> Kernel:
    """Of a count of which hardly any was seen: it may fall or rise by powers of ten along any axis."""
    return (
        ConstantKernel(9.0, "fixed")
        + ConstantKernel(2.0, "fixed") * DotProduct(1e-3, "fixed")
        + ConstantKernel(0.3, "fixed") * Matern([1.0] * dimensions, "fixed", nu=2.5)
        + WhiteKernel(1e-5, "fixed")
    )


def chance_kept(guess: Guess, goal: Goal, tighter: np.ndarray | float = 0.0) -> np.ndarray:
    """At each setting the chance that the goal is kept. @param tighter by how much the limit is moved, on
    the scale of the surrogate"""
    sign = 1.0 if goal.op == "<=" else -1.0
    limit = forward(goal.measure, goal.limit)
    within = sign * (limit - guess.mean) - tighter
    return special.ndtr(within / np.maximum(guess.deviation, 1e-9))
