"""A relay's orange and a gauge's move order wait for a person in every state of clock and disk, also after a
restart between. An official red beside them sounds at once in each."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from itertools import product
from typing import Any

import apsw
import pytest

from gateway.intake import Accepted
from gateway.model.record import LedgerFailed
from tests.simulation import asking
from tests.support.county import START, TOGETHER, cap
from tests.support.world import World

Virtual = Callable[[Coroutine[Any, Any, Any]], Any]
STATES = list(product((True, False), (True, False), (True, False)))


@pytest.mark.parametrize(("trusted", "well", "restart"), STATES)
def test_only_a_yes_lets_it_sound(virtual: Virtual, trusted: bool, well: bool, restart: bool) -> None:
    async def story() -> None:
        world = World(1, START, None, asking.SPEAKS_FOR_IT, asking.WATCHED)
        await world.start()
        await world.rest(1)
        if not trusted:
            world.upset_clock(-world.clock.now().timestamp(), trusted=False)
        if not well:
            world.ail(apsw.FullError)
        sent = [asking.document(kind, "R1", START) for kind in asking.KINDS[1:]]
        red = ("O1", cap("O1", START), "county")
        for _, raw, road in (*sent, red):
            try:
                assert isinstance(await world.send(raw, road), Accepted)
            except LedgerFailed:
                assert not well
        if restart:
            world.crash()
        await world.rest(40)
        heard = [sound.text for name in TOGETHER for sound in world.said(name) if sound.text]
        assert all("O1" in text for text in heard), "nothing that needs a yes"
        assert bool(world.said("f1")) != (restart and not well), "the red; memory alone does not outlive us"
        if well:
            await asking.approve(world, sent[0][0])
            await world.rest(100)
            assert any("R1" in sound.text for sound in world.said("a"))
        await world.end()

    virtual(story())
