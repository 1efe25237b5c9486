# SPDX-License-Identifier: GPL-2.0-only
"""The reference pages of the site, written from the code's tables.

Pages go to reference/, pieces of other pages to fragments/, from where prose includes them.
"""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from analysis.campaign.measures import MEASURES
from analysis.study.measures import all_measures
from campaign.build import ROOT
from campaign.docs import structure
from campaign.docs.markdown import anchor, code, codes, slug, table
from campaign.docs.tables import Tables

# Texts of other folders that pages show.
COPIES = {
    "swim.rst": "ns3-module/doc/swim.rst",
    "changelog.md": "CHANGELOG.md",
    "refutation.txt": "tests/protocol/transcripts/refutation.txt",
    "first-study.toml": "studies/first.toml",
    "theory-swim.txt": "tests/campaign/theory-swim.txt",
    "own-metric.cc": "tests/lab/record/metrics/own-metric-test.cc",
    "lease.cc": "plugins/examples/lease/lease.cc",
}
# After which faults a detector's members become right about each other again.
HEALS = {
    "nothing": "That views become right again after faults is not promised; what stays wrong is ",
    "crashes": "Views become right again after crashes and starts; after other faults stay wrong ",
    "pauses": "Views become right again after crashes and pauses; after faults of networks stay wrong ",
    "networks": "Views become right again after any fault",
}
UNITS = {"%": "%", "s": "s", "": "count"}
STUDY_UNITS = {"": "number"}


def write_all(source: Path, tables: Tables) -> None:
    """Write every generated page of the site whose other pages are in `source`."""
    pages = {
        "reference/scenario.md": scenario_page(tables),
        "reference/verbs.md": verbs_page(tables),
        "reference/parameters.md": parameters_page(tables),
        "reference/presets.md": presets_page(tables),
        "reference/detectors.md": detectors_page(tables),
        "reference/agent-toml.md": agent_page(tables),
        "reference/commands.md": commands_page(),
        "fragments/event-kinds.md": _kinds("Event", tables["event_kinds"]),
        "fragments/traffic-kinds.md": _kinds("Kind", tables["traffic_kinds"]),
        "fragments/measures.md": measures_table(),
        "fragments/study-measures.md": study_measures_table(),
        "fragments/scenarios.md": scenarios_list(ROOT / "scenarios"),
        "fragments/asks.md": scenarios_list(ROOT / "scenarios" / "asks"),
        "fragments/structure.dot": structure.drawing(),
    }
    pages |= {f"fragments/{name}": (ROOT / file).read_text() for name, file in COPIES.items()}
    for name, text in pages.items():
        file = source / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)


def scenario_page(tables: Tables) -> str:
    """All keys by table, after what their values look like."""
    text = (
        "# Scenario reference\n\n"
        "Every key of a scenario file. [Writing a scenario](../scenarios.md) tells how they are used. "
        "`--set KEY=VALUE` and `[sweep]` take keys in full, such as "
        "`cluster.members`; a key that does not exist, a wrong unit or an impossible target is an "
        "error with file and line, before anything runs.\n\n## Values\n\n"
    )
    rows = ([kind["name"], code(kind["example"]), kind["meaning"]] for kind in tables["types"])
    text += table(["Type", "Example", "What it is"], rows)
    for section in tables["scenario"]:
        text += f"\n## {_title(section, 'The top of the file')}\n\n{section['meaning']}\n\n"
        if section["name"] == "protocol":
            text += _protocol_keys(tables)
        if section["name"] == "detector":
            text += _detector_keys(tables)
        if section["name"] == "event":
            text += _verbs_overview(tables)
        text += _keys(section, in_full=section["name"] not in ("", "event"))
    return text


def _title(section: dict[str, Any], top: str) -> str:
    return code(section["header"]) if section["header"] else section["name"] or top


def _protocol_keys(tables: Tables) -> str:
    rows = (
        [f"[`protocol.{entry['name']}`](parameters.md#{slug(entry['name'])})"]
        + [_value(entry), _quoted(entry["default"]), entry["meaning"]]
        for entry in tables["parameters"]
    )
    return table(["Key", "Value", "Default", "Meaning"], rows) + (
        "\nThe default is that of `memberlist-lan`; `cluster.preset` chooses another set of them, see "
        "[presets](presets.md).\n\n"
    )


def _detector_keys(tables: Tables) -> str:
    rows = (
        [code(f"detector.{row['name']}"), f"[`{kind['name']}`](detectors.md#{slug(kind['name'])})"]
        + [_value(row), _quoted(row["default"])]
        for kind in tables["detectors"]
        for row in kind["parameters"]
    )
    return table(["Key", "Detector", "Value", "Default"], rows) + "\n"


