"""Access to a real Mosquitto: TLS with a client certificate, name and password, refusals.

Also how many messages the door takes at once.
"""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from drivers.link import mqtt
from drivers.link.mqtt import Access, Incoming, Mqtt, Will
from tests.support.authority import Authority
from tests.support.brokers import Mosquitto, mosquitto_or_skip
from tests.support.tasks import running

pytestmark = pytest.mark.service


@contextmanager
def broker(folder: Path, rules: str = "allow_anonymous true\n") -> Iterator[Mosquitto]:
    mosquitto_or_skip()
    broker = Mosquitto(folder, rules)
    try:
        yield broker
    finally:
        broker.stop()


@asynccontextmanager
async def connected(*sessions: Mqtt) -> AsyncIterator[None]:
    """Run these sessions. The body may take half a minute."""
    async with running(*(session.run() for session in sessions)), asyncio.timeout(30):
        yield


async def seen(true: Any) -> None:
    while not true():
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("version5", [True, False], ids=["MQTT 5", "MQTT 3.1.1"])
def test_over_tls_with_a_client_certificate_large_and_many_documents_arrive_whole(
    tmp_path: Path, version5: bool
) -> None:
    authority = Authority(tmp_path / "ca")
    server, server_key = authority.issue("broker", "127.0.0.1")
    mine, mine_key = authority.issue("gateway")
    rules = (
        f"cafile {authority.certificate}\ncertfile {server}\nkeyfile {server_key}\nrequire_certificate true\n"
    )
    rules += "use_identity_as_username true\nallow_anonymous false\n"
    large = bytes(range(256)) * 6000
    with broker(tmp_path / "broker", rules) as there:

        async def story() -> None:
            got: list[Incoming] = []
            access = Access(
                "127.0.0.1", there.port, "a", version5, None, None, authority.certificate, mine, mine_key
            )
            other = Access(
                "127.0.0.1", there.port, "b", version5, None, None, authority.certificate, mine, mine_key
            )

            def take(one: Incoming) -> None:
                got.append(one)
                ours.done(one)

            ours = Mqtt(access, ("t",), take)
            theirs = Mqtt(other, (), lambda _: None)
            async with connected(ours, theirs):
                await ours.up.wait()
                await theirs.up.wait()
                many = [theirs.publish("t", b"%d" % number) for number in range(300)]
                await asyncio.gather(theirs.publish("t", large), *many, theirs.publish("t", large))
                await seen(lambda: len(got) == 302)
            assert sorted(one.payload for one in got) == sorted(
                [large, large, *(b"%d" % n for n in range(300))]
            )

        asyncio.run(story())


def test_without_the_certificate_it_says_so_and_gets_in_once_it_has_one(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "ca")
    server, server_key = authority.issue("broker", "127.0.0.1")
    strangers, strangers_key = Authority(tmp_path / "elsewhere").issue("gateway")
    mine, mine_key = authority.issue("gateway")
    certificate, key = tmp_path / "gateway.pem", tmp_path / "gateway.key"
    certificate.write_bytes(strangers.read_bytes())
    key.write_bytes(strangers_key.read_bytes())
    rules = (
        f"cafile {authority.certificate}\ncertfile {server}\nkeyfile {server_key}\nrequire_certificate true\n"
    )
    with broker(tmp_path / "broker", rules + "allow_anonymous true\n") as there:

        async def story() -> None:
            access = Access(
                "127.0.0.1", there.port, "a", True, None, None, authority.certificate, certificate, key
            )
            ours = Mqtt(access, ("t",), lambda _: None)
            async with connected(ours):
                await seen(lambda: ours.trouble)
                await asyncio.sleep(1)
                assert not ours.up.is_set()
                certificate.write_bytes(mine.read_bytes())
                key.write_bytes(mine_key.read_bytes())
                await ours.up.wait()
                assert ours.trouble == ""

        asyncio.run(story())


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # paho leaves its socket to the collector
def test_a_broker_that_shows_another_authoritys_certificate_is_not_believed(tmp_path: Path) -> None:
    server, server_key = Authority(tmp_path / "false").issue("broker", "127.0.0.1")
    authority = Authority(tmp_path / "ca")
    with broker(
        tmp_path / "broker", f"certfile {server}\nkeyfile {server_key}\nallow_anonymous true\n"
    ) as there:

        async def story() -> None:
            access = Access("127.0.0.1", there.port, "a", ca_file=authority.certificate)
            ours = Mqtt(access, ("t",), lambda _: None)
            async with connected(ours):
                await seen(lambda: "certificate" in ours.trouble.lower())
                assert not ours.up.is_set()

        asyncio.run(story())


@pytest.mark.parametrize("version5", [True, False], ids=["MQTT 5", "MQTT 3.1.1"])
def test_a_wrong_password_is_said_once_and_the_right_one_is_taken_without_a_restart(
    tmp_path: Path, version5: bool, caplog: pytest.LogCaptureFixture
) -> None:
    mosquitto_or_skip()
    accounts, password = tmp_path / "accounts", tmp_path / "password"
    accounts.touch()
    password.write_text("wrong\n")
    subprocess.run(["mosquitto_passwd", "-b", str(accounts), "gateway", "right"], check=True)
    with broker(tmp_path / "broker", f"password_file {accounts}\nallow_anonymous false\n") as there:

        async def story() -> None:
            access = Access("127.0.0.1", there.port, "a", version5, "gateway", password)
            ours = Mqtt(access, ("t",), lambda _: None)
            async with connected(ours):
                await asyncio.sleep(2)
                assert not ours.up.is_set()
                assert "refused us" in ours.trouble
                assert sum("refused us" in record.getMessage() for record in caplog.records) == 1
                password.write_text("right\n")
                await ours.up.wait()
                assert ours.trouble == ""

        asyncio.run(story())


