# SPDX-License-Identifier: MIT
"""docs/wireshark.md against tshark: the list of fields and what the examples show.

SWIMLAB_REWRITE_WIRESHARK=1 writes both into the page; review the diff.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from capture_file import Capture, End
from shark import Shark
from vectors import ROOT, capture_files

PAGE = ROOT / "docs/wireshark.md"
REWRITE = "SWIMLAB_REWRITE_WIRESHARK"
EXAMPLE = "serf"
SHOWN = (
    "crc compound(alive b@1",
    "ping 2 f0",
    "crc user ...CC..LTime..Name.deploy",
    "ping-req 4 b",
    "nack 4",
    "crc suspect b@1",
    "compound(ack 12",
    "compound(ping-req 39",
)
"""The messages of the example, by how they begin in the codec's words."""
TABLE_HEAD = "| Field | Type | Name | Meaning |\n|---|---|---|---|\n"


def put(name: str, text: str) -> None:
    """Holds the part of the page between two comments to a text, or writes it there."""
    page = PAGE.read_text()
    pattern = re.compile(rf"(<!-- {name} -->\n)(.*?)(<!-- end -->)", re.DOTALL)
    found = pattern.search(page)
    assert found is not None, f"{PAGE.name} has no part {name}"
    if os.environ.get(REWRITE):
        PAGE.write_text(page[: found.start(2)] + text + page[found.end(2) :])
        return
    assert found[2] == text, f"{REWRITE}=1 writes it anew"


def example(path: Path) -> Path:
    """Some of what passed between an agent of ours and two of Serf's."""
    (file,) = (file for file in capture_files() if file.name == EXAMPLE)
    capture = Capture()
    for begin in SHOWN:
        message = next(m for m in file.messages if m.words.startswith(begin))
        ends = (End("127.0.0.1"), End("127.0.0.2"))
        capture.datagram(message.bytes, *(ends[::-1] if message.inbound else ends))
    return capture.write(path)


def test_the_list_of_fields_is_tsharks(shark: Shark) -> None:
    rows: dict[str, list[str]] = {"swim": [], "serf": []}
    for line in shark.run("-G", "fields").splitlines():
        kind, name, field, *rest = line.split("\t")
        if kind == "F" and (protocol := field.split(".")[0]) in rows:
            meaning = rest[4].replace("_", "\\_") if len(rest) > 4 else ""
            row = f"| `{field}` | {rest[0].removeprefix('FT_')} | {name} | {meaning} |"
            rows[protocol].append(row)
    assert all(len(of_one) > 40 for of_one in rows.values())
    put("fields", TABLE_HEAD + "\n".join([*rows["swim"], *rows["serf"]]) + "\n")


def test_every_filter_of_the_page_is_one(shark: Shark, capture_path: Path) -> None:
    filters = re.findall(r"`((?:swim|serf)\.[^`]*?)`", PAGE.read_text().split("<!-- fields -->")[0])
    filters = [each for each in filters if each not in ("swim.ports", "swim.keys", "swim.label")]
    assert len(filters) > 20
    capture = example(capture_path)
    at_once = " || ".join(f"({each})" for each in filters)
    assert shark.run("-r", capture, "-Y", at_once), "tshark refuses a filter that it does not know"


def test_the_list_of_packets_is_what_tshark_prints(shark: Shark, capture_path: Path) -> None:
    said = shark.run("-r", example(capture_path), "-Y", "swim")
    put(
        "packets",
        "```text\n" + "".join(f"{line.rstrip()}\n" for line in said.splitlines()) + "```\n",
    )


def test_the_packet_in_detail_is_what_tshark_prints(shark: Shark, capture_path: Path) -> None:
    said = shark.run("-r", example(capture_path), "-Y", "swim.suspect && swim.ack", "-O", "swim")
    lines = [line.rstrip() for line in said.splitlines() if line.strip()]
    put("detail", "```text\n" + "\n".join(lines) + "\n```\n")
