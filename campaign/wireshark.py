# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab wireshark`: puts the dissector of wireshark/ where Wireshark looks for plugins.

Its modules go there as one file. Wireshark runs every .lua file below its plugin folder by itself,
in an order of its own, and newer ones run only one of a name: a folder of modules would be run twice
and could keep another plugin's file of the same name from being run.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from campaign.build import ROOT
from campaign.errors import UserError
from campaign.words import path_text

SOURCE = ROOT / "wireshark"
NAME = "swim.lua"
MADE = "Made by ./swimlab wireshark"
"""In the first lines of each file that is made, so that no other is overwritten or removed."""
DEFAULT_FOLDER = ".local/lib/wireshark/plugins"
"""Below HOME, where Wireshark for Unix looks if nobody asks it."""

_HEAD = """\
-- SPDX-License-Identifier: MIT
--
-- {made} from the modules of its folder wireshark/, each as it is there.

"""
_FOLDER_LINES = ("Personal Lua Plugins", "Personal Plugins")
"""How `tshark -G folders` calls it; the second of versions that keep no other plugins apart."""


def add_to(add: Callable[[str], argparse.ArgumentParser]) -> None:
    """Its parser."""
    add_arguments(add("wireshark"))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--install", action="store_true")
    what.add_argument("--uninstall", action="store_true")
    what.add_argument("--out", type=Path)


def perform(options: argparse.Namespace) -> int:
    """The exit code. Raises UserError."""
    if options.out is not None:
        _write(options.out)
        print(f"Written: {path_text(options.out)}")
        return 0
    file = plugin_folder() / NAME
    if options.install:
        _write(file)
        print(f"Installed: {path_text(file)}")
        print("Wireshark has it from its next start on, or from Analyze > Reload Lua Plugins.")
    elif options.uninstall:
        _remove(file)
    else:
        print(_how(file))
    return 0


def bundle() -> str:
    """The dissector as one file: each module as what `require` finds, then swim.lua."""
    parts = [_HEAD.format(made=MADE)]
    for module in sorted((SOURCE / "swim").glob("*.lua")):
        parts.append(f'package.preload["swim.{module.stem}"] = function(...)\n')
        parts.append(module.read_text())
        parts.append("end\n\n")
    parts.append((SOURCE / NAME).read_text())
    return "".join(parts)


def plugin_folder() -> Path:
    """Where this user's Wireshark looks for Lua plugins, asked of tshark where there is one."""
    try:
        said = subprocess.run(
            ["tshark", "-G", "folders"], capture_output=True, text=True, timeout=60
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        said = ""
    for line in _FOLDER_LINES:
        if found := re.search(rf"^{line}:\s+(/.+)$", said, re.MULTILINE):
            return Path(found[1])
    home = os.environ.get("HOME", "")
    if not home.startswith("/"):
        raise UserError(
            "wireshark: there is no tshark to ask, and no HOME, so nobody says where plugins belong; "
            f"write the file with --out {NAME} and put it there yourself"
        )
    return Path(home) / DEFAULT_FOLDER


def _is_ours(file: Path) -> bool:
    with open(file, encoding="utf-8", errors="replace") as text:
        return MADE in text.read(len(_HEAD) + 100)


def _write(file: Path) -> None:
    name = path_text(file)
    try:
        if file.exists() and not _is_ours(file):
            raise UserError(f"{name}: is there and is none of Swimlab's; move it away first")
        file.parent.mkdir(parents=True, exist_ok=True)
        half = file.with_name(f"{file.name}.new")
        half.write_text(bundle())
        half.replace(file)
    except OSError as error:
        raise UserError(f"{name}: cannot be written: {error.strerror}") from None


def _remove(file: Path) -> None:
    name = path_text(file)
    try:
        if not file.exists():
            print(f"Nothing to remove: there is no {name}")
            return
        if not _is_ours(file):
            raise UserError(f"{name}: is none of Swimlab's; remove it yourself if it should go")
        file.unlink()
    except OSError as error:
        raise UserError(f"{name}: cannot be removed: {error.strerror}") from None
    print(f"Removed: {name}")


def _how(file: Path) -> str:
    there = "is" if file.exists() and _is_ours(file) else "is not"
    return f"""\
The dissector {there} installed in {path_text(file)}

    ./swimlab wireshark --install      puts it there
    ./swimlab wireshark --uninstall    removes it
    ./swimlab wireshark --out FILE     writes it elsewhere, for another machine

Then, for example:

    tshark -r FILE.pcapng -Y 'swim.suspect.node == "m17"'
    tshark -r FILE.pcapng -o swim.keys:KEY -O swim"""
