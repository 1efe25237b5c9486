# SPDX-License-Identifier: GPL-2.0-only
"""How `tune` learns from the runs it has, and chooses the next (docs/tune/search.md)."""
