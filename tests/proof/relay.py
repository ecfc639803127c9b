"""A relay between broker and gateway.

It notes when a document's last byte lay in the gateway's socket. It watches the urgent session only. It does
not know the time inside the broker.

Arguments: port, broker's port, file.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from contextlib import suppress
from pathlib import Path

END = re.compile(rb"<identifier>([^<]+)</identifier>.*?</alert>", re.DOTALL)


async def main(port: int, broker: int, file: Path) -> None:
    log = file.open("a", buffering=1)

    async def out(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """From the gateway."""
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                writer.write(data)
        writer.close()

    async def back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """From the broker. When the write returns, the bytes lie in the gateway's receive buffer."""
        rest = b""
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                rest += data
                writer.write(data)
                at = time.monotonic()
                while found := END.search(rest):
                    log.write(json.dumps([found[1].decode(), at]) + "\n")
                    rest = rest[found.end() :]
        writer.close()

    async def gateway(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_broker = await asyncio.open_connection("127.0.0.1", broker)
        await asyncio.gather(out(reader, to_broker[1]), back(to_broker[0], writer))

    async with await asyncio.start_server(gateway, "127.0.0.1", port) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
