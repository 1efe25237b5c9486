# SPDX-License-Identifier: GPL-2.0-only
"""What a study's folder holds, and what its runs say together (docs/studies.md)."""
