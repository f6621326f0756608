"""How many tokens a text is; the only toktok."""

import toktok

# OpenAI has not said what gpt-6 counts with; o200k_base is what it has counted with since gpt-4o.
ENCODING = "o200k_base"

# cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken: each message is wrapped in three
# tokens, and three more begin the answer.
WRAPPING = 3
PRIMING = 3


def text_tokens(text: str) -> int:
    """How many tokens a text is; what looks like a special token is text."""
    [count] = toktok.batch_count([_encodable(text)], ENCODING)
    return int(count)


def message_tokens(role: str, text: str) -> int:
    """How many tokens a message is; a whole prompt is `PRIMING` more than its messages."""
    return WRAPPING + text_tokens(role) + text_tokens(text)


def _encodable(text: str) -> str:
    """The text without lone surrogates: JSON may hold them, UTF-8 may not."""
    return text.encode("utf-8", "replace").decode()
