"""Pictures behind links: which addresses are gone to, what is taken, and what is not."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from telegram import Message

from bot import links
from bot.links import Miss, fetched, is_public, may_be_image
from bot.serving import serving
from handlers import access, messages
from handlers.context import Context, Services, place_of
from playground.text import found
from tests.conftest import picture
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

anywhere = partial(fetched, may_reach=lambda _address: True)
PICTURE = picture()


class Site:
    """A web site with a picture, and with what is none."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.headers: dict[str, str] = {}
        self.app = Starlette(routes=[Route("/{rest:path}", self._answer)])

    async def _answer(self, request: Request) -> Response:
        path = request.url.path
        self.asked.append(path)
        self.headers = dict(request.headers)
        if path == "/slow.png":
            await asyncio.Event().wait()
        if path == "/away":
            return RedirectResponse(request.query_params["to"])
        if path.startswith("/hops/"):
            more = int(path.removeprefix("/hops/"))
            return RedirectResponse(f"/hops/{more - 1}" if more else "/photo.png")
        return _page(path)


def _page(path: str) -> Response:
    match path:
        case "/page.png":
            return Response("<title>File:photo.png</title>", media_type="text/html")
        case "/gone.png":
            return Response(status_code=404)
        case "/broken.png":
            return Response(b"not a picture", media_type="image/png")
        case "/packed.png":
            headers = {"content-encoding": "gzip"}
            return Response(b"\x1f\x8b", media_type="image/png", headers=headers)
        case "/endless.png":
            return Response(bytes((20 << 20) + 1), media_type="image/png")
        case _:
            return Response(PICTURE, media_type="image/jpeg")


@pytest.fixture
def web() -> Site:
    return Site()


@pytest.fixture
async def site(web: Site) -> AsyncIterator[str]:
    async with serving(web.app) as url:
        yield url


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.9.9.9",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:a9fe:a9fe",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:808:808::1",
        "3fff::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_an_address_that_is_not_out_in_the_internet_is_not_gone_to(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "93.184.216.34",
        "172.32.0.1",
        "2606:4700::1111",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
    ],
)
def test_any_other_address_is(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "is_it"),
    [
        ("https://example.org/a.jpg", True),
        ("http://example.org/a/b.PNG?size=large#top", True),
        ("example.org/a.webp", True),
        ("HTTPS://EXAMPLE.ORG/A.JPEG", True),
        ("https://example.org/photo", False),
        ("https://example.org/?file=a.jpg", False),
        ("https://example.jpg", False),
        ("https://example.org/jpg", False),
        ("ftp://example.org/a.jpg", False),
        ("file:///etc/a.jpg", False),
        ("javascript://a.jpg/a.jpg", False),
        ("tg://user/a.jpg", False),
        ("https:///a.jpg", False),
        ("https://[::1/a.jpg", False),
    ],
)
def test_a_link_may_be_to_a_picture_if_its_path_ends_like_one(url: str, *, is_it: bool) -> None:
    assert may_be_image(url) is is_it


async def test_a_picture_is_fetched_and_nobody_is_told_who_asks(site: str, web: Site) -> None:
    assert await anywhere(f"{site}/photo.png") == PICTURE
    assert web.headers["user-agent"] == "Teller"
    assert "cookie" not in web.headers


@pytest.mark.parametrize(
    ("path", "miss"),
    [
        ("page.png", Miss.PAGE),
        ("gone.png", Miss.LOST),
        ("endless.png", Miss.TOO_LARGE),
        ("hops/9", Miss.LOST),
        ("away?to=ftp://127.0.0.1/a.png", Miss.LOST),
        ("away?to=file:///etc/passwd", Miss.LOST),
    ],
)
async def test_what_is_no_picture_is_not_taken(site: str, path: str, miss: Miss) -> None:
    assert await anywhere(f"{site}/{path}") == miss


async def test_three_redirects_are_followed_and_no_fourth(site: str) -> None:
    assert await anywhere(f"{site}/hops/1") == PICTURE
    assert await anywhere(f"{site}/hops/3") == Miss.LOST


async def test_what_a_server_packs_is_not_unpacked(site: str) -> None:
    assert await anywhere(f"{site}/packed.png") == b"\x1f\x8b"


