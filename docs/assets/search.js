// Material starts the search as soon as a page is there, and its index is the largest thing that a page loads.
// Index and worker are held back until the reader turns to the search.
// And one index serves both languages: of what is found, the pages in the reader's own come first.
{
  const english = (pages) => pages[0].location.startsWith("en/"); // the first of a page's results is the page itself
  const mine = (pages) => english(pages) === (document.documentElement.lang === "en");
  const ordered = ({ type, data }) =>
    data?.items ? { type, data: { ...data, items: [...data.items].sort((a, b) => mine(b) - mine(a)) } } : { type, data };
  const turned = new Promise((resolve) => {
    const look = (event) => {
      if (event.target.closest?.(".md-search, [for=__search]")) resolve();
    };
    for (const kind of ["focusin", "pointerover", "pointerdown"]) addEventListener(kind, look, { passive: true });
  });
  const { open, send } = XMLHttpRequest.prototype;
  const held = new WeakSet();
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    if (String(url).endsWith("/search_index.json")) held.add(this);
    return open.call(this, method, url, ...rest);
  };
  XMLHttpRequest.prototype.send = function (...body) {
    if (held.delete(this)) turned.then(() => send.apply(this, body));
    else send.apply(this, body);
  };
  const { Worker } = window;
  window.Worker = class extends EventTarget {
    #worker;
    constructor(url) {
      super();
      this.#worker = turned.then(() => {
        const worker = new Worker(url);
        worker.addEventListener("message", ({ data }) => this.dispatchEvent(new MessageEvent("message", { data: ordered(data) })));
        return worker;
      });
    }
    postMessage(data) {
      this.#worker.then((worker) => worker.postMessage(data));
    }
  };
}
