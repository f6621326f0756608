"""What a pressed button does, and who may press it."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any

from telegram import CallbackQuery, Message
from telegram.error import BadRequest

from bot.outgoing import Kind
from handlers import (
    access,
    answer_presses,
    arrivals,
    asking,
    callbacks,
    job_presses,
    language,
    many,
    presses,
    redo,
)
from handlers.admin import audit, door, edits, grants, plans, quota, stats, users
from handlers.choosing import cost, model, persona, wishes
from handlers.choosing import presses as picks
from handlers.context import Pressed, Services, place_of
from handlers.looks import looking, verdicts
from handlers.looks import presses as chosen
from handlers.tongues import Speak
from handlers.views import Outcome, View
from storage.records import Incoming, Place

# core.telegram.org/bots/api, answerCallbackQuery: 0-200 characters.
LONGEST_ANSWER = 200

Handle = Callable[[Pressed, Any], Awaitable[Outcome]]


async def on_close(pressed: Pressed, _press: presses.Close) -> Outcome:
    """Put the buttons away; the words stay."""
    return Outcome(view=View(pressed.shown))


FOR_ADMINS: dict[type[presses.Press], Handle] = {
    presses.Door: door.on_door,
    presses.Ban: door.on_ban,
    presses.Home: quota.on_home,
    presses.Groups: quota.on_groups,
    presses.Card: quota.on_card,
    presses.Edit: edits.on_edit,
    presses.Change: edits.on_change,
    presses.Add: edits.on_add,
    presses.AddUnit: edits.on_add_unit,
    presses.Set: edits.on_set,
    presses.Lift: edits.on_lift,
    presses.Unlimit: edits.on_unlimit,
    presses.Reset: edits.on_reset,
    presses.Plans: plans.on_plans,
    presses.PutOn: plans.on_put_on,
    presses.DropPlan: plans.on_drop,
    presses.GiveUnit: grants.on_give_unit,
    presses.GiveAmount: grants.on_give_amount,
    presses.Give: grants.on_give,
    presses.People: users.on_people,
    presses.Stats: stats.on_stats,
    presses.Audit: audit.on_audit,
    presses.Decide: asking.on_decide,
    chosen.Judge: verdicts.on_judge,
    chosen.Exhibit: verdicts.on_exhibit,
    presses.Leave: arrivals.on_leave,
    presses.Close: on_close,
}
FOR_EVERYBODY: dict[type[presses.Press], Handle] = {
    presses.More: asking.on_more,
    answer_presses.Stop: redo.on_stop,
    answer_presses.Redo: redo.on_redo,
    answer_presses.GoOn: redo.on_go_on,
    Speak: language.on_speak,
    chosen.Ways: looking.on_ways,
    chosen.Closely: looking.on_closely,
    chosen.Look: looking.on_look,
    job_presses.Describe: many.on_describe,
    job_presses.Halt: many.on_halt,
    picks.PickModel: model.on_pick,
    picks.PickPersona: persona.on_pick,
    picks.ShowCost: cost.on_show,
    picks.Switch: wishes.on_switch,
}


async def on_press(query: CallbackQuery, taken: Incoming, services: Services) -> None:
    """Do what a button says, for those who may press it.

    It is always answered, or the button would go on spinning.
    """
    outcome = await _outcome(query, taken, services)
    await _answer(query, services, outcome.words)
    if outcome.view is not None:
        await _replace(query, services, outcome.view)
    if outcome.then is not None:
        await outcome.then()


async def _outcome(query: CallbackQuery, taken: Incoming, services: Services) -> Outcome:
    press = callbacks.unpacked(query.data or "")
    # Of a message that is too old only its place is told, of an inline one not even that.
    message = query.message if isinstance(query.message, Message) else None
    chat_id = query.message.chat.id if query.message else query.from_user.id
    place = place_of(message) if message else Place(chat_id=chat_id)
    person, choice = await access.met(services, access.known_as(query.from_user), place)
    words = services.words_in(person.language)
    if press is None or query.message is None:
        return Outcome(words("button-unknown"))
    pressed = Pressed(
        services=services,
        update_id=taken.update_id,
        attempt=taken.attempt,
        user=query.from_user,
        person=person,
        message=message,
        place=place,
        choice=choice,
    )
    handle = FOR_ADMINS.get(type(press))
    if handle is not None and not services.is_admin(person.user_id):
        return Outcome(words("button-admins-only"))
    if handle is None and not access.may_speak(services, person):
        return Outcome(words("door-refused"))
    return await (handle or FOR_EVERYBODY[type(press)])(pressed, press)


async def _answer(query: CallbackQuery, services: Services, words: str) -> None:
    """Let the button spin no longer."""
    chat_id = query.message.chat.id if query.message else query.from_user.id
    answer = partial(query.answer, words[:LONGEST_ANSWER])
    # A query that was not answered in time cannot be answered any more; its effect stands.
    with suppress(BadRequest):
        await services.outgoing.send(answer, to=chat_id, kind=Kind.ASIDE, is_repeatable=True)


async def _replace(query: CallbackQuery, services: Services, view: View) -> None:
    """Let the message show what came of it."""
    if query.message is None or not view.words:
        return
    chat_id, message_id = query.message.chat.id, query.message.message_id
    edit = partial(
        services.bot.edit_message_text,
        view.words,
        chat_id,
        message_id,
        reply_markup=view.markup,
    )
    with suppress(BadRequest):  # nothing has changed, or it is gone
        await services.outgoing.send(edit, to=chat_id, is_repeatable=True)
