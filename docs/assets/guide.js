// Makes a table of claims filterable, and sortable by its headings. Without this script it is a plain table.
for (const table of document.querySelectorAll("table[data-filter]")) {
  const body = table.tBodies[0];
  const key = (row, column) => {
    const cell = row.cells[column];
    const text = cell.dataset.sort ?? cell.textContent.trim();
    return { text, number: text === "" ? NaN : Number(text) };
  };
  const headings = "sortable" in table.dataset ? [...table.tHead.rows[0].cells] : [];
  headings.forEach((heading, column) => {
    heading.firstElementChild.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      for (const other of headings) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...body.rows].sort((a, b) => {
        const [x, y] = [key(a, column), key(b, column)];
        const order = Number.isNaN(x.number) || Number.isNaN(y.number)
          ? x.text.localeCompare(y.text, document.documentElement.lang)
          : x.number - y.number;
        return down ? -order : order;
      });
      body.append(...rows);
    });
  });
  const filter = table.parentElement.previousElementSibling.firstElementChild;
  filter.addEventListener("input", () => {
    const wanted = filter.value.trim().toLocaleLowerCase();
    for (const row of body.rows) row.hidden = !row.textContent.toLocaleLowerCase().includes(wanted);
  });
}

// The switch of the language leads to the place that is being read: both languages have the same headings.
for (const link of document.querySelectorAll("a[hreflang]")) {
  link.addEventListener("click", () => {
    const places = [...document.querySelectorAll(".md-content :is(h1, h2, h3)[id]")];
    const top = (place) => place.getBoundingClientRect().top;
    const wanted = places.find((place) => `#${place.id}` === location.hash && top(place) > 0 && top(place) < innerHeight);
    const read = wanted ?? places.filter((place) => top(place) < innerHeight / 6).at(-1);
    link.hash = read && read !== places[0] ? read.id : "";
  });
}
