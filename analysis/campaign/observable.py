# SPDX-License-Identifier: GPL-2.0-only
"""What records cannot tell, and so is "not observable": never 0, and never "none".

A detector that has no word for suspicion suspects nobody, and a program that logs no refutation refutes
none: neither is a merit. run.json lists the words that some of its members lack (docs/records.md), and
a summary those that some of its runs lack. A time that somebody told is a time nevertheless; a count of
what only some can tell is none.
"""

from __future__ import annotations

from collections.abc import Collection

from analysis.campaign.text import NONE

NOT_OBSERVABLE = "not observable"
"""In place of what members do by means that their words do not tell, which is not the same as nothing."""

SUSPECT, DEAD, REFUTED, LEFT, TRAFFIC = "suspect", "dead", "refuted", "left", "traffic"

NEEDS = {
    "first_suspect_s": SUSPECT,
    "disturbance_first_suspect_s": SUSPECT,
    "disturbances_suspected": SUSPECT,
    "wrong_suspicions_refuted": REFUTED,
    "refuted_suspicions": REFUTED,
    "leaves_seen": LEFT,
    "leaves_unseen": LEFT,
    **dict.fromkeys(
        (
            "crashes_known",
            "crashes_known_to_all",
            "detections_a_crash",
            "first_dead_s",
            "known_to_50_percent_s",
            "known_to_90_percent_s",
            "known_to_99_percent_s",
            "full_dissemination_s",
            "known_to_all_s",
            "wrong_deaths",
            "false_positive_incidents",
            "false_positives",
            "false_positives_by_healthy",
            "false_positives_about_bystanders",
            "false_positives_among_bystanders",
            "query_accuracy",
            "mistake_recurrence_s",
            "mistake_duration_s",
            "good_period_s",
            "buried_s",
            "detection_s",
            "disturbance_first_dead_s",
            "disturbance_known_to_all_s",
            "disturbances_declared_dead",
            "disturbances_known",
        ),
        DEAD,
    ),
}
"""By measure: the word without which it cannot be told."""


def lacks(measure: str, untold: Collection[str]) -> str | None:
    """The word that this measure, or its statistic, needs and that is among the untold, if there is one."""
    word = NEEDS.get(measure.partition(".")[0])
    return word if word in untold else None


def told(word: str, untold: Collection[str], text: str) -> str:
    """The text of a time or a load, unless there is none and members have no word for it."""
    return NOT_OBSERVABLE if word in untold and text in (NONE, "-") else text


def counted(word: str, untold: Collection[str], text: str) -> str:
    """The text of a count, unless some members have no word for what is counted."""
    return NOT_OBSERVABLE if word in untold else text
