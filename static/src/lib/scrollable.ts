import { t } from "./i18n";

/** A wide table in a narrow place: reachable by keyboard while, and only while, it scrolls. */
export function scrollable(element: HTMLElement): () => void {
  const look = (): void => {
    const scrolls = element.scrollWidth > element.clientWidth + 1;
    if (scrolls) {
      element.tabIndex = 0;
      element.setAttribute("role", "group");
      element.setAttribute("aria-label", t("common.scrolls_sideways"));
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) element.removeAttribute(name);
    }
  };
  look(); // the observer's first call comes a frame later
  const watch = new ResizeObserver(look);
  watch.observe(element);
  if (element.firstElementChild) watch.observe(element.firstElementChild);
  return () => watch.disconnect();
}
