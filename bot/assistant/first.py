"""A cheap model that looks at pictures first, and says where another one should."""

from dataclasses import dataclass, field, replace

from bot import unsure
from bot.answers import Answer, Asking, Ending
from bot.models import Model
from bot.visible import is_blank


@dataclass
class FirstLook:
    """The model that looks first, how long the prompt is to it, and what comes of it."""

    model: Model
    prompt_tokens: int
    asking: Asking = field(default_factory=Asking)

    @property
    def shown(self) -> str:
        """What may be shown of the answer so far."""
        return unsure.shown(self.asking.text)

    @property
    def is_passed_on(self) -> bool:
        """Whether another should look: this one is not sure, or has not come to an end."""
        is_no_answer = is_blank(self.asking.text) or not self.asking.finish.reason
        return is_no_answer or unsure.is_unsure(self.asking.text)

    @property
    def has_cost(self) -> bool:
        """Whether there is something to pay for, beside attempts that broke off."""
        return bool(self.asking.finish.usage or self.asking.text)

    def answer(self, *, is_capped: bool) -> Answer:
        """The answer as far as it has come, and why it ends there."""
        answer = self.asking.answer(is_capped=is_capped)
        if answer.ending is Ending.WHOLE:
            return answer
        return replace(answer, text=unsure.shown(answer.text))
