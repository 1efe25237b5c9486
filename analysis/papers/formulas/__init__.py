# SPDX-License-Identifier: GPL-2.0-only
"""The formulas and tables that a SWIM detector is held against, V1 to V8, in one table."""

from analysis.papers.formulas.measure import measure
from analysis.papers.formulas.page import render

__all__ = ["measure", "render"]
