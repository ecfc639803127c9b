"""Templates: what a page shows, in the language that the reader chose.

The filters of a template: `phrase` is a phrase of gateway/i18n, `both` is the same in both languages, `said`
is the sentence of a reason, `named` is the word for a value, `titled` is the name of an alarm, `deed` is the
word for the act of an alert.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, pass_context, select_autoescape
from jinja2.runtime import Context

from gateway import i18n
from gateway.model.alarm import Alarm
from gateway.model.reason import Why

_TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape())


def render(template: str, lang: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The page that `template` makes of `values`. An unknown language is Chinese."""
    lang = lang if lang in i18n.LANGUAGES else "zh"
    return HTMLResponse(_TEMPLATES.get_template(template).render(values, lang=lang), status)


@pass_context
def _phrase(context: Context, key: str, **fields: object) -> str:
    return i18n.phrase(key, context["lang"], **fields)


@pass_context
def _said(context: Context, why: Why) -> str:
    return i18n.sentence(why, context["lang"])


@pass_context
def _named(context: Context, value: str) -> str:
    return i18n.name(value, context["lang"])


@pass_context
def _deed(context: Context, act: str) -> str:
    return i18n.deed_name(act, context["lang"])


@pass_context
def _titled(context: Context, alarm: Alarm) -> str:
    return i18n.alarm_name(alarm.kind, alarm.subject, context["lang"])


def _both(key: str) -> str:
    return " / ".join(i18n.phrase(key, lang) for lang in i18n.LANGUAGES)


_TEMPLATES.filters.update(phrase=_phrase, both=_both, said=_said, named=_named, titled=_titled, deed=_deed)
