# SPDX-License-Identifier: GPL-2.0-only
"""What the search knows before its first run, by the table of advice; and that it shows nothing by itself."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.advice.lookup import Setting, read_table
from campaign.tune.file import TuneFile, read_tune_file
from campaign.tune.prior import LEAST_RATE, Prior, prior_of
from campaign.tune.procedure import tune
from campaign.tune.product import Product
from campaign.tune.products import product_named
from campaign.tune.search.acquire import Beliefs
from campaign.tune.search.readings import Reading
from campaign.tune.space import Space, number_of
from planted import BUDGET_S, Planted, suspicion_law, suspicion_problem

TUNE = Path(__file__).resolve().parents[3] / "tunes" / "lan.toml"
MEASURES = ("known_to_all_s.p99", "false_burials_per_member_year", "bytes_per_member_second")
LAN = {"cluster.members": "400", "network.loss": "2%"}


def space_of(product: Product) -> tuple[TuneFile, Space]:
    file = read_tune_file(TUNE, TUNE.read_bytes(), product)
    return file, Space(file.axes, product.relations, product.settings(400))


@pytest.fixture(scope="module")
def consul() -> tuple[Space, Prior]:
    product = product_named("consul")
    _, space = space_of(product)
    return space, prior_of(space, MEASURES, product, LAN)


def test_it_is_what_the_table_says_where_both_can_be(consul: tuple[Space, Prior]) -> None:
    space, prior = consul
    assert len(prior) > 30
    for point, told in prior.items():
        settings = space.settings(point)
        interval_s = number_of("", settings["protocol.probe_interval"])
        setting = Setting(interval_s, int(settings["protocol.suspicion_mult"]))
        expected = read_table().expected(400, 0.02, setting)
        time, count = told[MEASURES[0]], told[MEASURES[1]]
        assert math.exp(time.value) == pytest.approx(expected.p99_s.value)
        assert count.seen / count.exposure == pytest.approx(max(expected.burials.value, LEAST_RATE))
        assert MEASURES[2] not in told, "the table's bytes are without what a product adds"


def test_all_else_is_the_product_s_default(consul: tuple[Space, Prior]) -> None:
    space, prior = consul
    default = space.settings(space.default)
    for point in prior:
        settings = space.settings(point)
        differ = {key for key, text in settings.items() if text != default[key]}
        assert differ <= {
            "protocol.probe_interval",
            "protocol.probe_timeout",
            "protocol.suspicion_mult",
        }


@pytest.mark.parametrize(
    "settings",
    [
        {**LAN, "network.delay": "50ms"},
        {**LAN, "network.loss": "30%"},
        {**LAN, "cluster.members": "5000"},
    ],
)
def test_where_the_table_has_no_say_there_is_none(settings: dict[str, str]) -> None:
    product = product_named("consul")
    assert not prior_of(space_of(product)[1], MEASURES, product, settings)


def test_the_search_begins_with_it(consul: tuple[Space, Prior]) -> None:
    """Before any run the surrogate is near what it was told."""
    space, prior = consul
    problem = replace(
        suspicion_problem(1), space=space, minimise=MEASURES[:1], goals=(), prior=prior
    )
    beliefs = Beliefs(problem)
    beliefs.learn({}, {})
    guess = beliefs.of(MEASURES[0]).guess(list(prior))
    told = [told[MEASURES[0]].value for told in prior.values()]
    assert max(abs(a - b) for a, b in zip(guess.mean, told)) < 0.1


def test_a_prior_that_is_wrong_shows_nothing() -> None:
    """It says of the boldest settings that nobody is ever buried; fresh runs say otherwise."""
    problem = suspicion_problem(1)
    product_prior = {
        (level, 0, 2): {
            "false_burials_per_member_year": Reading(math.log(1e-3), 1.0, 1.0, 1e3),
        }
        for level in range(0, 60, 6)
    }
    evaluator = Planted(suspicion_law, 1)
    outcome = tune(
        replace(problem, prior=product_prior), evaluator, lambda settings: None, BUDGET_S
    )
    for choice in outcome.recommended:
        true = evaluator.truth(choice.setting.settings)
        for goal in problem.goals:
            assert not choice.kept[goal.measure] or goal.kept_by(true[goal.measure])
