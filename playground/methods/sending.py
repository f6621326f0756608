"""Methods that put something new into a chat."""

from collections.abc import Callable
from typing import Any

from playground import rich, rules
from playground.files import NotAPhoto
from playground.methods.given import Given, Upload
from playground.people import Chat, Json
from playground.rules import Refused, bad
from playground.screen import Action, Draft
from playground.text import with_found
from playground.world import World


def sendMessage(world: World, given: Given) -> Json:
    chat = given.open_chat(world)
    given.refuse_parse_mode()
    text, entities = rules.message_text(given.text("text"), given.list("entities"))
    return _post(world, chat, given, {"text": text, "entities": with_found(text, entities)})


def sendRichMessage(world: World, given: Given) -> Json:
    chat = given.open_chat(world)
    content = {"rich_message": rich.message(given.object("rich_message"))}
    return _post(world, chat, given, content)


def sendPhoto(world: World, given: Given) -> Json:
    chat = given.open_chat(world)
    content = {"photo": _photo(world, given, given.params.get("photo"), field="photo")}
    return _post(world, chat, given, content | _caption(given))


def sendDocument(world: World, given: Given) -> Json:
    chat = given.open_chat(world)
    document = _document(world, given, given.params.get("document"), field="document")
    return _post(world, chat, given, {"document": document} | _caption(given))


def sendMediaGroup(world: World, given: Given) -> list[Json]:
    chat = given.open_chat(world)
    media = given.list("media")
    if len(media) not in rules.ALBUM:
        raise bad("wrong number of items in the album: it must include 2-10 items")
    album = {"media_group_id": world.next_number()}
    contents = [album | _item(world, given, item) for item in media]
    more = _around(world, chat, given)
    world.limits.message(chat, times=len(contents))
    return [world.post(world.bot, chat, _present(content), **more) for content in contents]


def sendMessageDraft(world: World, given: Given) -> bool:
    chat = given.open_chat(world)
    if not chat.is_private:
        raise bad("TEXTDRAFT_PEER_INVALID")
    draft_id = given.number("draft_id")
    if not draft_id:  # "must be non-zero"
        raise bad("TEXTDRAFT_ID_INVALID")
    given.refuse_parse_mode()
    text, entities = rules.draft_text(given.text("text"), given.list("entities"))
    thread_id = _thread(world, chat, given)
    world.limits.progress(chat)
    draft = Draft(
        draft_id=draft_id,
        text=text,
        entities=tuple(with_found(text, entities)),
        can_stop=given.flag("can_stop"),
        keep_on_stop=given.flag("keep_on_stop"),
        thread_id=thread_id,
        at=world.clock(),
    )
    world.screen.show_draft(chat.id, draft)
    return True


def sendChatAction(world: World, given: Given) -> bool:
    chat = given.open_chat(world)
    action = given.text("action")
    if action not in rules.ACTIONS:
        raise bad("wrong parameter action in request")
    thread_id = _thread(world, chat, given)
    world.limits.progress(chat)
    world.screen.show_action(chat.id, Action(action=action, thread_id=thread_id, at=world.clock()))
    return True


def _post(world: World, chat: Chat, given: Given, content: Json) -> Json:
    markup = inline_keyboard(given)
    around = _around(world, chat, given)
    world.limits.message(chat)
    return world.post(world.bot, chat, _present(content | {"reply_markup": markup}), **around)


def inline_keyboard(given: Given) -> Json:
    """Return the checked inline keyboard; other keyboards are no part of a Message."""
    markup = given.object("reply_markup")
    if not markup or "inline_keyboard" not in markup:
        return {}
    return rules.keyboard(markup)


def _around(world: World, chat: Chat, given: Given) -> Json:
    return {
        "replied": _replied(world, chat, given),
        "thread_id": _thread(world, chat, given),
    }


def _replied(world: World, chat: Chat, given: Given) -> Json | None:
    parameters = given.object("reply_parameters") or {
        "message_id": given.number("reply_to_message_id"),
        "allow_sending_without_reply": given.flag("allow_sending_without_reply"),
    }
    message_id = parameters.get("message_id")
    if message_id is None:
        return None
    replied = world.screen.message(parameters.get("chat_id", chat.id), message_id)
    if replied is None and not parameters.get("allow_sending_without_reply"):
        raise bad("message to be replied not found")
    return replied


def _thread(world: World, chat: Chat, given: Given) -> int | None:
    thread_id = given.number("message_thread_id")
    if thread_id is not None and (chat.id, thread_id) not in world.topics:
        raise bad("message thread not found")
    return thread_id


def _caption(given: Given) -> Json:
    given.refuse_parse_mode()
    return _captioned(given.text("caption"), given.list("caption_entities"))


def _captioned(caption: str, entities: list[Any]) -> Json:
    text, marked = rules.caption(caption, entities)
    return {"caption": text, "caption_entities": with_found(text, marked)}


def _item(world: World, given: Given, item: Any) -> Json:
    kinds: dict[str, Callable[..., Any]] = {"photo": _photo, "document": _document}
    match item:
        case {"type": str(kind), "media": str(media)} if kind in kinds:
            content = {kind: kinds[kind](world, given, media, field=kind)}
            return content | _captioned(item.get("caption", ""), item.get("caption_entities") or [])
        case _:
            raise bad("can't parse InputMedia: the playground knows photos and documents")


def _photo(world: World, given: Given, value: Any, *, field: str) -> list[Json]:
    upload = _uploaded(given, value, field)
    if upload is None:
        sizes = world.files.photo(str(value))
        if sizes is None:
            raise bad("wrong file identifier/HTTP URL specified")
        return sizes
    if len(upload.data) > rules.MAX_PHOTO:
        raise bad("file is too big for a photo: the maximum size is 10 MB")
    try:
        return world.files.add_photo(upload.data)
    except NotAPhoto as error:
        raise bad(str(error)) from error


def _document(world: World, given: Given, value: Any, *, field: str) -> Json:
    upload = _uploaded(given, value, field)
    if upload is None:
        file = world.files.get(str(value))
        if file is None:
            raise bad("wrong file identifier/HTTP URL specified")
        return file.json() | {"file_name": file.name, "mime_type": file.mime_type}
    if len(upload.data) > rules.MAX_DOCUMENT:
        raise Refused(413, "Request Entity Too Large")
    return world.document(upload.data, file_name=upload.name, mime_type=upload.mime_type)


def _uploaded(given: Given, value: Any, field: str) -> Upload | None:
    """Find the file that came along: under the field's name, or under the one attached."""
    if value is None:
        if field not in given.uploads:
            raise bad(f"there is no {field} in the request")
        return given.uploads[field]
    if isinstance(value, str) and value.startswith("attach://"):
        name = value.removeprefix("attach://")
        if name not in given.uploads:
            raise bad(f'can\'t parse InputMedia: file "{name}" is not attached')
        return given.uploads[name]
    return None


def _present(content: Json) -> Json:
    """Leave out what Telegram leaves out of a Message: the empty fields."""
    return {key: value for key, value in content.items() if value}
