"""Routes of review: why something sounds or does not, yes and no to what is held, what is quarantined, the relay rules in words."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field

from gateway.console.desk import Desk
from gateway.console.views import views
from gateway.console.views.explanation import tried
from gateway.intake import Unreadable
from gateway.intake.readers import LARGEST
from gateway.model.record import OWNER
from gateway.site.rulebook import sentence, sentences

SHOWN = 65_536
"""Bytes of a quarantined document that are shown; all of them lie in the ledger. Our choice."""


class Decision(BaseModel):
    """Who decides, by name; it is in the record."""

    model_config = ConfigDict(extra="forbid")
    person: str = Field(min_length=1, max_length=40)


def routes(desk: Desk) -> APIRouter:
    """For the owner only."""
    api = APIRouter()

    @api.post("/alerts/{key}/approve")
    async def approve(key: str, by: Decision) -> dict[str, Any]:
        """Yes to what is held: it is judged anew and sounds, or waits for `more` people."""
        return {"more": await desk.approve(key, by.person)}

    @api.post("/alerts/{key}/veto")
    async def veto(key: str, by: Decision) -> dict[str, Any]:
        """No to what is held: it will not sound."""
        await desk.veto(key, by.person)
        return {}

    @api.post("/explain")
    async def explain(request: Request, source: str = OWNER) -> dict[str, Any]:
        """A dry run of a document as if it came from this source now: nothing sounds, nothing is kept."""
        raw = await request.body()
        if len(raw) > LARGEST:
            raise HTTPException(413, f"一份预警最多 {LARGEST} 字节 / an alert has at most {LARGEST} bytes")
        try:
            entries = desk.explain(raw, source)
        except Unreadable as unreadable:
            detail = {"element": unreadable.element, "line": unreadable.line, **views.why(unreadable.why)}
            raise HTTPException(409, detail) from unreadable
        return {"alerts": [tried(entry, desk.roster()) for entry in entries]}

    @api.get("/quarantine")
    async def quarantine(most: int = 100) -> dict[str, Any]:
        """What could not be read or trusted, newest first; its bytes are kept."""
        return {
            "quarantine": [
                {
                    "number": number,
                    "at": arrival.at.isoformat(timespec="seconds"),
                    "source": arrival.source,
                    "peer": arrival.peer,
                    "size": len(arrival.raw),
                    **views.why(why),
                }
                for number, arrival, why in desk.ledger.quarantined(min(most, 500))
            ]
        }

    @api.get("/quarantine/{number}")
    async def quarantined(number: int) -> dict[str, Any]:
        """One of them with its bytes as text."""
        found = desk.ledger.arrival(number)
        if found is None or found[1] != "quarantined":
            raise HTTPException(404, f"隔离中没有编号 {number} / nothing is quarantined under {number}")
        arrival, _, why = found
        return {
            "number": number,
            "at": arrival.at.isoformat(timespec="seconds"),
            "source": arrival.source,
            "peer": arrival.peer,
            "size": len(arrival.raw),
            "text": arrival.raw[:SHOWN].decode("utf-8", "backslashreplace"),
            **(views.why(why) if why else {}),
        }

    @api.post("/quarantine/{number}/release", status_code=202)
    async def release(number: int, by: Decision) -> dict[str, Any]:
        """Read and judge it anew, with the readers and the configuration of today."""
        await desk.release(number, by.person)
        return {"number": number}

    @api.get("/rules")
    async def rules() -> dict[str, Any]:
        """The relay rules in words, and the version of the site data they stand in."""
        return {
            "version": desk.roster().version,
            "sentences": list(sentences(desk.rules)),
            "sentences_en": list(sentences(desk.rules, "en")),
            "rules": [{"zh": sentence(rule), "en": sentence(rule, "en")} for rule in desk.rules.rules],
        }

    return api
