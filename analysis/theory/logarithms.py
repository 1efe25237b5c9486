# SPDX-License-Identifier: GPL-2.0-only
"""Logarithms rounded up to whole numbers, as SWIM's time-outs and retransmit limits take them."""

from __future__ import annotations

import math


def ceil_ln(x: int) -> int:
    """The smallest d with e^d >= x. @param x at least 1, below 2^53: no e^d is whole, so libm decides"""
    return math.ceil(math.log(x))


def ceil_log10(x: int) -> int:
    """The smallest d with 10^d >= x. @param x at least 1"""
    return len(str(x - 1)) if x > 1 else 0
