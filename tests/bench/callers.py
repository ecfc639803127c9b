"""Callers that post warnings over HTTP: each keeps its connection and sends one request after another."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence


async def _caller(port: int, token: str, waiting: list[bytes], answers: Counter[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        f"POST /api/v1/alerts HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n"
        f"authorization: Bearer {token}\r\ncontent-type: application/cap+xml\r\n"
    )
    while waiting:
        raw = waiting.pop()
        writer.write(f"{head}content-length: {len(raw)}\r\n\r\n".encode() + raw)
        answer = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line[15:]) for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:")
        )
        await reader.readexactly(length)
        answers[int(answer[9:12])] += 1
    writer.close()


def post(port: int, token: str, texts: Sequence[bytes], callers: int) -> Counter[int]:
    """Post all texts over so many connections. Returns how often each status was answered."""

    async def story() -> Counter[int]:
        waiting, answers = list(texts), Counter[int]()
        async with asyncio.TaskGroup() as group:
            for _ in range(callers):
                group.create_task(_caller(port, token, waiting, answers))
        return answers

    return asyncio.run(story())
