import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashOf, Sha256 } from "../../src/lib/sha256";
import { errorOf, isPassing, rateOf, type Sending } from "../../src/lib/upload";

const byNode = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex");

describe("the hash of a file", () => {
  it("is that of the standard's examples", () => {
    expect(new Sha256().hex()).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    const abc = new TextEncoder().encode("abc");
    expect(new Sha256().update(abc).hex()).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
  it("is the same in whatever pieces the bytes come", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 12 }), (pieces) => {
        const hash = new Sha256();
        for (const piece of pieces) hash.update(piece);
        expect(hash.hex()).toBe(byNode(Buffer.concat(pieces)));
      }),
    );
  });
  it("is that of a file of several pieces, and says how far it is", async () => {
    const data = new Uint8Array(9 << 20).map((_, place) => (place * 7919) & 255);
    const seen: number[] = [];
    expect(await hashOf(new Blob([data]), (bytes) => seen.push(bytes))).toBe(byNode(data));
    expect(seen).toEqual([4 << 20, 8 << 20, 9 << 20]);
  });
});

describe("sending a file", () => {
  it("goes on by itself after what passes, and stops at what a person must change", () => {
    expect([0, 409, 423, 429, 500, 503, 507].map(isPassing)).toEqual(Array(7).fill(true));
    expect([400, 401, 403, 404, 410, 413, 415, 422, 460].map(isPassing)).toEqual(Array(9).fill(false));
  });
  it("says what the server said", () => {
    const answer = { getStatus: () => 413, getBody: () => '{"code": "too_large", "detail": "Too large."}' };
    const error = errorOf(Object.assign(new Error("tus"), { originalResponse: answer }) as never);
    expect([error.status, error.code, error.message]).toEqual([413, "too_large", "Too large."]);
    expect(errorOf(new Error("tus")).code).toBe("offline");
  });
  it("has a rate of what was sent since it began, and none while it waits", () => {
    const state: Sending = {
      name: "a",
      phase: "sending",
      sent: 3000,
      total: 9000,
      from: 1000,
      since: 0,
      known: false,
    };
    expect(rateOf(state, 2000)).toBe(1000);
    expect(rateOf(state, 100)).toBeNull();
    expect(rateOf({ ...state, phase: "waiting" }, 2000)).toBeNull();
    expect(rateOf({ ...state, sent: 1000 }, 2000)).toBeNull();
  });
});
