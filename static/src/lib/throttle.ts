/** Run at once, then at most once per interval, and never lose the last call. */

export interface Throttled {
  (): void;
  cancel(): void;
}

export function throttled(action: () => void, interval: number): Throttled {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pending = false;

  function open(): void {
    timer = undefined;
    if (!pending) return;
    pending = false;
    call();
  }
  function call(): void {
    if (timer !== undefined) {
      pending = true;
      return;
    }
    timer = setTimeout(open, interval);
    action();
  }
  return Object.assign(call, {
    cancel(): void {
      clearTimeout(timer);
      timer = undefined;
      pending = false;
    },
  });
}
