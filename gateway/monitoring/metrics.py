"""Prometheus metrics: counts are kept as the events pass, everything else is read when a collector asks.

The names are a contract; docs/operations.md lists them. Noting an event costs a dictionary entry; the ledger
is read at the scrape alone.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from gateway.model.alarm import AlarmKind
from gateway.model.delivery import Evidence
from gateway.model.event import Accepted, AlarmChanged, Event, Rejected, SpeakerChanged, Summary
from gateway.model.plan import Act
from gateway.monitoring.vitals import Vitals
from gateway.runtime.supervisor import State

FIRST_ORDER_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 150.0, 600.0)
"""Buckets of the seconds from arrival to the first order: from a commit to a veto window and a hold."""

REMEMBERED = 4096
"""Warnings whose first order is remembered, and first orders that wait for a scrape. Our choice: more than a
storm brings."""


class Tally:
    """Counts the events. Give `note` to `Events.listen`."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._ordered: OrderedDict[str, None] = OrderedDict()
        """Warnings whose first order was seen, oldest first."""
        self.verdicts: Counter[str] = Counter()
        """Verdicts given, by name; `unreadable` for a rejection."""
        self.bursts: Counter[tuple[str, str]] = Counter()
        """Bursts that ended, by outcome and act."""
        self.deliveries: Counter[str] = Counter()
        """Deliveries of plans that have ended, by outcome."""
        self.planned = 0
        """Deliveries of plans that have ended."""
        self.alarms: Counter[str] = Counter()
        """Changes of alarms: `raised` or `cleared`."""
        self.first_orders: deque[tuple[str, datetime]] = deque(maxlen=REMEMBERED)
        """The key of a document and when its first order went out, until a scrape takes it."""

    def note(self, event: Event) -> None:
        match event:
            case Accepted():
                self.verdicts[event.verdict.name] += 1
            case Rejected():
                self.verdicts["unreadable"] += 1
            case SpeakerChanged():
                self._burst(event)
            case Summary(final=True):
                self.planned += event.planned
                self.deliveries.update(event.outcomes)
            case AlarmChanged(alarm=alarm):
                self.alarms["cleared" if alarm.cleared else "raised"] += 1

    def _burst(self, event: SpeakerChanged) -> None:
        if event.outcome:
            self.bursts[event.outcome, event.act] += 1
        ordered = event.act is Act.WARNING and event.evidence > Evidence.QUEUED
        if event.key and ordered and event.key not in self._ordered:
            self._ordered[event.key] = None
            if len(self._ordered) > REMEMBERED:
                self._ordered.popitem(last=False)
            self.first_orders.append((event.key, self._now()))


class Metrics:
    """The page that a collector scrapes. `vitals` is asked at each scrape."""

    def __init__(
        self,
        tally: Tally,
        vitals: Callable[[], Vitals],
        arrived: Callable[[str], datetime | None],
    ) -> None:
        self._tally = tally
        self._arrived = arrived
        """When a document came, by its key; None where it is not known any more."""
        self._registry = CollectorRegistry()
        self._registry.register(_Counts(tally))
        self._registry.register(_Gauges(vitals))
        ProcessCollector(registry=self._registry)
        self._first_order = Histogram(
            "tongluo_first_order_seconds",
            "From a warning's arrival to its first order to a speaker, windows and holds included",
            buckets=FIRST_ORDER_S,
            registry=self._registry,
        )

    def page(self) -> bytes:
        """The exposition, in Prometheus's text format."""
        waiting = self._tally.first_orders
        while waiting:
            key, ordered = waiting.popleft()
            if arrived := self._arrived(key):
                self._first_order.observe(max(0.0, (ordered - arrived).total_seconds()))
        return generate_latest(self._registry)


def _counter(name: str, help_: str, label: str, counts: Counter[str]) -> CounterMetricFamily:
    family = CounterMetricFamily(name, help_, labels=[label])
    for value, count in counts.items():
        family.add_metric([value], count)
    return family


class _Counts(Collector):
    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def collect(self) -> Iterator[Metric]:
        tally = self._tally
        yield _counter("tongluo_verdicts", "Verdicts given, by name", "verdict", tally.verdicts)
        bursts = CounterMetricFamily("tongluo_bursts", "Bursts ended at a speaker", labels=["outcome", "act"])
        for labels, count in tally.bursts.items():
            bursts.add_metric(labels, count)
        yield bursts
        yield CounterMetricFamily("tongluo_deliveries_planned", "Deliveries of ended plans", tally.planned)
        yield _counter(
            "tongluo_deliveries",
            "Deliveries of ended plans by outcome: success is (played + heard) / planned,"
            " unproved counts apart",
            "outcome",
            tally.deliveries,
        )
        yield _counter("tongluo_alarms", "Alarms raised and cleared", "change", tally.alarms)


