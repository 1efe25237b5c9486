# SPDX-License-Identifier: GPL-2.0-only
"""Closed forms against the numbers that the papers and programs publish, and against each other."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from analysis.theory import accuracy, detection, infection, latency, load, retransmit, suspicion
from analysis.theory.forms import FORMS, IDEAS
from analysis.theory.logarithms import ceil_ln, ceil_log10
from analysis.theory.settings import Settings, loss_of, seconds_of, share_of
from analysis.theory.suspicion import Bounds

E_RATIO = math.e / (math.e - 1)

LAN = Settings(
    members=128,
    loss=0.0,
    period_s=1.0,
    helpers=3,
    stream_fallback=True,
    nack=True,
    suspicion=True,
    suspicion_law="memberlist",
    suspicion_mult=4,
    suspicion_max_timeout_mult=6,
    suspicion_confirmations=None,
    awareness_max_multiplier=8,
    piggyback="all",
    retransmit_law="memberlist",
    retransmit_mult=4,
    gossip_interval_s=0.2,
    gossip_nodes=3,
    push_pull_interval_s=30.0,
)
"""memberlist-lan."""


@pytest.mark.parametrize(
    ("members", "exact", "printed", "random_ping", "round_robin_ping"),
    [
        (8, 1.515, 1.647, 0.939, 0.884),
        (16, 1.551, 1.612, None, None),
        (32, 1.567, 1.597, None, None),
        (56, 1.574, 1.590, 0.992, 0.982),
        (128, 1.578, 1.586, 0.997, 0.992),
    ],
)
def test_detection_takes_the_published_rounds_and_periods(
    members: int,
    exact: float,
    printed: float,
    random_ping: float | None,
    round_robin_ping: float | None,
) -> None:
    assert detection.rounds(members) == pytest.approx(exact, abs=6e-4)
    assert detection.rounds_as_printed(members) == pytest.approx(printed, abs=6e-4)
    if random_ping is not None:
        of_random = detection.first_ping_mean(members, detection.random_survival)
        assert of_random == pytest.approx(random_ping, abs=6e-4)
        assert detection.first_ping_mean(members) == pytest.approx(round_robin_ping, abs=6e-4)


def test_detection_in_a_large_group_takes_e_over_e_minus_1_rounds() -> None:
    assert detection.rounds_limit() == pytest.approx(E_RATIO) == pytest.approx(1.58198, abs=5e-6)
    for alive in (0.25, 0.5, 1.0):
        limit = detection.rounds_limit(alive)
        assert detection.rounds_as_printed(10**6, alive) == pytest.approx(limit, rel=2e-6)
    assert detection.rounds(10**6) == pytest.approx(E_RATIO, rel=2e-6)
    assert detection.first_ping_mean(10**6) == pytest.approx(1.0, abs=1e-5)
    assert detection.chosen_probability(10**6) == pytest.approx(1 - math.exp(-1), rel=2e-6)


@pytest.mark.parametrize("targets", [1, 2, 3, 7, 20])
def test_the_survival_of_round_robin_is_that_of_its_gaps(targets: int) -> None:
    gaps = range(1, 2 * targets)
    law = [detection.gap_probability(targets, gap) for gap in gaps]
    assert sum(law) == pytest.approx(1)
    assert sum(gap * p for gap, p in zip(gaps, law)) == pytest.approx(targets)
    assert detection.gap_probability(targets, 2 * targets) == 0
    for k in range(2 * targets + 2):
        longer = sum(max(0, gap - k) * p for gap, p in zip(gaps, law)) / targets
        assert detection.round_robin_survival(targets, k) == pytest.approx(longer, abs=1e-12)


@pytest.mark.parametrize("members", [2, 3, 8, 56, 1000])
def test_the_mean_first_ping_is_that_of_its_distribution(members: int) -> None:
    for survival in (detection.random_survival, detection.round_robin_survival):
        ends = np.linspace(0, 45, 45 * 400 + 1)
        later = [detection.first_ping_later(members, end, survival) for end in ends]
        integral = float(np.sum((np.array(later)[1:] + later[:-1]) / 2) / 400)
        mean = detection.first_ping_mean(members, survival)
        assert integral == pytest.approx(mean, abs=2e-5)


def test_quantiles_are_where_the_distribution_says() -> None:
    for share in (0.01, 0.5, 0.99):
        at = detection.first_ping_quantile(56, share)
        assert detection.first_ping_later(56, at) == pytest.approx(1 - share, abs=1e-8)


def test_nobody_suspects_before_a_probe_has_failed() -> None:
    assert detection.first_suspicion_later(56, 1.999, 2.0) == 1
    assert detection.first_suspicion_later(56, 4.0, 2.0) == detection.first_ping_later(56, 1.0)


def test_a_prober_of_two_members_pings_every_period() -> None:
    assert detection.longest_gap(2) == 1
    assert detection.first_ping_mean(2) == 0.5
    assert detection.longest_gap(56) == 109


@pytest.mark.parametrize(
    ("loss", "failures", "printed", "helpers"),
    [
        (0.01, (1.9900e-2, 7.841e-4, 3.090e-5, 1.217e-6), (1.240e-3, 1.926e-6), (1.07, 3.20)),
        (0.05, (9.750e-2, 1.8086e-2, 3.355e-3, 6.223e-4), (2.861e-2, 9.844e-4), (2.99, 7.09)),
        (0.10, (1.9000e-1, 6.5341e-2, 2.2471e-2, 7.728e-3), (1.034e-1, 1.223e-2), (5.35, 11.82)),
        (0.20, (3.6000e-1, 2.1254e-1, 1.2549e-1, 7.409e-2), (3.362e-1, 1.172e-1), None),
    ],
)
def test_false_suspicions_are_the_published_table(
    loss: float,
    failures: tuple[float, ...],
    printed: tuple[float, float],
    helpers: tuple[float, float] | None,
) -> None:
    for k, failure in enumerate(failures):
        assert accuracy.probe_failure(loss, k) == pytest.approx(failure, rel=5e-4)
    for k, number in zip((1, 3), printed):
        assert accuracy.swim_false_detection(loss, k) == pytest.approx(number, rel=5e-4)
    for target, wanted in zip((1e-3, 1e-6), helpers or ()):
        assert accuracy.helpers_for(target, loss) == pytest.approx(wanted, abs=6e-3)


def test_swims_printed_rate_is_that_of_a_detection_time() -> None:
    for loss, k, alive in itertools.product((0.01, 0.3), (0, 1, 4), (0.5, 1.0)):
        a_period = accuracy.false_detections_a_period(loss, k, alive)
        printed = accuracy.swim_false_detection(loss, k, alive)
        assert printed / a_period == pytest.approx(detection.rounds_limit(alive))
        back = accuracy.helpers_for(printed, loss, alive)
        assert back == pytest.approx(k, abs=1e-9)


def test_load_is_the_published_one() -> None:
    assert load.messages_a_probe(0.0, 3) == 2
    assert load.messages_a_probe(0.1, 3) == pytest.approx(3.860, abs=5e-4)
    assert load.messages_a_probe(1.0, 3) == 1 + 3
    assert load.sent_deviation(28) == pytest.approx(0.981, abs=5e-4)
    assert load.sent_at_most(28, 4) == pytest.approx(0.9833, abs=5e-5)
    assert load.sent_at_most(28, 5) == pytest.approx(0.9972, abs=5e-5)
    assert load.sent_at_most(28, 28) == pytest.approx(1)


def test_as_exact_a_detector_sends_no_more_than_swim() -> None:
    for loss, helpers in itertools.product((0.01, 0.05, 0.1), (1, 3)):
        least = load.least_messages(accuracy.swim_false_detection(loss, helpers), loss)
        assert 0 < least < load.messages_a_probe(loss, helpers) * E_RATIO


@pytest.mark.parametrize(
    ("members", "scale"), [(0, 1), (32, 1), (33, 2), (64, 2), (65, 3), (128, 3), (129, 4)]
)
def test_push_pulls_are_stretched_as_memberlists_test_says(members: int, scale: int) -> None:
    assert load.push_pull_scale(members) == scale


def test_infection_takes_the_published_half_times() -> None:
    published = {6: 0.88, 13: 1.29, 20: 1.51, 28: 1.68, 35: 1.79, 43: 1.89, 52: 1.98, 56: 2.02}
    for members, periods in (published | {128: 2.43}).items():
        assert infection.half_time(members) == pytest.approx(periods, abs=6e-3)
        half = infection.infected(members, infection.half_time(members))
        assert half == pytest.approx(members / 2)
        last = infection.infected(members, infection.all_but_one_time(members))
        assert last == pytest.approx(members - 1)


def test_infection_is_baileys_law_and_its_bound_is_near_it() -> None:
    assert infection.infected(100, 0) == 1
    assert infection.contact_rate(50) == pytest.approx(2 / 50 - 1 / 50**2)
    step = 1e-6
    growth = (infection.infected(50, 2 + step) - infection.infected(50, 2 - step)) / (2 * step)
    x = infection.infected(50, 2)
    assert growth == pytest.approx(infection.contact_rate(50) * x * (50 - x), rel=1e-6)
    for members, lam in itertools.product((10, 100, 1000), (2, 3)):
        reached = infection.infected(members, lam * math.log(members))
        assert reached > infection.infected_at_least(members, lam) - 1e-9
        missed = infection.uninfected(members, lam)
        assert members - infection.infected_at_least(members, lam) == pytest.approx(missed)
    assert infection.uninfected(10**6, 2) == pytest.approx((10**6) ** -2, rel=1e-4)


@pytest.mark.parametrize(
    ("alpha", "beta", "timeouts_s"),
    [
        (5, 6, (63.216, 36.876, 21.468, 10.536)),
        (5, 4, (42.144, 26.340, 17.095, 10.536)),
        (5, 2, (21.072, 15.804, 12.722, 10.536)),
        (4, 6, (50.573, 29.501, 17.175, 8.429)),
        (4, 4, (33.715, 21.072, 13.676, 8.429)),
        (4, 2, (16.858, 12.643, 10.178, 8.429)),
        (2, 6, (25.287, 14.750, 8.587, 4.214)),
        (2, 4, (16.858, 10.536, 6.838, 4.214)),
        (2, 2, (8.429, 6.322, 5.089, 4.214)),
    ],
)
def test_lifeguards_time_outs_are_the_published_table(
    alpha: int, beta: int, timeouts_s: tuple[float, ...]
) -> None:
    found = [suspicion.timeout_s(_paper_bounds(alpha, beta), c, rounded=False) for c in range(4)]
    assert found == pytest.approx(timeouts_s, abs=6e-4)


def _paper_bounds(alpha: int, beta: int) -> Bounds:
    least = suspicion.paper_least_s(alpha, 128, 1.0)
    return Bounds(3, least, beta * least)


def test_time_outs_shrink_as_memberlists_tests_say() -> None:
    bounds = Bounds(3, 2.0, 30.0)
    found = [
        suspicion.remaining_s(bounds, c, elapsed)
        for c, elapsed in ((0, 0), (1, 2), (2, 3), (3, 4), (4, 5), (5, 10))
    ]
    assert found == pytest.approx([30, 14, 4.810, -2, -3, -8])


@pytest.mark.parametrize(
    ("members", "scale"),
    [(5, 1.0), (10, 1.0), (50, 1.698), (100, 2.0), (500, 2.698), (1000, 3.0)],
)
def test_time_outs_grow_as_memberlists_tests_say(members: int, scale: float) -> None:
    assert suspicion.memberlist_scale(members) == scale


@pytest.mark.parametrize(
    ("alpha", "period_s", "members", "timeouts_ms"),
    [
        (4, 1.0, 3, [4000]),
        (4, 1.0, 4, [24000, 11381, 4000]),
        (4, 1.0, 32, [36120, 17129, 6020]),
        (4, 1.0, 100, [48000, 22762, 8000]),
        (4, 1.0, 10000, [96000, 45525, 16000]),
        (3, 1.0, 2, [3000]),
        (3, 1.0, 32, [27090, 4515]),
        (6, 5.0, 5, [30000]),
        (6, 5.0, 32, [270900, 173674, 116801, 76449, 45150]),
        (6, 5.0, 10000, [720000, 461594, 310436, 203188, 120000]),
    ],
)
def test_time_outs_are_those_of_the_protocol_core(
    alpha: int, period_s: float, members: int, timeouts_ms: list[int]
) -> None:
    """The rows of tests/protocol/suspicion-test.cc."""
    of = replace(LAN, suspicion_mult=alpha, period_s=period_s, members=members)
    bounds = suspicion.bounds_of(of)
    found = [suspicion.timeout_s(bounds, c) for c in range(bounds.confirmations + 1)]
    assert [round(1000 * time, 6) for time in found] == timeouts_ms


@pytest.mark.parametrize(("sizes", "periods"), [((7, 18), 9), ((20, 52), 12), ((54, 147), 15)])
def test_swims_time_out_and_limit_step_where_the_paper_says(
    sizes: tuple[int, int], periods: int
) -> None:
    for members in sizes:
        of = replace(LAN, members=members, suspicion_law="paper", suspicion_mult=3)
        assert suspicion.bounds_of(of) == Bounds(0, periods, 6 * periods)
        assert suspicion.timeout_s(suspicion.bounds_of(of), 0) == periods
        assert retransmit.retransmit_limit("paper", 3, members) == periods


def test_retransmit_limits_are_memberlists() -> None:
    found = [retransmit.retransmit_limit("memberlist", 3, members) for members in (0, 1, 99)]
    assert found == [0, 3, 6]
    assert retransmit.retransmit_limit("memberlist", 4, 100) == 12
    assert [retransmit.retransmit_limit("memlist", 1, members) for members in (1, 10, 11)] == [
        1,
        2,
        3,
    ]
    assert retransmit.suspicion_messages(12, 3) == 48


def test_whole_logarithms_are_exact_at_their_steps() -> None:
    for power in range(1, 10):
        assert ceil_log10(10**power) == power and ceil_log10(10**power + 1) == power + 1
    assert [ceil_ln(x) for x in (1, 2, 3, 7, 8, 20, 21, 54, 55)] == [0, 1, 2, 2, 3, 3, 4, 4, 5]


@pytest.mark.parametrize(
    ("alpha", "beta", "model", "paper"),
    [
        (5, 1, (12.36, 16.33, 19.2), (12.44, 16.96)),
        (5, 6, (12.37, 16.46, 19.2), (12.45, 17.90)),
        (5, 4, (12.37, 16.37, 19.5), (12.38, 17.42)),
        (4, 4, (10.29, 15.08, 17.6), (10.33, 16.31)),
        (4, 2, (10.30, 14.96, 17.1), (10.32, 15.99)),
        (2, 6, (6.53, 12.74, 15.5), (6.76, 12.81)),
        (2, 2, (6.41, 11.47, 14.3), (6.61, 11.84)),
    ],
)
def test_latencies_are_lifeguards_tables(
    alpha: int, beta: int, model: tuple[float, ...], paper: tuple[float, float]
) -> None:
    """The published model was simulated; its 99 % and 99.9 % are uncertain by some tenths."""
    found = [_pooled_quantile(alpha, beta, share) for share in (0.5, 0.99, 0.999)]
    assert found[0] == pytest.approx(model[0], abs=0.015)
    assert found[1] == pytest.approx(model[1], abs=0.1)
    assert found[2] == pytest.approx(model[2], abs=0.25)
    assert found[0] == pytest.approx(paper[0], abs=0.25)
    assert found[1] == pytest.approx(paper[1], abs=1.55)


def _pooled_quantile(alpha: int, beta: int, share: float) -> float:
    """Of all silent members of Lifeguard's Threshold runs whose silence was long enough."""
    bounds = _paper_bounds(alpha, beta)
    timeouts = tuple(suspicion.timeout_s(bounds, c, rounded=False) for c in range(4))
    parts = [
        (silent, end_s, latency.Latency((128 - silent) / 127, 1.0, timeouts))
        for silent in (1, 4, 8, 12, 16, 20, 24, 28, 32)
        for end_s in (16.384, 32.768)
    ]

    def seen(time_s: float) -> float:
        return sum(c * (1 - law.later(min(time_s, end_s))) for c, end_s, law in parts)

    low, high = 0.0, 40.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if seen(middle) < share * seen(40.0) else (low, middle)
    return high