async def test_a_server_that_does_not_begin_is_not_waited_for(site: str) -> None:
    started = asyncio.get_running_loop().time()

    assert await anywhere(f"{site}/slow.png") == Miss.LOST
    assert asyncio.get_running_loop().time() - started < 2 * links.SECONDS_TO_BEGIN


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001"])
async def test_a_name_or_number_of_this_machine_is_never_connected_to(
    site: str, web: Site, host: str
) -> None:
    url = site.replace("127.0.0.1", host)

    assert await fetched(f"{url}/photo.png") == Miss.LOST
    assert web.asked == []


async def test_a_redirect_leads_nowhere_that_a_link_may_not(site: str, web: Site) -> None:
    # Each connection is judged anew: the first address may be gone to, the second may not.
    judged: list[str] = []

    def may_reach(address: str) -> bool:
        judged.append(address)
        return len(judged) == 1

    async with serving(Site().app) as other:
        found = await fetched(f"{site}/away?to={other}/photo.png", may_reach=may_reach)

    assert found == Miss.LOST
    assert judged == ["127.0.0.1"] * 2


@pytest.mark.parametrize(
    "url", ["http://", "http://a b/c.png", "http://[/c.png", "http://a." + "a" * 300]
)
async def test_a_link_that_makes_no_sense_leads_nowhere(url: str) -> None:
    assert await anywhere(url) == Miss.LOST


async def ask(services: Services, someone: Someone, text: str) -> None:
    """Write something to the bot, with links that may lead to this very machine."""
    someone.world.started.add(someone.person.id)
    chat = someone.world.chats[someone.chat_id]
    sent = someone.world.post(someone.person, chat, {"text": text, "entities": found(text)})
    message = Message.de_json(sent, services.bot)
    author = access.author(message)
    assert author is not None
    person, choice = await access.met(services, author, place_of(message))
    context = Context(
        services=services,
        update_id=message.message_id,
        attempt=1,
        person=person,
        message=message,
        album=(message,),
        choice=choice,
    )
    await messages.on_text(context, anywhere)


def asked(model: FakeOpenAI) -> Any:
    """What the model was asked last, without what came before."""
    return model.asked[-1]["messages"][-1]["content"]


async def test_a_link_to_a_picture_shows_it(
    bot: Services, alice: Someone, model: FakeOpenAI, site: str
) -> None:
    await ask(bot, alice, f"What is on {site}/photo.jpg ?")

    assert alice.screen == ["I see 1 image."]
    [text, image] = asked(model)
    assert text["text"] == f"What is on {site}/photo.jpg ?"
    assert image["image_url"]["url"].startswith("data:image/")


async def test_a_link_to_a_page_is_simply_text(
    bot: Services, alice: Someone, model: FakeOpenAI, site: str, web: Site
) -> None:
    text = f"Read {site}/page.png and {site}/news"
    await ask(bot, alice, text)

    assert alice.screen == [f"You said: {text}"]
    assert asked(model) == text
    assert web.asked == ["/page.png"]


async def test_a_picture_that_cannot_be_used_is_told_and_the_text_answered(
    bot: Services, alice: Someone, site: str
) -> None:
    links = [f"{site}/{name}.png" for name in ("gone", "broken", "endless", "photo")]
    await ask(bot, alice, f"Compare {' '.join(links)}")

    gone, broken, endless, _ = links
    assert alice.screen == [
        "\n\n".join(
            [
                english("photo-not-fetched", url=gone),
                english("photo-not-fetched", url=broken),
                english("photo-link-too-large", url=endless),
            ]
        ),
        "I see 1 image.",
    ]


async def test_a_link_that_is_named_twice_is_fetched_once_and_no_more_than_five_are(
    bot: Services, alice: Someone, site: str, web: Site
) -> None:
    many = " ".join(f"{site}/{number // 2}.png" for number in range(14))
    await ask(bot, alice, many)

    assert sorted(web.asked) == [f"/{number}.png" for number in range(5)]
    assert alice.screen == [english("photo-too-many", most=10, links=5), "I see 5 images."]


async def test_a_picture_on_this_machine_is_out_of_reach_of_a_chat(
    bot: Services, alice: Someone, model: FakeOpenAI, site: str, web: Site
) -> None:
    alice.says(f"Show me {site}/photo.png")
    await alice.sees(f"You said: Show me {site}/photo.png")

    assert alice.screen[0] == english("photo-not-fetched", url=f"{site}/photo.png")
    assert web.asked == []
