"""The floor: a warning goes from the broker straight to the horn, and nothing is kept.

Arguments: broker's port, topic, site.json.

site.json: {"way": "rtu" / "tcp", "baud": …, "lines": [path or port, …], "places": {code: [line, unit], …}}.
"""

import json
import sys
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from lxml import etree
from paho.mqtt.enums import CallbackAPIVersion
from pymodbus.client import ModbusSerialClient, ModbusTcpClient

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
PLAY, RED = 1, 2


def main(port: int, topic: str, site_file: str) -> None:
    horns: list[Any]  # pymodbus has no types for its synchronous clients
    site = json.loads(Path(site_file).read_text())
    if site["way"] == "tcp":
        horns = [ModbusTcpClient("127.0.0.1", port=int(line)) for line in site["lines"]]
    else:
        horns = [ModbusSerialClient(line, baudrate=site["baud"]) for line in site["lines"]]
    for horn in horns:
        horn.connect()

    def on_message(client: mqtt.Client, data: Any, message: mqtt.MQTTMessage) -> None:
        alert = etree.fromstring(message.payload)
        line, unit = site["places"][alert.findtext(f".//{CAP}geocode/{CAP}value")]
        horns[line].write_register(PLAY, RED, device_id=unit)

    def on_connect(client: mqtt.Client, *rest: Any) -> None:
        client.subscribe(topic, qos=1)

    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    client.on_message, client.on_connect = on_message, on_connect
    client.on_subscribe = lambda *rest: print("ready", flush=True)
    client.connect("127.0.0.1", port)
    client.loop_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
