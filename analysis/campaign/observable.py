# SPDX-License-Identifier: GPL-2.0-only
"""What records cannot tell, and so is "not observable": never 0, and never "none".

A detector that has no word for suspicion suspects nobody, and one that never buries has no wrong death:
neither is a merit. run.json names such detectors (docs/detectors.md), and a summary lists the words that
any of its runs has none for, as `unobservable`.
"""

from __future__ import annotations

from typing import Any

NOT_OBSERVABLE = "not observable"

SUSPICION, DEATH = "suspicion", "death"

# Of measures by name: the word without which there is nothing to measure.
NEEDS = {
    "crashes_known": DEATH,
    "detections_a_crash": DEATH,
    "known_to_all_s": DEATH,
    "wrong_deaths": DEATH,
    "false_positives": DEATH,
    "false_positives_by_healthy": DEATH,
    "false_positives_about_bystanders": DEATH,
    "false_positives_among_bystanders": DEATH,
    "query_accuracy": DEATH,
    "mistake_recurrence_s": DEATH,
    "mistake_duration_s": DEATH,
    "good_period_s": DEATH,
    "buried_s": DEATH,
    "detection_s": DEATH,
    "disturbances_suspected": SUSPICION,
    "disturbances_declared_dead": DEATH,
    "disturbances_known": DEATH,
    "wrong_suspicions_refuted": SUSPICION,
}

# The same of the rows of a headline table.
ROW_NEEDS = {
    "crashes known to all": DEATH,
    "first suspicion": SUSPICION,
    "first dead": DEATH,
    "known to all": DEATH,
    "wrong deaths": DEATH,
    "false positives": DEATH,
    "wrong suspicions refuted": SUSPICION,
    "living members buried": DEATH,
}


def is_observable(word: str | None, summary: dict[str, Any]) -> bool:
    """Whether the summary's runs all have a word for it."""
    return word is None or word not in summary.get("unobservable", ())
