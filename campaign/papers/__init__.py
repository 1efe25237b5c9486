# SPDX-License-Identifier: GPL-2.0-only
"""Running what papers published again: their studies, and cells of them by real memberlist."""
