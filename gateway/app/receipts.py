"""Receipts: the keys that sign what each source is told."""

from __future__ import annotations

from gateway.config.config import Config
from gateway.config.sources import HttpSource, MqttSource
from gateway.receipts.seals import Seals


def seals(config: Config) -> Seals:
    """The seals of the configured sources. The key of an MQTT source is that of its broker.

    A key is the bytes of its file without the blanks around them. Raises OSError where a file cannot be read.
    """
    of_brokers = {broker.name: broker.receipt_key_file for broker in config.brokers}
    files = {
        source.name: source.receipt_key_file for source in config.sources if isinstance(source, HttpSource)
    }
    files |= {
        source.name: of_brokers[source.broker] for source in config.sources if isinstance(source, MqttSource)
    }
    return Seals({name: file.read_bytes().strip() for name, file in files.items() if file})
