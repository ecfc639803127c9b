"""The XML of the national release system: CAP's names in another shape.

The system is 国家突发事件预警信息发布系统, its format GB/T 35965.1-2018 after the code of the field. `code`
holds a text for each channel. The severity is a colour, the geocodes are a flat list, and the references name
the first alert of the event.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.intake.readers import attachment
from gateway.intake.readers.elements import Parts
from gateway.intake.readers.formats.cap import AlertElement
from gateway.model.alert import (
    CPEAS,
    Alert,
    Area,
    Info,
    MsgType,
    Pair,
    Reference,
    Scope,
    Status,
)

NAME = "national"
"""The name of the format in refusals; i18n has its words."""
CHANNEL = "SPEAKER"
"""The methodName of the text for loudspeakers (大喇叭)."""


def fits(parts: Parts) -> bool:
    """Whether an alert element is in this dialect."""
    return (
        parts.has("sendTime")
        or parts.has("senderCode")
        or (not parts.has("sent") and any(info.has("eventType") for info in parts.children("info")))
    )


def alert(parts: Parts) -> Alert:
    """One alert element. Raises Unreadable if it has no identity.

    The sender is its code if it has one: names change, codes do not.
    """
    return _NationalElement(parts).alert()


def references(names: str) -> Iterator[Reference]:
    """Update and Cancel name the first alert of the event, and mean the event as it stands."""
    return (Reference("", name, None, event=True) for name in re.split(r"[\s,，;；]+", names) if name)


class _NationalElement(AlertElement):
    def alert(self) -> Alert:
        self._spoken = self._for_speakers()
        return Alert(
            sent=self.sent("sendTime", "sent"),
            identifier=self.required("identifier"),
            sender=self.required("senderCode", "sender"),
            status=self.known("status", Status),
            msg_type=self.known("msgType", MsgType),
            scope=self._scope(),
            note=self.parts.text("note"),
            signature=self.signature(),
            references=tuple(references(self.parts.text("references"))),
            infos=tuple(self._info(info) for info in self.parts.children("info")),
            defects=tuple(self.defects),
        )

    def _scope(self) -> Scope | None:
        """secClassification Inner is for officials alone. An alert without a scope is public."""
        if self.parts.text("secClassification").lower() == "inner":
            return Scope.RESTRICTED
        return self.known("scope", Scope) if self.parts.text("scope") else Scope.PUBLIC

    def _for_speakers(self) -> str:
        """The text for loudspeakers, or "": then the description is said."""
        methods = (method for code in self.parts.children("code") for method in code.children("method"))
        texts = (method.text("message") for method in methods if method.text("methodName").upper() == CHANNEL)
        return next((text for text in texts if text), "")

    def _info(self, info: Parts) -> Info:
        code = info.text("eventType")
        return Info(
            language=info.text("language") or "zh-CN",
            event=info.text("event") or info.text("eventTypeName"),
            event_codes=(Pair("eventType", code),) if code else (),
            urgency=info.text("urgency") or "Unknown",
            certainty=info.text("certainty") or "Unknown",
            effective=self.moment(info, "effective"),
            onset=self.moment(info, "onset"),
            expires=self.moment(info, "expires"),
            sender_name=self.parts.text("sender"),
            headline=info.text("headline"),
            description=self._spoken or info.text("description"),
            instruction=info.text("instruction"),
            contact=self.parts.text("phone"),
            parameters=tuple(self._parameters(info)),
            areas=tuple(self._area(area) for area in info.children("area")),
            resources=attachment.attachments(info, self),
        )

    def _parameters(self, info: Parts) -> Iterator[Pair]:
        """The colour, and the texts that are not said: a drill may be told by the signer's name alone."""
        unsaid = info.text("description") if self._spoken else ""
        texts = (
            ("nationalSeverity", info.text("severity")),
            ("signer", info.text("senderName")),
            ("unsaid", unsaid),
        )
        yield from (Pair(name, value) for name, value in texts if value)

    def _area(self, area: Parts) -> Area:
        codes = (
            geocode.text("value") or (geocode.element.text or "").strip()
            for geocode in area.children("geocode")
        )
        return Area(
            area.text("areaDesc"),
            self.polygons(area),
            tuple(area.texts("circle")),
            tuple(Pair(CPEAS, code) for code in codes if code),
        )
