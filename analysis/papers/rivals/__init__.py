# SPDX-License-Identifier: GPL-2.0-only
"""SWIM beside other failure detectors under the same faults, and Rapid's side of its paper."""

from analysis.papers.rivals.measured import measure as measure
from analysis.papers.rivals.told import render as render
