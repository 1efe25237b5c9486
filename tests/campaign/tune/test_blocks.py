# SPDX-License-Identifier: GPL-2.0-only
"""Blocks that are ready to paste: read by the parsers that people use, taken by the programs themselves."""

from __future__ import annotations

import json
import os
import random
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from analysis.campaign.values import number_and_kind
from campaign.build import ROOT
from campaign.errors import UserError
from campaign.tune.product import Option, Product
from campaign.tune.products import product_named, products

EVERY = sorted(products())
DRAWS = 30
"""Points of each product's whole space that are written and read."""

GO_PATH = Path("/usr/share/gocode")
GO_CACHE = ROOT / "build" / "tests" / "go-cache"
"""Where the C++ tests have memberlist compiled already."""
SWIM_AGENT = ROOT / "build" / "swim-agent"

ALERTMANAGER_FLAGS = {
    "--cluster.gossip-interval",
    "--cluster.pushpull-interval",
    "--cluster.tcp-timeout",
    "--cluster.probe-timeout",
    "--cluster.probe-interval",
    "--cluster.settle-timeout",
    "--cluster.reconnect-interval",
    "--cluster.reconnect-timeout",
}
"""Those of cmd/alertmanager/main.go that are about time."""


def drawn(product: Product, seed: int) -> dict[str, str]:
    """A point of what can be searched, some of it left out."""
    draw = random.Random(f"{product.name} {seed}")
    values = {
        option.id: draw.choice(option.axis().levels)
        for option in product.options
        if option.searchable and draw.random() < 0.8
    }
    return values or {option.id: option.default for option in product.options}


def points(product: Product) -> list[dict[str, str]]:
    defaults = {option.id: option.default for option in product.options}
    ends = [
        {option.id: getattr(option, end) for option in product.options if option.low}
        for end in ("low", "high")
    ]
    return [defaults, *filter(None, ends), *(drawn(product, seed) for seed in range(DRAWS))]


def written(product: Product, values: Mapping[str, str]) -> dict[str, str]:
    """What a block of these values has to say, by the product's names."""
    return {
        option.name: values.get(option.id, option.default)
        for option in product.options
        if option.id in values or option.always
    }


@pytest.fixture(params=EVERY)
def product(request: pytest.FixtureRequest) -> Product:
    return products()[request.param]


def test_what_is_written_is_read(product: Product) -> None:
    for values in points(product):
        back = product.parse(product.block(values))
        for option in product.options:
            if option.id in values or option.always:
                value = values.get(option.id, option.default)
                assert same(back.pop(option.id), value), option.name
        assert not back


def same(a: str, b: str) -> bool:
    """1500ms is 1.5s."""
    found = [number_and_kind(text) for text in (a, b)]
    if None in found:
        return a == b
    (x, kind), (y, other) = found  # type: ignore[misc]
    return kind == other and abs(x - y) < 1e-9


def test_the_defaults_are_a_block_too(product: Product) -> None:
    back = product.parse(product.block({}))
    assert set(back) == {option.id for option in product.options}
    assert all(same(back[option.id], option.default) for option in product.options)


