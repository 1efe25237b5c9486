# SPDX-License-Identifier: GPL-2.0-only
"""Which part of the code leans on which: read from the includes and imports themselves.

A room is a folder of one concern, such as protocol/ or lab/record/. An arrow goes from a room to
one that its files include or import. A house whose arrows make a circle cannot be understood, built
or tested from the bottom up, so there must be none; `python3 -m campaign.docs.structure` lists the
rooms by floor, the lowest first, and tests/docs/test_structure.py refuses a circle.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from campaign.build import ROOT

CODE = (
    "protocol",
    "detectors",
    "include",
    "agent",
    "ns3-module",
    "lab",
    "virtual",
    "playground",
    "analysis",
    "campaign",
)
# Folders whose subfolders are rooms of their own.
WINGS = ("lab", "analysis", "campaign")
# The doors of a program: they call every wing beside them, and nothing calls them.
DOORS = ("campaign/cli.py", "campaign/alone.py", "campaign/__main__.py", "analysis/__main__.py")
LEFT_OUT = ("ns3-module/test", "ns3-module/examples")

_INCLUDE = re.compile(r'^\s*#include ["<]([\w./-]+)[">]', re.MULTILINE)
_IMPORT = re.compile(
    r"^\s*(?:from|import) ((?:analysis|campaign)[\w.]*)(?: import ([\w, ]+))?", re.M
)


@dataclass
class Structure:
    """Rooms with their files, and the arrows between them."""

    files: dict[str, list[Path]] = field(default_factory=lambda: defaultdict(list))
    arrows: dict[str, dict[str, tuple[Path, Path]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    """By room and the room that it leans on: a file that does, and on which."""

    def floors(self) -> dict[str, int]:
        """The floor of each room: 0 leans on nobody, others stand on the highest that they lean on.

        Raises ValueError with a circle if there is one.
        """
        found: dict[str, int] = {}
        way: list[str] = []

        def floor(room: str) -> int:
            if room in way:
                circle = [*way[way.index(room) :], room]
                steps = zip(circle, circle[1:])
                raise ValueError("; ".join(self.reason(*step) for step in steps))
            if room not in found:
                way.append(room)
                found[room] = max(
                    (1 + floor(below) for below in sorted(self.arrows[room])), default=0
                )
                way.pop()
            return found[room]

        for room in sorted(self.files):
            floor(room)
        return found

    def reason(self, room: str, below: str) -> str:
        """Why there is an arrow: a file that includes another."""
        user, used = self.arrows[room][below]
        return f"{user.relative_to(ROOT)} includes {used.relative_to(ROOT)}"

    def direct(self, room: str) -> list[str]:
        """The rooms that a room leans on and that no other of these leads to: what a drawing needs."""
        below = self.arrows[room]
        return sorted(
            candidate
            for candidate in below
            if not any(candidate in self._reached(other) for other in below if other != candidate)
        )

    def _reached(self, room: str) -> set[str]:
        reached: set[str] = set()
        rest = [room]
        while rest:
            for below in self.arrows[rest.pop()]:
                if below not in reached:
                    reached.add(below)
                    rest.append(below)
        return reached


def read_structure() -> Structure:
    """The structure of this source tree."""
    files = [file for top in CODE for file in sorted((ROOT / top).rglob("*.*")) if _is_code(file)]
    used = {file: _used(file) for file in files}
    by_protocol = {
        header for file in files if file.is_relative_to(ROOT / "protocol") for header in used[file]
    }
    rooms = {file: _room(file, file in by_protocol) for file in files}
    structure = Structure()
    for file in files:
        structure.files[rooms[file]].append(file)
        for other in used[file]:
            if other in rooms and rooms[other] != rooms[file]:
                structure.arrows[rooms[file]].setdefault(rooms[other], (file, other))
    return structure


def _is_code(file: Path) -> bool:
    left_out = any(file.is_relative_to(ROOT / name) for name in LEFT_OUT)
    return file.suffix in (".cc", ".h", ".py") and file.name != "__init__.py" and not left_out


def _room(file: Path, used_by_protocol: bool) -> str:
    """A public header lives with the code that it opens: the protocol's, or the agent's."""
    parts = file.relative_to(ROOT).parts
    if parts[0] == "include":
        return "protocol" if used_by_protocol else "agent"
    if parts[:2] == ("agent", "program"):
        return "agent/program"
    if "/".join(parts) in DOORS:
        return f"{parts[0]}/cli"
    if parts[0] in WINGS and len(parts) > 2:
        return "/".join(parts[:2])
    return parts[0]


def _used(file: Path) -> set[Path]:
    """The files of this tree that a file includes or imports."""
    text = file.read_text()
    if file.suffix == ".py":
        names = [name for match in _IMPORT.finditer(text) for name in _modules(match)]
        found = [ROOT / f"{name.replace('.', '/')}.py" for name in names]
    else:
        places = (file.parent, ROOT, ROOT / "include", ROOT / "protocol")
        found = [place / name for name in _INCLUDE.findall(text) for place in places]
    return {candidate.resolve() for candidate in found if candidate.is_file()}


def _modules(match: re.Match[str]) -> list[str]:
    """`from a.b import c, d` may mean the module a.b, or the modules a.b.c and a.b.d."""
    names = [name.strip() for name in (match[2] or "").split(",") if name.strip()]
    return [match[1], *(f"{match[1]}.{name}" for name in names)]


def drawing() -> str:
    """The structure for Graphviz, what leans on nothing at the bottom; arrows that others imply are
    left out."""
    structure = read_structure()
    lines = ["digraph structure {", '  size="8.5,20"; ranksep=0.35; nodesep=0.2;']
    lines.append(
        '  node [shape=box, style=filled, fillcolor="#eef3f8", color="#8aa4bd", fontsize=12];'
    )
    for room, files in sorted(structure.files.items()):
        lines.append(f'  "{room}" [label="{room}/\\n{len(files)} files"];')
        lines += [f'  "{room}" -> "{below}";' for below in structure.direct(room)]
    return "\n".join([*lines, "}"]) + "\n"


def main() -> None:
    structure = read_structure()
    floors = structure.floors()
    for room in sorted(floors, key=lambda name: (floors[name], name)):
        print(
            f"{floors[room]}  {room + '/':22} on {', '.join(structure.direct(room)) or 'nothing'}"
        )


if __name__ == "__main__":
    main()
