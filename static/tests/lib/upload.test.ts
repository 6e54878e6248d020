import { describe, expect, it } from "vitest";
import { hashOf } from "../../src/lib/sha256";
import { errorOf, isPassing, rateOf, type Sending } from "../../src/lib/upload";

async function digest(data: Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

describe("the hash of a file", () => {
  it("is that of the standard's example for no bytes at all", async () => {
    const nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    expect(await hashOf(new Blob([]), () => undefined)).toBe(nothing);
  });
  it("is that of a file of several pieces, and says how far it is", async () => {
    const data = new Uint8Array(9 << 20).map((_, place) => (place * 7919) & 255);
    const seen: number[] = [];
    expect(await hashOf(new Blob([data]), (bytes) => seen.push(bytes))).toBe(await digest(data));
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
