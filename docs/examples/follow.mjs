// Hand on every event of a topic once and in order, through cuts and restarts of any kind.
import { io } from "socket.io-client";

export function follow(url, token, topic, take) {
  let last = 0;
  let turn = Promise.resolve();
  const inTurn = (work) => (turn = turn.then(work).catch(console.error));
  const see = ({ events, more }) => {
    for (const event of events.filter((one) => one.seq > last)) {
      last = event.seq;
      if (event.type !== "trimmed") take(event); // trimmed tells nothing; its seq counts as seen
    }
    return more;
  };
  const catchUp = async () => {
    const headers = { Authorization: `Bearer ${token}` };
    let more = true;
    while (more) {
      const answer = await fetch(`${url}/api/events?topic=${topic}&after=${last}`, { headers });
      more = see(await answer.json());
    }
  };
  const socket = io(url, { transports: ["websocket"], auth: { token } });
  socket.on("connect", () =>
    inTurn(async () => {
      const page = await socket.emitWithAck("subscribe", { topic, after: last });
      if (see(page)) await catchUp();
    }),
  );
  socket.on("event", (event) =>
    inTurn(async () => {
      if (event.seq === last + 1) see({ events: [event] });
      else if (event.seq > last) await catchUp();
    }),
  );
  return () => socket.close();
}
