"""Two deadlines: a reading is said by the voice that has it in time, whole sentences by one voice, and no
speaker waits. All in virtual time, by toy voices of every speed and with every trouble."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.model.plan import Script, ToneName
from gateway.model.speaker import Curve, Hearing
from gateway.voice import CannotSay, Gone
from gateway.voice.account import Account, Lack
from gateway.voice.announcer import Announcer
from gateway.voice.cuts import Cuts
from gateway.voice.mandarin.lexicon import OURS as LEXICON
from gateway.voice.mandarin.lexicon import Lexicon
from gateway.voice.piece import Piece
from gateway.voice.sound.shelf import Shelf
from gateway.voice.streaming import Streaming
from tests.support.speaking import Listened, Neural, Ours, listened, refusing, toy_finish, words_of
from tests.support.virtual_time import VirtualLoop

__all__ = ["toy_finish"]
pytestmark = pytest.mark.usefixtures("toy_finish")

Virtual = Callable[[Any], Any]
OPENING = "预警广播，预警广播。"
RED = Script(
    ToneName.RED,
    (
        OPENING,
        "舒城县气象台7月28日14时30分发布暴雨红色预警信号：预计未来3小时降雨量将达100毫米以上，山洪风险很高。",
        "请沟口的村民立即转移到村小学，不要返回取物，不要在河边停留。",
        "请相互转告，做好防范。",
    ),
    "warning-red",
)
OURS, NEURAL = "espeak-ng", "neural"


def heard_of(virtual: Virtual, neural: Neural | None, readings: int = 3, script: Script = RED) -> Listened:
    async def story() -> Listened:
        announcer = Announcer(Ours(), chosen=neural)
        heard = await listened(announcer, script, readings)
        await announcer.close()
        return heard

    found: Listened = virtual(story())
    whole(found, script)
    return found


def whole(heard: Listened, script: Script) -> None:
    """Every reading has all words of the script in order, and the speaker never waited."""
    said = {"".join(word.written for word in words_of(reading)) for reading in heard.readings}
    assert len(said) == 1
    assert len(heard.accounts) == len(heard.readings)
    assert heard.waited_s == 0.0, heard.late_s
    for voices, account in zip(heard.voices, heard.accounts, strict=True):
        assert tuple(dict.fromkeys(voices)) == account.voices


def test_a_fast_voice_says_every_reading_and_no_speaker_waits(virtual: Virtual) -> None:
    heard = heard_of(virtual, Neural(0.3))
    assert heard.voices == [[NEURAL]] * 3
    assert heard.accounts == [Account((NEURAL,))] * 3


def test_a_voice_as_fast_as_the_speaker_says_what_it_can_keep_up_with(virtual: Virtual) -> None:
    heard = heard_of(virtual, Neural(0.9))
    assert heard.voices[-1] == [NEURAL]
    assert all(len(voices) == 1 for voices in heard.voices)


def test_a_voice_of_half_the_speed_says_a_later_reading(virtual: Virtual) -> None:
    heard = heard_of(virtual, Neural(2.0))
    assert heard.voices[0] == [OURS]
    assert heard.voices[-1] == [NEURAL]
    assert heard.accounts[0] == Account((OURS,), Lack.NOT_READY)


def test_an_online_voice_says_a_reading_only_when_all_of_it_is_there(virtual: Virtual) -> None:
    heard = heard_of(virtual, Neural(0.5, streams=False))
    assert heard.voices == [[OURS], [NEURAL], [NEURAL]]


def test_without_another_voice_ours_says_it_and_nothing_is_missed(virtual: Virtual) -> None:
    assert heard_of(virtual, None).accounts == [Account((OURS,))] * 3


def test_what_was_made_ready_is_said_by_the_slowest_voice_from_the_first_reading(virtual: Virtual) -> None:
    async def story() -> Listened:
        announcer = Announcer(Ours(), chosen=Neural(3.0))
        await announcer.prepare(RED, 2, Hearing(Curve.HORN))
        return await listened(announcer, RED, 2)

    heard = virtual(story())
    whole(heard, RED)
    assert heard.voices == [[NEURAL]] * 2


def test_a_piece_that_is_refused_is_cut_anew_with_its_neighbour_and_said(virtual: Virtual) -> None:
    neural = Neural(0.3)
    neural.trouble = lambda piece: CannotSay("no") if piece.written == "不要返回取物，" else None
    heard = heard_of(virtual, neural)
    assert heard.voices == [[NEURAL]] * 3
    assert any("不要返回取物，" in piece.written for _, piece in heard.readings[0])


def test_what_stays_refused_is_said_by_ours_from_the_beginning_of_its_sentence(virtual: Virtual) -> None:
    neural = Neural(0.3)
    neural.trouble = refusing("取物")
    heard = heard_of(virtual, neural)
    assert heard.voices == [[NEURAL, OURS]] * 3
    assert heard.accounts[0] == Account((NEURAL, OURS), Lack.REFUSED)
    ours = [piece for voice, piece in heard.readings[0] if voice == OURS]
    assert ours[0].written.startswith("请沟口的村民")


def test_an_english_sentence_is_said_by_ours_and_the_rest_by_the_better_voice(virtual: Virtual) -> None:
    script = Script(
        RED.tone,
        (*RED.sentences[:2], "Move to high ground now.", "请带上AED设备，马上离开这里。", *RED.sentences[2:]),
        "x",
    )
    heard = heard_of(virtual, Neural(0.3), 2, script)
    assert heard.voices == [[NEURAL, OURS, NEURAL]] * 2
    assert heard.accounts[0] == Account((NEURAL, OURS), Lack.LANGUAGE)
    assert [piece.language for voice, piece in heard.readings[0] if voice == OURS] == ["en", "zh"]


@pytest.mark.parametrize("calls", [1, 2, 5, 9])
def test_a_voice_that_dies_in_mid_piece_is_asked_again_and_if_it_is_dead_ours_goes_on(
    virtual: Virtual, calls: int
) -> None:
    """It dies in its n-th piece: once, and for good."""
    for good_afterwards in (True, False):
        neural = Neural(0.3)

        def trouble(piece: Piece, neural: Neural = neural, good: bool = good_afterwards) -> Exception | None:
            dies = len(neural.asked) == calls if good else len(neural.asked) >= calls
            return Gone("killed") if dies else None

        neural.trouble = trouble
        heard = heard_of(virtual, neural)
        if good_afterwards:
            assert heard.voices[-1] == [NEURAL]
        else:
            assert heard.voices[-1][-1] == OURS
            assert heard.accounts[-1].lack is Lack.GONE


def test_a_voice_that_hangs_in_mid_reading_is_given_up_before_the_speaker_waits(virtual: Virtual) -> None:
    neural = Neural(0.3)
    neural.trouble = lambda piece: 1e6 if len(neural.asked) == 5 else None
    heard = heard_of(virtual, neural)
    assert heard.voices[0] == [NEURAL, OURS]
    assert heard.accounts[0].lack is Lack.FELL_BEHIND


def test_a_voice_that_hangs_from_the_start_costs_nobody_a_word(virtual: Virtual) -> None:
    neural = Neural(0.3)
    neural.trouble = lambda piece: 1e6
    heard = heard_of(virtual, neural)
    assert heard.voices[0] == [OURS]


def test_a_voice_that_grows_slow_falls_behind_and_is_back_in_the_next_reading(virtual: Virtual) -> None:
    neural = Neural(0.3)
    neural.trouble = lambda piece: 20.0 if len(neural.asked) == 4 else None
    heard = heard_of(virtual, neural)
    assert heard.voices == [[NEURAL, OURS], [NEURAL], [NEURAL]]
    assert heard.accounts[0].lack is Lack.FELL_BEHIND


@pytest.mark.parametrize("spoilt", [False, True])
def test_with_a_full_disk_or_a_spoilt_shelf_it_is_heard_all_the_same(
    virtual: Virtual, tmp_path: Path, spoilt: bool
) -> None:
    async def story() -> Listened:
        shelf = Shelf(tmp_path if spoilt else Path("/proc/tongluo"))
        neural = Neural(0.3)
        await listened(Announcer(Ours(), chosen=neural, shelf=shelf), RED, 1)
        spoil(tmp_path)
        again = Announcer(Ours(), chosen=neural, shelf=shelf)
        return await listened(again, RED, 2)

    heard = virtual(story())
    whole(heard, RED)
    assert heard.voices == [[NEURAL]] * 2


async def rehearsed(announcer: Announcer, script: Script) -> None:
    """Every piece of a script is on the disk."""
    for piece in announcer.rehearsed(*script.sentences):
        await announcer.rehearse(piece)


def spoil(folder: Path) -> None:
    """The disk loses the end of every file."""
    for file in folder.glob("*.speech"):
        file.write_bytes(file.read_bytes()[:-2])


def test_what_is_on_the_disk_is_said_by_a_voice_that_is_dead(virtual: Virtual, tmp_path: Path) -> None:
    async def story() -> Listened:
        neural = Neural(0.5)
        await rehearsed(Announcer(Ours(), chosen=neural, shelf=Shelf(tmp_path)), RED)
        neural.trouble = lambda piece: Gone("no file")
        return await listened(Announcer(Ours(), chosen=neural, shelf=Shelf(tmp_path)), RED, 2)

    heard = virtual(story())
    whole(heard, RED)
    assert heard.voices == [[NEURAL]] * 2


def village(number: int) -> Script:
    texts = (
        *RED.sentences[:2],
        f"请第{number}村的村民立即转移到第{number}小学，不要返回取物。",
        RED.sentences[-1],
    )
    return Script(RED.tone, texts, "warning-red")


@pytest.mark.parametrize("speed", [0.2, 0.5, 1.0])
def test_twelve_villages_at_once_wait_for_nobody(virtual: Virtual, speed: float) -> None:
    """Each has a sentence of its own."""

    async def story() -> list[Listened]:
        announcer = Announcer(Ours(), chosen=Neural(speed))
        return await asyncio.gather(*(listened(announcer, village(number), 3) for number in range(1, 13)))

    everyone: list[Listened] = virtual(story())
    for number, heard in enumerate(everyone, 1):
        whole(heard, village(number))
        assert all(len(voices) == 1 for voices in heard.voices), "nobody is begun and given up"
    assert all(heard.voices[-1] == [NEURAL] for heard in everyone if speed < 1)


def test_a_rehearsal_and_a_lift_that_is_made_ready_wait_for_what_sounds(
    virtual: Virtual, tmp_path: Path
) -> None:
    async def story() -> Listened:
        announcer = Announcer(Ours(), chosen=Neural(0.4), shelf=Shelf(tmp_path))
        idle = [asyncio.create_task(rehearsed(announcer, village(number))) for number in range(9)]
        lift = [asyncio.create_task(announcer.prepare(village(n), 2, Hearing(Curve.HORN))) for n in range(9)]
        await asyncio.sleep(0.5)
        heard = await listened(announcer, RED, 2)
        for task in (*idle, *lift):
            task.cancel()
        await asyncio.gather(*idle, *lift, return_exceptions=True)
        await announcer.close()
        return heard

    heard = virtual(story())
    whole(heard, RED)
    assert heard.voices == [[NEURAL]] * 2


Troubles = st.lists(
    st.one_of(
        st.none(), st.none(), st.none(),
        st.just(Gone("killed")), st.just(CannotSay("refused")), st.floats(0.1, 30.0),
    ),
    max_size=40,
)  # fmt: skip


@dataclass
class Evening:
    """Some bursts of different villages, with a voice and its troubles."""

    speed: float
    troubles: list[Exception | float | None]
    streams: bool
    readings: int
    at_once: int
    prepared: bool
    apart_s: float


evenings = st.builds(
    Evening,
    speed=st.floats(0.05, 3.0),
    troubles=Troubles,
    streams=st.booleans(),
    readings=st.integers(1, 4),
    at_once=st.integers(1, 4),
    prepared=st.booleans(),
    apart_s=st.floats(0.0, 20.0),
)
FIXTURE = [HealthCheck.function_scoped_fixture]


@settings(max_examples=6, deadline=None, suppress_health_check=FIXTURE)
@given(evening=evenings)
def test_whatever_a_voice_does_all_words_are_heard_in_order_and_nobody_waits(evening: Evening) -> None:
    spent(evening)


@pytest.mark.slow
@pytest.mark.timeout(600)
@settings(max_examples=400, deadline=None, suppress_health_check=FIXTURE)
@given(evening=evenings)
def test_whatever_a_voice_does_on_many_evenings_all_words_are_heard(evening: Evening) -> None:
    spent(evening)


def spent(evening: Evening) -> None:
    """Every burst of it is whole, and no reading has more than one change, from the neural voice to ours."""
    neural, troubles = Neural(evening.speed, evening.streams), evening.troubles
    neural.trouble = lambda piece: [*troubles, None][min(len(neural.asked) - 1, len(troubles))]

    async def story() -> list[Listened]:
        announcer = Announcer(Ours(), chosen=neural)
        if evening.prepared:
            await announcer.prepare(village(1), 2, Hearing(Curve.HORN))

        async def one(number: int) -> Listened:
            await asyncio.sleep(evening.apart_s * (number - 1))
            return await listened(announcer, village(number), evening.readings)

        heard = await asyncio.gather(*map(one, range(1, evening.at_once + 1)))
        await announcer.close()
        return heard

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        everyone = runner.run(story())
    for number, heard in enumerate(everyone, 1):
        whole(heard, village(number))
        for voices in heard.voices:
            assert voices in ([OURS], [NEURAL], [NEURAL, OURS])


LEARNT = Lexicon.of({"暴雨红色": "bao4 yu3 hong2 se4", "沟口的村民": "gou1 kou3 de5 cun1 min2"}).over(LEXICON)


@pytest.mark.parametrize("when", [0.1, 2.7, 5.3, 9.2, 14.0])
@pytest.mark.parametrize("trouble", [None, CannotSay("no"), Gone("no")])
@pytest.mark.parametrize("speed", [0.3, 0.9])
def test_a_name_that_is_taught_in_mid_burst_costs_no_word_and_no_reading(
    virtual: Virtual, speed: float, trouble: Exception | None, when: float
) -> None:
    """Words are counted in a reading, and two of them are one word from now on."""
    neural = Neural(speed)
    neural.trouble = lambda piece: trouble if "取物" in piece.written else None

    async def story() -> Listened:
        announcer = Announcer(Ours(), chosen=neural)
        asyncio.get_running_loop().call_later(when, announcer.learn, LEARNT)
        return await listened(announcer, RED, 2)

    heard = virtual(story())
    assert [account.voices[-1] for account in heard.accounts] != ["tone"]
    whole(heard, RED)


def test_a_piece_cut_anew_for_one_speaker_costs_another_that_is_ahead_no_word(virtual: Virtual) -> None:
    """A piece is refused after one reading said the piece before it, and before the other reading did."""
    cuts, voice = Cuts(Ours(), LEXICON), Neural()
    parts = cuts.parts(voice, RED.sentences)
    place = next(at for at, part in enumerate(parts) if "返回取物" in part.piece.written)
    texts = RED.sentences
    ahead = cuts.anew(voice, texts, parts, place, place)
    behind = cuts.anew(voice, texts, parts, place, 0)
    assert ahead is not None
    assert behind is not None
    assert ahead[:place] == parts[:place]
    end = next(at for at, part in enumerate(parts) if "河边停留" in part.piece.written)
    assert cuts.anew(voice, texts, parts, end, end) is None  # what was said cannot be joined to it
    assert cuts.anew(voice, texts, parts, end, 0) is not None
    for cut in (ahead, behind):
        assert [word for part in cut for word in part.piece.words] == [
            word for part in parts for word in part.piece.words
        ]
    assert cuts.words(texts) == sum(len(part.piece.words) for part in parts)


def test_a_fault_of_our_own_in_the_better_voice_costs_no_word(
    virtual: Virtual, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Streaming, "_keeps_ahead", broken)
    heard = heard_of(virtual, Neural(0.9))
    assert heard.accounts[0] == Account((OURS,), Lack.GONE)


def test_a_voice_that_refuses_all_of_a_long_text_leaves_it_to_ours(virtual: Virtual) -> None:
    neural = Neural(0.001)
    neural.trouble = lambda piece: CannotSay("no")
    script = Script(RED.tone, tuple(f"请{n}组的村民立即转移到村小学。" for n in range(300)), "x")
    heard = heard_of(virtual, neural, 1, script)
    assert heard.accounts == [Account((OURS,), Lack.REFUSED)]


def test_a_refusal_is_no_alarm_and_a_death_is(virtual: Virtual) -> None:
    async def story() -> None:
        neural = Neural(0.3)
        announcer = Announcer(Ours(), chosen=neural)
        for error, alive in ((CannotSay("no"), True), (Gone("no"), False)):
            neural.trouble = lambda piece, error=error: error  # type: ignore[misc]
            await listened(announcer, RED, 1)
            assert announcer.chosen_speaks is alive
        await announcer.close()

    virtual(story())


def test_an_online_voice_that_refuses_a_piece_says_nothing_of_the_reading(virtual: Virtual) -> None:
    neural = Neural(0.01, streams=False)
    neural.trouble = refusing("取物")
    heard = heard_of(virtual, neural)
    assert heard.voices == [[OURS]] * 3
    assert heard.accounts[0] == Account((OURS,), Lack.REFUSED)
