"""Methods that change or remove what a chat shows, and the answer to a button."""

from playground import rich, rules
from playground.methods.given import Given
from playground.methods.sending import inline_keyboard
from playground.people import Chat, Json
from playground.rules import bad
from playground.text import units, with_found
from playground.updates import QUERY_SECONDS
from playground.world import World

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def editMessageText(world: World, given: Given) -> Json:
    chat = given.open_chat(world)
    old = _own(world, chat, given)
    given.refuse_parse_mode()
    if "text" not in old and "rich_message" not in old:
        raise bad("there is no text in the message to edit")
    edited = {"edit_date": int(world.clock())}
    new = _content(given) | {"reply_markup": inline_keyboard(given)}
    return _replace(world, chat, old, new, edited)


def _content(given: Given) -> Json:
    """A text or a rich message in the place of whichever was there (#editmessagetext)."""
    if (told := given.object("rich_message")) is not None:
        return {"rich_message": rich.message(told), "text": None, "entities": None}
    text, entities = rules.message_text(given.text("text"), given.list("entities"))
    return {"text": text, "entities": with_found(text, entities), "rich_message": None}


def editMessageReplyMarkup(world: World, given: Given) -> Json:
    chat = given.open_chat(world)
    old = _own(world, chat, given)
    return _replace(world, chat, old, {"reply_markup": inline_keyboard(given)}, {})


def _own(world: World, chat: Chat, given: Given) -> Json:
    message_id = given.number("message_id")
    if message_id is None:
        raise bad("message identifier is not specified")
    message = world.screen.message(chat.id, message_id)
    if message is None:
        raise bad("message to edit not found")
    if message["from"]["id"] != world.bot.id:
        raise bad("message can't be edited")
    return message


def _replace(world: World, chat: Chat, old: Json, new: Json, edited: Json) -> Json:
    world.limits.message(chat)
    if all(old.get(key) == (value or None) for key, value in new.items()):
        raise bad(_NOT_MODIFIED)
    merged = old | new | edited
    message = {key: value for key, value in merged.items() if value or key not in new}
    world.screen.replace(message)
    return message


def leaveChat(world: World, given: Given) -> bool:
    chat = given.open_chat(world)
    if chat.is_private:
        raise bad("chat member status can't be changed in private chats")
    world.remove_bot(chat)
    return True


def deleteMessage(world: World, given: Given) -> bool:
    chat = given.chat(world)
    message = world.screen.message(chat.id, given.number("message_id") or 0)
    if message is None:
        raise bad("message to delete not found")
    if not _deletable(world, chat, message):
        raise bad("message can't be deleted")
    world.screen.remove(chat.id, [message["message_id"]])
    return True


def deleteMessages(world: World, given: Given) -> bool:
    """Delete those that can be: "if some can't be found, they are skipped"."""
    chat = given.chat(world)
    messages = [world.screen.message(chat.id, number) for number in given.list("message_ids")]
    kept = [message for message in messages if message and _deletable(world, chat, message)]
    world.screen.remove(chat.id, [message["message_id"] for message in kept])
    return True


def _deletable(world: World, chat: Chat, message: Json) -> bool:
    is_young = world.clock() - message["date"] < rules.DELETABLE_SECONDS
    return is_young and (chat.is_private or message["from"]["id"] == world.bot.id)


def answerCallbackQuery(world: World, given: Given) -> bool:
    query_id, text = given.text("callback_query_id"), given.text("text")
    query = world.queries.get(query_id)
    if query is None or world.clock() - query.at > QUERY_SECONDS:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    if units(text) > rules.MAX_ANSWER:
        raise bad("MESSAGE_TOO_LONG")
    answer = {"text": text, "show_alert": given.flag("show_alert")}
    world.callback_answers[query_id] = answer
    about = {"kind": "answer", "callback_query_id": query_id, "user_id": query.person.id}
    world.watchers.tell(about | answer)
    return True
