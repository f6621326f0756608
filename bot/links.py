"""Pictures behind links, fetched without being led to where only we may go."""

import asyncio
import ipaddress
import socket
from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import aiohttp

from bot import images

SECONDS = 10.0  # in all
SECONDS_TO_BEGIN = 2.0  # a page that is no picture must not keep anybody waiting
MOST_BYTES = images.MOST_BYTES
MOST_REDIRECTS = 3
SCHEMES = frozenset({"http", "https"})
# Nothing that the server packs: 20 MB must stay 20 MB.
HEADERS = {"User-Agent": "Teller", "Accept": "image/*", "Accept-Encoding": "identity"}

# iana.org/assignments/ipv6-address-space: all that is global unicast is in here.
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# Addresses that hold others or are for documents; not all Pythons have them among the private.
NOT_GLOBAL = (
    ipaddress.IPv6Network("2001::/23"),
    ipaddress.IPv6Network("2001:db8::/32"),
    ipaddress.IPv6Network("2002::/16"),
    ipaddress.IPv6Network("3fff::/20"),
)
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the last four bytes are IPv4
# learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16: it looks public.
AZURE = ipaddress.IPv4Address("168.63.129.16")

MayReach: TypeAlias = Callable[[str], bool]


class Miss(StrEnum):
    """Why there is no picture behind a link."""

    PAGE = "page"
    LOST = "lost"
    TOO_LARGE = "too large"


def may_be_image(url: str) -> bool:
    """Whether a link looks like one to a picture: by the ending of its path."""
    try:
        parts = urlsplit(_whole(url))
    except ValueError:
        return False
    return (
        parts.scheme in SCHEMES
        and bool(parts.hostname)
        and images.is_named_like_one(parts.path.rstrip("/"))
    )


def is_public(address: str) -> bool:
    """Whether an address is out in the internet, where everybody may go."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip == AZURE)
    if ip.ipv4_mapped is not None:
        return is_public(str(ip.ipv4_mapped))
    if ip in NAT64:
        return is_public(str(ipaddress.IPv4Address(ip.packed[-4:])))
    return ip in GLOBAL_UNICAST and ip.is_global and not any(ip in each for each in NOT_GLOBAL)


async def fetched(url: str, *, may_reach: MayReach = is_public) -> bytes | Miss:
    """What is behind a link, if it says of itself that it is an image.

    Every address is judged in the moment in which it is connected to, so that neither a redirect
    nor a name that changes its address leads anywhere else.
    """
    connector = aiohttp.TCPConnector(
        socket_factory=lambda info: _socket(info, may_reach), use_dns_cache=False
    )
    try:
        async with (
            asyncio.timeout(SECONDS),
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=HEADERS,
                auto_decompress=False,
            ) as session,
        ):
            return await _image(session, _whole(url))
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return Miss.LOST


async def _image(session: aiohttp.ClientSession, url: str) -> bytes | Miss:
    async with asyncio.timeout(SECONDS_TO_BEGIN):
        response = await session.get(url, max_redirects=MOST_REDIRECTS)
    async with response:
        if not response.ok:
            return Miss.LOST
        if not response.content_type.startswith("image/"):
            return Miss.PAGE
        return await _body(response)


async def _body(response: aiohttp.ClientResponse) -> bytes | Miss:
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > MOST_BYTES:
            return Miss.TOO_LARGE
    return bytes(body)


def _socket(info: tuple[Any, ...], may_reach: MayReach) -> socket.socket:
    family, kind, protocol, _, address = info
    if not may_reach(str(address[0])):
        raise PermissionError("the address is not out in the internet")
    return socket.socket(family, kind, protocol)


def _whole(url: str) -> str:
    """A link with its scheme: Telegram finds links without one, too, and its apps add this one."""
    return url if "://" in url else f"http://{url}"
