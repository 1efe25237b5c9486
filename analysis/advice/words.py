# SPDX-License-Identifier: GPL-2.0-only
"""Numbers of what is rare."""

from analysis.campaign.text import number


def small(value: float) -> str:
    """Two digits, however many zeros stand before them; of what is never seen, a bound."""
    if value == 0:
        return "0"
    if value < 1e-9:
        return "less than 1e-9"
    if value < 0.001:
        return f"{value:.1e}"
    return number(value, 2) if value < 1000 else f"{value:,.0f}"