def flat(tables: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in tables.items():
        if isinstance(value, dict):
            found |= flat(value, f"{above}{name}.")
        else:
            found[above + name] = value
    return found


def typed(option: Option, text: str, bytes_as_number: bool = True) -> object:
    """The value as a parser has it: whole numbers and truth as such, the rest as text."""
    if option.kind == "boolean":
        return (text == "true") != option.negated
    if option.kind == "count" or (option.kind == "bytes" and bytes_as_number):
        return int(text.removesuffix("B"))
    return float(text) if option.kind == "number" else text


def of_type(product: Product, values: Mapping[str, str], **how: bool) -> dict[str, object]:
    return {
        name: typed(product.option(name), text, **how)
        for name, text in written(product, values).items()
    }


@pytest.mark.parametrize("name", ["consul", "consul-wan", "nomad"])
def test_hcl_is_what_its_parser_reads(name: str) -> None:
    hcl = pytest.importorskip("hcl", reason="needs python3-pyhcl")
    product = product_named(name)
    for values in points(product):
        assert flat(hcl.loads(product.block(values))) == of_type(product, values)


@pytest.mark.parametrize("name", ["mimir", "loki", "tempo"])
def test_yaml_is_what_its_parser_reads(name: str) -> None:
    yaml = pytest.importorskip("yaml", reason="needs python3-yaml")
    product = product_named(name)
    for values in points(product):
        assert flat(yaml.safe_load(product.block(values))) == of_type(product, values)


def test_json_is_what_its_parser_reads() -> None:
    serf = product_named("serf")
    for values in points(serf):
        assert json.loads(serf.block(values)) == of_type(serf, values)


def test_toml_is_what_its_parser_reads() -> None:
    agent = product_named("swim-agent")
    for values in points(agent):
        assert flat(tomllib.loads(agent.block(values))) == of_type(
            agent, values, bytes_as_number=False
        )


def test_flags_are_known_and_are_words_of_a_shell() -> None:
    alertmanager = product_named("alertmanager")
    for values in points(alertmanager):
        block = alertmanager.block(values)
        words = shlex.split(block.replace("\\\n", " "))
        assert dict(word.split("=") for word in words) == written(alertmanager, values)
        assert {word.split("=")[0] for word in words} <= ALERTMANAGER_FLAGS
        shell = subprocess.run(
            ["/bin/sh", "-c", f"printf '%s\\n' {block}"], capture_output=True, text=True
        )
        assert shell.stdout.split() == words


def test_alertmanager_itself_takes_its_flags(tmp_path: Path) -> None:
    """It reads all flags before it looks for its configuration, which is not there; no peer is met."""
    program = shutil.which("prometheus-alertmanager")
    if program is None:
        pytest.skip("needs prometheus-alertmanager")
    alertmanager = product_named("alertmanager")
    alone = ["--cluster.listen-address=", "--web.listen-address=127.0.0.1:0"]
    alone += [f"--storage.path={tmp_path}", f"--config.file={tmp_path}/none.yml"]

    def said(block: str) -> str:
        words = shlex.split(block.replace("\\\n", " "))
        done = subprocess.run([program, *words, *alone], capture_output=True, text=True, timeout=60)
        return done.stderr

    for values in points(alertmanager)[:6]:
        assert "none.yml" in said(alertmanager.block(values))
    assert "unknown long flag '--cluster.gossip-nodes'" in said("--cluster.gossip-nodes=3")


def test_swim_agent_takes_its_block(tmp_path: Path) -> None:
    """It reads all of its file before it looks at the address, which is none."""
    if not SWIM_AGENT.exists():
        pytest.skip("needs build/swim-agent")
    agent = product_named("swim-agent")
    file = tmp_path / "agent.toml"
    command = [str(SWIM_AGENT), "run", "--config", str(file), "--bind", "no address"]
    for values in points(agent):
        if agent.why_not(values) is None:
            file.write_text(agent.block(values))
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            assert "no address" in done.stderr and "agent.toml" not in done.stderr, done.stderr
    file.write_text(agent.block({}).replace("gossip_nodes = 3", "gossip_nodes = 300"))
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert "agent.toml:" in done.stderr and "gossip_nodes" in done.stderr


GO_PROGRAM = """\
package main

import (
	"encoding/json"
	"os"
	"time"

	"github.com/hashicorp/memberlist"
)

%s
func main() {
	_ = time.Second
	settings := map[string]interface{}{}
	for i, tuned := range []func() *memberlist.Config{%s} {
		config := tuned()
		config.Transport = nil
		settings[%s[i]] = map[string]interface{}{%s}
	}
	if json.NewEncoder(os.Stdout).Encode(settings) != nil {
		os.Exit(1)
	}
}
"""


def test_memberlist_has_what_its_block_says(tmp_path: Path) -> None:
    """Blocks of many points in one program, which prints what memberlist's Config has then."""
    go = shutil.which("go")
    if go is None or not (GO_PATH / "src/github.com/hashicorp/memberlist").exists():
        pytest.skip("needs golang-go and golang-github-hashicorp-memberlist-dev")
    memberlist = product_named("memberlist")
    every = points(memberlist)
    names = [f"tuned{place}" for place in range(len(every))]
    source = tmp_path / "main.go"
    source.write_text(
        GO_PROGRAM
        % (
            "\n".join(
                re.sub(r"\btunedConfig\b", name, memberlist.block(values))
                for name, values in zip(names, every)
            ),
            ", ".join(names),
            "[]string{" + ", ".join(f'"{name}"' for name in names) + "}",
            ", ".join(f'"{each.name}": config.{each.name}' for each in memberlist.options),
        )
    )
    environment = os.environ | {
        "GO111MODULE": "off",
        "GOFLAGS": "",
        "GOPATH": str(GO_PATH),
        "CGO_ENABLED": "0",
        "GOCACHE": str(GO_CACHE if GO_CACHE.exists() else tmp_path / "cache"),
    }
    gofmt = shutil.which("gofmt")
    if gofmt is not None:
        listed = subprocess.run([gofmt, "-l", source], capture_output=True, text=True, check=True)
        assert listed.stdout == ""
    for command in ("vet", "run"):
        done = subprocess.run(
            [go, command, "main.go"], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    settings = json.loads(done.stdout)
    for name, values in zip(names, every):
        for option in memberlist.options:
            want = values.get(option.id, option.default)
            assert settings[name][option.name] == in_go(option, want), (option.name, want)


def in_go(option: Option, text: str) -> object:
    if option.kind == "duration":
        found = number_and_kind(text)
        assert found is not None
        return round(found[0] * 1e9)
    return typed(option, text)


@pytest.mark.parametrize(
    ("name", "block", "words"),
    [
        ("consul", 'gossip_lan {\n  probe_interval = "1s"\n', "gossip_lan does not end"),
        ("consul", 'gossip_lan {\n  probe_interval "1s"\n}\n', "line 2"),
        ("consul", 'gossip_wan {\n  probe_interval = "1s"\n}\n', "has no gossip_wan.probe_interv"),
        ("consul", 'gossip_lan {\n  probe_interval = "fast"\n}\n', "= fast: is no duration"),
        ("consul", "gossip_lan {\n  gossip_nodes = 2.5\n}\n", "= 2.5: is not whole"),
        ("serf", '{"profile": "lan", "profile": "wan"}', "profile is given twice"),
        ("serf", '{"probe_interval": "1s"}', "has no probe_interval"),
        ("mimir", "memberlist:\n    gossip_nodes: 3\n", "line 2"),
        ("mimir", "memberlist:\n  compression_enabled: yes\n", "is one of true, false"),
        ("alertmanager", "--cluster.probe-interval 1s", "is no --flag=value"),
        ("memberlist", "config.ProbeInterval = fast()", "line 1"),
        ("swim-agent", "[protocol\n", "this is no block of swim-agent"),
    ],
)
def test_a_wrong_block_is_refused_by_what_is_wrong(name: str, block: str, words: str) -> None:
    with pytest.raises(UserError) as refused:
        product_named(name).parse(block)
    assert words in str(refused.value)


def test_what_a_product_has_not_is_not_written() -> None:
    with pytest.raises(UserError, match="Serf agent has no protocol.probe_interval"):
        product_named("serf").block({"protocol.probe_interval": "1s"})
    with pytest.raises(UserError, match="probe_interval = 1 s: is no duration"):
        product_named("consul").block({"protocol.probe_interval": "1 s"})
