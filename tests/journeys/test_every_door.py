"""Every form in which a sender hands over a warning, through HTTP, MQTT 5 and MQTT 3.1.1: what became of it,
and the words with which the loudspeaker of its county began.

The forms are tests/data/doors/forms.toml, the refusals refusals.toml. One daemon and one broker take them
all, before the first test looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from tests.support.brokers import Mosquitto, mosquitto_or_skip
from tests.support.doors import CASES, FOLDER, FORMS, HTTP, MQTT5, REFUSALS, Case, Counties, wrapped
from tests.support.letters import Letters
from tests.support.processes import until

pytestmark = [pytest.mark.timeout(120), pytest.mark.service]
every = pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.name))
followed = pytest.mark.parametrize(
    "case", [one for one in CASES if "then" in one.form], ids=lambda one: one.name
)
replied = pytest.mark.parametrize(
    "case", [one for one in CASES if one.door == MQTT5], ids=lambda one: one.name
)
refusals = pytest.mark.parametrize("row", REFUSALS, ids=lambda row: str(row["name"]))
KNOWN_FAULTS = 0
"""Refusals whose words are worse today than those of the table."""
PATIENCE_S = 20.0
"""Seconds on the wall in which all of it happens, or does not."""


class World:
    """The daemon, the two ends of the broker, and all that came of the documents."""

    def __init__(self, counties: Counties, letters: dict[str, Letters]) -> None:
        self.counties = counties
        self.letters = letters
        self.answers: dict[tuple[str, str], tuple[int, dict[str, Any]]] = {}
        self.verdicts: dict[str, dict[str, Any]] = {}
        """By key."""
        self.first: dict[str, dict[str, Any]] = {}
        """The same before a person said yes."""
        self.unasked: dict[str, list[str]] = {}
        """What each speaker had said before a person said yes."""

    def live(self) -> None:
        """All documents, then a person's yes to what is held, then what ends some of them."""
        for case in CASES:
            self.send(case, case.form["file"])
        taken = [case for case in CASES if case.form.get("status") != 422]
        until(lambda: self.judged(taken, "file") and self.begun("says"), PATIENCE_S)
        self.first = dict(self.verdicts)
        self.unasked = {case.speaker: self.counties.said(case.speaker) for case in CASES}
        for case in CASES:
            if "approved" in case.form and (key := self.key(case)):
                self.counties.post(f"/api/v1/alerts/{key}/approve", person="李某")
        until(lambda: self.begun("approved"), PATIENCE_S)
        followed = [case for case in CASES if "then" in case.form]
        for case in followed:
            self.send(case, case.form["then"])
        until(lambda: self.judged(followed, "then") and self.begun("then_says"), PATIENCE_S)

    def send(self, case: Case, file: str) -> None:
        """Hand a document over at its door."""
        raw, kind = case.raw(file), case.form.get("type", "")
        if case.door == HTTP:
            answer = self.counties.posted(case.source, **wrapped(raw, case.form.get("wrap", ""), kind))
            self.answers[case.name, file] = answer.status_code, answer.json()
            return
        topic = f"county/replies/{case.name}/{file}"
        self.letters[case.door].send(f"tongluo/{case.source}", raw, topic, case.name.encode(), kind)

    def key(self, case: Case, file: str = "") -> str:
        """The key under which a document of this case was taken; "" if it was not."""
        file = file or case.form["file"]
        if case.door == HTTP:
            taken = self.answers[case.name, file][1].get("alerts") or [{}]
            return str(taken[0].get("key", ""))
        return self.letters[case.door].key_of(case.raw(file))

    def judged(self, cases: Sequence[Case], which: str) -> bool:
        """Whether the verdicts on the documents under this key of the table are known."""
        keys = {self.key(case, case.form[which]) for case in cases}
        if not keys <= self.verdicts.keys():
            every = self.counties.get("/api/v1/alerts?most=500").json()["alerts"]
            self.verdicts = {one["key"]: one["verdict"] for one in every}
        return keys <= self.verdicts.keys()

    def begun(self, which: str) -> bool:
        """Whether every speaker has said what stands under this key of the table."""
        return all(
            any(said.startswith(case.words(which)) for said in self.counties.said(case.speaker))
            for case in CASES
            if case.words(which)
        )


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    mosquitto_or_skip()
    folder = tmp_path_factory.mktemp("doors")
    broker = Mosquitto(folder / "broker")
    counties = Counties(folder, broker)
    counties.start()
    letters = {"mqtt5": Letters(broker.port, version5=True), "mqtt311": Letters(broker.port, version5=False)}
    world = World(counties, letters)
    world.live()
    yield world
    for one in letters.values():
        one.close()
    counties.stop()
    broker.stop()


