# SPDX-License-Identifier: GPL-2.0-only
"""The closed forms drawn: each idea against members, loss and protocol period, where these move it.

A line for each case that differs in what concerns the form, so that a setting's effect is seen beside that
of the axis. A star says that settings are outside the form's limits, and figures.md why; curves.csv has
the numbers behind all lines.
"""

from __future__ import annotations

import csv
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from analysis.figures import style
from analysis.theory.form import LOSS, MEMBERS, PERIOD, Form, Idea
from analysis.theory.forms import IDEAS, Case
from analysis.theory.settings import LEAST_MEMBERS, Settings

CASES_AT_MOST = len(style.DASHES)
"""As many lines of one colour as can be told apart."""

POINTS = 81
LABEL_WIDTH = 34
WIDEST_LOSS = 0.3


@dataclass(frozen=True)
class Axis:
    """Something that forms are drawn against."""

    field: str
    """Of Settings; one of MEMBERS, LOSS and PERIOD."""
    title: str
    label: str
    scale: float = 1.0
    """From the setting to what stands at the axis."""
    logarithmic: bool = True


AXES = (
    Axis(MEMBERS, "members", "members"),
    Axis(LOSS, "loss", "datagrams lost (%)", 100.0, logarithmic=False),
    Axis(PERIOD, "protocol period", "protocol period (s)"),
)


