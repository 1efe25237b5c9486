# SPDX-License-Identifier: GPL-2.0-only
"""Stable and Consistent Membership at Scale with Rapid (Suresh et al., USENIX ATC 2018): its experiments with
memberlist."""

from analysis.papers.rapid_2018.measured import measure as measure
from analysis.papers.rapid_2018.measured import measure_judge as measure_judge
from analysis.papers.rapid_2018.told import render as render
