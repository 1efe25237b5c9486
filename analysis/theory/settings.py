# SPDX-License-Identifier: GPL-2.0-only
"""What the closed forms need to know of a cluster: its size, its loss, and a dozen settings.

They come from a scenario's resolved settings, texts by key as the simulator understood them, so that a
preset means here what it means in a run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.campaign.values import TIME, number_and_kind

LEAST_MEMBERS = 2
"""Alone, nobody is there to be probed."""


@dataclass(frozen=True)
class Settings:
    """One cluster. Times are in seconds, shares between 0 and 1."""

    members: int
    """n, at least LEAST_MEMBERS, the one that crashes among them."""
    loss: float
    """Chance that one datagram is lost on its way, 0 to less than 1, whatever else is lost."""
    period_s: float
    """T', memberlist's ProbeInterval."""
    helpers: int
    """k, memberlist's IndirectChecks."""
    stream_fallback: bool
    nack: bool
    suspicion: bool
    suspicion_law: str
    """`memberlist` or `paper`."""
    suspicion_mult: int
    """Lifeguard's alpha."""
    suspicion_max_timeout_mult: int
    """Lifeguard's beta."""
    suspicion_confirmations: int | None
    """Lifeguard's K; None: memberlist's alpha - 2."""
    awareness_max_multiplier: int
    piggyback: str
    """`none`, `ping`, `ping-ack` or `all`."""
    retransmit_law: str
    """`memberlist`, `paper` or `memlist`."""
    retransmit_mult: int
    """SWIM's lambda."""
    gossip_interval_s: float
    """0: updates travel on probes alone."""
    gossip_nodes: int
    push_pull_interval_s: float
    """0: tables are exchanged at joins only."""
    fresh: bool = False
    """Whether the cluster was just formed, so that its first push/pulls are still to come."""

    @property
    def delivery(self) -> float:
        """q: the chance that one datagram arrives."""
        return 1 - self.loss

    @property
    def targets(self) -> int:
        """m = n - 1: whom a member can probe, and who can probe it."""
        return self.members - 1

    @property
    def infects_by_probes(self) -> bool:
        """Whether news travels as SWIM says: on pings and acks, and by nothing else."""
        return self.piggyback in ("ping-ack", "all") and self.gossip_interval_s == 0


def settings_of(resolved: Mapping[str, str]) -> Settings:
    """The settings of one point of a scenario.

    Raises KeyError or ValueError where the texts are not those of a resolved scenario.
    """

    def text(name: str) -> str:
        return resolved[f"protocol.{name}"]

    def count(name: str) -> int:
        return int(text(name))

    def flag(name: str) -> bool:
        return {"true": True, "false": False}[text(name)]

    confirmations = text("suspicion_confirmations")
    return Settings(
        members=int(resolved["cluster.members"]),
        loss=loss_of(resolved),
        period_s=seconds_of(text("probe_interval")),
        helpers=count("indirect_checks"),
        stream_fallback=flag("stream_fallback"),
        nack=flag("nack"),
        suspicion=flag("suspicion"),
        suspicion_law=text("suspicion_law"),
        suspicion_mult=count("suspicion_mult"),
        suspicion_max_timeout_mult=count("suspicion_max_timeout_mult"),
        suspicion_confirmations=None if confirmations == "auto" else int(confirmations),
        awareness_max_multiplier=count("awareness_max_multiplier"),
        piggyback=text("piggyback"),
        retransmit_law=text("retransmit_law"),
        retransmit_mult=count("retransmit_mult"),
        gossip_interval_s=seconds_of(text("gossip_interval")),
        gossip_nodes=count("gossip_nodes"),
        push_pull_interval_s=seconds_of(text("push_pull_interval")),
        fresh=resolved.get("cluster.age") == "fresh",
    )


def loss_of(resolved: Mapping[str, str]) -> float:
    """The chance that a datagram is lost, on its path or at its sender's socket."""
    arrives = 1.0
    for key in ("network.loss", "network.datagram_loss"):
        arrives *= 1 - share_of(resolved.get(key, "0%"))
    return 1 - arrives


def share_of(text: str) -> float:
    """`5%` as 0.05. Raises ValueError where the text is no percentage."""
    found = number_and_kind(text)
    if found is None or found[1] != "%":
        raise ValueError(f"'{text}' is no percentage, such as 5%")
    return found[0] / 100


def seconds_of(text: str) -> float:
    """`500ms` as 0.5. Raises ValueError where the text is no duration."""
    found = number_and_kind(text)
    if found is None or found[1] != TIME:
        raise ValueError(f"'{text}' is no duration, such as 500ms")
    return found[0]
