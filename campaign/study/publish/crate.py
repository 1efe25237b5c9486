# SPDX-License-Identifier: GPL-2.0-only
"""ro-crate-metadata.json: the folder as a Workflow Run RO-Crate 0.5, which machines can find and follow.

The study file is the workflow, the scenarios and what it varies are the inputs, tables and report the
outputs, and one action stands for all runs: their seeds and sums are in the journal. Terms are those of
RO-Crate 1.1 and of the profiles; sha256 is schema.org's, which RO-Crate 1.1 does not have yet.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, unquote

from campaign.folder import INPUTS, SCENARIO_COPY
from campaign.study.folder import STUDY_COPY
from campaign.study.runs_folder import RECORDS
from campaign.study.publish.contents import CRATE_NAME, Contents, FileEntry

_WORKFLOW = f"{INPUTS}/{STUDY_COPY}"
_RUN_CRATE = "https://w3id.org/ro/wfrun"
_WORKFLOW_CRATE = "https://w3id.org/workflowhub/workflow-ro-crate/1.0"
_SPECIFICATION = "https://w3id.org/ro/crate/1.1"
_BIOSCHEMAS = "https://bioschemas.org/profiles"
_PROFILES = (
    (f"{_RUN_CRATE}/process/0.5", "Process Run Crate", "0.5"),
    (f"{_RUN_CRATE}/workflow/0.5", "Workflow Run Crate", "0.5"),
    (_WORKFLOW_CRATE, "Workflow RO-Crate", "1.0"),
)
_CONTEXT = [
    f"{_SPECIFICATION}/context",
    "https://w3id.org/ro/terms/workflow-run/context",
    {"sha256": "https://schema.org/sha256"},
]
_OUTPUTS = ("results.csv", "values.csv", "report.html", "report.pdf", "runs.jsonl", "summary.json")

Entity = dict[str, Any]


def crate_text(contents: Contents) -> str:
    """What ro-crate-metadata.json says of the folder as it is now."""
    return json.dumps(
        {"@context": _CONTEXT, "@graph": _Graph(contents).entities()}, indent=2, ensure_ascii=False
    )


def _ref(name: str) -> Entity:
    return {"@id": name}


def _id(path: str) -> str:
    """A path or a name as a URI, whatever is in it."""
    return quote(path, safe="/#-._~:")


class _Graph:
    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self._asked = contents.asked
        self._files = contents.files()
        self._parameters = self._values()

    def entities(self) -> list[Entity]:
        """All of them, the descriptor and the root first."""
        return [
            {
                "@id": CRATE_NAME,
                "@type": "CreativeWork",
                "about": _ref("./"),
                "conformsTo": [_ref(_SPECIFICATION), _ref(_WORKFLOW_CRATE)],
            },
            self._root(),
            *(
                {"@id": name, "@type": "CreativeWork", "name": title, "version": version}
                for name, title, version in _PROFILES
            ),
            *self._licence(),
            *self._people(),
            *self._data(),
            *self._formal_parameters(),
            *self._parameters,
            self._run(),
            *self._software(),
        ]

    def _root(self) -> Entity:
        parts = [_id(file.path) for file in self._files]
        if self._contents.has_records:
            parts.append(f"{RECORDS}/")
        asked = self._asked
        root = {
            "@id": "./",
            "@type": "Dataset",
            "name": asked["title"],
            "description": asked["abstract"] or asked["question"],
            "datePublished": self._contents.ended,
            "license": _ref(self._licence()[0]["@id"]),
            "conformsTo": [_ref(name) for name, _, _ in _PROFILES],
            "mainEntity": _ref(_WORKFLOW),
            "hasPart": [_ref(part) for part in parts],
            "mentions": [_ref("#run")],
        }
        return root | self._authored()

    def _authored(self) -> Entity:
        people = [entity for entity in self._people() if entity["@type"] == "Person"]
        return {"author": [_ref(person["@id"]) for person in people]} if people else {}

    def _people(self) -> list[Entity]:
        found: dict[str, Entity] = {}
        for number, author in enumerate(self._contents.credits.authors, 1):
            name = author.url or f"#author-{number}"
            found[name] = {"@id": name, "@type": "Person", "name": author.name}
            if author.affiliation:
                place = f"#affiliation-{number}"
                found[name]["affiliation"] = _ref(place)
                found[place] = {
                    "@id": place,
                    "@type": "Organization",
                    "name": author.affiliation,
                }
        return list(found.values())

    def _licence(self) -> list[Entity]:
        chosen = self._contents.credits.license
        if chosen:
            url = f"https://spdx.org/licenses/{chosen}"
            return [{"@id": url, "@type": "CreativeWork", "name": chosen, "identifier": chosen}]
        return [
            {
                "@id": "#no-licence",
                "@type": "CreativeWork",
                "name": "No licence was chosen",
                "description": "Whoever wants to use this asks its authors. A licence is chosen by "
                "the line license in the study file.",
            }
        ]

    def _data(self) -> list[Entity]:
        found = [self._file(file) for file in self._files]
        if self._contents.has_records:
            text = (
                "Records of single runs, a folder each; the journal has the sha256 of their files"
            )
            found.append(
                {"@id": f"{RECORDS}/", "@type": "Dataset", "name": RECORDS, "description": text}
            )
        return found

    def _file(self, file: FileEntry) -> Entity:
        entity: Entity = {
            "@id": _id(file.path),
            "@type": "File",
            "name": file.path,
            "encodingFormat": file.encoding,
            "contentSize": str(file.size),
            "sha256": file.sha256,
        }
        if file.description:
            entity["description"] = file.description
        if file.path == _WORKFLOW:
            entity |= {
                "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
                "name": self._asked["title"],
                "conformsTo": _ref(f"{_BIOSCHEMAS}/ComputationalWorkflow/1.0-RELEASE"),
                "programmingLanguage": _ref("#study-file"),
                "softwareRequirements": _ref("#simulator"),
                "license": _ref(self._licence()[0]["@id"]),
                "input": [_ref(name) for name in self._inputs()],
                "output": [_ref(f"#output-{name}") for name in self._outputs()],
            }
        elif file.path in self._outputs():
            entity["exampleOfWork"] = _ref(f"#output-{file.path}")
        elif self._scenario_of(file):
            entity["exampleOfWork"] = _ref(f"#scenario-{self._scenario_of(file)}")
        return entity

    def _scenario_of(self, file: FileEntry) -> str:
        """Whose text the file is; empty: of none."""
        parts = file.path.split("/")
        return parts[1] if parts[0] == INPUTS and parts[2:] == [SCENARIO_COPY] else ""

    def _outputs(self) -> list[str]:
        return [file.path for file in self._files if file.path in _OUTPUTS]

    def _inputs(self) -> list[str]:
        scenarios = [f"#scenario-{self._scenario_of(file)}" for file in self._files
                     if self._scenario_of(file)]  # fmt: skip
        return scenarios + [value["exampleOfWork"]["@id"] for value in self._parameters]

    def _values(self) -> list[Entity]:
        """What was varied and how often it was run: the parameters with their values."""
        asked = self._asked
        values: dict[str, Any] = {axis["key"]: axis["values"] for axis in asked["axes"]}
        if variants := [variant["name"] for variant in asked["variants"] if variant["name"]]:
            values["variant"] = variants
        for part in ("design", "replicate", "measure"):
            for key, value in asked[part].items():
                if value not in (None, [], {}):
                    values[f"{part}.{key}".replace("measure.measure.", "measure.")] = value
        return [
            {
                "@id": _id(f"#value-{key}"),
                "@type": "PropertyValue",
                "name": key,
                "value": value if _is_plain(value) else json.dumps(value, ensure_ascii=False),
                "exampleOfWork": _ref(_id(f"#parameter-{key}")),
            }
            for key, value in values.items()
        ]

    def _formal_parameters(self) -> list[Entity]:
        examples = {f"#scenario-{self._scenario_of(file)}": _id(file.path) for file in self._files
                    if self._scenario_of(file)}  # fmt: skip
        examples |= {f"#output-{name}": name for name in self._outputs()}
        found = [self._formal(name, "File", example) for name, example in examples.items()]
        for value in self._parameters:
            kind = "Integer" if type(value["value"]) is int else "Text"
            formal = self._formal(value["exampleOfWork"]["@id"], kind, value["@id"])
            found.append(formal | {"multipleValues": isinstance(value["value"], list)})
        return found

    def _formal(self, name: str, kind: str, example: str) -> Entity:
        return {
            "@id": name,
            "@type": "FormalParameter",
            "conformsTo": _ref(f"{_BIOSCHEMAS}/FormalParameter/1.0-RELEASE"),
            "additionalType": kind,
            "name": unquote(name).split("-", 1)[1],
            "workExample": _ref(example),
        }

    def _run(self) -> Entity:
        """All runs as one action."""
        inputs = [_id(file.path) for file in self._files if file.path.startswith(f"{INPUTS}/")]
        inputs.remove(_WORKFLOW)
        made = [_id(file.path) for file in self._files if not file.path.startswith(f"{INPUTS}/")]
        if self._contents.has_records:
            made.append(f"{RECORDS}/")
        runs = sum(map(len, self._contents.study.entries.values()))
        failed = len(self._contents.study.failures())
        action = {
            "@id": "#run",
            "@type": "CreateAction",
            "name": f"{runs} runs of {self._asked['title']}",
            "description": self._asked["command"],
            "instrument": _ref(_WORKFLOW),
            "object": [_ref(name) for name in (*inputs, *(v["@id"] for v in self._parameters))],
            "result": [_ref(name) for name in made],
            "endTime": self._contents.ended,
            "actionStatus": "http://schema.org/CompletedActionStatus",
        }
        if failed:
            action["actionStatus"] = "http://schema.org/FailedActionStatus"
            action["error"] = f"{failed} of {runs} runs failed; runs.jsonl has their messages"
        people = self._authored().get("author")
        return action | ({"agent": people[0]} if people else {})

    def _software(self) -> list[Entity]:
        build = self._asked["build"]
        made_with = build.get("made_with", {})
        libraries = made_with.get("libraries", {})
        return [
            {
                "@id": "#study-file",
                "@type": "ComputerLanguage",
                "name": "Study file of Swimlab, in TOML",
                "url": "https://toml.io/",
            },
            {
                "@id": "#simulator",
                "@type": "SoftwareApplication",
                "name": "swimlab-ns3, the simulator of Swimlab",
                "softwareVersion": build["version"],
                "version": build["commit"],
                "sha256": build["program_sha256"],
                "description": "; ".join(
                    f"{name} {version}" for name, version in made_with.get("versions", {}).items()
                ),
                "softwareRequirements": [_ref(_id(f"#library-{name}")) for name in libraries],
            },
            *(
                {
                    "@id": _id(f"#library-{name}"),
                    "@type": "SoftwareApplication",
                    "name": name,
                    "sha256": sum_,
                }
                for name, sum_ in libraries.items()
            ),
        ]


def _is_plain(value: Any) -> bool:
    """Whether JSON-LD takes it as it is."""
    several = value if isinstance(value, list) else [value]
    return all(isinstance(each, str | int | float) for each in several)