def write_all(out: Path, title: str, cases: Sequence[Case]) -> None:
    """Writes OUT/figures/theory-IDEA-by-AXIS.svg and .png, OUT/figures.md with what each shows and how far
    it holds, and OUT/curves.csv."""
    folder = out / "figures"
    folder.mkdir(exist_ok=True)
    captions = [f"# {title}\n"]
    with open(out / "curves.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("case", "quantity", "unit", "axis", "place", "value", "outside"))
        for idea, axis in _drawn():
            writer.writerows(_rows(idea, axis, _distinct(cases, axis)))
            picture = draw(idea, axis, cases)
            style.save(picture, folder)
            captions.append(_caption(picture))
    (out / "figures.md").write_text("\n".join(captions))


def _caption(picture: style.Picture) -> str:
    link = "" if picture.figure is None else f"![{picture.title}](figures/{picture.name}.svg)\n\n"
    return f"## {picture.title}\n\n{link}{picture.text}\n"


def _drawn() -> Iterator[tuple[Idea, Axis]]:
    for idea in IDEAS:
        for axis in AXES:
            if any(axis.field in form.varies for form in idea.forms):
                yield idea, axis


def places(axis: Axis, cases: Sequence[Case]) -> np.ndarray:
    """Values of the setting that are drawn: they reach beyond those of all cases."""
    own = [getattr(case.settings, axis.field) for case in cases]
    if axis.field == LOSS:
        return np.linspace(0, min(0.95, max(WIDEST_LOSS, 1.2 * max(own))), POINTS)
    if axis.field == PERIOD:
        return np.geomspace(min(own) / 5, max(own) * 5, POINTS)
    most = max(1000, 4 * max(own))
    return np.unique(np.geomspace(LEAST_MEMBERS, most, POINTS).round().astype(int))


def draw(idea: Idea, axis: Axis, cases: Sequence[Case]) -> style.Picture:
    """One idea's forms against one axis, a panel for each unit."""
    name = f"theory-{idea.key}-by-{axis.title.replace(' ', '-')}"
    title = f"{idea.title} against {axis.title}"
    distinct = _distinct(cases, axis)
    shown = distinct[:CASES_AT_MOST]
    forms = [form for form in idea.forms if axis.field in form.varies]
    lines = [line for form in forms for line in _lines(form, axis, shown)]
    if not lines:
        return style.Picture(name, title, "these settings have no such quantity.")
    panels_of = list(dict.fromkeys((line.form.unit, line.form.logarithmic) for line in lines))
    with style.look(name):
        figure, panels = style.new_figure(0.4 + 2.7 * len(panels_of), rows=len(panels_of))
        for panel, kind in zip(panels, panels_of):
            own = [line for line in lines if (line.form.unit, line.form.logarithmic) == kind]
            _draw_panel(panel, axis, own)
        panels[0].set_title(title)
        panels[-1].set_xlabel(axis.label)
    text = "\n".join(
        _about(form, [line for line in lines if line.form is form])
        for form in dict.fromkeys(line.form for line in lines)
    )
    if len(distinct) > len(shown):
        text += f"\n\nThe first {len(shown)} of {len(distinct)} cases; curves.csv has them all."
    return style.Picture(name, title, text, figure)


def _about(form: Form, lines: Sequence[Line]) -> str:
    """A form in a list: its formula, source and limits, and what of these settings is outside of them."""
    text = f"- {form.name}: `{form.formula}` ({form.source}). {form.limits}"
    reasons = dict.fromkeys(reason for line in lines for reason in line.outside)
    return text + "".join(f" Outside of this here: {reason}." for reason in reasons)


def _distinct(cases: Sequence[Case], axis: Axis) -> list[Case]:
    """Without those that differ in the axis only."""
    found: dict[Settings, Case] = {}
    for case in cases:
        same = {axis.field: getattr(cases[0].settings, axis.field)}
        found.setdefault(replace(case.settings, **same), case)
    return list(found.values())


@dataclass(frozen=True)
class Line:
    """One form along an axis; places without a value are left out."""

    form: Form
    label: str
    places: np.ndarray
    values: np.ndarray
    outside: tuple[str, ...]
    """Why some of it is outside of the form's limits."""

    @property
    def has_steps(self) -> bool:
        """Whether it stays the same over most of the way, as whole numbers do."""
        return 3 * len(np.unique(self.values)) < len(self.values)


def _lines(form: Form, axis: Axis, cases: Sequence[Case]) -> list[Line]:
    """A line for each case; those that differ in what does not concern the form are one."""
    found: dict[bytes, Line] = {}
    for case in cases:
        line = _line(form, axis, case, places(axis, cases))
        if len(line.values):
            found.setdefault(line.values.tobytes(), line)
    if len(found) == 1:
        return [replace(line, label=form.name) for line in found.values()]
    return list(found.values())


def _line(form: Form, axis: Axis, case: Case, at: np.ndarray) -> Line:
    settings = [_moved(case, axis, place) for place in at]
    found = [(place, form.value(of)) for place, of in zip(at, settings)]
    kept = [(place, value) for place, value in found if value is not None]
    kept = [(place, value) for place, value in kept if value > 0 or not form.logarithmic]
    columns = np.array(kept, dtype=float).reshape(-1, 2)
    told_by = {name: value for name, value in case.told_by.items() if name != axis.title}
    label = f"{form.name}, {replace(case, told_by=told_by).label}"
    reasons = dict.fromkeys(reason for of in settings if (reason := form.outside(of)))
    return Line(form, label, columns[:, 0], columns[:, 1], tuple(reasons))


def _draw_panel(axes: Axes, axis: Axis, lines: Sequence[Line]) -> None:
    for number, line in enumerate(lines):
        axes.plot(
            axis.scale * line.places,
            line.values,
            label="\n".join(textwrap.wrap(line.label + ("*" if line.outside else ""), LABEL_WIDTH)),
            drawstyle="steps-post" if line.has_steps else "default",
            **style.series_style(number),
        )
    if axis.logarithmic:
        axes.set_xscale("log")
    if lines[0].form.logarithmic:
        axes.set_yscale("log")
    else:
        style.zero_based(axes)
    axes.set_ylabel(lines[0].form.unit)
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0)


def _moved(case: Case, axis: Axis, place: float) -> Settings:
    value = int(place) if axis.field == MEMBERS else float(place)
    return replace(case.settings, **{axis.field: value})


def _rows(idea: Idea, axis: Axis, cases: Sequence[Case]) -> Iterator[tuple[object, ...]]:
    for form in idea.forms:
        if axis.field not in form.varies:
            continue
        for case in cases:
            for place in places(axis, cases):
                settings = _moved(case, axis, place)
                value = form.value(settings)
                text = "" if value is None else f"{value:.9g}"
                yield (case.label, form.key, form.unit, axis.field, f"{place:.9g}", text) + (
                    form.outside(settings),
                )
