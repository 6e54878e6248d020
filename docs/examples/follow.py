"""Print every event of a topic once and in order, through cuts and restarts of any kind."""

import asyncio
import os
import sys

import aiohttp
import socketio  # pip install "python-socketio[asyncio_client]"


async def follow(url, token, topic, take):
    last, turn, sio = 0, asyncio.Lock(), socketio.AsyncClient()

    def see(page):
        nonlocal last
        for event in page["events"]:
            if event["seq"] > last:
                last = event["seq"]
                if event["type"] != "trimmed":  # carries nothing; its seq counts as seen
                    take(event)
        return page["more"]

    async def catch_up():
        headers = {"Authorization": f"Bearer {token}"}
        more = True
        async with aiohttp.ClientSession(headers=headers, raise_for_status=True) as http:
            while more:
                address = f"{url}/api/events?topic={topic}&after={last}"
                more = see(await (await http.get(address)).json())

    @sio.on("connect")
    async def connected():
        async with turn:
            if see(await sio.call("subscribe", {"topic": topic, "after": last})):
                await catch_up()

    @sio.on("event")
    async def arrived(event):
        async with turn:
            if event["seq"] == last + 1:
                see({"events": [event], "more": False})
            elif event["seq"] > last:
                await catch_up()

    await sio.connect(url, auth={"token": token}, transports=["websocket"])
    await sio.wait()


if __name__ == "__main__":
    asyncio.run(follow("http://127.0.0.1:8000", os.environ["TOKEN"], sys.argv[1], print))
