# SPDX-License-Identifier: GPL-2.0-only
"""What must hold of an RO-Crate: the rules of RO-Crate 1.1, Process Run Crate and Workflow Run Crate 0.5
and Workflow RO-Crate 1.0 that can be checked without a network.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

Entity = dict[str, Any]

TERMS = set(
    """about conformsTo name description datePublished license author mainEntity hasPart mentions
    affiliation encodingFormat contentSize sha256 exampleOfWork workExample programmingLanguage
    softwareRequirements softwareVersion version url input output additionalType multipleValues value
    instrument object result endTime startTime actionStatus error agent identifier""".split()
)
"""Properties of the contexts that a crate names, as far as ours uses them."""

REQUIRED = {
    "Dataset": ("name", "description"),
    "File": ("name", "encodingFormat", "contentSize", "sha256"),
    "Person": ("name",),
    "Organization": ("name",),
    "ComputationalWorkflow": ("name", "programmingLanguage", "input", "output", "conformsTo"),
    "ComputerLanguage": ("name", "url"),
    "FormalParameter": ("name", "additionalType", "conformsTo", "workExample"),
    "PropertyValue": ("name", "value", "exampleOfWork"),
    "CreateAction": ("name", "instrument", "object", "result", "endTime", "actionStatus"),
    "SoftwareApplication": ("name",),
    "CreativeWork": (),
    "SoftwareSourceCode": (),
}


def check_crate(folder: Path) -> dict[str, Entity]:
    """Fails with what is wrong. @return the entities by @id"""
    crate = json.loads((folder / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    assert set(crate) == {"@context", "@graph"}
    assert crate["@context"][0] == "https://w3id.org/ro/crate/1.1/context"
    assert "https://w3id.org/ro/terms/workflow-run/context" in crate["@context"]
    graph = crate["@graph"]
    entities = {entity["@id"]: entity for entity in graph}
    assert len(entities) == len(graph), "an @id is there twice"
    for entity in graph:
        _check_entity(entity, entities)
    _check_root(entities)
    _check_data(folder, entities)
    _check_action(entities)
    _check_parameters(entities)
    return entities


def types_of(entity: Entity) -> list[str]:
    """One or many."""
    found = entity["@type"]
    return found if isinstance(found, list) else [found]


def refs(entity: Entity, key: str) -> list[str]:
    """The @ids that a property names."""
    value = entity.get(key, [])
    return [each["@id"] for each in (value if isinstance(value, list) else [value])]


def _check_entity(entity: Entity, entities: dict[str, Entity]) -> None:
    name = entity["@id"]
    assert re.fullmatch(r"[A-Za-z0-9/#._~:%-]+", name), f"{name} is no URI"
    for kind in types_of(entity):
        for key in REQUIRED[kind]:
            assert entity.get(key) not in (None, "", []), f"{name} has no {key}"
    for key, value in entity.items():
        assert key in TERMS or key.startswith("@"), f"{name}: {key} is in no context"
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                assert set(each) == {"@id"}, f"{name}: {key} is not flat"
                target = each["@id"]
                assert target in entities or target.startswith("https://"), f"{name}: {target}"
            else:
                assert isinstance(each, str | int | float), f"{name}: {key}"


def _check_root(entities: dict[str, Entity]) -> None:
    descriptor, root = entities["ro-crate-metadata.json"], entities["./"]
    assert descriptor["about"] == {"@id": "./"}
    assert "https://w3id.org/ro/crate/1.1" in refs(descriptor, "conformsTo")
    assert "https://w3id.org/workflowhub/workflow-ro-crate/1.0" in refs(descriptor, "conformsTo")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", root["datePublished"])
    profiles = refs(root, "conformsTo")
    for profile in ("process", "workflow"):
        assert f"https://w3id.org/ro/wfrun/{profile}/0.5" in profiles
    for profile in profiles:
        assert entities[profile]["version"], "a profile is an entity with name and version"
    assert "ComputationalWorkflow" in types_of(entities[root["mainEntity"]["@id"]])
    assert root["license"]["@id"] in entities


def _check_data(folder: Path, entities: dict[str, Entity]) -> None:
    parts = refs(entities["./"], "hasPart")
    data = [name for name, entity in entities.items() if "File" in types_of(entity)]
    assert set(data) <= set(parts) and len(parts) == len(set(parts))
    for name in parts:
        path = folder / unquote(name)
        if name.endswith("/"):
            assert path.is_dir()
            continue
        content = path.read_bytes()
        assert entities[name]["sha256"] == hashlib.sha256(content).hexdigest(), name
        assert entities[name]["contentSize"] == str(len(content)), name


def _check_action(entities: dict[str, Entity]) -> None:
    actions = refs(entities["./"], "mentions")
    assert actions
    for action in map(entities.__getitem__, actions):
        assert action["instrument"] == entities["./"]["mainEntity"]
        assert not set(refs(action, "object")) & set(refs(action, "result"))
        failed = action["actionStatus"] == "http://schema.org/FailedActionStatus"
        assert failed == ("error" in action)


def _check_parameters(entities: dict[str, Entity]) -> None:
    workflow = entities[entities["./"]["mainEntity"]["@id"]]
    formal = {name for name, each in entities.items() if "FormalParameter" in types_of(each)}
    assert formal == {*refs(workflow, "input"), *refs(workflow, "output")}
    for name in formal:
        (example,) = refs(entities[name], "workExample")
        assert refs(entities[example], "exampleOfWork") == [name], "they name each other"
        is_file = "File" in types_of(entities[example])
        assert (entities[name]["additionalType"] == "File") == is_file
    (action,) = (entities[name] for name in refs(entities["./"], "mentions"))
    used = {
        name for value in refs(action, "object") for name in refs(entities[value], "exampleOfWork")
    }
    assert used == set(refs(workflow, "input")), "the action gives a value to each input"