def _verbs_overview(tables: Tables) -> str:
    rows = (
        [f"[`{verb['name']}`](verbs.md#{slug(verb['name'])})", _value(verb), verb["meaning"]]
        for verb in tables["verbs"]
    )
    return (
        table(["Verb", "Value", "What it does"], rows)
        + "\nAn event has one verb. The keys that go with it:\n\n"
    )


def _keys(section: dict[str, Any], in_full: bool) -> str:
    """The keys of one table."""
    if not section["keys"]:
        return ""
    rows = []
    for key in section["keys"]:
        name = key["name"] if in_full else key["key"]
        meaning = key["meaning"]
        if key["only_for"]:
            meaning += f" Only for {codes(key['only_for'])}."
        place = anchor(key["name"] if in_full else f"{section['name'] or 'top'}-{key['key']}")
        rows.append([place + code(name), _value(key), _default(key), meaning])
    return table(["Key", "Value", "Default", "Meaning"], rows)


def _value(entry: dict[str, Any]) -> str:
    """What may be written: the type or the words, and the range."""
    text = codes(entry["words"]) if entry.get("words") else entry["type"]
    return text + (f", {entry['range']}" if entry.get("range") else "")


def _default(key: dict[str, Any]) -> str:
    if key["required"]:
        return "must be given"
    if key["default"] is not None:
        return _quoted(key["default"])
    return key["absent"] or ""


def _quoted(value: str) -> str:
    return code(value) if value else "empty"


def verbs_page(tables: Tables) -> str:
    """A section a verb: what it takes, what goes with it, what ends it."""
    options = next(table for table in tables["scenario"] if table["name"] == "event")["keys"]
    known = {option["key"]: option for option in options}
    text = (
        "# Verbs\n\nWhat an `[[event]]` can do to a cluster. Each event has a time, `at`, and one verb; "
        "`for` undoes it after a while, where the verb has an end. Examples are in "
        "[writing a scenario](../scenarios.md).\n"
    )
    for verb in tables["verbs"]:
        text += f"\n## {verb['name']}\n\n{verb['meaning']}\n\nValue: {_value(verb)}. {_end(verb)}\n"
        names = [*verb["required"], *verb["options"]]
        if names:
            rows = ([code(name), _value(known[name]), _option(known[name], verb)] for name in names)
            text += "\n" + table(["Key", "Value", "Meaning"], rows)
    return text


def _option(option: dict[str, Any], verb: dict[str, Any]) -> str:
    must = " Must be given." if option["key"] in verb["required"] else ""
    return option["meaning"] + must


def _end(verb: dict[str, Any]) -> str:
    if not verb["for"]:
        return "Takes no `for`."
    undone = f"[`{verb['undone_by']}`](#{slug(verb['undone_by'])})" if verb["undone_by"] else ""
    return (
        f"With `for`: ends by {undone}." if undone else "With `for`: the value before comes back."
    )


def parameters_page(tables: Tables) -> str:
    """A section a parameter, with its value in every preset."""
    text = (
        "# Parameters of the protocol\n\n"
        "Keys of `[protocol]` in a scenario and in agent.toml; attributes of `ns3::SwimApplication` "
        "under the same names in CamelCase. Names are memberlist's in snake case. `memberlist-lan` has "
        "the defaults; [presets](presets.md) has all values side by side.\n"
    )
    for entry in tables["parameters"]:
        text += (
            f"\n## {entry['name']}\n\n{entry['meaning']}\n\n"
            f"Value: {_value(entry)}. Default: {_quoted(entry['default'])}. "
            f"Attribute: `{entry['attribute']}`. Source: {entry['source']}.\n\n"
        )
        text += table(tables["presets"], [[entry["presets"][name] for name in tables["presets"]]])
    return text


def detectors_page(tables: Tables) -> str:
    """A section a detector beside SWIM, with its parameters."""
    text = (
        "# Parameters of detectors\n\n"
        "What `cluster.detector` may be beside `swim`, and the keys of `[detector]` with each. "
        "[Detectors](../detectors.md) tells how they work and what they are checked against.\n"
    )
    for kind in tables["detectors"]:
        unseen = [
            word
            for word, told in (("suspicion", kind["suspects"]), ("death", kind["buries"]))
            if not told
        ]
        text += f"\n## {kind['name']}\n\n{kind['meaning']} Source: {kind['source']}.\n\n"
        if unseen:
            text += f"It has no word for {unseen[0]}: what is measured of it is not observable.\n\n"
        if not kind["leaves"]:
            text += "Its members cannot `leave`.\n\n"
        text += f"{HEALS[kind['heals']]}{kind['stays_wrong'] or ''}.\n\n"
        rows = (
            [code(row["name"]), _value(row), _quoted(row["default"]), row["meaning"], row["source"]]
            for row in kind["parameters"]
        )
        text += table(["Key", "Value", "Default", "Meaning", "Source"], rows)
    return text


