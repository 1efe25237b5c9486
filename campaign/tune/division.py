# SPDX-License-Identifier: GPL-2.0-only
"""How the error of a tune is divided over the looks at its final settings (Bonferroni).

Usually several settings are tried, each with up to three looks. Where a rare goal takes so long to be
shown that the budget has time for one setting only, that one has nearly all of the error, and its first look
most of it: so it is shown with three quarters of the runs. Which of the two it is follows from the
problem, the machine and the budget, before any fresh run.
"""

from __future__ import annotations

from dataclasses import dataclass

ERROR = 0.05
"""In all: so seldom does a tune recommend what truly breaks a goal."""


@dataclass(frozen=True)
class Division:
    """Shares of ERROR."""

    of_setting: tuple[float, ...]
    """By the order in which settings are tried."""
    of_look: tuple[float, ...]
    """Of a setting's; each look has twice the runs of the one before."""

    def error(self, place: int, look: int) -> float:
        """What the look may err with, at the setting that was tried as number `place`."""
        return ERROR * self.of_setting[place] * self.of_look[look]

    @property
    def first(self) -> float:
        """What is planned by."""
        return self.error(0, 0)


COMMON = Division((0.40, 0.20, 0.10, 0.10, 0.05, 0.05, 0.05, 0.05), (0.60, 0.25, 0.15))
SCARCE = Division((0.80, 0.08, 0.04, 0.04, 0.01, 0.01, 0.01, 0.01), (0.85, 0.10, 0.05))
