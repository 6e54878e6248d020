"""Rules match addresses as Werkzeug's do, and can build them, too."""

from werkzeug.routing import Map

from app.http.routing import MatchingRule

RULE = "/api/runs/<int:run_id>/files/<path:name>"


def test_a_rule_matches_an_address_and_builds_it_again():
    rules = Map([MatchingRule(RULE, endpoint="file", methods=["GET"])]).bind("example.org")
    values = {"run_id": 7, "name": "a b/c.csv"}
    assert rules.match("/api/runs/7/files/a b/c.csv") == ("file", values)
    assert rules.build("file", values) == "/api/runs/7/files/a%20b/c.csv"
    assert rules.build("file", values | {"page": 2}).endswith("c.csv?page=2")