def _gauge(name: str, help_: str, value: float | None) -> Iterator[Metric]:
    """No sample where the value is not known: zero would be wrong."""
    if value is not None:
        yield GaugeMetricFamily(name, help_, value)


def _each(name: str, help_: str, label: str, values: Iterator[tuple[str, float]]) -> Metric:
    family = GaugeMetricFamily(name, help_, labels=[label])
    for key, value in values:
        family.add_metric([key], value)
    return family


class _Gauges(Collector):
    def __init__(self, vitals: Callable[[], Vitals]) -> None:
        self._vitals = vitals

    def describe(self) -> list[Metric]:
        """The vitals are not asked when this is registered."""
        return []

    def collect(self) -> Iterator[Metric]:
        vitals = self._vitals()
        yield from self._flow(vitals)
        yield from self._connections(vitals)
        yield from self._tasks(vitals)
        yield from self._ledger(vitals)

    def _flow(self, vitals: Vitals) -> Iterator[Metric]:
        yield _counter("tongluo_arrivals", "Documents taken, by source", "source", Counter(vitals.arrivals))
        depths = {"arrivals": vitals.waiting}
        yield _each("tongluo_queue_depth", "What waits, by queue", "queue", iter(depths.items()))
        yield from _gauge(
            "tongluo_oldest_unacknowledged_seconds",
            "Age of the oldest arrival neither kept nor refused",
            vitals.oldest_unacknowledged or 0.0,
        )
        yield from _gauge("tongluo_receipts_owed", "Receipts not sent yet", vitals.owed)
        yield from _gauge("tongluo_on_air", "Speakers that sound now", vitals.on_air)
        yield from _gauge("tongluo_canary_age_seconds", "Since a canary came through", vitals.canary_age)
        yield CounterMetricFamily("tongluo_polls_due", "Status polls due", vitals.polls.due)
        yield CounterMetricFamily("tongluo_polls_answered", "Status polls answered", vitals.polls.answered)

    def _connections(self, vitals: Vitals) -> Iterator[Metric]:
        for name, what, ups in (
            ("line", "line's port is there", vitals.lines),
            ("broker", "broker is connected", vitals.brokers),
            ("voice", "voice spoke when last asked", vitals.voices),
        ):
            values = ((key, float(up)) for key, up in ups.items())
            yield _each(f"tongluo_{name}_up", f"Whether the {what}", name, values)
        silent = sum(speaker.silent for speaker in vitals.speakers.values())
        yield from _gauge("tongluo_speakers_silent", "Speakers that do not answer", silent)
        yield from _gauge("tongluo_alarms_open", "Alarms that last", len(vitals.alarms))
        lasting = Counter(alarm.kind for alarm in vitals.alarms)
        kinds = ((kind.name.lower(), float(lasting[kind])) for kind in AlarmKind)
        yield _each("tongluo_alarms_open_by_kind", "Alarms that last, by kind", "kind", kinds)
        ages = ((name, (vitals.now - at).total_seconds()) for name, at in vitals.sources.items() if at)
        yield _each("tongluo_source_silent_seconds", "Since a source last sent", "source", ages)

    def _tasks(self, vitals: Vitals) -> Iterator[Metric]:
        restarts = Counter({task.name: task.restarts for task in vitals.tasks})
        yield _counter("tongluo_task_restarts", "Restarts of a task", "task", restarts)
        ups = ((task.name, float(task.state is State.UP)) for task in vitals.tasks)
        yield _each("tongluo_task_up", "Whether a task runs", "task", ups)
        yield from _gauge("tongluo_loop_tasks", "Everything the loop has under way", len(asyncio.all_tasks()))
        yield from _gauge("tongluo_loop_lag_seconds", "How late the loop was in the last round", vitals.lag)
        yield from _gauge("tongluo_clock_trusted", "Whether the clock can be trusted", vitals.trusted)

    def _ledger(self, vitals: Vitals) -> Iterator[Metric]:
        yield from _gauge("tongluo_disk_trouble", "Whether the last write failed", bool(vitals.disk.trouble))
        yield from _gauge("tongluo_disk_free_bytes", "Room where the data lies", vitals.disk.free)
        commits = vitals.commits
        buckets = [(str(edge), float(count)) for edge, count in sorted(commits.buckets.items())]
        yield HistogramMetricFamily(
            "tongluo_commit_seconds",
            "Commits of the ledger",
            buckets=[*buckets, ("+Inf", float(commits.count))],
            sum_value=commits.seconds,
        )
