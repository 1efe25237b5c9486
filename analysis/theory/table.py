# SPDX-License-Identifier: GPL-2.0-only
"""The closed forms of some clusters as a table: for people, as CSV, as JSON.

No number leaves without its limits: for people they are numbered notes, for programs a column. A value
whose settings lie outside of them says why, in every format.
"""

from __future__ import annotations

import csv
import io
import json
import textwrap
from collections.abc import Sequence
from typing import Any

from analysis.campaign.text import NONE
from analysis.theory.form import Form
from analysis.theory.forms import IDEAS, Case

WIDTH = 100
_NAME, _VALUE, _UNIT = 50, 11, 20


def as_text(title: str, cases: Sequence[Case]) -> str:
    """Quantities by idea; where several cases differ in one, a line each below it."""
    notes: dict[str, int] = {}
    lines = [title]
    for idea in IDEAS:
        lines += ["", idea.title]
        for form in idea.forms:
            note = notes.setdefault(form.limits, len(notes) + 1)
            lines += _form_lines(form, cases, note)
    lines += ["", "Limits"]
    for limits, note in notes.items():
        lines += textwrap.wrap(
            limits, WIDTH, initial_indent=f"{f'[{note}]':>6} ", subsequent_indent=" " * 7
        )
    if any("*" in line for line in lines):
        lines += ["     * These settings are outside the limits, for the reason that is given."]
    return "\n".join(lines)


def _form_lines(form: Form, cases: Sequence[Case], note: int) -> list[str]:
    source = f"{form.source} [{note}]"
    values = [_value_text(form, case) for case in cases]
    if len(set(values)) == 1:
        value = f"{values[0]:>{_VALUE}} {form.unit}"
        lines = [f"  {form.name:<{_NAME}}{value:<{_VALUE + _UNIT}}{source}"]
    else:
        head = f"{form.name} ({form.unit})"
        width = max(_NAME - 4, *(len(case.label) for case in cases))
        lines = [f"  {head:<{_NAME + _VALUE + _UNIT}}{source}"]
        lines += [
            f"      {case.label:<{width}}{value:>{_VALUE}}" for case, value in zip(cases, values)
        ]
    reasons = dict.fromkeys(reason for case in cases if (reason := form.outside(case.settings)))
    return lines + [f"      * {reason}" for reason in reasons]


def _value_text(form: Form, case: Case) -> str:
    value = form.value(case.settings)
    text = NONE if value is None else f"{value:.4g}"
    if value is not None and 1e4 <= abs(value) < 1e6:
        text = f"{value:.0f}"
    return f"{text}*" if form.outside(case.settings) else text


def records(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """A row for each quantity of each case, with the names of CSV's columns."""
    return [
        {
            "idea": idea.key,
            "key": form.key,
            "quantity": form.name,
            **_case_columns(case),
            "value": form.value(case.settings),
            "unit": form.unit,
            "formula": form.formula,
            "source": form.source,
            "limits": form.limits,
            "outside": form.outside(case.settings),
        }
        for idea in IDEAS
        for form in idea.forms
        for case in cases
    ]


def _case_columns(case: Case) -> dict[str, Any]:
    own = ("members", "loss", "protocol period")
    found: dict[str, Any] = {
        "members": case.settings.members,
        "loss": round(case.settings.loss, 12),
        "protocol_period_s": case.settings.period_s,
    }
    return found | {name: value for name, value in case.told_by.items() if name not in own}


def as_csv(cases: Sequence[Case]) -> str:
    """Comma-separated, a header first; an empty value where there is none."""
    rows = records(cases)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        value = row["value"]
        writer.writerow(row | {"value": "" if value is None else f"{value:.9g}"})
    return out.getvalue()


def as_json(title: str, cases: Sequence[Case]) -> str:
    """An object with the title and the rows; null where there is no value."""
    return json.dumps({"title": title, "rows": records(cases)}, indent=1, ensure_ascii=False)
