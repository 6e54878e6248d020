/** Who is signed in. */
import { ApiError, get, post } from "./api";
import { live } from "./live/live.svelte";
import { router } from "./router.svelte";
import type { Me, User } from "./types";

class Session {
  user = $state.raw<User | null>(null);
  ready = $state(false);
  problem = $state<string | null>(null);

  get isAdmin(): boolean {
    return this.user?.role === "admin";
  }

  get canTrain(): boolean {
    return this.user !== null && this.user.role !== "viewer";
  }

  async load(): Promise<void> {
    this.problem = null;
    try {
      this.user = (await get<Me>("/api/auth/me")).user;
    } catch (error) {
      this.user = null;
      const refused = error instanceof ApiError && error.status === 401;
      if (!refused) this.problem = error instanceof Error ? error.message : String(error);
    }
    this.ready = true;
  }

  /** Ask again whether the session still holds; a server that is away proves nothing. */
  async verify(): Promise<void> {
    try {
      this.user = (await get<Me>("/api/auth/me")).user;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.ended();
    }
  }

  async signOut(): Promise<void> {
    await post("/api/auth/logout").catch(() => undefined);
    this.ended();
  }

  /** The session is over: forget it and ask for a new one, then come back here. */
  ended(): void {
    live.close();
    this.user = null;
    if (router.path === "/signin") return;
    const next = router.path === "/" ? "" : `?next=${encodeURIComponent(router.path)}`;
    router.go(`/signin${next}`, true);
  }
}

export const session = new Session();
