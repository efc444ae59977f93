// Stands in for Mermaid until a diagram is about to be seen. Only then is the library fetched, which weighs more than all
// the rest of the page; until then, and without it, the page shows the diagram's source and says the same in words.
{
  const library = new URL("mermaid/mermaid.tiny.js", document.currentScript.src);
  let settings;
  let loaded;
  const load = () =>
    (loaded ??= new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = library;
      script.onload = () => resolve(window.mermaid); // the library has taken its name; without it the source stays
      document.head.append(script);
    }).then((mermaid) => {
      mermaid.initialize(settings);
      return mermaid;
    }));
  const near = (element) =>
    new Promise((resolve) => {
      const watched = new IntersectionObserver(
        (entries) => {
          if (!entries.some((entry) => entry.isIntersecting)) return;
          watched.disconnect();
          resolve();
        },
        { rootMargin: "600px" },
      );
      watched.observe(element);
      addEventListener("beforeprint", resolve);
    });
  window.mermaid = {
    initialize: (given) => (settings = { ...settings, ...given }),
    render: async (id, source) => {
      const diagrams = [...document.querySelectorAll("pre.mermaid")];
      await near(diagrams.find((each) => each.textContent === source));
      return (await load()).render(id, source);
    },
  };
}
