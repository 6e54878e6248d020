import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mayLead, toHtml } from "../../src/lib/markdown";

const TAG = /<\/?([a-z][a-z0-9]*)((?:\s[^>]*)?)>/g;
const OURS = new Set(
  "p br strong em s a code pre h3 h4 h5 h6 ul ol li blockquote hr table thead tbody tr th td".split(" "),
);
const ATTRIBUTES =
  /^(?: href="(?:https?:|mailto:)[^"<>]*" rel="noopener nofollow" target="_blank"| class="num"| start="\d+")?$/;

/** What stands in the HTML and is not ours: other elements, other attributes, other schemes. */
function foreign(html: string): string[] {
  const found = [...html.matchAll(TAG)].filter(([, name, rest]) => !OURS.has(name!) || !ATTRIBUTES.test(rest!));
  const left = html.replace(TAG, "");
  return [...found.map(([whole]) => whole), ...(left.match(/[<>]/g) ?? [])];
}

const HOSTILE = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(2)>",
  "[a](javascript:alert(3))",
  "[a](JaVaScRiPt:alert(4))",
  "[a](java\tscript:alert(5))",
  "[a](<java\nscript:alert(6)>)",
  "[a](javascript&colon;alert(7))",
  "[a](&#106;avascript:alert(8))",
  "[a](data:text/html,<script>alert(9)</script>)",
  "[a](vbscript:alert(10))",
  "<javascript:alert(11)>",
  "[a]: javascript:alert(12)\n\n[a]",
  "![x](https://tracker.example/pixel.gif)",
  "![x](data:image/svg+xml,<svg/onload=alert(13)>)",
  '[a](https://a.example/"onmouseover="alert(14))',
  '[a](https://a.example "title\" onclick=\"alert(15)")',
  '```"><script>alert(16)</script>\nx\n```',
  "|<b onclick=alert(17)>|\n|-|\n|<svg/onload=alert(18)>|",
  '<a href="https://a.example" onclick="alert(19)">x</a>',
  "[a](//evil.example) [b](/runs/7) [c](file:///etc/passwd)",
  "<!-- --><style>*{display:none}</style>",
];

describe("notes in Markdown", () => {
  test("are headings, lists, tables, code and links", () => {
    const html = toHtml("# Big\n\n- one\n- **two**\n\n|a|b|\n|-|-:|\n|1|2|\n\n`x<y`\n\nhttps://a.example/p?q=1&r=2");
    for (const part of [
      "<h3>Big</h3>",
      "<li>one</li>",
      "<strong>two</strong>",
      '<td class="num">2</td>',
      "<code>x&lt;y</code>",
    ])
      expect(html).toContain(part);
    expect(html).toContain('<a href="https://a.example/p?q=1&amp;r=2" rel="noopener nofollow" target="_blank">');
  });
  test("keep the lines that people type, and names of files as text", () => {
    expect(toHtml("one\ntwo train.py")).toBe("<p>one<br>\ntwo train.py</p>\n");
  });
  test.each(HOSTILE)("do nothing: %s", (text) => {
    const html = toHtml(text);
    expect(foreign(html)).toEqual([]);
    expect(html).not.toContain("<img");
  });
  test("show a picture as a link, and a link without words by its address", () => {
    expect(toHtml("![Curve](https://a.example/c.png)")).toContain(">Curve</a>");
    expect(toHtml("[](https://a.example)")).toContain(">https://a.example</a>");
  });
  test("let nothing through, whatever is typed", () => {
    const piece = fc.oneof(
      fc.constantFrom(...HOSTILE, "[", "](", ")", "<", ">", "`", "\n", "> ", "- ", "|", '"', "&", "!["),
      fc.string(),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        (parts) => void expect(foreign(toHtml(parts.join("")))).toEqual([]),
      ),
    );
  });
  test("end, however deep they are nested", () => {
    for (const text of [
      "> ".repeat(500_000),
      "- > ".repeat(25_000),
      "[".repeat(100_000),
      "*a _b ".repeat(16_000),
      "![".repeat(50_000),
    ])
      expect(foreign(toHtml(text))).toEqual([]);
  });
  test("lead to the web and to mail only", () => {
    expect(["https://a.example", "HTTP://a.example", "mailto:a@b.example"].map(mayLead)).toEqual([true, true, true]);
    expect(
      ["javascript:x", " javascript:x", "//a.example", "/runs", "ftp://a.example", "blob:https://a.example/1", ""].map(
        mayLead,
      ),
    ).not.toContain(true);
  });
});
