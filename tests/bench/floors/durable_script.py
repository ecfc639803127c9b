"""The durable floor: committed, acknowledged, committed again, then written to the horn.

Arguments: broker's port, topic, site.json, data file.

A careful engineer writes this in an afternoon. It has no relay rules, no expiry, no schedule, no retry, no
evidence, no receipts and no console.
"""

import json
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from lxml import etree
from paho.mqtt.enums import CallbackAPIVersion
from pymodbus.client import ModbusSerialClient, ModbusTcpClient

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
PLAY, RED = 1, 2


def open_store(path: str) -> sqlite3.Connection:
    store = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    store.execute("PRAGMA journal_mode = WAL")
    store.execute("PRAGMA synchronous = FULL")
    store.execute("CREATE TABLE IF NOT EXISTS arrival (id INTEGER PRIMARY KEY, at REAL, raw BLOB)")
    store.execute(
        "CREATE TABLE IF NOT EXISTS play (sender TEXT, identifier TEXT, sent TEXT, headline TEXT,"
        " line INTEGER, unit INTEGER, PRIMARY KEY (sender, identifier, sent))"
    )
    return store


def main(port: int, topic: str, site_file: str, data: str) -> None:
    horns: list[Any]  # pymodbus has no types for its synchronous clients
    site = json.loads(Path(site_file).read_text())
    if site["way"] == "tcp":
        horns = [ModbusTcpClient("127.0.0.1", port=int(line)) for line in site["lines"]]
    else:
        horns = [ModbusSerialClient(line, baudrate=site["baud"]) for line in site["lines"]]
    for horn in horns:
        horn.connect()
    store = open_store(data)

    def on_message(client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        store.execute("INSERT INTO arrival (at, raw) VALUES (?, ?)", (time.time(), message.payload))
        client.ack(message.mid, message.qos)
        alert = etree.fromstring(message.payload)
        line, unit = site["places"][alert.findtext(f".//{CAP}geocode/{CAP}value")]
        key = [alert.findtext(CAP + name) for name in ("sender", "identifier", "sent")]
        headline = alert.findtext(f".//{CAP}headline")
        values = (*key, headline, line, unit)
        if store.execute("INSERT OR IGNORE INTO play VALUES (?, ?, ?, ?, ?, ?)", values).rowcount:
            horns[line].write_register(PLAY, RED, device_id=unit)

    def on_connect(client: mqtt.Client, *rest: Any) -> None:
        client.subscribe(topic, qos=1)

    client = mqtt.Client(CallbackAPIVersion.VERSION2, "durable", protocol=mqtt.MQTTv5, manual_ack=True)
    client.on_message, client.on_connect = on_message, on_connect
    client.on_subscribe = lambda *rest: print("ready", flush=True)
    client.connect("127.0.0.1", port, clean_start=False)
    client.loop_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4])
