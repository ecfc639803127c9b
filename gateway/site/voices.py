"""What a site should know of its voice: which speaks, what it lacks, whose work it is, who has heard it."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.config.config import Config
from gateway.config.voice import EdgeTable, EspeakTable, KokoroTable
from gateway.i18n import phrase, sentence
from gateway.voice.engines.choice import lack, title, wanted

ACCENTED = "zf_xiaobei"
"""A style that may speak, and whose namesake at another provider has an accent of the north-east."""


def remarks(site: Config, lang: str = "zh") -> list[str]:
    """Sentences on the voice that shall speak at this site. Nothing is started."""
    return list(_remarks(site, lang))


def missing(site: Config, lang: str = "zh") -> str:
    """What the voice that shall speak here lacks, so that espeak-ng speaks; empty where it lacks nothing."""
    why = lack(wanted(site.voice), site.data)
    return sentence(why, lang) if why else ""


def _remarks(site: Config, lang: str) -> Iterator[str]:
    table = wanted(site.voice)
    if why := lack(table, site.data):
        if site.voice is None:  # of a voice that the site has named it is a fault: gateway.site.check
            yield sentence(why, lang)
        return
    voice = title(table)
    yield phrase("config_voice", lang, voice=voice)
    if isinstance(table, EspeakTable):
        yield phrase("voice_half_heard", lang)
    if isinstance(table, KokoroTable):
        yield phrase("voice_questions", lang)
        if table.style == ACCENTED and not table.style_file:
            yield phrase("voice_accented", lang, style=table.style)
    if isinstance(table, EdgeTable):
        yield phrase("voice_leaves", lang)
    if table.trial:
        yield phrase("voice_tried", lang, voice=voice, trial=table.trial)
    elif not isinstance(table, EspeakTable):
        measured = isinstance(table, KokoroTable) and not table.style_file
        judged = "voice_recognised" if measured else "voice_untried"
        yield phrase(judged, lang, voice=voice) + phrase("voice_trial", lang)
