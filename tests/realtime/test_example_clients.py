"""The example clients of the documentation, run against the real server."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from docs.examples.follow import follow
from harness.eventually import eventually_async
from tests.realtime.events import Sent

ROOT = Path(__file__).parents[2]
FOLLOW = """
const [url, token, topic, last] = JSON.parse(process.env.FOLLOW);
const stop = follow(url, token, topic, (event) => {
  console.log(event.seq);
  if (event.seq === last) stop();
});
"""


def publish(site, topic, first, last):
    for number in range(first, last + 1):
        site.publish(topic, Sent(value=number))


async def test_the_python_example_sees_what_was_and_what_comes(site, token, topic):
    publish(site, topic, 1, 3)
    seen = []
    client = asyncio.create_task(follow(site.url, token, topic, lambda e: seen.append(e["seq"])))
    try:
        await eventually_async(lambda: len(seen) >= 3)
        await asyncio.to_thread(publish, site, topic, 4, 20)
        await eventually_async(lambda: len(seen) >= 20)
    finally:
        client.cancel()
    assert seen == list(range(1, 21))


@pytest.mark.parametrize("backlog", [2, 600])
async def test_the_javascript_example_sees_what_was_and_what_comes(site, token, topic, backlog):
    site.publish(topic, *[Sent(value=number) for number in range(backlog)])
    code = (ROOT / "docs/examples/follow.mjs").read_text(encoding="utf-8")
    environment = {
        **os.environ,
        "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}",
        "FOLLOW": json.dumps([site.url, token, topic, backlog + 10]),
    }
    node = await asyncio.create_subprocess_exec(
        "node", "--input-type=module", "--eval", code + FOLLOW,
        cwd=ROOT / "static", stdout=asyncio.subprocess.PIPE, env=environment,
    )  # fmt: skip
    seen = [int(await node.stdout.readline()) for _ in range(backlog)]
    await asyncio.to_thread(publish, site, topic, 1, 10)
    rest, _ = await node.communicate()
    assert [*seen, *map(int, rest.split())] == list(range(1, backlog + 11))
