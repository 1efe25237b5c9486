# SPDX-License-Identifier: GPL-2.0-only
"""Papers run again: what they published beside what our studies measure, a page each (docs/papers.md)."""
