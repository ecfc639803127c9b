"""The rights of each source, as the judges ask for them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from gateway.config.config import Config
from gateway.model.judgement import Policy, Trust
from gateway.model.plan import Tier
from gateway.model.record import CANARY, OWNER, SENDER
from gateway.site.policies import policies
from tests.support.county import CONFIG


def config(*sources: dict[str, Any], **more: Any) -> Config:
    table = CONFIG.model_dump(by_alias=True)
    table["broker"] = [{"name": "local", "host": "127.0.0.1"}]
    table["source"] = list(sources)
    return Config.model_validate({**table, **more})


HTTP = {"kind": "http", "name": "county", "token_file": "t", "senders": ["a@x", "b@x"]}
MQTT = {
    "kind": "mqtt",
    "name": "towns",
    "broker": "local",
    "topic": "t",
    "senders": ["c@x"],
    "tier": "township",
    "trust": "relayed",
    "no_area": "whole",
    "addresses": ["镇"],
    "restrictions": ["内部"],
    "signature": "ignore",
}


def test_a_source_may_do_what_its_keys_say() -> None:
    known = policies(config(HTTP, MQTT))
    assert known["county"] == Policy("county", frozenset({"a@x", "b@x"}))
    assert known["towns"] == Policy(
        "towns",
        frozenset({"c@x"}),
        tier=Tier.TOWNSHIP,
        trust=Trust.RELAYED,
        no_area="whole",
        addresses=frozenset({"镇"}),
        restrictions=frozenset({"内部"}),
        signature="ignore",
    )


def test_the_owner_may_speak_for_the_senders_that_post_and_no_other() -> None:
    owner = policies(config(HTTP, MQTT))[OWNER]
    assert (owner.senders, owner.tier) == (frozenset({"a@x", "b@x"}), Tier.TOWNSHIP)


def test_the_canarys_sender_is_believed_from_its_own_source_only() -> None:
    known = policies(config(HTTP, MQTT, watch_only=True))
    assert [name for name, policy in known.items() if SENDER in policy.senders] == [CANARY]
    assert not known[CANARY].watch_only, "it goes the whole way also where nothing else sounds"


def test_a_site_that_only_watches_and_one_that_is_simulated_are_so_for_every_source() -> None:
    lines = [{**line.model_dump(), "simulated": True} for line in CONFIG.lines]
    known = policies(config(HTTP, MQTT, watch_only=True, line=lines))
    assert all(known[name].watch_only and known[name].demo for name in ("county", "towns", OWNER))
    assert not any(policy.demo for policy in policies(config(HTTP, MQTT)).values())


def test_a_relay_may_speak_for_everybody_and_a_platform_may_not() -> None:
    anybody = {**MQTT, "senders": ["*"]}
    assert policies(config(HTTP, anybody))["towns"].senders == {"*"}
    with pytest.raises(ValidationError, match="for a relay alone"):
        config({**anybody, "trust": "official"})


def test_the_owner_may_not_speak_for_everybody_where_a_relay_posts() -> None:
    known = policies(config({**HTTP, "senders": ["a@x", "*"], "trust": "relayed"}))
    assert known[OWNER].senders == {"a@x"}
