"""Whether a document is the end of an event. A Cancel can look Extreme, and an end can come as an Update."""

from __future__ import annotations

from gateway.judge import deed
from gateway.model.alert import Alert, Info, MsgType
from gateway.model.deed import Deed

ENDED_BY_PARAMETER = {
    ("layer:EC-MSC-SMC:1.1:Alert_Location_Status", "ended"),
    ("layer:EC-MSC-SMC:1.0:Alert_Location_Status", "ended"),
    ("layer:EC-MSC-SMC:1.1:Alert_Location_Status", "transitioned_out"),
    ("layer:EC-MSC-SMC:1.0:Alert_Location_Status", "transitioned_out"),
}
"""Canada's profile never cancels: it sends an Update with this parameter (EC-MSC CAP profile; seen in real
documents)."""


def ended(alert: Alert) -> bool:
    """True for a Cancel and a correction, and if every info block says that it is over. Expiry is not an
    end."""
    if alert.msg_type is MsgType.CANCEL or deed.of(alert) is Deed.CORRECTION:
        return True
    return bool(alert.infos) and all(over(info, alert) for info in alert.infos)


def over(info: Info, alert: Alert) -> bool:
    """Whether this block says that it is over. One document may end in one area and go on in another."""
    return (
        any(response.lower() == "allclear" for response in info.response_types)
        or (info.urgency.lower() == "past" and bool(alert.references))
        or any((pair.name, pair.value.strip().lower()) in ENDED_BY_PARAMETER for pair in info.parameters)
    )
