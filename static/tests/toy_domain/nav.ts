/** The rows that bells bring to the table of pages. */
import type { KindRow, ObjectRow, PageRow } from "../../src/nav";

export const BELLS: PageRow = {
  path: "/bells",
  label: "common.home", // texts of the toy are no texts of the product
  area: "library",
  icon: "data",
  key: "y",
  load: () => import("./Bells.svelte"),
};
export const BELL: ObjectRow = { pattern: /^\/bells\/(\d+)$/, load: () => import("./Bell.svelte") };
export const KIND: KindRow = { label: "common.home", icon: "data", path: (id) => `/bells/${id}` };
