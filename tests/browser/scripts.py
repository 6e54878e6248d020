"""What runs in the pages of the browser: watches, and ways to go on."""

# Told by the browser before any page runs: policies that were broken reach the console only in part.
WATCH_POLICY = """
addEventListener('securitypolicyviolation', (event) =>
  console.error(`policy broken: ${event.violatedDirective} by ${event.blockedURI}`));
"""

# Run before any page does, so that a test may wait for the last answer.
COUNT_REQUESTS = """
(() => {
window.__asked = { open: 0, last: 0 };
const ask = window.fetch;
window.fetch = async (...request) => {
  window.__asked.open += 1;
  try {
    return await ask(...request);
  } finally {
    window.__asked.open -= 1;
    window.__asked.last = performance.now();
  }
};
})();
"""
SETTLE = """
() => new Promise((settled) => {
  window.__asked.last = performance.now();
  const look = () => {
    const { open, last } = window.__asked;
    const busy = open > 0 || performance.now() - last < 150;
    if (busy || document.querySelector('[aria-busy=true]')) setTimeout(look, 30);
    else settled();
  };
  look();
})
"""
# A load costs half a second of computing and starts every script cold; links lead on in one load. The
# way goes by an address without a page, so that nothing of the page before is taken for the next one.
FOLLOW = """
async (path) => {
  for (const to of ['/nowhere', path]) {
    const link = document.createElement('a');
    link.href = to;
    document.body.append(link);
    link.click();
    link.remove();
    await new Promise((drawn) => setTimeout(drawn));
  }
}
"""
IN_THE_WAY = "document.querySelector('dialog[open], [role=dialog]') !== null"

RECORD = """
(id) => {
  const told = (window.__recorded = []);
  const look = () => {
    const text = document.querySelector(`[data-testid="${id}"]`)?.textContent;
    if (text && told.at(-1) !== text) told.push(text);
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
  look();
}
"""
