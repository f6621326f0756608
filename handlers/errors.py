"""Each kind of error in words for the one who asked. Nothing raw ever reaches a chat."""

from datetime import datetime

from bot.answers import Answer, Ending
from bot.images import ImageError, ImageTooHeavy, ImageTooLarge, UnreadableImage
from bot.llm import errors as model
from bot.quota import PriceUnknown, QuotaExceeded
from bot.words import Words
from bot.zips import NoZip, ZipError, ZipTooFull, ZipTooHeavy, ZipWithout
from handlers import amounts

# From a kind of error to its message; the nearest ancestor's is taken.
WORDS: dict[type[Exception], str] = {
    model.KeyRefused: "error-key-refused",
    model.NoCredit: "error-no-credit",
    model.ModelBusy: "error-model-busy",
    model.ModelUnavailable: "error-model-unavailable",
    model.ModelSilent: "error-model-silent",
    model.ModelMissing: "error-model-missing",
    model.ModelBlind: "error-model-blind",
    model.NoEndpoint: "error-no-endpoint",
    model.PromptTooLong: "error-prompt-too-long",
    model.ContentRefused: "error-content-refused",
    model.ImageRefused: "error-image-refused",
    model.RequestRefused: "error-request-refused",
    ImageTooHeavy: "error-image-too-heavy",
    ImageTooLarge: "error-image-too-large",
    UnreadableImage: "error-image-unreadable",
    NoZip: "error-zip-unreadable",
    ZipTooHeavy: "error-zip-too-heavy",
    ZipTooFull: "error-zip-too-full",
    ZipWithout: "error-zip-without",
    ImageError: "error-image",
}
ENDINGS = {
    Ending.LENGTH: "ending-length",
    Ending.BRIEF: "ending-brief",
    Ending.FILTERED: "ending-filtered",
    Ending.CUT: "ending-cut",
    Ending.LATE: "ending-late",
    Ending.STOPPED: "ending-stopped",
    Ending.USED_UP: "ending-used-up",
    Ending.EMPTY: "ending-empty",
}
TOLD = (model.ModelError, ImageError, ZipError, QuotaExceeded, PriceUnknown)


def worded(error: Exception, now: datetime, words: Words) -> str:
    """What to say about an error."""
    match error:
        case QuotaExceeded():
            return _exceeded(error, now, words)
        case PriceUnknown():
            return words("error-price-unknown", model=error.model)
        case _:
            return words(next(WORDS[kind] for kind in type(error).__mro__ if kind in WORDS))


def _exceeded(error: QuotaExceeded, now: datetime, words: Words) -> str:
    """Which limit has no room left, how much was used, and when it has some again."""
    return words(
        "error-exceeded",
        whose=amounts.whose(error.limit),
        limit=amounts.limit(error.limit, words),
        used=amounts.amount(error.limit.unit, error.used, words),
        again=amounts.resets(error.resets_at, now, words),
    )


def note(answer: Answer, words: Words) -> str:
    """An answer, and a word about why it ends where it ends."""
    if answer.ending is Ending.FILTERED and not answer.text:
        return words(WORDS[model.ContentRefused])
    return "\n\n".join(filter(None, [answer.text.strip(), _ending(answer, words)]))


def _ending(answer: Answer, words: Words) -> str:
    if answer.brief is not None:
        limit = amounts.limit(answer.brief, words)
        return words("ending-brief-by", whose=amounts.whose(answer.brief), limit=limit)
    return "" if answer.ending is Ending.WHOLE else words(ENDINGS[answer.ending])
