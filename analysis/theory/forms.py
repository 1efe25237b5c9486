# SPDX-License-Identifier: GPL-2.0-only
"""All closed forms, by the ideas of the papers, and their values in a cluster.

The order is that of the tables: how soon, how wrongly, at what cost, and then what makes it so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.theory import (
    accuracy,
    detection,
    gossip,
    infection,
    latency,
    load,
    retransmit,
    suspicion,
)
from analysis.theory.form import Form
from analysis.theory.settings import Settings

IDEAS = (
    detection.IDEA,
    suspicion.IDEA,
    latency.IDEA,
    accuracy.IDEA,
    load.IDEA,
    infection.IDEA,
    gossip.IDEA,
    retransmit.IDEA,
)

FORMS: Mapping[str, Form] = {form.key: form for idea in IDEAS for form in idea.forms}


@dataclass(frozen=True)
class Case:
    """One cluster of a table, and what tells it from the others: settings by name, as text."""

    settings: Settings
    told_by: Mapping[str, str]

    @property
    def label(self) -> str:
        return ", ".join(f"{name} {value}" for name, value in self.told_by.items())
