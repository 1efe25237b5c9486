# SPDX-License-Identifier: GPL-2.0-only
"""What products can set: each fact has a source, and each value means the same to product and scenario."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from analysis.campaign.values import number_and_kind
from campaign.build import ROOT
from campaign.errors import UserError
from campaign.tune import listing
from campaign.tune.product import DERIVED, MOST_GOSSIP_NODES, Product
from campaign.tune.products import product_named, products

SIMULATOR = ROOT / "build" / "swimlab-ns3"
REFERENCE = ROOT / "build" / "swimlab-reference"
MEMBERS = 40

SCENARIO = f"""
title = "settings of a product"
duration = "60s"
[cluster]
members = {MEMBERS}
[network]
model = "path"
"""

EVERY = sorted(products())


@pytest.fixture(params=EVERY)
def product(request: pytest.FixtureRequest) -> Product:
    return products()[request.param]


def test_all_that_the_command_promises_are_there() -> None:
    promised = "consul consul-wan serf nomad memberlist alertmanager mimir loki tempo swim-agent"
    assert set(EVERY) == set(promised.split())


def test_unknown_product_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(UserError, match='no product "etcd"; there are alertmanager, consul, '):
        product_named("etcd")


def test_each_fact_has_a_file_that_it_was_read_from(product: Product) -> None:
    """A source is the end of one of the product's, or of memberlist's or Serf's; where it goes on after
    a comma, it names the function."""
    for source in {each.source for each in (*product.options, *product.fixed)}:
        file = source.split(",")[0]
        named = [known for known in product.sources if known.endswith(file)]
        assert named or file.startswith(
            ("hashicorp/memberlist ", "hashicorp/serf ", "hashicorp/consul ")
        )
        assert "." in file.rpartition("/")[2]


def plan(settings: dict[str, str], folder: Path) -> dict[str, str]:
    """What the simulator makes of them; none may be refused."""
    if not SIMULATOR.exists():
        pytest.skip("needs build/swimlab-ns3")
    file = folder / "scenario.toml"
    file.write_text(SCENARIO)
    command = [str(SIMULATOR), "plan", str(file)]
    for key, value in settings.items():
        command += ["--set", f"{key}={value}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    resolved: dict[str, str] = json.loads(done.stdout)["resolved"]
    return resolved


def test_the_simulator_takes_every_default(product: Product, tmp_path: Path) -> None:
    resolved = plan(product.settings(MEMBERS), tmp_path)
    assert resolved["cluster.preset"] == product.preset


@pytest.mark.parametrize("end", ["low", "high"])
def test_the_simulator_takes_both_ends_of_all_ranges(
    product: Product, end: str, tmp_path: Path
) -> None:
    values = {each.id: getattr(each, end) for each in product.options if each.low}
    assert product.why_not(values) is None
    plan(product.settings(MEMBERS, values), tmp_path)


def test_the_simulator_takes_every_choice(product: Product, tmp_path: Path) -> None:
    for option in product.options:
        for value in option.values:
            plan(product.settings(MEMBERS, {option.id: value}), tmp_path)


def test_ranges_hold_the_default(product: Product) -> None:
    """Or the default is that the thing is off."""
    for option in product.options:
        if option.low:
            axis = option.axis()
            number = axis.number(option.default)
            assert number == 0 or axis.low <= number <= axis.high, option.name
            assert option.why
            if number:
                assert axis.number(axis.levels[axis.nearest(option.default)]) == number


@pytest.fixture(scope="module")
def presets() -> dict[str, dict[str, str]]:
    if not REFERENCE.exists():
        pytest.skip("needs build/swimlab-reference")
    done = subprocess.run([REFERENCE], capture_output=True, text=True, check=True)
    return {
        f"protocol.{entry['name']}": entry["presets"]
        for entry in json.loads(done.stdout)["parameters"]
    }


DIFFERENT = {
    "consul-wan": {"protocol.gossip_nodes"},
    "alertmanager": {
        "protocol.push_pull_interval",
        "protocol.gossip_nodes",
        "protocol.seed_interval",
    },
    "mimir": {"protocol.probe_interval", "protocol.probe_timeout", "protocol.tcp_timeout"}
    | {"protocol.stream_fallback"},
    "tempo": {"protocol.gossip_interval", "protocol.gossip_nodes", "protocol.retransmit_mult"},
}
DIFFERENT["loki"] = DIFFERENT["mimir"]
DIFFERENT["tempo"] |= DIFFERENT["mimir"]
ABOVE_MEMBERLIST = {
    "protocol.reconnect_interval",
    "protocol.reap_time",
    "protocol.compression",
    "protocol.coordinates",
}
"""What Serf and such add to it, or what presets leave out since it changes no behaviour."""


def test_products_are_memberlist_but_for_what_they_are_known_to_change(
    product: Product, presets: dict[str, dict[str, str]]
) -> None:
    settings = product.settings(MEMBERS)
    different = set()
    for key, value in settings.items():
        if key != "cluster.preset" and seconds(value) != seconds(presets[key][product.preset]):
            different.add(key)
    above = set() if product.name == "swim-agent" else ABOVE_MEMBERLIST
    assert different - above == DIFFERENT.get(product.name, set())


def seconds(text: str) -> object:
    """60s is 1m; words are as they are."""
    return number_and_kind(text) or text


def test_what_is_compiled_in_follows_the_preset_where_it_says_so(
    product: Product, presets: dict[str, dict[str, str]]
) -> None:
    for fixed in product.fixed:
        if fixed.of_preset:
            assert fixed.value == presets[fixed.key][product.preset], fixed.name


def test_alertmanager_gossips_to_half_of_its_peers() -> None:
    alertmanager = product_named("alertmanager")
    for members, nodes in ((2, 3), (7, 3), (9, 4), (40, 20), (1000, MOST_GOSSIP_NODES)):
        assert alertmanager.settings(members)["protocol.gossip_nodes"] == str(nodes)
    assert set(DERIVED) == {fixed.derived for fixed in alertmanager.fixed if fixed.derived}


def test_a_profile_of_serf_brings_all_of_its_preset() -> None:
    serf = product_named("serf")
    wan = serf.settings(MEMBERS, {"profile": "wan"})
    assert wan["cluster.preset"] == "memberlist-wan"
    assert not {"protocol.probe_interval", "protocol.gossip_nodes"} & set(wan)
    axis = serf.option("profile").axis()
    assert axis.scale == "choice" and axis.values == ("lan", "wan", "local")
    assert axis.settings(2) == {"cluster.preset": "memberlist-local"}
    with pytest.raises(UserError, match="profile = moon: is one of lan, wan, local"):
        serf.settings(MEMBERS, {"profile": "moon"})


def test_another_preset_of_swim_agent_keeps_its_own_values() -> None:
    settings = product_named("swim-agent").settings(
        MEMBERS, {"protocol.preset": "memberlist-wan", "protocol.gossip_nodes": "5"}
    )
    assert settings == {"cluster.preset": "memberlist-wan", "protocol.gossip_nodes": "5"}


def test_one_time_of_memberlist_is_two_of_a_scenario() -> None:
    option = product_named("memberlist").option("GossipToTheDeadTime")
    settings = product_named("memberlist").settings(MEMBERS, {option.id: "2m"})
    assert settings["protocol.gossip_to_the_dead_time"] == settings["protocol.reap_time"] == "2m"
    axis = option.axis("10s", "20s")
    assert set(axis.settings(0)) == {"protocol.gossip_to_the_dead_time", "protocol.reap_time"}


def test_what_changes_bytes_only_can_be_left_out() -> None:
    consul = product_named("consul")
    whole, cheap = (consul.settings(MEMBERS, load=load) for load in (True, False))
    assert set(whole) - set(cheap) == {"protocol.compression", "protocol.coordinates"}


OF_OTHER_CONCERN = {
    "piggyback_limit",
    "user_broadcast_share",
    "user_queue_depth",
    "dead_node_reclaim_time",
    "member_limit",
    "label",
    "skip_inbound_label_check",
    "gossip_verify_incoming",
    "gossip_verify_outgoing",
}
"""Parameters that say nothing of how soon and how surely a crash is known."""


def test_every_parameter_of_swim_agent_may_vary_or_is_of_other_concern(
    presets: dict[str, dict[str, str]],
) -> None:
    agent = product_named("swim-agent")
    searchable = {option.key for option in agent.options if option.searchable}
    assert searchable == set(presets) - {f"protocol.{name}" for name in OF_OTHER_CONCERN}


def test_nothing_of_nomads_gossip_can_be_set() -> None:
    nomad = product_named("nomad")
    assert not nomad.varied and "Nothing of Nomad's gossip can be set" in nomad.unsettable
    assert {each.key for each in nomad.beyond} > {
        "protocol.probe_interval",
        "protocol.gossip_nodes",
    }
    assert "Nothing of Nomad's gossip can be set" in nomad.block({})


def test_only_what_cannot_be_set_is_beyond(product: Product) -> None:
    settable = {key for option in product.options for key in (option.key, *option.also)}
    assert not settable & {each.key for each in product.beyond}


def test_what_is_compiled_in_is_no_option() -> None:
    with pytest.raises(
        UserError, match="ProbeInterval cannot be set in Grafana Mimir: 5s is compiled"
    ):
        product_named("mimir").option("ProbeInterval")
    with pytest.raises(
        UserError, match="has no probe_what; what can be set: gossip_lan.probe_inter"
    ):
        product_named("consul").option("probe_what")


def test_an_option_goes_by_any_of_its_names() -> None:
    consul = product_named("consul")
    names = ("gossip_lan.probe_interval", "probe_interval", "protocol.probe_interval")
    assert {consul.option(name).name for name in names} == {"gossip_lan.probe_interval"}


def test_a_range_or_values_of_the_user_are_the_axis() -> None:
    nodes = product_named("consul").option("gossip_nodes")
    assert nodes.axis("2", "5").levels == ("2", "3", "4", "5")
    assert nodes.axis(values=["2", "4"]).levels == ("2", "4")
    profile = product_named("serf").option("profile").axis(values=["wan", "local"])
    assert [profile.settings(level)["cluster.preset"] for level in (0, 1)] == [
        "memberlist-wan",
        "memberlist-local",
    ]
    assert profile.default == ""


@pytest.mark.parametrize(
    ("product", "option", "asked", "words"),
    [
        ("consul", "probe_interval", {"low": "5"}, "= 5: is no duration, such as 500ms"),
        ("consul", "gossip_nodes", {"values": ["2", "many"]}, "= many: is no count, such as 3"),
        ("consul", "probe_interval", {"low": "9s"}, "the range from 9s to 5s is empty"),
        ("serf", "profile", {"values": ["moon"]}, "profile = moon: is one of lan, wan, local"),
        ("nomad", "heartbeat_grace", {}, "can be set, but not searched"),
        ("swim-agent", "preset", {}, "can be set, but not searched"),
        ("memberlist", "DeadNodeReclaimTime", {}, "has no range of its own"),
    ],
)
def test_what_cannot_be_an_axis_is_refused(
    product: str, option: str, asked: dict[str, Any], words: str
) -> None:
    with pytest.raises(UserError) as refused:
        product_named(product).option(option).axis(**asked)
    assert words in str(refused.value)


def test_a_timeout_as_long_as_its_round_is_no_setting() -> None:
    consul = product_named("consul")
    why = consul.why_not({"protocol.probe_timeout": "1s"})
    assert why is not None and "protocol.probe_timeout < protocol.probe_interval" in why
    assert consul.why_not({"protocol.probe_timeout": "950ms"}) is None


def test_what_needs_another_setting_says_which() -> None:
    agent = product_named("swim-agent")
    values = {"protocol.buddy_relays": "true", "protocol.buddy": "false"}
    assert agent.why_not(values) == "protocol.buddy_relays = true needs protocol.buddy = true"
    assert agent.why_not({"protocol.buddy_relays": "true"}) is None


def test_consuls_two_pools_differ_in_code_and_documentation() -> None:
    wan = product_named("consul-wan")
    assert wan.settings(MEMBERS)["protocol.gossip_nodes"] == "3"
    assert any("is 3 in code" in note and "4 in its documentation" in note for note in wan.notes)


def test_every_option_can_be_told_from_the_others(product: Product) -> None:
    ids = [option.id for option in product.options]
    assert len(set(ids)) == len(ids)


def test_the_page_is_what_the_data_say() -> None:
    """`/usr/bin/python3 -m campaign.tune.listing` writes it."""
    assert listing.PAGE.read_text(encoding="utf-8") == listing.reference_text()


def test_the_overview_names_each_product_and_version() -> None:
    text = listing.overview()
    for name, product in products().items():
        assert f"\n{name} " in f"\n{text}"
        assert product.version.split()[0] in text
    assert max(map(len, text.splitlines())) <= 100
