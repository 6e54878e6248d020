/** Run at once, then at most once per interval, and never lose the last call. */

export interface Throttled {
  (): void;
  cancel(): void;
}

export function throttled(action: () => void, interval: number): Throttled {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = false;

  function open(): void {
    timer = undefined;
    if (!asked) return;
    asked = false;
    call();
  }
  function call(): void {
    if (timer !== undefined) {
      asked = true;
      return;
    }
    timer = setTimeout(open, interval);
    action();
  }
  return Object.assign(call, {
    cancel(): void {
      clearTimeout(timer);
      timer = undefined;
      asked = false;
    },
  });
}
