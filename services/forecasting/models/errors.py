"""What can be wrong with a model's settings, in sentences for the person who chose them."""

from collections.abc import Mapping, Sequence

from app.errors import RoundhouseError
from services.forecasting.domain.numbers import shown


class InvalidModelParams(RoundhouseError):
    """A setting that no model can train with.

    ``field`` is the name that the caller used, ``value`` what came, ``expected`` what would be
    right; they are those of the first error, ``errors`` has all of them.
    """

    code = "INVALID_MODEL_PARAMS"
    status = 400

    def __init__(self, field: str, value: object, expected: str) -> None:
        self.value = shown(value, 57)
        self.field, self.expected = field, expected
        sentence = f"{field} is {self.value}; it must be {expected}."
        super().__init__(sentence, errors={field: [sentence]})


def raise_all(errors: Sequence[InvalidModelParams]) -> None:
    """Raise the first of ``errors``, holding the sentences of all; nothing if there is none."""
    if not errors:
        return
    sentences: dict[str, list[str]] = {}
    for error in errors:
        _add(sentences, error.errors)
    first = errors[0]
    first.errors = sentences
    raise first


def _add(sentences: dict[str, list[str]], more: Mapping[str, Sequence[str]]) -> None:
    for field, messages in more.items():
        sentences.setdefault(field, []).extend(messages)


class WrongWindowShape(RoundhouseError):
    """Inputs that are not of the shape that the model was trained on."""

    code = "WRONG_WINDOW_SHAPE"
    status = 400


class UnreadableModel(RoundhouseError):
    """A model file that is damaged, of another kind, or could run code."""

    code = "INVALID_MODEL_FILE"
    status = 400
