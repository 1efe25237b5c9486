# SPDX-License-Identifier: GPL-2.0-only
"""Runs scenarios: builds the simulator, runs it once for each point and seed, and calls the
analysis.

`./swimlab` starts this package after it made sure that the Debian packages are there. The simulator
(build/swimlab-ns3) knows one run; a campaign, which is every point of a sweep times every seed, is
made here. This package reads no result: that is what analysis/ is for.
"""
