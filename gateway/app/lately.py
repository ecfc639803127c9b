"""What was sent lately, for the rehearsal of the voice: its senders send the like again."""

from __future__ import annotations

from collections import Counter

from gateway.store.contract.documents import Documents
from gateway.store.contract.plans import Plans
from gateway.voice.repertoire import Past
from gateway.wording.issuing import issuer

DOCUMENTS = 30
"""Documents that are looked at: some weeks of a township, some days of a county. Our choice."""
ISSUERS = 3
"""Issuers whose signals are rehearsed: the county's, and the two that sent most beside it. Our choice."""


def lately(documents: Documents, plans: Plans) -> Past:
    """The issuers of the newest documents, and the sentences that were planned for them."""
    issuers: Counter[str] = Counter()
    sentences: dict[str, None] = {}
    for document in documents.documents(DOCUMENTS):
        for info in document.alert.infos:
            if info.language.startswith("zh"):
                issuers[issuer(info.headline, info.description, info.sender_name)] += 1
        for row in plans.plans(document.key):
            for part in row.plan.parts:
                sentences.update(dict.fromkeys((*part.script.sentences, *part.script.short)))
    del issuers[""]
    return Past(tuple(name for name, _ in issuers.most_common(ISSUERS)), tuple(sentences))
