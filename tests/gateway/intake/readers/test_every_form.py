"""The forms of tests/data/doors/ before the readers: what was wrong and did not stop the reading is a defect.

tests/journeys/test_every_door.py tries them over HTTP and MQTT.
"""

from __future__ import annotations

import pytest

from gateway.intake.readers import parse
from gateway.intake.readers.charset import stated
from gateway.model.alert import Arrival
from tests.support.county import START
from tests.support.doors import CASES, HTTP, Case

READ = [one for one in CASES if one.door == HTTP and one.form.get("status", 202) == 202]


@pytest.mark.parametrize("case", READ, ids=lambda case: str(case.form["name"]))
def test_the_defects_are_those_of_the_table_and_no_others(case: Case) -> None:
    (alert,) = parse(Arrival(case.raw(), "county", "", START, stated(case.form.get("type", ""))))
    assert sorted(defect.element for defect in alert.defects) == sorted(case.form.get("defects", ()))
