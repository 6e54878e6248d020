/**
 * Markdown of people, as HTML that can do nothing: markup in the text stays text, links lead only to
 * the web or to mail, pictures become links. It has a chunk of its own, loaded when notes are read.
 */
import MarkdownIt, { type Token } from "markdown-it";

const SCHEMES: ReadonlySet<string> = new Set(["http:", "https:", "mailto:"]);
/** Notes stand below a heading of the second level. */
const DEEPER = 2;

/** As a browser would read it, so that no way to write a scheme passes for another. */
export function mayLead(address: string): boolean {
  try {
    return SCHEMES.has(new URL(address).protocol);
  } catch {
    return false;
  }
}

const parser = new MarkdownIt({ html: false, linkify: true, breaks: true, typographer: false });
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
parser.validateLink = mayLead;

const { escapeHtml } = parser.utils;
const { rules } = parser.renderer;

const open = (address: string): string => `<a href="${escapeHtml(address)}" rel="noopener nofollow" target="_blank">`;

/** A link without words would have no name for those who hear it. */
rules.link_open = (tokens, index) => {
  const address = String(tokens[index]!.attrGet("href"));
  return open(address) + (tokens[index + 1]?.type === "link_close" ? escapeHtml(address) : "");
};
rules.image = (tokens, index) => {
  const { content } = tokens[index]!;
  const address = String(tokens[index]!.attrGet("src"));
  return `${open(address)}${escapeHtml(content || address)}</a>`;
};
rules.fence = rules.code_block = (tokens, index) => `<pre><code>${escapeHtml(tokens[index]!.content)}</code></pre>\n`;
/** The policy of the page allows no inline style: columns that are aligned right get our class. */
rules.th_open = (tokens, index) => cell("th", tokens[index]!);
rules.td_open = (tokens, index) => cell("td", tokens[index]!);
rules.heading_open = (tokens, index) => `<${lower(tokens[index]!)}>`;
rules.heading_close = (tokens, index) => `</${lower(tokens[index]!)}>\n`;

const cell = (tag: string, token: Token): string =>
  String(token.attrGet("style")).includes("right") ? `<${tag} class="num">` : `<${tag}>`;
const lower = (token: Token): string => `h${Math.min(6, Number(token.tag.slice(1)) + DEEPER)}`;

export const toHtml = (text: string): string => parser.render(text);
