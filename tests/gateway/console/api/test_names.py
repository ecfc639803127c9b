"""Names taught over the API: by whom, at once, and still known after a restart."""

from __future__ import annotations

import httpx

from tests.support.office import Virtual, ask
from tests.support.world import World

PATH = "/api/v1/readings-of-names"


def test_a_name_is_taught_and_taken_back_by_name(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        taught = {"phrase": "枫岗", "syllables": "feng1  gang3", "person": "李四"}
        assert (await client.put(PATH, json=taught)).json() == {"readings": {"枫岗": "feng1 gang3"}}
        world.crash()
        await world.start()
        assert world.ledger.pronunciations() == {"枫岗": "feng1 gang3"}

    ask(virtual, story)


def test_what_nobody_can_say_is_refused_with_what_was_expected(virtual: Virtual) -> None:
    async def story(client: httpx.AsyncClient, world: World) -> None:
        for phrase, syllables in (("枫岗", "feng1"), ("枫岗", "feng9 gang1"), ("Lu", "lu4 lu4")):
            answer = await client.put(PATH, json={"phrase": phrase, "syllables": syllables, "person": "李四"})
            assert answer.status_code == 409
            assert "expected" in answer.json()["detail"]["sentence"]
        assert (await client.get(PATH)).json() == {"readings": {}}
        back = {"phrase": "枫岗", "person": "李四"}
        assert (await client.put(PATH, json=back)).json() == {"readings": {}}

    ask(virtual, story)
