"""Who may spend how much; pure: the clock and what was spent are arguments."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot import windows
from storage.money import Cost, Draw, Grant, Limit, Notice, Quota, Unit, Window
from storage.records import Circumstances, Person, Place, Standing

SHORTEST = 64  # tokens: an answer shorter than this helps nobody
DEFAULT = "default"  # the plan of those who have no other
GUEST = "guest"  # the plan of guests, where there is one
# Where people hear of a limit before it hurts, in percent; the admins of the bot's own, sooner.
WATCHED = {"user": (80, 100), "group": (80, 100), "guests": (80, 100), "bot": (50, 75, 90, 100)}

Defaults = Mapping[str, tuple[Limit, ...]]


@dataclass(eq=False)
class QuotaExceeded(Exception):
    """A limit has no room left for a question."""

    limit: Limit
    used: int
    resets_at: datetime | None


@dataclass(eq=False)
class PriceUnknown(Exception):
    """A limit in USD stands, and nobody knows what the model costs."""

    model: str


@dataclass(frozen=True, slots=True)
class Left:
    """How a limit stands now: what is used of it, and what was `granted` on top."""

    limit: Limit
    used: int
    resets_at: datetime | None
    began_ms: int | None = None
    granted: int = 0

    @property
    def own(self) -> int:
        """What is left of the limit itself."""
        return max(0, self.limit.amount - self.used)

    @property
    def amount(self) -> int:
        """What may still be used."""
        return self.own + self.granted


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is set outside of Telegram.

    `defaults` are limits by subject: of each `plan:…`, of every `group`, of `guests`, of the `bot`.
    """

    defaults: Defaults
    has_guests: bool
    admins: Collection[int]


def is_guest(person: Person | None, user_id: int, rules: Rules) -> bool:
    """Whether nobody let someone in, where everybody may talk to the bot."""
    if not rules.has_guests or user_id in rules.admins:
        return False
    return person is None or (person.standing is not Standing.MEMBER and person.plan is None)


def plan_of(seen: Circumstances, user_id: int, rules: Rules) -> str:
    """The plan that someone has: their own, where it still exists."""
    plan = seen.person.plan if seen.person else None
    if plan is not None and is_plan(plan, seen.quotas, rules):
        return plan
    if is_guest(seen.person, user_id, rules) and is_plan(GUEST, seen.quotas, rules):
        return GUEST
    return DEFAULT


def is_plan(name: str, quotas: Mapping[str, Quota], rules: Rules) -> bool:
    """Whether there is a plan of this name, in teller.toml or made in a chat."""
    subject = f"plan:{name}"
    return name == DEFAULT or subject in rules.defaults or subject in quotas


def subjects_of(place: Place, user_id: int, *, is_guest: bool) -> tuple[str, ...]:
    """Whose limits hold for a question."""
    group = (f"group:{place.chat_id}",) if place.is_group else ()
    guests = ("guests",) if is_guest else ()
    return (f"user:{user_id}", *group, *guests, "bot")


def applying(seen: Circumstances, place: Place, user_id: int, rules: Rules) -> list[Limit]:
    """Each limit that holds for someone in some place."""
    subjects = subjects_of(place, user_id, is_guest=is_guest(seen.person, user_id, rules))
    return [limit for subject in subjects for limit in limits_of(subject, seen, rules)]


def limits_of(subject: str, seen: Circumstances, rules: Rules) -> list[Limit]:
    """A subject's limits: what admins set for it, over what it has by itself."""
    quota = seen.quotas.get(subject, Quota())
    if quota.is_unlimited:
        return []
    chosen = {
        (limit.unit, limit.window): limit
        for limit in (*_usual(subject, seen, rules), *quota.limits)
    }
    return [_to(subject, limit) for limit in chosen.values()]


