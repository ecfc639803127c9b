"""Every JSON document of tests/data/nasty/ with other values in it is read or refused, and nothing else.

`test_mutated_documents.py` spoils the bytes. This one keeps them JSON, which goes deeper into the readers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.intake import Unreadable
from gateway.intake.readers import parse
from gateway.intake.readers.members import losing, lost, unread
from gateway.model.alert import Alert
from gateway.model.reason import Reason
from tests.support import nasty

TEXTS = sorted(path.read_text("utf-8") for path in nasty.FOLDER.glob("*.json"))
ODD: list[Any] = [
    *(None, [], {}, "", 0, -1, 1e308, True, [[]], [None], "\ud800", 10**30, float("nan"), float("inf")),
    *({"": {}}, {"$": 1}, {"#text": "x"}, {"elements": [{"name": "alert"}]}, {"elements": []}),
    {"elements": [{"type": "text", "text": {}}]},
    {"value": [{}], "valueName": {}},
    {"type": "Polygon", "coordinates": [[[]]]},
    {"type": "GeometryCollection", "geometries": [{"type": "Polygon"}]},
    {"lat": [], "lon": {}, "center": {"lat": 1}, "radius": {}},
]


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value inside a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*path, key)
        yield from places(one, (*path, key))


@given(st.data())
@settings(max_examples=100)
def test_it_is_read_or_refused_and_its_bad_members_can_be_kept(data: st.DataObject) -> None:
    document = json.loads(data.draw(st.sampled_from(TEXTS)))
    for _ in range(data.draw(st.integers(1, 3))):
        if not (found := list(places(document))):
            break
        *path, last = data.draw(st.sampled_from(found))
        around = document
        for key in path:
            around = around[key]
        other = data.draw(st.sampled_from(TEXTS) | st.sampled_from(range(len(ODD))))
        around[last] = json.loads(other) if isinstance(other, str) else deepcopy(ODD[other])
    raw = json.dumps(document).encode()
    refused: Unreadable | None = None
    alerts: tuple[Alert, ...] = ()
    try:
        alerts = parse(raw)
    except Unreadable as failure:
        refused = failure
    told = {defect.saw for alert in alerts for defect in alert.defects}
    assert Reason.READER_FAILED not in (told | {refused.why.reason} if refused else told)
    bad = unread(raw) if refused else lost(raw)
    assert bad or refused or not losing(alerts)
