# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab wireshark`: where the dissector goes, and that nothing of another's is touched."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from campaign import wireshark
from campaign.alone import main as alone
from campaign.cli import main


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without tshark."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def tshark_says(home: Path, lines: str) -> None:
    program = home / "bin" / "tshark"
    program.write_text(f"#!/bin/sh\necho 'Running as user \"root\"' >&2\nprintf '{lines}'\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def plugin(home: Path) -> Path:
    return home / ".local/lib/wireshark/plugins/swim.lua"


def test_installs_where_wireshark_looks_by_itself(
    home: Path, capsys: pytest.CaptureFixture
) -> None:
    assert main(["wireshark", "--install"]) == 0
    assert f"Installed: {plugin(home)}\n" in capsys.readouterr().out
    assert plugin(home).read_text() == wireshark.bundle()
    assert os.listdir(plugin(home).parent) == ["swim.lua"], "nothing half written is left"
    assert main(["wireshark", "--install"]) == 0, "a newer one takes its place"


@pytest.mark.parametrize(
    "lines",
    [
        "Personal Plugins: %s/a/4.0\\nPersonal Lua Plugins:\\t%s/b\\n",
        "Global Plugins: /usr\\nPersonal Plugins:       %s/b\\n",
    ],
)
def test_installs_where_tshark_says(home: Path, lines: str) -> None:
    tshark_says(home, lines.replace("%s", str(home)))
    assert main(["wireshark", "--install"]) == 0
    assert (home / "b" / "swim.lua").exists() and not plugin(home).exists()


def test_takes_away_what_it_installed_and_nothing_else(
    home: Path, capsys: pytest.CaptureFixture
) -> None:
    assert main(["wireshark", "--uninstall"]) == 0
    assert "Nothing to remove" in capsys.readouterr().out
    main(["wireshark", "--install"])
    other = plugin(home).with_name("other.lua")
    other.touch()
    assert main(["wireshark", "--uninstall"]) == 0
    assert other.exists() and not plugin(home).exists()


def test_touches_no_file_of_another(home: Path, capsys: pytest.CaptureFixture) -> None:
    plugin(home).parent.mkdir(parents=True)
    plugin(home).write_text("-- mine")
    for option in ("--install", "--uninstall"):
        assert main(["wireshark", option]) == 2
        assert "none of Swimlab's" in capsys.readouterr().err
    assert plugin(home).read_text() == "-- mine"


def test_without_an_option_it_says_how(home: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["wireshark"]) == 0
    assert f"is not installed in {plugin(home)}" in capsys.readouterr().out
    main(["wireshark", "--install"])
    capsys.readouterr()
    assert main(["wireshark"]) == 0
    said = capsys.readouterr().out
    assert f"is installed in {plugin(home)}" in said and "--uninstall" in said


def test_writes_it_elsewhere(home: Path, capsys: pytest.CaptureFixture) -> None:
    file = home / "there" / "swim.lua"
    assert main(["wireshark", "--out", str(file)]) == 0
    assert file.read_text() == wireshark.bundle() and not plugin(home).exists()
    assert main(["wireshark", "--out", str(home / "bin")]) == 2
    assert str(home / "bin") in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["wireshark", "--install", "--uninstall"])


def test_without_home_or_tshark_it_asks_for_a_place(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.delenv("HOME")
    assert main(["wireshark", "--install"]) == 2
    assert "--out swim.lua" in capsys.readouterr().err


def test_alone_and_among_all_commands_it_is_the_same(
    home: Path, capsys: pytest.CaptureFixture
) -> None:
    for words in (["wireshark"], ["wireshark", "--install"]):
        codes, told = [], []
        for entry in (alone, main):
            codes.append(entry(words))
            told.append(capsys.readouterr())
        assert codes[0] == codes[1] and told[0] == told[1]


def test_every_module_is_in_the_file_and_found_by_its_name() -> None:
    text = wireshark.bundle()
    modules = sorted((wireshark.SOURCE / "swim").glob("*.lua"))
    assert len(modules) > 15
    for module in modules:
        assert f'package.preload["swim.{module.stem}"]' in text
        assert module.read_text() in text
    assert text.endswith((wireshark.SOURCE / "swim.lua").read_text())
