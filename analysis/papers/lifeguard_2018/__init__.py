# SPDX-License-Identifier: GPL-2.0-only
"""Lifeguard: Local Health Awareness for More Accurate Failure Detection (Dadgar, Phillips and Currey,
DSN 2018; arXiv:1707.00788v2), its Threshold and Interval experiments."""

from analysis.papers.lifeguard_2018.judged import measure_judge as measure_judge
from analysis.papers.lifeguard_2018.measured import measure as measure
from analysis.papers.lifeguard_2018.told import render as render
