# SPDX-License-Identifier: GPL-2.0-only
"""What the page knows by itself: links, sliders that belong together, blocks of products."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from campaign.errors import UserError
from campaign.playground.command import write
from campaign.playground.products import product_data, sliders
from campaign.tune.products import product_named

WANTED = {
    "probe_interval": "2s",
    "probe_timeout": "700ms",
    "gossip_nodes": "5",
    "suspicion_mult": "6",
}


@pytest.fixture(scope="module")
def model(node: Callable[..., Any]) -> dict[str, Any]:
    data = [each | {"wanted": WANTED} for each in product_data()]
    found: dict[str, Any] = node("model.js", json.dumps(data))
    return found


def test_a_link_holds_the_whole_story(model: dict[str, Any]) -> None:
    assert model["read"]["settings"] == model["settings"]
    assert model["read"]["deeds"] == model["deeds"]
    assert len(model["deeds"]) == 4
    assert model["read"]["atMs"] == 12345
    assert "crash~0-3,9" in model["link"]


def test_a_link_of_a_stranger_cannot_ask_for_what_no_slider_gives(model: dict[str, Any]) -> None:
    wild, shapeless, partly, other_version, none = model["hostile"]
    assert other_version is None and none is None
    assert wild["settings"]["common"]["members"] == 100
    assert wild["settings"]["common"]["seed"] == 1
    assert wild["settings"]["variants"] == [{"preset": "memberlist-lan", "protocol": {}}]
    assert wild["deeds"] == [] and wild["atMs"] <= 3_600_000
    assert shapeless["settings"]["common"]["network"]["delay"] == "0ms"
    assert shapeless["deeds"] == [{"atMs": 0, "text": "crash 1"}]
    assert shapeless["atMs"] == 0
    # Member 11 is not there, nobody crashes twice, and time does not run backwards.
    assert partly["deeds"] == [
        {"atMs": 6, "text": "crash 3"},
        {"atMs": 6, "text": "crash 4"},
        {"atMs": 8, "text": "restart 4"},
    ]


def test_a_slider_takes_along_the_one_that_it_would_contradict(model: dict[str, Any]) -> None:
    assert model["shorter"]["protocol"] == {"probe_interval": "300ms", "probe_timeout": "200ms"}
    assert model["longer"]["protocol"] == {"probe_timeout": "2s", "probe_interval": "3s"}
    assert model["same"]["protocol"] == {}, "a preset's own value is no change"


def test_a_block_is_what_tune_writes(model: dict[str, Any]) -> None:
    data = product_data()
    assert {"consul", "memberlist", "swim-agent"} <= {each["name"] for each in data}
    for each, written in zip(data, model["blocks"], strict=True):
        values = {f"protocol.{key}": WANTED[key] for key in each["options"]}
        assert written == product_named(each["name"]).block(values)


def test_what_a_block_cannot_say_is_said_beside_it(model: dict[str, Any]) -> None:
    by_name = dict(zip((each["name"] for each in product_data()), model["shortfalls"]))
    assert by_name["consul"] == ""
    assert "suspicion_mult cannot be set" in by_name["alertmanager"]


def test_every_value_of_a_slider_is_one_that_products_take() -> None:
    assert set(sliders()) == set(WANTED)
    for each in product_data():
        for key, option in each["options"].items():
            assert set(option["values"]) == set(sliders()[key])


def test_a_page_that_cannot_be_written_is_the_users_to_mend(tmp_path: Path) -> None:
    write(tmp_path / "new" / "page.html", "x")
    assert (tmp_path / "new" / "page.html").read_text() == "x"
    with pytest.raises(UserError, match="new: cannot be written"):
        write(tmp_path / "new", "x")
    assert [file.name for file in tmp_path.iterdir()] == ["new"]
