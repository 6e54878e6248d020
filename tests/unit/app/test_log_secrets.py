"""Credentials inside text: whatever form they come in, they are blanked and the rest is kept."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.log_secrets import blank, blank_text

FILE = Path(__file__).parents[2] / "cases" / "scheduler" / "failures.json"
SECRETS = json.loads(FILE.read_text(encoding="utf-8"))["secrets"]
VALUE = "s3cr3t-Va1ue_42"
FORMS = [
    "password={}",
    "user=me, password = {}, next",
    'password="{}" next',
    "passphrase: {}",
    "{{'client_secret': '{}', 'a': 1}}",
    '{{\\"refresh_token\\": \\"{}\\"}}',
    "access_token%3D{}",
    "X-Api-Key: {}",
    "GET https://a.example/rows?page=2&key={}&z=1",
    "https://b.example/x?X-Amz-Signature={}",
    "Authorization: Digest user=x, response={}",
    "Cookie: a=b; sid={}; c=d",
    "Proxy-Authorization: Basic {}",
    "with bearer {}",
    "postgresql://rh:{}@db.example:5432/rh",
    "postgresql://rh:a/{}@db.example:5432/rh",
    "redis://:{}@db.example:6379/0",
    "https://ghp_{}@git.example/a.git",
    "run --password {} --fast",
    "started with rh_{}",
    "key sk-{} refused",
    "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----",
]
PLAIN = [
    "token expired at 2026-03-01T10:00:00Z",
    "GOOGLE_CLIENT_SECRET is not set",
    "basic authentication failed, invalid missing token",
    "max_tokens=512 of 1024",
    "https://host.example:80/path?mail=a@b.example",
    "KeyError: 'load_kw'",
    "GET /api/runs?state=cancelled&key=val_loss",
]


@pytest.mark.parametrize("case", SECRETS, ids=lambda case: case["id"])
def test_the_secrets_of_the_cases_are_blanked(case):
    assert case["never"] in case["text"]
    assert case["never"] not in blank(case["text"])
    assert case["never"] not in json.dumps(blank({"error": [case["text"]]}))


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_blanked_in_whatever_form_it_is_written(form):
    assert VALUE not in blank_text(form.format(VALUE))


@pytest.mark.parametrize("text", PLAIN)
def test_what_only_speaks_of_a_secret_stays(text):
    assert blank_text(text) == text


def test_what_stands_beside_a_secret_stays():
    text = '{"refresh_token": "1//0gXyZ-abc_DEF", "error": "invalid_grant"}'
    assert json.loads(blank_text(text)) == {"refresh_token": "***", "error": "invalid_grant"}


@pytest.mark.parametrize("form", FORMS)
def test_blanking_again_changes_nothing(form):
    once = blank_text(form.format(VALUE))
    assert blank_text(once) == once


@given(
    st.sampled_from(FORMS),
    st.text("abcdefXYZ0123456789-_", min_size=8, max_size=40).map("q1".__add__),
)
def test_no_value_of_letters_and_digits_survives(form, value):
    assert value not in blank_text(form.format(value))
