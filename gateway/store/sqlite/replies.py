"""Where senders want their answers, in the table `reply`, and the receipts that are owed there, in `answer`.

Which documents each is told of stands in `reply_document`. These two tables have no links of the chain: they
follow from `reply` and `receipt`, which have.
"""

from __future__ import annotations

from typing import Any

from gateway.model.alert import Reply
from gateway.store.chain.connection import ChainedConnection, Row

MOST = 8
"""Replies of one arrival. One more takes the place of the oldest, of its own topic first: a requester that
has asked again has given up on its earlier question. Our choice."""

_OWE = """
INSERT OR IGNORE INTO answer (receipt, reply)
    SELECT ?1, id FROM reply WHERE arrival = ?2 ->> 'arrival' AND ended IS NULL
    UNION ALL SELECT ?1, reply.id FROM reply_document AS told JOIN reply ON reply.id = told.reply
        WHERE told.document = ?3 AND told.source = ?4 AND ?2 ->> 'arrival' IS NULL AND reply.ended IS NULL
"""
_TELL_OF = """
INSERT OR IGNORE INTO reply_document (document, source, reply)
    SELECT ?1, ?2, id FROM reply WHERE arrival = ?3 ->> 'arrival' AND ?3 ->> 'verdict' <> 'quarantine'
"""
_TELL_OF_ALL = """
INSERT OR IGNORE INTO reply_document (document, source, reply)
    SELECT document, source, ?1 FROM receipt
    WHERE body ->> 'arrival' = ?2 AND document <> '' AND body ->> 'verdict' <> 'quarantine'
"""
_OWE_ALL = """
INSERT OR IGNORE INTO answer (receipt, reply)
    SELECT id, ?1 FROM receipt WHERE body ->> 'arrival' = ?2
    UNION SELECT (SELECT id FROM receipt WHERE receipt.document = told.document AND source = told.source
        AND body ->> 'kind' = 'summary' ORDER BY id DESC LIMIT 1) AS newest, ?1
    FROM reply_document AS told WHERE told.reply = ?1 AND newest IS NOT NULL
"""
_MEMBERS = """
SELECT body ->> 'quarantine' FROM receipt
    WHERE body ->> 'arrival' = ?1 AND document = '' AND body ->> 'quarantine' <> ?1
"""


def ask(db: ChainedConnection, arrival: int, reply: Reply, at: str) -> None:
    """A sender wants the answers to this arrival there: what it was told so far is owed there, and the newest
    summary of each document. The same again makes no second row, and is answered again."""
    data = None if reply.correlation is None else reply.correlation.hex()
    found: Any = db.execute(
        "SELECT id, ended FROM reply WHERE arrival = ? AND topic = ? AND correlation IS ?",
        (arrival, reply.topic, data),
    ).fetchone()
    if found and found[1] is not None:
        db.update("reply", (found[0],), "ended = ?", (None,))
    if not found:
        _make_room(db, arrival, reply.topic)
    number = int(found[0]) if found else _insert(db, arrival, at, reply.topic, data)
    db.execute(_TELL_OF_ALL, (number, arrival))
    db.execute(_OWE_ALL, (number, arrival))
    members: list[Any] = db.execute(_MEMBERS, (arrival,)).fetchall()
    for (member,) in members:
        ask(db, member, reply, at)


def inherit(db: ChainedConnection, member: int, arrival: int) -> None:
    """A member of an arrival was quarantined by itself: who is told of the arrival is told of the member."""
    sql = "SELECT at, topic, correlation FROM reply WHERE arrival = ?"
    replies: list[Any] = db.execute(sql, (arrival,)).fetchall()
    for at, topic, data in replies:
        _make_room(db, member, topic)
        _insert(db, member, at, topic, data)


def owe(db: ChainedConnection, receipt: int, source: str, document: str, body: str) -> None:
    """A receipt was written: it is owed to all that are told of its arrival or its document."""
    if not db.execute("SELECT 1 FROM reply LIMIT 1").fetchone():
        return  # nobody here has ever asked for it: this costs the least
    db.execute(_OWE, (receipt, body, document, source))
    if document:
        db.execute(_TELL_OF, (document, source, body))


def end(db: ChainedConnection, reply: int, why: str) -> None:
    """Nothing more is sent there, until its sender asks again."""
    db.update("reply", (reply,), "ended = ?", (why,))
    db.execute("DELETE FROM answer WHERE reply = ?", (reply,))


def _insert(db: ChainedConnection, arrival: int, at: str, topic: str, data: str | None) -> int:
    row: Row = {"arrival": arrival, "at": at, "topic": topic, "correlation": data}
    return int(db.insert("reply", row, "INSERT OR IGNORE") or 0)


def _make_room(db: ChainedConnection, arrival: int, topic: str) -> None:
    oldest = "SELECT id FROM reply WHERE arrival = ?1 ORDER BY topic <> ?2, id LIMIT 1"
    count = db.execute("SELECT count(*) FROM reply WHERE arrival = ?", (arrival,)).get
    if count >= MOST:
        db.drop("reply", f"id IN ({oldest})", (arrival, topic))