@pytest.mark.parametrize(
    "timeouts_s", [(3.0,), (9.0, 3.0), (24.0, 11.381, 4.0), (0.5, 0.15, 0.1), (5.0, 4.0, 3.0, 0.1)]
)
def test_the_latency_law_is_that_of_a_simulation(timeouts_s: tuple[float, ...]) -> None:
    law = latency.Latency(0.8, 1.0, timeouts_s)
    random = np.random.default_rng(1)
    draws = 40_000
    gaps = random.exponential(1 / 0.8, (draws, len(timeouts_s)))
    start = gaps[:, 0] + 1.0
    confirmed = np.cumsum(gaps, axis=1) + 1.0 + 0.2
    confirmed[:, 0] = start
    first = np.min(np.maximum(confirmed, start[:, None] + np.array(timeouts_s)), axis=1)
    ordered = np.sort(first)
    theory = np.array([1 - law.later(time) for time in ordered])
    difference = np.abs(theory - (np.arange(draws) + 0.5) / draws).max()
    # Dvoretzky, Kiefer and Wolfowitz: farther off with probability 1e-4, whatever the law.
    assert difference < math.sqrt(math.log(2 / 1e-4) / (2 * draws))
    assert law.later(law.quantile(0.5)) == pytest.approx(0.5, abs=1e-8)
    assert law.later(law.quantile(0.999)) == pytest.approx(0.001, abs=1e-8)