def _usual(subject: str, seen: Circumstances, rules: Rules) -> Iterable[Limit]:
    """What a subject has by itself: a user the limits of their plan, others what is configured."""
    kind, _, name = subject.partition(":")
    if kind == "user":
        return limits_of(f"plan:{plan_of(seen, int(name), rules)}", seen, rules)
    return rules.defaults.get(subject, rules.defaults.get(kind, ()))


def standing(limits: Iterable[Limit], seen: Circumstances, now: datetime) -> list[Left]:
    """How each limit stands; `now` is in the bot's time zone."""
    limits = list(limits)
    began = [windows.start(limit.window, now) for limit in limits]
    spells = [(limit.subject, limit.unit, at) for limit, at in zip(limits, began, strict=True)]
    subjects = {limit.subject for limit in limits}
    grants = seen.granted(subjects, int(now.timestamp() * 1000)) if limits else ()
    return [
        Left(limit, used, windows.end(limit.window, now), at, _granted(limit, grants))
        for limit, at, used in zip(limits, began, seen.spent(spells), strict=True)
    ]


def afford(limits: Iterable[Left], cost: Callable[[int], Cost], *, longest: int, model: str) -> int:
    """The longest answer, in tokens, for which every limit has room.

    Raises:
        QuotaExceeded: Not even a short answer fits.
        PriceUnknown: A limit counts USD, and no price is known.
    """
    limits = list(limits)
    if lacking(limits, cost(longest), model) is None:
        return longest
    shortest = min(SHORTEST, longest)
    if full := lacking(limits, cost(shortest), model):
        raise QuotaExceeded(full.limit, full.used, full.resets_at)
    while longest - shortest > 1:
        middle = (shortest + longest) // 2
        if lacking(limits, cost(middle), model):
            longest = middle
        else:
            shortest = middle
    return shortest


def lacking(limits: Iterable[Left], cost: Cost, model: str) -> Left | None:
    """The first limit that has no room for a cost."""
    for left in limits:
        needed = cost.of(left.limit.unit)
        if needed is None:
            raise PriceUnknown(model)
        if needed > left.amount:
            return left
    return None


def draws(limits: Iterable[Left], cost: Cost) -> tuple[Draw, ...]:
    """What of a cost must come out of grants, since the limits have no room for it themselves."""
    wanted: dict[tuple[str, Unit], int] = {}
    for left in limits:
        key = (left.limit.subject, left.limit.unit)
        beyond = (cost.of(left.limit.unit) or 0) - left.own
        wanted[key] = max(wanted.get(key, 0), beyond)
    return tuple(
        Draw(subject=subject, unit=unit, amount=amount)
        for (subject, unit), amount in wanted.items()
        if amount > 0
    )


def due(limits: Iterable[Left], held: Callable[[str, Unit], int]) -> list[Notice]:
    """What somebody should hear of limits by now; what is only `held` does not count."""
    return [
        notice
        for left in limits
        if left.limit.window is not Window.MINUTE  # it slides, and is soon over
        for notice in _passed(left, held)
    ]


def _passed(left: Left, held: Callable[[str, Unit], int]) -> Iterator[Notice]:
    """A notice for each percentage that a limit has passed and somebody should hear of."""
    limit = left.limit
    watched = WATCHED[limit.subject.partition(":")[0]]
    if not limit.amount or 100 * left.used < min(watched) * limit.amount:
        return
    settled = replace(left, used=left.used - held(limit.subject, limit.unit))
    for percent in watched:
        if 100 * settled.used >= percent * limit.amount:
            began_ms = left.began_ms or 0
            yield Notice(limit=limit, began_ms=began_ms, percent=percent, left=settled.amount)


def _granted(limit: Limit, grants: Iterable[Grant]) -> int:
    mine = (limit.subject, limit.unit)
    return sum(grant.left for grant in grants if (grant.subject, grant.unit) == mine)


def _to(subject: str, limit: Limit) -> Limit:
    return Limit(subject=subject, unit=limit.unit, window=limit.window, amount=limit.amount)
