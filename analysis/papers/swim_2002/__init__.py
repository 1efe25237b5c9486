# SPDX-License-Identifier: GPL-2.0-only
"""SWIM (Das, Gupta, Motivala, DSN 2002): its figures 2, 3 and 4, beside what the same protocol does here."""

from analysis.papers.swim_2002.measure import measure
from analysis.papers.swim_2002.page import render

__all__ = ["measure", "render"]
