/** History routing: one reactive address, plain links, and a guard for unsaved forms. */

class Router {
  path = $state(location.pathname);
  search = $state(location.search);

  get query(): URLSearchParams {
    return new URLSearchParams(this.search);
  }

  go(to: string, replace = false): void {
    const before = this.path;
    if (replace) history.replaceState(null, "", to);
    else history.pushState(null, "", to);
    this.read();
    if (this.path !== before) scrollTo(0, 0);
  }

  /** Change parts of the query without a new history entry; null takes a part out. */
  setQuery(parts: Record<string, string | null>): void {
    const query = this.query;
    for (const [name, value] of Object.entries(parts)) {
      if (value === null || value === "") query.delete(name);
      else query.set(name, value);
    }
    const text = query.toString();
    this.go(text ? `${this.path}?${text}` : this.path, true);
  }

  /** Keep a number with this entry of the history, for whoever comes back to it. */
  remember(name: string, value: number): void {
    history.replaceState({ ...history.state, [name]: value }, "");
  }
  remembered(name: string): number {
    return Number(history.state?.[name] ?? 0);
  }

  read(): void {
    this.path = location.pathname;
    this.search = location.search;
  }
}

export const router = new Router();

/** Let ordinary links change the page without a reload. */
export function followLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest?.("a[href]");
  if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download")) return;
  if (link.origin !== location.origin || link.pathname.startsWith("/api/")) return;
  if (link.hash && link.pathname === location.pathname) return;
  event.preventDefault();
  router.go(link.pathname + link.search);
}
