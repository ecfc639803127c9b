"""Fetches documents from addresses that others name: of feeds, and of attachments.

Only public addresses are asked, also after redirects and changes of DNS, so that nobody can lead the gateway
into a private network. Size, also of what is inflated, and time have bounds.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import httpx

from gateway.intake import Unreadable
from gateway.intake.readers import charset, coding
from gateway.model.reason import Reason

HOPS = 3
"""Redirects that are followed. Our choice."""
PATIENCE_S = 15.0
"""Seconds for a document, from the request to its last byte. Our choice."""
AGENT = "tongluo (village loudspeaker gateway)"
"""The User-Agent: some services do not answer without one."""

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""Addresses that carry an IPv4 address through a translator (RFC 6052 §2.1)."""
CLOSED = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "::/96",  # IPv4-compatible (RFC 4291 §2.5.5.1)
            "64:ff9b:1::/48",  # translation inside a network (RFC 8215)
            "fec0::/10",  # site-local (RFC 3879)
            "3fff::/20",  # documentation (RFC 9637)
            "5f00::/16",  # segment routing (RFC 9602)
        ),
    )
)
"""IPv6 networks inside others' networks, or nowhere, which older Pythons take for the open internet."""

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Gives the IP addresses of a host and port."""


class NotFetched(Exception):
    """A document cannot or must not be fetched."""

    def __init__(self, message: str, *, definite: bool = False) -> None:
        super().__init__(message)
        self.definite = definite
        """Whether a further try cannot succeed."""


@dataclass(frozen=True)
class Fetched:
    """A document as it was fetched."""

    url: str
    """Its address, after redirects."""
    body: bytes | None
    """Its bytes; None if it has not changed since `known`."""
    known: Mapping[str, str] = field(default_factory=dict)
    """Headers for the next request, which ask for the document only if it has changed."""
    charset: str = ""
    """The charset of its Content-Type, or ""."""


async def resolved(host: str, port: int) -> list[str]:
    """The IP addresses of a host, by the resolver of the machine. Raises OSError."""
    answers = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


class Fetch:
    """An HTTP client. `inside` are the hosts that the operator configured: they may have private addresses.

    `transport` and `resolve` are for tests.
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
        """Close the connections."""
        await self._http.aclose()

    async def get(
        self,
        url: str,
        most: int,
        seconds: float = PATIENCE_S,
        headers: Mapping[str, str] | None = None,
        known: Mapping[str, str] | None = None,
    ) -> Fetched:
        """A document of at most `most` bytes, within so many seconds.

        `headers` go to the first origin alone (RFC 6454 §4), not to another one of a redirect.
        `known` is `Fetched.known` of an earlier answer. Raises NotFetched.
        """
        own = {"user-agent": AGENT, "accept-encoding": coding.ACCEPTED}
        sent = {**own, **(headers or {}), **(known or {})}
        try:
            async with asyncio.timeout(seconds):
                for _ in range(HOPS + 1):
                    answer, onward = await self._once(url, most, sent)
                    if answer:
                        return answer
                    if _origin(onward) != _origin(url):
                        sent = own
                    url = onward
        except TimeoutError as error:
            raise NotFetched(f"{url}: not there within {seconds:g} s") from error
        except (httpx.HTTPError, OSError, UnicodeError) as error:
            raise NotFetched(f"{url}: {error!r}") from error
        raise NotFetched(f"{url}: more than {HOPS} redirects", definite=True)

    async def _once(self, url: str, most: int, headers: Mapping[str, str]) -> tuple[Fetched | None, str]:
        """The document, or the address of a redirect. Raises NotFetched, and the errors of httpx."""
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
            # Without this header httpx leaves the bytes as they are; it would inflate them without a bound.
            codings = answer.headers.pop("content-encoding", "")
            body = bytearray()
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > most:
                    raise NotFetched(f"{url}: more than {most} bytes", definite=True)
        finally:
            await answer.aclose()
        kind = charset.stated(answer.headers.get("content-type", ""))
        return Fetched(url, _plain(url, codings, bytes(body), most), _known(answer.headers), kind), ""

    async def _pinned(self, url: str) -> tuple[httpx.URL, str]:
        """The URL with an IP address for its host, and the name of the host.

        The address that was checked is the address that is asked: the name cannot change to another one
        meanwhile. Raises NotFetched.
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


def _plain(url: str, codings: str, body: bytes, most: int) -> bytes:
    """The body without its content codings. Raises NotFetched."""
    header = coding.stated(codings, charset.named)
    if header.unknown:
        raise NotFetched(f"{url}: coded as {header.unknown}")
    if not header.codings:
        return body
    try:
        return coding.opened(body, most)
    except Unreadable as unreadable:
        definite = unreadable.why.reason is Reason.TOO_LARGE
        raise NotFetched(f"{url}: {unreadable.why}", definite=definite) from unreadable


def public(address: str) -> bool:
    """Whether an IP address belongs to the open internet.

    Addresses of this machine and of private networks do not, nor do IPv6 addresses that contain such an
    address.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        hidden = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in NAT64:
            hidden = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if hidden:
            return public(str(hidden))
        if any(ip in network for network in CLOSED):
            return False
    return ip.is_global and not ip.is_multicast


def _origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port (RFC 6454 §4)."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _known(headers: httpx.Headers) -> dict[str, str]:
    """The headers that ask for the document only if it has changed."""
    pairs = (("if-none-match", "etag"), ("if-modified-since", "last-modified"))
    return {asks: headers[gives] for asks, gives in pairs if gives in headers}
