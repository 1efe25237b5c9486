# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab explore`: one page in which a run is looked at member by member and message by message.

What is counted comes from metrics.json, and what a row is worth from the program that computes it
(`swimlab-metrics --verdicts`), so the page has no definitions of its own. This package reads a run's
folder (rows, faults, traced), finds what happened (incidents), tells why (why), and packs all of it
small (packing, views) into a page whose browser code is in explorer/ (bundle, page).
"""
