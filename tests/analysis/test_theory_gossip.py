# SPDX-License-Identifier: GPL-2.0-only
"""What theory says of gossip, against the protocol core's own bounds and a simulated process."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.theory import gossip


@pytest.mark.parametrize(
    ("members", "limit", "nodes", "loss", "missed_share", "rounds"),
    [
        (20, 8, 3, 0.1, 0.000636914646, 4.21076743),
        (100, 12, 3, 0.1, 1.94581545e-05, 6.18613072),
        (1000, 16, 3, 0, 1.11649633e-07, 8.22484347),
        (20, 8, 3, 0.5, 0.0323580746, 6.70586782),
        (5, 4, 3, 0.3, 0.0789920421, 2.32107646),
    ],
)
def test_gossip_has_the_bounds_that_the_protocol_core_is_held_against(
    members: int, limit: int, nodes: int, loss: float, missed_share: float, rounds: float
) -> None:
    """Numbers of tests/protocol/infection.h."""
    missed = gossip.missed_at_most(members, limit, loss)
    assert missed / (members - 1) == pytest.approx(missed_share, rel=1e-6)
    found = gossip.rounds_at_most(members, limit, nodes, loss)
    assert found == pytest.approx(rounds, rel=1e-6)


def test_gossip_misses_a_share_of_e_to_the_minus_copies() -> None:
    for limit, loss in ((12, 0.0), (16, 0.2)):
        missed = gossip.missed_at_most(1000, limit, loss) / 999
        assert missed == pytest.approx(math.exp(-limit * (1 - loss)), rel=0.02)
    assert gossip.missed_at_most(2, 4, 0.0) == 0
    assert gossip.missed_at_most(2, 4, 0.5) == pytest.approx(0.5**4)
    assert gossip.missed_at_most(10, 1, 0.9) == 9


def _spread(
    random: np.random.Generator, members: int, limit: int, nodes: int, loss: float
) -> tuple[int, int]:
    """@return how many have the news in the end, and in which round the last of them got it"""
    left = np.zeros(members, dtype=int)
    left[0] = limit
    heard = left > 0
    last = round = 0
    while left.any():
        round += 1
        fresh = np.zeros(members, dtype=bool)
        for sender in np.flatnonzero(left):
            others = np.delete(np.arange(members), sender)
            to = random.choice(others, nodes, replace=False)
            fresh[to[random.random(nodes) >= loss]] = True
            left[sender] -= nodes
        fresh &= ~heard
        heard |= fresh
        left[fresh] = limit
        last = round if fresh.any() else last
    return int(heard.sum()), last


def test_gossip_stays_within_its_bounds() -> None:
    members, limit, nodes, loss, draws = 12, 6, 2, 0.3, 6000
    random = np.random.default_rng(1)
    runs = [_spread(random, members, limit, nodes, loss) for _ in range(draws)]
    missed = [members - heard for heard, _ in runs]
    rounds = [last for heard, last in runs if heard == members]
    error = 3 * float(np.std(missed)) / math.sqrt(draws)
    bound = gossip.missed_at_most(members, limit, loss)
    assert 0.5 * bound < np.mean(missed) <= bound + error
    assert np.mean(rounds) <= gossip.rounds_at_most(members, limit, nodes, loss)


def test_serfs_simulator_gives_its_numbers() -> None:
    shares = [gossip.serf_share(30, 3, rounds) for rounds in (1, 3, 5, 7)]
    assert shares == pytest.approx([0.126, 0.744, 0.983, 0.9991], abs=6e-4)
    rounds = [gossip.serf_rounds(members, 3) for members in (30, 128, 1000, 10_000)]
    assert rounds == [9, 10, 11, 13]
