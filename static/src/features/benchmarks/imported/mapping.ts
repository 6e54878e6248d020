/** Which field of a file's samples is what of an item, as the form of an import keeps it. */
import type { RatingsPreview } from "../wire";

export const ROLES = ["persona", "trait", "order", "rating", "text"] as const;
export const MORE_ROLES = [
  "repeat",
  "wording",
  "cue",
  "outcome",
  "finish",
  "trait_adjective",
  "trait_adjective_de",
  "trait_category",
  "trait_valence",
  "prompt",
  "template",
  "model",
  "attempt",
  "latency_ms",
  "prompt_tokens",
  "completion_tokens",
] as const;
export const ATTRIBUTES = [
  "gender",
  "age",
  "origin",
  "religion",
  "sexuality",
  "marriage_status",
  "migration_status",
  "education",
  "occupation",
  "occupation_category",
  "origin_region",
  "origin_subregion",
  "name",
] as const;
export const ORDERS = ["=in", "=rev"] as const;

export const isRole = (name: string): boolean => [...ROLES, ...MORE_ROLES].some((one) => one === name);

export type Mapping = Record<string, unknown> & { attributes: Record<string, string> };

/** The mapping of a preview as a form keeps it. */
export function mappingOf(preview: RatingsPreview): Mapping {
  const given = preview.mapping as Record<string, unknown>;
  return { ...given, attributes: { ...((given.attributes ?? {}) as Record<string, string>) } };
}

/** The mapping with another field in a role; an empty one takes the role away. */
export function withRole(mapping: Mapping, role: string, field: string): Mapping {
  const changed: Mapping = { ...mapping, [role]: field };
  if (!field) delete changed[role];
  return changed;
}

export function withAttribute(mapping: Mapping, attribute: string, field: string): Mapping {
  const attributes = { ...mapping.attributes, [attribute]: field };
  if (!field) delete attributes[attribute];
  return { ...mapping, attributes };
}

/** A mapping that a person typed; null for what is no object. */
export function parsed(text: string): Mapping | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    const given = value as Record<string, unknown>;
    const attributes = given.attributes;
    const isObject = typeof attributes === "object" && attributes !== null && !Array.isArray(attributes);
    return { ...given, attributes: isObject ? { ...(attributes as Record<string, string>) } : {} };
  } catch {
    return null;
  }
}
