"""Names are taught."""

from __future__ import annotations

from pathlib import Path

from tests.support.command import Gateway, body, typed


def test_a_name_is_taught_to_the_gateway(gateway: Gateway, here: Path) -> None:
    gateway.says("PUT readings-of-names", 200, {"readings": {"枫岗": "feng1 gang3"}})
    said = typed(gateway, here, "teach", "枫岗", "feng1 gang3", "--by", "李四")
    assert said.stdout == "枫岗 从下一轮起读作 feng1 gang3。\n"
    assert body(gateway) == {"phrase": "枫岗", "syllables": "feng1 gang3", "person": "李四"}
    gateway.says("PUT readings-of-names", 200, {"readings": {}})
    assert typed(gateway, here, "teach", "枫岗", "--by", "李四").stdout == "枫岗 照原来的读。\n"