def test_a_file_that_is_not_there_is_said_and_stops_nothing_else(tmp_path: Path) -> None:
    async def story() -> None:
        access = Access("127.0.0.1", 1, "a", ca_file=tmp_path / "missing.pem")
        ours = Mqtt(access, ("t",), lambda _: None)
        async with connected(ours):
            await seen(lambda: "No such file" in ours.trouble)

    asyncio.run(story())


def test_a_red_comes_through_behind_five_hundred_that_nobody_can_acknowledge(tmp_path: Path) -> None:
    with broker(tmp_path) as there:

        async def story() -> None:
            got: list[Incoming] = []
            ours = Mqtt(Access("127.0.0.1", there.port, "a"), ("t",), got.append)
            theirs = Mqtt(Access("127.0.0.1", there.port, "b"), (), lambda _: None)
            async with connected(ours, theirs):
                await ours.up.wait()
                await theirs.up.wait()
                await asyncio.gather(*(theirs.publish("t", b"blue %d" % number) for number in range(500)))
                await theirs.publish("t", b"red")
                await seen(lambda: got and got[-1].payload == b"red")
            assert len(got) == 501

        asyncio.run(story())


def test_no_more_than_the_receive_maximum_is_under_way_and_the_rest_comes_when_there_is_room(
    tmp_path: Path,
) -> None:
    with broker(tmp_path) as there:

        async def story() -> None:
            got: list[Incoming] = []
            ours = Mqtt(Access("127.0.0.1", there.port, "a", receive_maximum=10), ("t",), got.append)
            theirs = Mqtt(Access("127.0.0.1", there.port, "b"), (), lambda _: None)
            async with connected(ours, theirs):
                await ours.up.wait()
                await theirs.up.wait()
                await asyncio.gather(*(theirs.publish("t", b"%d" % number) for number in range(100)))
                await asyncio.sleep(0.5)
                assert len(got) == 10
                for number in range(100):
                    await seen(lambda number=number: len(got) > number)
                    ours.done(got[number])
            assert [one.payload for one in got] == [b"%d" % number for number in range(100)]

        asyncio.run(story())


def test_a_flood_without_acknowledgements_stays_in_the_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """QoS 0 has no receive maximum: beyond the bound the door reads nothing until it has room again."""
    monkeypatch.setattr(mqtt, "UNACKNOWLEDGED_MOST", 50)
    with broker(tmp_path) as there:

        async def story() -> None:
            got: list[Incoming] = []
            ours = Mqtt(Access("127.0.0.1", there.port, "a"), ("t",), got.append)
            theirs = Mqtt(Access("127.0.0.1", there.port, "b"), (), lambda _: None)
            async with connected(ours, theirs):
                await ours.up.wait()
                await theirs.up.wait()
                assert theirs._client
                for number in range(400):
                    theirs._client.publish("t", b"%d" % number, qos=0)
                    await asyncio.sleep(0)
                await asyncio.sleep(0.5)
                assert len(got) == 50
                for number in range(400):
                    await seen(lambda number=number: len(got) > number)
                    ours.done(got[number])
                assert ours._unacknowledged == ours._unacknowledged_bytes == 0

        asyncio.run(story())


def test_the_will_is_said_when_we_are_lost_and_when_we_leave(tmp_path: Path) -> None:
    with broker(tmp_path) as there:

        async def story() -> None:
            got: list[Incoming] = []
            watcher = Mqtt(Access("127.0.0.1", there.port, "watcher"), ("status",), got.append)

            def daemon() -> Mqtt:
                access = Access("127.0.0.1", there.port, "a", will=Will("status", b"offline"))
                return Mqtt(access, (), lambda _: None)

            async with connected(watcher):
                await watcher.up.wait()
                for leave in (True, False):
                    ours = daemon()
                    task = asyncio.create_task(ours.run())
                    await ours.up.wait()
                    await ours.publish("status", b"online", retain=True)
                    await seen(lambda: got and got[-1].payload == b"online")
                    if leave:
                        task.cancel()
                        await asyncio.gather(task, return_exceptions=True)
                    else:
                        assert ours._client
                        wire: Any = ours._client.socket()
                        wire.shutdown(2)
                    await seen(lambda: got[-1].payload == b"offline")
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)

        asyncio.run(story())


def test_packets_that_share_a_tls_record_are_all_read_though_the_socket_tells_of_none_of_them(
    tmp_path: Path,
) -> None:
    """Mosquitto writes each packet alone; others need not."""
    authority = Authority(tmp_path / "ca")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*authority.issue("broker", "127.0.0.1"))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                kind, size = await reader.readexactly(2)
                body = await reader.readexactly(size)
                if kind == 0x10:  # CONNECT: CONNACK (MQTT 3.1.1 §3.2)
                    writer.write(bytes((0x20, 2, 0, 0)))
                elif kind == 0x82:  # SUBSCRIBE: SUBACK and fifty PUBLISH at QoS 0 (§3.9, §3.3)
                    publish = b"".join(
                        bytes((0x30, 4, 0, 1)) + b"t" + bytes([number]) for number in range(50)
                    )
                    writer.write(bytes((0x90, 3, *body[:2], 1)) + publish)

    async def story() -> None:
        got: list[Incoming] = []
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
        port = server.sockets[0].getsockname()[1]
        access = Access("127.0.0.1", port, "a", version5=False, ca_file=authority.certificate)
        async with server, connected(Mqtt(access, ("t",), got.append)):
            async with asyncio.timeout(5):
                await seen(lambda: len(got) == 50)

    asyncio.run(story())
