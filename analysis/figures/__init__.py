# SPDX-License-Identifier: GPL-2.0-only
"""The figures of a report, one file per family.

Every drawing function takes plain data and gives back a `style.Picture`: a drawn figure with its
caption, or, where the runs hold nothing to draw, the sentence that says so. Drawing touches no
files; `style.save` does.

matplotlib is taken by itself, before any family imports it: see `alone`.
"""

from analysis.figures import alone as _alone

_alone.import_matplotlib()
