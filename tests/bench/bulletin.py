"""The warnings that the bench sends.

They are red rainstorm warnings as counties write them. Each is for one place, and no two are alike.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.support.daytime import now

SENDER = "county@weather.example"


def code(place: int) -> str:
    """The n-th place's 12-digit code."""
    return f"341523{100 + place // 900:03}{100 + place % 900:03}"


def bulletin(identifier: str, place: str, size: int = 0, status: str = "Actual") -> bytes:
    """A CAP warning for the place.

    With `size` it is padded to that many bytes: a polygon gets more points and the description gets longer.
    """
    sent = now().replace(microsecond=0)
    text = _written(identifier, place, sent, "", "", status)
    if len(text) >= size:
        return text
    points = " ".join(f"31.{4000 + 7 * n},116.{9000 + 11 * n % 900}" for n in range(40))
    text = _written(identifier, place, sent, f"<polygon>{points}</polygon>", "", status)
    more = "雨" * ((size - len(text)) // 3)
    return _written(identifier, place, sent, f"<polygon>{points}</polygon>", more, status)


def _written(identifier: str, place: str, sent: datetime, polygon: str, more: str, status: str) -> bytes:
    expires = (sent + timedelta(hours=6)).isoformat()
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">\
<identifier>{identifier}</identifier><sender>{SENDER}</sender>
<sent>{sent.isoformat()}</sent><status>{status}</status><msgType>Alert</msgType><scope>Public</scope>\
<info><language>zh-CN</language>
<category>Met</category><event>暴雨</event><urgency>Immediate</urgency>\
<severity>Extreme</severity><certainty>Likely</certainty>
<eventCode><valueName>eventCode</valueName><value>11B03</value></eventCode>\
<expires>{expires}</expires><senderName>舒城县气象台</senderName>
<headline>舒城县气象台发布暴雨红色预警信号</headline><description>预计未来三小时降雨量将达一百毫米以上。{more}</description>
<instruction>请按{identifier}号预案立即停止户外活动。</instruction><area><areaDesc>石桥村</areaDesc>{polygon}
<geocode><valueName>CPEAS Geographic Code</valueName><value>{place}</value></geocode>\
</area></info></alert>""".encode()
