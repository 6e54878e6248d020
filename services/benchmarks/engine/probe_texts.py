"""What the probe says to a model: a word to give back, and padding that nobody needs."""

from services.benchmarks.domain.prompts import Message

CODE_WORD = "Marzipan"
FILLER = "This sentence only makes the text longer and needs no answer. "
INTRODUCTION = f"The code word is {CODE_WORD}."
RECALL = (
    "Ignore everything above except for its first sentence. What is the code word in it? "
    "Answer with that one word only."
)


def recall_question(messages: list[Message], padding: int = 0) -> list[Message]:
    """Return ``messages`` behind a code word and before the question for it.

    ``padding`` is how many characters of filler make it longer than what it was made of.
    """
    filler = (FILLER * (padding // len(FILLER) + 1))[:padding]
    first, last = messages[0], messages[-1]
    if len(messages) == 1:
        text = f"{INTRODUCTION}\n\n{first['content']}\n\n{filler}\n\n{RECALL}"
        return [{**first, "content": text}]
    return [
        {**first, "content": f"{INTRODUCTION}\n\n{first['content']}"},
        *messages[1:-1],
        {**last, "content": f"{last['content']}\n\n{filler}\n\n{RECALL}"},
    ]


def short_recall_question() -> list[Message]:
    """Return the same question about nothing but the code word."""
    return [{"role": "user", "content": f"{INTRODUCTION}\n\n{RECALL}"}]


def is_recalled(text: str | None) -> bool:
    """Return whether an answer gives the code word back."""
    return CODE_WORD.lower() in (text or "").lower()
