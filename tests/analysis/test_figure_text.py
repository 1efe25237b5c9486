# SPDX-License-Identifier: GPL-2.0-only
"""Any text is text in a figure, and no setting of the user's is in it."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.figures import style

ROOT = Path(__file__).resolve().parents[2]
DRAW = """
import hashlib, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from analysis.figures import style
with style.look("plain"):
    figure, (axes,) = style.new_figure()
    axes.plot([1, 10, 1000], [1, 2, 3])
    axes.set_xscale("log")
    axes.set_title({title!r})
for file in style.save(style.Picture("plain", "a\\x1b$b$", "", figure), Path({folder!r})):
    print(hashlib.sha256(file.read_bytes()).hexdigest())
"""


def draw(folder: Path, title: str = "US$ hub $2", **environment: str) -> list[str]:
    """The sums of a figure that a process draws which stands in the folder."""
    folder.mkdir(exist_ok=True)
    program = DRAW.format(root=str(ROOT), title=title, folder=str(folder))
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return done.stdout.split()


def test_a_users_settings_change_no_byte(tmp_path: Path) -> None:
    plain = draw(tmp_path / "plain")
    users = tmp_path / "user's"
    users.mkdir()
    settings = (
        "text.usetex: True\naxes.facecolor: red\nlines.marker: o\nsavefig.bbox: tight\n"
        "axes.formatter.use_locale: True\nsvg.fonttype: none\nfigure.autolayout: True\n"
    )
    (users / "matplotlibrc").write_text(settings)
    home = users / "home/.config/matplotlib"
    home.mkdir(parents=True)
    (home / "matplotlibrc").write_text(settings)
    found = draw(
        users,
        HOME=str(users / "home"),
        MATPLOTLIBRC=str(home),
        MPLCONFIGDIR=str(home),
        MPLBACKEND="nonsense",
        XDG_CONFIG_HOME=str(users / "home/.config"),
        SOURCE_DATE_EPOCH="12345",
        TZ="Asia/Kathmandu",
    )
    assert found == plain and len(plain) == 2


@pytest.mark.parametrize("content", [b"\xff\xfe", b"text.usetex: maybe\n: :\n", None])
def test_settings_that_cannot_be_read_stop_nothing(tmp_path: Path, content: bytes | None) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    if content is None:
        (folder / "matplotlibrc").mkdir()
    else:
        (folder / "matplotlibrc").write_bytes(content)
    assert draw(folder) == draw(tmp_path / "plain")


@pytest.mark.parametrize("text", ["$x$", "{$x^}$ \\frac", "a_b^c", "\\$", "100 % & #1"])
def test_no_text_is_a_formula(tmp_path: Path, text: str) -> None:
    with style.look("text"):
        figure, (axes,) = style.new_figure()
        title = axes.set_title(text, loc="center")
        axes.set_xscale("log")
        axes.set_xlim(1, 1e6)
        style.save(style.Picture("text", "t", "", figure), tmp_path)
        assert not title.get_parse_math() and title.get_text() == text
        ticks = [label.get_text() for label in axes.get_xticklabels()]
    assert "1000" in ticks and not any("$" in tick for tick in ticks)


def test_what_is_no_character_is_shown_as_its_symbol() -> None:
    assert style.drawable("two\nlines \x1b[31m\x7f") == "two␊lines ␛[31m␡"
    assert style.drawable("left\u202eright\u200b \ud800") == "leftright �"
    assert style.drawable("東京 центр 😀 $") == "東京 центр 😀 $"


def test_other_scripts_are_drawn_where_a_font_has_them(tmp_path: Path) -> None:
    fallback = style.fonts()[1:]
    if not fallback:
        pytest.skip("none of the fonts for other scripts is installed")
    sums = []
    for text in ("東", "京"):
        with style.look("cjk"):
            figure, (axes,) = style.new_figure()
            axes.set_title(text)
            files = style.save(style.Picture("cjk", "t", "", figure), tmp_path)
        sums.append(hashlib.sha256(files[1].read_bytes()).hexdigest())
    assert sums[0] != sums[1], "two boxes look the same"
