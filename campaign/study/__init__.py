# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab study` and what belongs to it: from a study file to a folder of runs (docs/studies.md)."""
