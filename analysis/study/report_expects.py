# SPDX-License-Identifier: GPL-2.0-only
"""What a study expected, and what came of it, for its report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from analysis.campaign.text import count
from analysis.study.expects import (
    CONFIRMED,
    OPEN,
    REFUTED,
    Answer,
    Judgement,
    judge,
)
from analysis.study.figures_data import Results, factors_of, value_of, words

ANSWERS_AT_MOST = 3
"""Of cells, with their numbers; those against what was expected first."""
EXPECTS_AT_MOST = 40


def expectations(results: Results) -> tuple[list[dict[str, Any]], str]:
    """A row each, and the outcome of all in a sentence; empty without any. Raises RecordError."""
    study = results.study
    found = judge(study)
    if not found:
        return [], ""
    outcomes = Counter(judgement.outcome for judgement in found)
    told = [f"{outcomes[word]:,} {word}" for word in (CONFIRMED, REFUTED, OPEN) if outcomes[word]]
    is_confirmed = set(outcomes) == {CONFIRMED}
    sentence = f"Of {count(len(found), 'expectation')}: {', '.join(told)}."
    whole = "All that was expected is confirmed." if is_confirmed else ""
    whole = whole or "Not all that was expected is confirmed."
    return [_row(judgement) for judgement in found[:EXPECTS_AT_MOST]], f"{whole} {sentence}"


def _row(judgement: Judgement) -> dict[str, Any]:
    asked = judgement.expectation
    where = words(asked.where)
    return {
        "asked": f"{asked.measure.words} {asked.condition}" + (f" ({where})" if where else ""),
        "outcome": judgement.outcome,
        "found": _found(judgement.answers),
    }


def _found(answers: Sequence[Answer]) -> list[str]:
    """The cells' answers, those that decide first; of many how many there are of each."""
    order = {REFUTED: 0, OPEN: 1, CONFIRMED: 2}
    decisive = sorted(answers, key=lambda answer: order[answer.outcome])
    factors = factors_of([answer.cell for answer in answers])
    told = []
    for answer in decisive[:ANSWERS_AT_MOST]:
        place = words({factor.key: value_of(answer.cell, factor.key) for factor in factors})
        before = f"{answer.outcome} at {place}: " if place else ""
        told.append(before + answer.reason)
    if len(answers) > ANSWERS_AT_MOST:
        outcomes = Counter(answer.outcome for answer in answers)
        counted = ", ".join(f"{outcomes[word]:,} {word}" for word in order if outcomes[word])
        first = f"the first {len(told)} in the study's order"
        if len(outcomes) > 1:
            first += f", {REFUTED} before {OPEN} before {CONFIRMED}"
        return [f"Of {count(len(answers), 'cell')}: {counted}. Here are {first}:", *told]
    return told
