import pytest

from app.auth.password_rules import check_password, is_common
from app.auth.passwords import PasswordHasher
from app.errors import Invalid

CHEAP = PasswordHasher(memory_kib=8, passes=1)


def test_the_right_password_matches_and_another_does_not():
    stored = CHEAP.hash("correct horse")
    assert CHEAP.verify(stored, "correct horse").matches
    assert not CHEAP.verify(stored, "correct hors").matches


def test_a_stored_password_is_argon2id_with_the_parameters_of_the_guideline():
    assert PasswordHasher().hash("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_two_hashes_of_one_password_differ():
    assert CHEAP.hash("correct horse") != CHEAP.hash("correct horse")


def test_without_a_stored_hash_nothing_matches_but_the_work_is_done():
    hasher = PasswordHasher(memory_kib=8, passes=1)
    assert not hasher.verify(None, "anything").matches
    assert hasher._decoy.startswith("$argon2id$v=19$m=8,t=1")


def test_a_hash_of_weaker_parameters_comes_back_stronger():
    weak = CHEAP.hash("correct horse")
    stronger = PasswordHasher(memory_kib=16, passes=2)
    verdict = stronger.verify(weak, "correct horse")
    assert verdict.rehashed is not None
    assert stronger.verify(verdict.rehashed, "correct horse").rehashed is None


def test_a_broken_stored_hash_never_matches():
    assert not CHEAP.verify("not a hash", "anything").matches


async def test_hashing_aside_does_not_hold_the_event_loop():
    stored = await CHEAP.aside(CHEAP.hash, "correct horse")
    assert (await CHEAP.aside(CHEAP.verify, stored, "correct horse")).matches


@pytest.mark.parametrize(
    "password",
    ["password", "Password1", "P@ssw0rd!", "12345678", "qwertyui", "iloveyou2", "letmein99",
     "aaaaaaaa", "abababab", "abcdefgh", "87654321", "1q2w3e4r", "sunshine!", "dragon2024",
     "20010911", "31121999", "qwertz123", "monkey monkey", "adminadmin", "hospital1"],
)  # fmt: skip
def test_what_everybody_tries_first_is_refused(password):
    assert is_common(password)
    with pytest.raises(Invalid):
        check_password(password)


@pytest.mark.parametrize(
    "password",
    [
        "four unrelated words",
        "tq8-Mzk2.vra",
        "grüße aus köln",
        "correct horse battery",
        "kN4#pp0wq",
    ],
)
def test_what_nobody_tries_first_is_taken_whatever_characters_it_has(password):
    faults: list[str] = []
    try:
        check_password(password, email="ada@example.org", name="Ada")
    except Invalid as error:
        faults = error.errors["new_password"]
    assert faults == []


def test_seven_characters_are_too_few_and_the_error_does_not_repeat_them():
    with pytest.raises(Invalid) as caught:
        check_password("xK4#pq9")
    assert "at least 8" in caught.value.errors["new_password"][0]
    assert "xK4#pq9" not in caught.value.detail


@pytest.mark.parametrize("password", ["ada.lovelace", "ada.lovelace@example.org", "adalovelace"])
def test_ones_own_name_is_refused(password):
    with pytest.raises(Invalid):
        check_password(password, email="Ada.Lovelace@example.org", name="Ada Lovelace")
