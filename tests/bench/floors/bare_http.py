"""The floor of the HTTP intake: FastAPI, lxml and pydantic, nothing kept, nothing asked.

Argument: the port.
"""

import sys
from datetime import datetime
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from lxml import etree
from pydantic import BaseModel

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
app = FastAPI()


class Info(BaseModel):
    language: str
    event: str
    severity: str
    expires: datetime
    headline: str
    description: str
    instruction: str
    polygon: str
    geocode: str


class Alert(BaseModel):
    identifier: str
    sender: str
    sent: datetime
    status: str
    msgType: str  # noqa: N815 - CAP's own name
    scope: str
    info: Info


@app.post("/api/v1/alerts", status_code=202)
async def post(request: Request) -> dict[str, Any]:
    root = etree.fromstring(await request.body(), PARSER)
    said: dict[str, Any] = {name: root.findtext(CAP + name) for name in Alert.model_fields if name != "info"}
    info = root.find(CAP + "info")
    assert info is not None
    said["info"] = {name: info.findtext(f".//{CAP}{name}") for name in Info.model_fields}
    said["info"]["geocode"] = info.findtext(f".//{CAP}geocode/{CAP}value")
    alert = Alert.model_validate(said)
    return {"alerts": [{"identifier": alert.identifier}]}


if __name__ == "__main__":
    uvicorn.run(
        app, port=int(sys.argv[1]), loop="uvloop", http="httptools", log_level="warning", access_log=False
    )