def test_a_fixed_time_out_only_shifts_the_first_ping() -> None:
    law = latency.Latency(1.0, 1.0, (10.0,))
    assert law.quantile(0.5) == pytest.approx(1 + 10 + math.log(2))
    assert latency.latency_of(replace(LAN, suspicion=False)).timeouts_s == (0.0,)


def test_every_form_says_its_source_and_limits_and_varies_as_it_says() -> None:
    assert len(FORMS) == sum(len(idea.forms) for idea in IDEAS) > 20
    base = replace(LAN, loss=0.02, stream_fallback=False)
    others = {
        "members": replace(base, members=3),
        "loss": replace(base, loss=0.2),
        "period_s": replace(base, period_s=3.0),
    }
    for form in FORMS.values():
        assert form.source and form.limits.endswith(".") and form.formula
        moved = {name for name, of in others.items() if form.value(of) != form.value(base)}
        assert moved == set(form.varies), form.key


def test_forms_have_values_or_none_in_every_cluster() -> None:
    choices = itertools.product((2, 3, 32, 10**6), (0.0, 0.5, 0.99), (True, False), (0.0, 0.2))
    for members, loss, suspects, gossip_s in choices:
        of = replace(
            LAN, members=members, loss=loss, suspicion=suspects, gossip_interval_s=gossip_s
        )
        for form in FORMS.values():
            value = form.value(of)
            assert value is None or (math.isfinite(value) and value >= 0), form.key
            assert isinstance(form.outside(of), str)


def test_settings_are_read_with_their_units() -> None:
    assert seconds_of("500ms") == 0.5 and seconds_of("2m") == 120
    assert share_of("5%") == 0.05
    assert loss_of({"network.loss": "10%", "network.datagram_loss": "50%"}) == pytest.approx(0.55)
    with pytest.raises(ValueError, match="'5' is no percentage"):
        share_of("5")
    with pytest.raises(ValueError, match="'5%' is no duration"):
        seconds_of("5%")
