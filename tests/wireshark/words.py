# SPDX-License-Identifier: MIT
"""What tshark shows of a packet, in the words of tests/agent/capture/captured.cc: the codec wrote them
into the capture files when it read the same bytes.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from shark import Frame, text_of

LAYERS = {"swim.crc": "crc", "swim.compression": "lzw"}
STATES = ("alive", "suspect", "dead", "left")


def _child(element: ElementTree.Element, name: str) -> str:
    """Of a key that stands twice, the last, as Go reads it."""
    found = element.findall(f"field[@name='swim.{name}']")
    return text_of(found[-1]) if found else ""


def _number(element: ElementTree.Element, name: str) -> str:
    """A key that is missing is 0 to Go."""
    return _child(element, name) or "0"


def _bytes(element: ElementTree.Element, name: str) -> bytes:
    found = element.findall(f"field[@name='swim.{name}']")
    return bytes.fromhex(found[-1].get("value", "")) if found else b""


def _text(data: bytes) -> str:
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in data)


def _said(element: ElementTree.Element, kind: str) -> str:
    return f"{kind} {_child(element, f'{kind}.node')}@{_number(element, f'{kind}.incarnation')}"


def _push_pull(element: ElementTree.Element) -> str:
    words = "push-pull join" if _child(element, "push_pull.join") == "1" else "push-pull"
    for member in element.iterfind("field[@name='swim.push_pull.member']"):
        node = _child(member, "push_pull.member.node")
        incarnation = _number(member, "push_pull.member.incarnation")
        words += f" {node}@{incarnation} {STATES[int(_number(member, 'push_pull.member.state'))]}"
    return f"{words} with {len(_bytes(element, 'push_pull.user_state'))} bytes"


def _message(element: ElementTree.Element) -> str | None:
    name = element.get("name", "").removeprefix("swim.")
    by = _child(element, f"{name}.source_node") or _child(element, f"{name}.from")
    sequence = _number(element, f"{name}.seq")
    if name == "ping":
        return f"ping {sequence} {_child(element, 'ping.node')} by {by}"
    if name == "ping_req":
        nack = " nack" if _child(element, "ping_req.nack") == "1" else ""
        return f"ping-req {sequence} {_child(element, 'ping_req.node')}{nack} by {by}"
    if name == "ack":
        return f"ack {sequence}" + (" with payload" if _bytes(element, "ack.payload") else "")
    if name == "nack":
        return f"nack {sequence}"
    if name in ("suspect", "dead"):
        return f"{_said(element, name)} by {by}"
    if name == "alive":
        return f"{_said(element, name)} {_text(_bytes(element, 'alive.meta'))}"
    if name == "user":
        return f"user {_text(_bytes(element, 'user.data'))}"
    if name == "error":
        return f"error {_child(element, 'error.text')}"
    return _push_pull(element) if name == "push_pull" else None


def _walk(element: ElementTree.Element) -> list[str]:
    """Layers and messages right below an element, outside first."""
    said: list[str] = []
    for child in element.iterfind("field"):
        name = child.get("name", "")
        if name == "swim.encryption":
            said.append(f"sealed-{_child(child, 'encryption.version')}")
            said += _walk(child)
        elif name in LAYERS:
            said += [LAYERS[name], *_walk(child)]
        elif name == "swim.compound":
            said.append(f"compound({', '.join(_walk(child))})")
        elif name == "swim.encryption.message":
            said += _walk(child)
        elif (message := _message(child)) is not None:
            said.append(message)
    return said


def words_of(frame: Frame) -> str:
    """All that the dissector says of a packet."""
    swim = frame.swim
    return "" if swim is None else " ".join(_walk(swim)).rstrip()
