# SPDX-License-Identifier: GPL-2.0-only
"""Measures, summaries and reports, computed from recorded tables and from nothing else.

The tables are described in docs/records.md and have the same columns whoever ran the cluster: the
simulator, real sockets or a foreign implementation. That is why nothing in this package knows what
produced a run, and why every number of a report is computed here, once.
"""
