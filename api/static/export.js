// The search of the copy in files: a plain script, since a page opened from a folder may load no module.
// ENTRIES comes from recherche-donnees.js, MiniSearch from its own file.
(() => {
  const form = document.querySelector("form.suggests"), input = form.elements.q;
  const list = document.getElementById("found"), told = document.getElementById("told");

  const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replaceAll("œ", "oe");
  // "L. 6323-3", "L 6323-3" and "l6323-3" are one number.
  const words = (text) => fold(text).replace(/\b([lrda])\*?[. ]+(?=\d)/g, "$1").split(/[^a-z0-9-]+|(?<!\d)-|-(?!\d)/).filter(Boolean);
  const index = new MiniSearch({
    fields: ["label", "acronym", "names"], tokenize: words, processTerm: (term) => term,
    searchOptions: {
      boost: { acronym: 4, label: 2 }, combineWith: "AND", prefix: true,
      fuzzy: (term) => (term.length > 3 && !/\d/.test(term) ? 0.2 : false),
    },
  });
  index.addAll(ENTRIES.map(([label, acronym, , , names], id) => ({ id, label, acronym: acronym || "", names })));

  function show() {
    const asked = input.value.trim();
    const hits = asked ? index.search(asked).slice(0, 50) : [];
    told.textContent = !asked ? "" : hits.length ? form.dataset.count.replace("{count}", hits.length)
      : form.dataset.none.replace("{words}", asked);
    list.replaceChildren(...hits.map(({ id }) => {
      const [label, acronym, kind, address] = ENTRIES[id];
      const item = document.createElement("li"), link = document.createElement("a");
      link.href = address;
      link.textContent = label + (acronym && kind !== "text" ? ` (${acronym})` : "");
      item.append(link);
      return item;
    }));
  }

  input.addEventListener("input", show);
  form.addEventListener("submit", (event) => { event.preventDefault(); show(); });
  input.value = new URLSearchParams(location.search).get("q") || "";
  show();
})();
