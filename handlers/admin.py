"""What admins may command."""

from bot import quota
from bot.quota import WrongLimit
from handlers import buttons, errors
from handlers.context import Context, replied_to
from storage import limits, people
from storage.records import Person, Quota

QUOTA_FORM = (
    "Say for example /quota @ann 5 usd/month 20 requests/hour. "
    "/quota @ann shows, /quota @ann unlimited lifts, /quota @ann reset goes back to the default. "
    "The id of someone does as well as their @name, and as a reply to their message "
    "you can leave the name out."
)
APPROVE_FORM = "Say for example /approve @ann or /approve 123456789, or reply to their message."
NOBODY = "Nobody called {who} has written to me yet. Ask them to send me /start first."
SEVERAL = "Several people have gone by the name {who}: {ids}. Please say which id you mean."


async def show_or_set_quota(context: Context) -> None:
    """Show or set what someone may spend; it holds from the next question on."""
    person, rest = await _whom(context)
    if person is None:
        await context.say(rest or QUOTA_FORM)
        return
    subject = f"user:{person.user_id}"
    run = context.services.database.run
    by = context.person.user_id
    if rest.lower() in {"reset", "default"}:
        await run(limits.reset, subject, by=by)
    elif rest:
        try:
            wanted = quota.read_quota(rest, subject)
        except WrongLimit as error:
            await context.say(f"{error}.")
            return
        await run(limits.allow, subject, wanted, by=by)
    await context.say(await _shown(context, person, subject))


async def approve(context: Context) -> None:
    """Let someone in."""
    person, rest = await _whom(context)
    if person is None:
        await context.say(rest or APPROVE_FORM)
        return
    door = buttons.Door(person.user_id, is_open=True)
    await context.say(await buttons.decide(context.services, door, by=context.person.user_id))


async def _whom(context: Context) -> tuple[Person | None, str]:
    """Whom a command is about, and what else it says; without anybody, words about that."""
    words, replied = context.words, replied_to(context.message)
    if replied is not None and replied.from_user is not None and not _is_name(words[:1]):
        who, rest = str(replied.from_user.id), words
    elif not words:
        return None, ""
    else:
        who, rest = words[0][: quota.LONGEST_ECHO], words[1:]
    known = await context.services.database.run(people.find, who)
    match known:
        case []:
            return None, NOBODY.format(who=who)
        case [person]:
            return person, " ".join(rest)
        case _:
            ids = ", ".join(str(person.user_id) for person in known)
            return None, SEVERAL.format(who=who, ids=ids)


def _is_name(words: list[str]) -> bool:
    return bool(words) and words[0].startswith("@")


async def _shown(context: Context, person: Person, subject: str) -> str:
    """What someone may spend, in words."""
    settings = context.services.settings
    quotas = await context.services.database.run(limits.of, [subject])
    own = quotas.get(subject, Quota())
    if own.is_unlimited:
        return f"{buttons.named(person)} may spend without limit."
    holding = quota.applying([subject], quotas, {"user": settings.limits})
    if not holding:
        return f"{buttons.named(person)} has no limit."
    told = ", ".join(errors.limit(limit) for limit in holding)
    return f"{buttons.named(person)}: {told}{'' if own.limits else ' (the default)'}"
