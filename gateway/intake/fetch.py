"""Fetching an address that a document or a feed names, without being led inside.

Only public addresses are fetched, also after redirects and tricks with names, within bounds of size and time.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import httpx

HOPS = 3
"""Redirects that are followed. Our choice."""
PATIENCE_S = 15.0
"""Seconds that a document may take, from the request to its last byte. Our choice."""
AGENT = "tongluo (village loudspeaker gateway)"
"""Our name: some services answer nobody without one."""

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""The addresses of a host."""


class NotFetched(Exception):
    """It could not or may not be fetched. `definite`: asking again will not change that."""

    def __init__(self, message: str, *, definite: bool = False) -> None:
        super().__init__(message)
        self.definite = definite


@dataclass(frozen=True)
class Fetched:
    """An answer."""

    url: str
    body: bytes | None
    """None if nothing has changed since the answer that `known` came from."""
    known: Mapping[str, str] = field(default_factory=dict)
    """Give it to `get` to ask only for changes."""


async def resolved(host: str, port: int) -> list[str]:
    """The addresses of a host by the machine's own resolver."""
    answers = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


class Fetch:
    """Fetches addresses.

    `inside` are hosts that the operator named: they may have private addresses. `transport` and `resolve` are
    for tests.
    """

    def __init__(
        self,
        inside: frozenset[str] = frozenset(),
        resolve: Resolve = resolved,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._inside = inside
        self._resolve = resolve
        self._http = httpx.AsyncClient(
            transport=transport, trust_env=False, follow_redirects=False, timeout=PATIENCE_S
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def get(
        self,
        url: str,
        most: int,
        seconds: float = PATIENCE_S,
        headers: Mapping[str, str] | None = None,
        known: Mapping[str, str] | None = None,
    ) -> Fetched:
        """At most so many bytes, in so many seconds. Raises NotFetched.

        `known` is that of an earlier answer. `headers` go to the first host alone.
        """
        sent = {"user-agent": AGENT, **(headers or {}), **(known or {})}
        try:
            async with asyncio.timeout(seconds):
                for _ in range(HOPS + 1):
                    answer, onward = await self._once(url, most, sent)
                    if answer:
                        return answer
                    if urlsplit(onward).hostname != urlsplit(url).hostname:
                        sent = {"user-agent": AGENT}
                    url = onward
        except TimeoutError as error:
            raise NotFetched(f"{url}: not there within {seconds:g} s") from error
        except (httpx.HTTPError, OSError, UnicodeError) as error:
            raise NotFetched(f"{url}: {error!r}") from error
        raise NotFetched(f"{url}: more than {HOPS} redirects", definite=True)

    async def _once(self, url: str, most: int, headers: Mapping[str, str]) -> tuple[Fetched | None, str]:
        """An answer, or the address to go on to."""
        pinned, host = await self._pinned(url)
        request = self._http.build_request(
            "GET",
            pinned,
            headers={**headers, "host": host},
            extensions={"sni_hostname": urlsplit(url).hostname},
        )
        answer = await self._http.send(request, stream=True)
        try:
            if answer.has_redirect_location:
                return None, urljoin(url, answer.headers["location"])
            if answer.status_code == httpx.codes.NOT_MODIFIED:
                return Fetched(url, None, {}), ""
            if not answer.is_success:
                definite = answer.status_code in (401, 403, 404, 406, 410)
                raise NotFetched(f"{url}: answered {answer.status_code}", definite=definite)
            body = bytearray()
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > most:
                    raise NotFetched(f"{url}: more than {most} bytes", definite=True)
        finally:
            await answer.aclose()
        return Fetched(url, bytes(body), _known(answer.headers)), ""

    async def _pinned(self, url: str) -> tuple[httpx.URL, str]:
        """The URL with the address that its name has now, and its host by name. Raises NotFetched.

        So the name cannot stand for another address at the next moment.
        """
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
            raise NotFetched(f"{url}: only http and https, without a name and password", definite=True)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        addresses = await self._resolve(host, port)
        if not addresses:
            raise NotFetched(f"{url}: nobody has that name")
        if host not in self._inside and not all(public(address) for address in addresses):
            raise NotFetched(f"{url}: an address inside ({addresses[0]})", definite=True)
        return httpx.URL(url).copy_with(host=addresses[0]), parts.netloc


def public(address: str) -> bool:
    """Whether an address belongs to the open internet: not to this machine or a private network, and it hides
    none of these."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        hidden = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if hidden:
            return public(str(hidden))
    return ip.is_global and not ip.is_multicast


def _known(headers: httpx.Headers) -> dict[str, str]:
    pairs = (("if-none-match", "etag"), ("if-modified-since", "last-modified"))
    return {asks: headers[gives] for asks, gives in pairs if gives in headers}