def presets_page(tables: Tables) -> str:
    """All parameters and presets in one table; what is not the default stands out."""
    text = (
        "# Presets\n\n"
        "`cluster.preset` of a scenario, `preset` of `[protocol]` in agent.toml, the first argument of "
        "`ns3::SwimHelper`. `recommended-lan` and `recommended-wan` are memberlist's settings and what "
        "heals a cluster; `memberlist-lan`, `memberlist-wan` and `memberlist-local` memberlist's own; "
        "`lifeguard-paper` the Lifeguard paper's; `swim` the SWIM paper's with suspicion, `swim-basic` "
        "dead at the first failed probe; `memlist` a smaller implementation without suspicion. Two "
        "clusters that may meet need a `label`: what heals a cluster also heals two into one.\n\n"
        "**Bold**: not the default.\n\n"
    )
    rows = []
    for entry in tables["parameters"]:
        values = [entry["presets"][name] for name in tables["presets"]]
        cells = [value if value == entry["default"] else f"**{value}**" for value in values]
        rows.append([f"[`{entry['name']}`](parameters.md#{slug(entry['name'])})", *cells])
    return text + table(["", *tables["presets"]], rows)


def agent_page(tables: Tables) -> str:
    """agent.toml, and the JSON that puts faults between an agent and its sockets."""
    text = (
        "# agent.toml\n\nThe configuration file of [swim-agent](../agent.md), read by "
        "`swim-agent run --config FILE`. The command line wins over it. Types of values are those of "
        "[scenarios](scenario.md#values).\n"
    )
    for section in tables["agent"]:
        text += f"\n## {_title(section, 'The top of the file')}\n\n{section['meaning']}\n\n"
        if section["name"] == "protocol":
            text += (
                "Besides `preset`, every parameter of the protocol: see "
                "[parameters](parameters.md).\n\n"
            )
        text += _keys(section, in_full=False)
    text += (
        "\n## Impairments\n\nThe command `impair` of an agent's standard input (`--stdin-control`) puts "
        "faults between an agent and its sockets. It is how the backend `sockets` performs a scenario. "
        "Its JSON:\n"
    )
    for section in tables["impairment"]:
        title = section["name"] or "The command"
        text += f"\n### {title}\n\n{section['meaning']}\n\n"
        text += _keys({**section, "name": f"impair-{section['name']}"}, in_full=False)
    return text


def commands_page() -> str:
    """The help texts, as ./swimlab help shows them."""
    text = "# Commands\n\nWhat `./swimlab help COMMAND` says.\n"
    files = sorted(
        (ROOT / "campaign" / "help").glob("*.txt"), key=lambda file: file.stem != "swimlab"
    )
    for file in files:
        title = "swimlab" if file.stem == "swimlab" else f"swimlab {file.stem}"
        text += f"\n## {title}\n\n```text\n{file.read_text().rstrip()}\n```\n"
    return text


def _kinds(title: str, kinds: Iterable[dict[str, str]]) -> str:
    return table([title, "Meaning"], ([code(kind["name"]), kind["meaning"]] for kind in kinds))


def measures_table() -> str:
    """What a verdict can be about."""
    rows = ([code(name), UNITS[entry.unit], entry.meaning] for name, entry in MEASURES.items())
    return table(["Measure", "Unit", "What is held against the condition"], rows)


def study_measures_table() -> str:
    """What a study can ask for: a row a base, with its statistics."""
    named = all_measures()
    rows = []
    for measure in named:
        if "." in measure.name:
            continue
        statistics = [
            other.name.removeprefix(measure.name)
            for other in named
            if other.name.startswith(f"{measure.name}.")
        ]
        unit = STUDY_UNITS.get(measure.unit, measure.unit)
        rows.append([code(measure.name), unit, codes(statistics), measure.meaning])
    return table(["Measure", "Unit", "Statistics", "What it is alone"], rows)


def scenarios_list(folder: Path) -> str:
    """The scenarios of a folder: their questions, and then what each says above its first key."""
    files = sorted(folder.glob("*.toml"))
    scenarios = [tomllib.loads(file.read_text()) for file in files]
    rows = (
        [f"[{file.name}](#{slug(file.name.replace('.', ''))})", scenario["question"]]
        for file, scenario in zip(files, scenarios)
    )
    text = table(["Scenario", "Question"], rows)
    for file, scenario in zip(files, scenarios):
        text += f"\n### {file.name}\n\n{scenario['title']}\n\n```text\n{_preamble(file)}\n```\n"
    return text


def _preamble(file: Path) -> str:
    """The comment that opens a scenario, without its licence."""
    lines = []
    for line in file.read_text().splitlines():
        if not line.startswith("#"):
            break
        lines.append(line[1:].removeprefix(" "))
    return "\n".join(line for line in lines if not line.startswith("SPDX-")).strip("\n")
