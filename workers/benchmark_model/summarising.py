"""What the simulated model writes about a page: its title and how its text begins."""

import json

DEMANDED = '"summary"'
PAGE = "Page: "
MAX_WORDS = 40


def is_summary_demanded(text: str) -> bool:
    """Return whether a prompt demands the summary of a page."""
    return DEMANDED in text and PAGE in text


def written_summary(text: str) -> str:
    """Return the summary as a JSON object; the same page gives the same one."""
    page, _ = json.JSONDecoder().raw_decode(text.rpartition(f"\n{PAGE}")[2])
    words = str(page["text"]).split()[:MAX_WORDS]
    summary = f"{page['title'] or 'A page'}: {' '.join(words) or 'no text'}."
    return json.dumps({"summary": summary}, ensure_ascii=False)
