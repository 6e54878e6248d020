/** The import recipes of the person: what was said about one file, for the next of its shape. */
import { get, post, remove, request } from "../../../lib/api";
import { wordFor } from "./reading";
import { BASE } from "../wire";

export interface Recipe {
  id: number;
  name: string;
  importOptions: Record<string, unknown>;
}

const PATH = `${BASE}/import-recipes`;

export class RecipeList {
  list = $state.raw<readonly Recipe[]>([]);

  async load(): Promise<void> {
    const answer = await get<{ recipes: Recipe[] }>(PATH).catch(() => null);
    if (answer) this.list = answer.recipes;
  }

  async save(name: string, fileId: string): Promise<void> {
    await post(PATH, { name, fileId });
    await this.load();
  }

  async rename(recipe: Recipe, name: string): Promise<void> {
    await request(`${PATH}/${recipe.id}`, { method: "PUT", json: { name } });
    await this.load();
  }

  async apply(recipe: Recipe, fileId: string): Promise<void> {
    await post(`${PATH}/${recipe.id}/apply`, { fileId });
  }

  async remove(recipe: Recipe): Promise<void> {
    await remove(`${PATH}/${recipe.id}`);
    await this.load();
  }
}

/** What a recipe says, in words. */
export const recipeText = (options: Readonly<Record<string, unknown>>): string =>
  Object.entries(options)
    .map(([field, value]) => wordFor(field, Array.isArray(value) ? value.join(", ") : value))
    .join("; ");
