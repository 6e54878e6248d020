"""Which passwords are refused: short ones, and those that everybody tries first.

No rules on composition: they make passwords worse. Instead of a long list, a short list of
words is compared after what people do to words (digits behind, letters as digits) is undone,
which covers many thousands of the usual choices.
"""

import re

from app.errors import Invalid

MIN_LENGTH = 8
MAX_LENGTH = 512

_LOOKALIKES = str.maketrans("013457@$!", "oieastasi")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "1234567890")
_COLUMNS = ("1qaz2wsx3edc4rfv", "qazwsxedcrfv", "1q2w3e4r5t6y7u8i", "q1w2e3r4t5y6", "zaq12wsx")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_WORDS = frozenset(
    # one block is easier to read and to extend than two hundred quoted words
    """
    account admin administrator airplane alexander amanda america andrew angel animal anthony
    apple arsenal ashley august autumn awesome backup banana barcelona baseball basketball
    batman beautiful biteme blessed boston bradley brandon butterfly calvin charles charlie
    chelsea chester chicken chocolate chris christian computer cookie corvette cowboy daniel
    database default demo diamond dolphin dragon eagle elephant enter family ferrari flower
    football forever freedom friend fuckyou gandalf garfield george ginger giraffe goldfish
    google guest guitar hammer hannah happy heather hello hockey hospital hunter iceman iloveyou
    internet jasmine jennifer jessica jordan joseph joshua justin killer laboratory letmein
    liverpool login london lovely lovers maggie manager marina martin master matrix matthew
    mercedes michael michelle midnight minecraft monday money monkey monster mustang mypassword
    newyork nicole ninja nothing november october office orange pass passw passwd password
    patrick pepper phoenix pokemon porsche prince princess private purple qwerty rabbit rainbow
    ranger research robert roundhouse samantha samsung scooter secret security september server
    shadow silver slipknot snoopy soccer spider spiderman starwars steelers summer sunday
    sunflower sunshine super superman superuser sweet system taylor temp temporary test tester
    testing thomas thunder tigger training trustno unknown user vanessa victoria welcome
    whatever william windows winner winter wizard xavier yankees yellow zxcvbn
    """.split()  # noqa: SIM905
)


def check_password(password: str, *, email: str = "", name: str = "") -> None:
    """Refuse a password that would be guessed.

    Raises Invalid, saying what would be right, and never repeating the password.
    """
    problem = _problem(password, email.lower(), name.lower())
    if problem is not None:
        raise Invalid(problem, errors={"new_password": [problem]})


def _problem(password: str, email: str, name: str) -> str | None:
    if len(password) < MIN_LENGTH:
        return f"Use at least {MIN_LENGTH} characters; four unrelated words are good."
    if len(password) > MAX_LENGTH:
        return f"Use at most {MAX_LENGTH} characters."
    text = password.lower()
    if text == email or text == email.partition("@")[0] or text == name.replace(" ", ""):
        return "Use something else than your name or e-mail address."
    if is_common(text):
        return "This is one of the passwords that are tried first; four unrelated words are good."
    return None


def is_common(password: str) -> bool:
    """Return whether ``password`` is a usual word, a row of keys, or a repetition."""
    text = re.sub(r"[\s_.-]", "", password.lower())
    core = re.sub(r"[\d\W]+$", "", text)
    core = re.sub(r"^[\d\W]+", "", core)
    if not core or len(set(text)) <= 3:
        return _is_row(text) or len(set(text)) <= 3 or _is_date(text)
    plain = {word.translate(_LOOKALIKES) for word in (core, text)} | {core}
    return any(_is_usual(word) for word in plain)


def _is_usual(word: str) -> bool:
    half, odd = divmod(len(word), 2)
    repeated = not odd and word[:half] == word[half:]
    return word in _WORDS or _is_row(word) or (repeated and word[:half] in _WORDS)


def _is_row(text: str) -> bool:
    """Return whether the characters lie beside each other on a keyboard or in the alphabet."""
    lines = [line * 2 for line in (*_ROWS, *_COLUMNS, _ALPHABET)]
    return any(text in line or text[::-1] in line for line in lines)


def _is_date(text: str) -> bool:
    return bool(re.fullmatch(r"(19|20)\d\d[01]\d[0-3]\d|[0-3]\d[01]\d(19|20)\d\d", text))
