"""Webhooks: addresses that are called when something happens.

Each webhook is a task of its own, so that none waits for another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from gateway.app.tasks import Task
from gateway.config.config import Config
from gateway.model.alert import Alert
from gateway.model.event import Event
from gateway.runtime.clock import Clock
from gateway.store.contract import Documents

if TYPE_CHECKING:
    from gateway.monitoring.webhooks import Webhook


class Webhooks:
    """The webhooks of a configuration. `listeners` must hear every event."""

    def __init__(self, config: Config, ledger: Documents, clock: Clock) -> None:
        """Raises OSError where a secret's file cannot be read."""
        self._ledger = ledger
        self._webhooks = _webhooks(config, clock, self._alert)
        self.listeners: list[Callable[[Event], None]] = [webhook.note for webhook in self._webhooks]

    def _alert(self, key: str) -> Alert | None:
        document = self._ledger.document(key)
        return document.alert if document else None

    def tasks(self) -> Iterator[Task]:
        for number, webhook in enumerate(self._webhooks, start=1):
            yield Task(f"webhook {number}", webhook.run, (webhook.pulse,))


def _webhooks(config: Config, clock: Clock, alert: Callable[[str], Alert | None]) -> list[Webhook]:
    if not config.webhooks:
        return []
    from gateway.monitoring.webhooks import Hook, Webhook  # its HTTP client takes 18 MB

    hooks = (
        Hook(table.url, table.secret_file.read_bytes().strip(), table.events) for table in config.webhooks
    )
    return [Webhook(hook, clock.now, alert) for hook in hooks]
