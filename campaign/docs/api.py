# SPDX-License-Identifier: GPL-2.0-only
"""Pages of the C++ interfaces: which headers they are, what Doxygen reads of them, a page a header.

A page is the header's opening comment, which says what it is and why it is so, and then every class
and function of it. What a header declares is asked of Doxygen's XML, so a new header or a new
function needs nothing done here.
"""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from campaign.build import ROOT

# Of the protocol's own headers, those that a driver of it includes; the rest is how it works inside.
NODE_HEADERS = ("detector", "node", "outbox", "application", "members", "directory", "order", "rng")


@dataclass(frozen=True)
class Interface:
    """Headers that belong together, and the page that lists them."""

    page: str
    title: str
    about: str
    headers: tuple[str, ...]


def interfaces() -> tuple[Interface, ...]:
    """The interfaces of this repository; headers are named from its root."""
    node = [f"protocol/swim/{name}.h" for name in NODE_HEADERS]
    return (
        Interface(
            "api-library",
            "The library's headers",
            "What an application includes, as `#include <swim/agent.h>`. "
            "[The library](../library.md) tells how to build with it.",
            _matching("include/swim/*.h"),
        ),
        Interface(
            "api-protocol",
            "The protocol's headers",
            "The protocol as a value without I/O, clock or threads: for those who write a driver of "
            "their own, or a rule. [Architecture](../architecture.md) shows where it stands.",
            tuple(node),
        ),
        Interface(
            "api-ns3",
            "The ns-3 module's headers",
            "What an ns-3 script includes. [The ns-3 module](../ns3-module.rst) tells how they are used.",
            _matching("ns3-module/model/swim-*.h") + _matching("ns3-module/helper/swim-*.h"),
        ),
    )


def _matching(pattern: str) -> tuple[str, ...]:
    return tuple(sorted(str(file.relative_to(ROOT)) for file in ROOT.glob(pattern)))


def doxygen_input() -> str:
    """The headers as Doxygen's INPUT takes them."""
    headers = (header for interface in interfaces() for header in interface.headers)
    return " ".join(f'"{ROOT / header}"' for header in headers)


def write_pages(source: Path, xml: Path) -> None:
    """Write the pages from what Doxygen made of the headers."""
    for file in xml.glob("*.xml"):
        _clean(file)
    declared = _Declarations(xml)
    for interface in interfaces():
        folder = source / "reference" / interface.page
        folder.mkdir(parents=True)
        names = []
        for header in interface.headers:
            # Two folders may have headers of one name.
            name = re.sub(r"\W+", "-", header.removesuffix(".h"))
            names.append(name)
            (folder / f"{name}.rst").write_text(_header_page(header, declared))
        (folder.parent / f"{interface.page}.md").write_text(_interface_page(interface, names))


def _interface_page(interface: Interface, names: list[str]) -> str:
    toc = "\n".join(f"{interface.page}/{name}" for name in names)
    return (
        f"# {interface.title}\n\n{interface.about}\n\n```{{toctree}}\n:maxdepth: 1\n\n{toc}\n```\n"
    )


def _header_page(header: str, declared: "_Declarations") -> str:
    title = header.removeprefix("include/")
    text = f"{title}\n{'=' * len(title)}\n\n.. code-block:: text\n\n"
    text += "\n".join(f"   {line}".rstrip() for line in _opening(ROOT / header)) + "\n\n"
    return text + "\n".join(declared.directives(header))


def _opening(file: Path) -> list[str]:
    """The comment that opens a file, without its licence."""
    lines = []
    for line in file.read_text().splitlines():
        if not line.startswith(("//", " *", "/*")):
            break
        lines.append(re.sub(r"^(//|/\*| \*/?) ?", "", line))
    while lines and (lines[0].startswith("SPDX-") or not lines[0]):
        lines.pop(0)
    return lines or ["(no opening comment)"]


def _clean(file: Path) -> None:
    """Sphinx knows no designated initialisers: defaults that use them are told as such."""
    text = file.read_text()
    cleaned = re.sub(r"(<(?:initializer|defval)>)[^<]*\{\s*\.\w[^<]*", r"\1{}", text)
    if cleaned != text:
        file.write_text(cleaned)


class _Declarations:
    """What each header declares, as Breathe's directives."""

    def __init__(self, xml: Path) -> None:
        self._found: dict[str, list[tuple[int, str]]] = {}
        for file in sorted(xml.glob("*.xml")):
            for compound in ElementTree.parse(file).iter("compounddef"):
                self._add(compound)

    def directives(self, header: str) -> list[str]:
        return [text for _, text in sorted(self._found.get(header, []))]

    def _add(self, compound: ElementTree.Element) -> None:
        kind = compound.get("kind")
        name = compound.findtext("compoundname") or ""
        if kind in ("class", "struct") and compound.get("prot") == "public":
            # A nested class is shown within its own.
            if "::" in name and self._is_nested(compound):
                return
            self._note(compound, f".. doxygen{kind}:: {name}\n   :members:\n   :undoc-members:\n")
        elif kind == "namespace":
            for member in compound.iter("memberdef"):
                self._note(member, _member_directive(name, member))

    @staticmethod
    def _is_nested(compound: ElementTree.Element) -> bool:
        name = compound.findtext("compoundname") or ""
        return name.split("::")[-2][:1].isupper()

    def _note(self, element: ElementTree.Element, directive: str) -> None:
        location = element.find("location")
        if location is not None and directive:
            # Doxygen names files from the root of the repository, in which it runs.
            header = (location.get("file") or "").removeprefix(f"{ROOT}/")
            place = int(location.get("line") or 0)
            self._found.setdefault(header, []).append((place, directive))


def _member_directive(namespace: str, member: ElementTree.Element) -> str:
    """A function, enum, constant or type of a namespace."""
    kinds = {"function": "function", "enum": "enum", "typedef": "typedef", "variable": "variable"}
    kind = kinds.get(member.get("kind") or "")
    if kind is None or member.find("templateparamlist") is not None:
        return ""
    name = f"{namespace}::{member.findtext('name')}"
    if kind == "function":
        name += f"({', '.join(_parameter_types(member))})"
    return f".. doxygen{kind}:: {name}\n"


def _parameter_types(function: ElementTree.Element) -> Iterator[str]:
    for parameter in function.findall("param"):
        kind = parameter.find("type")
        yield "" if kind is None else "".join(kind.itertext()).strip()