@every
def test_every_door_takes_it_and_it_is_judged_as_the_table_says(world: World, case: Case) -> None:
    status = case.form.get("status", 202)
    if case.door == HTTP:
        answered, body = world.answers[case.name, case.form["file"]]
        assert answered == status, body
    key = world.key(case)
    if status == 422:
        assert not key
        assert case.door == HTTP or "tongluo/receipts/rejected" in world.letters[case.door].topics(case.raw())
        return
    assert key, "it was not taken"
    verdict = world.first[key]
    assert (verdict["name"], verdict["reason"]) == (case.form["verdict"], case.form["reason"]), verdict
    if "level" in case.form:
        assert verdict["fields"]["level"] == case.form["level"]


@every
def test_the_loudspeaker_of_its_county_begins_with_these_words(world: World, case: Case) -> None:
    begins = case.words("says")
    said = world.unasked[case.speaker]
    assert bool(said) == bool(begins), said
    if "approved" in case.form:
        begins, said = case.words("approved"), world.counties.said(case.speaker)
    if begins:
        assert said
        assert said[0].startswith(begins), said
        assert case.words("holds") in said[0]


@followed
def test_what_comes_after_it_is_judged_and_said(world: World, case: Case) -> None:
    verdict = world.verdicts[world.key(case, case.form["then"])]
    assert verdict["name"] == case.form["then_verdict"], verdict
    said = world.counties.said(case.speaker)
    begins = case.words("then_says")
    assert not begins or any(one.startswith(begins) for one in said[1:]), said


@replied
def test_the_answer_comes_to_the_response_topic_with_the_correlation_data(world: World, case: Case) -> None:
    topic = f"county/replies/{case.name}/{case.form['file']}"
    replies = until(lambda: world.letters[MQTT5].replies(topic), 1)
    assert replies, "no answer at the response topic"
    assert {correlation for correlation, _ in replies} == {case.name.encode()}
    kinds = {told["kind"] for _, told in replies}
    want = {422: {"rejected"}, 207: {"accepted", "rejected"}}.get(case.form.get("status", 202), {"accepted"})
    assert want <= kinds, kinds


@refusals
def test_a_refusal_says_in_chinese_what_is_wrong_where_and_what_to_do(
    world: World, row: dict[str, Any]
) -> None:
    sentence, line, document = refused(world, row)
    assert not foreign(sentence, document)
    if "fault" in row:
        assert (sentence, line) != (row["sentence"], row["line"]), "it is right now"
        return
    want = re.escape(row.get("product", row["sentence"])).replace(re.escape("$LONG"), ".*")
    assert re.fullmatch(want, sentence), sentence
    assert line == row["line"]


def test_known_faults_are_counted() -> None:
    assert len([row for row in REFUSALS if "fault" in row]) == KNOWN_FAULTS


def refused(world: World, row: dict[str, Any]) -> tuple[str, int, str]:
    """The sentence and the line of a refusal, and the document."""
    text = ""
    if row["file"]:
        path = FOLDER / ("" if row.get("form") else "refused") / row["file"]
        text = path.read_text("utf-8").replace("@COUNTY@", "350999").replace("@VILLAGE@", "350999104201")
        text = text.replace("@SECOND@", "07")
    answer = world.counties.posted("county", **wrapped(text.encode(), row.get("wrap", ""), ""))
    assert answer.status_code == row.get("status", 422), answer.text
    body = answer.json()
    if "member" in row:
        body = next(one for one in body["members"] if one["member"] == row["member"])
    body = body.get("detail", body)
    return body["sentence"], body.get("line", 0), text


NAMES = {"CAP", "XML", "JSON", "HTML", "PDF", "NMC", "DOCTYPE", "UTF", "GB", "GBK", "gzip", "deflate", "br"}
"""Names of formats and encodings: the English words of a refusal besides those of the document."""


def foreign(sentence: str, document: str) -> set[str]:
    """English words that are no key or value of the document, no name of a format and no missing key.

    Times, addresses and pages of the handbook are passed over.
    """
    plain = re.sub(r"\d{4}-\d\d-\d\dT\S*|https://\S*，|docs/\S*", "", sentence)
    words = set(re.findall(r"[A-Za-z][A-Za-z]+", plain))
    return {word for word in words if word not in document} - NAMES - {"identifier", "sent", "alertid", "mm"}


def test_every_document_is_in_a_table() -> None:
    used = {row[key] for row in FORMS for key in ("file", "then") if key in row}
    used |= {f"refused/{row['file']}" for row in REFUSALS if row["file"] and not row.get("form")}
    used |= {"forms.toml", "refusals.toml"}
    assert used == {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file()}
