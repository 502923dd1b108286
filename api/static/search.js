// Suggestions under every search box. Without scripts, or where they do not come, the form leads to /recherche.
// A combobox with a list of options, as the WAI-ARIA Authoring Practices describe it.
const DELAY = 150; // milliseconds without a key before we ask

for (const form of document.querySelectorAll("form.suggests")) suggest(form);

function suggest(form) {
  const input = form.querySelector("input[name=q]");
  const list = made("div", { id: `${input.id}-list`, role: "listbox", ariaLabel: form.dataset.label, hidden: true });
  const told = made("p", { className: "unseen", ariaLive: "polite" });
  list.className = "suggestions";
  input.after(list, told);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  let waiting, asked, chosen = -1;
  close();

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    asked?.abort();
    if (input.value.trim().length < 2) return close();
    waiting = setTimeout(ask, DELAY);
  });
  input.addEventListener("keydown", (event) => {
    const options = list.querySelectorAll("[role=option]");
    if (list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown") choose(chosen + 1 < options.length ? chosen + 1 : -1);
    else if (event.key === "ArrowUp") choose(chosen === -1 ? options.length - 1 : chosen - 1);
    else if (event.key === "Enter" && chosen >= 0) options[chosen].click();
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) close(); });
  form.addEventListener("submit", () => { clearTimeout(waiting); asked?.abort(); });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the box

  async function ask() {
    asked = new AbortController();
    const query = new URLSearchParams(new FormData(form));
    query.set("lang", document.documentElement.lang);
    query.set("limit", "3");
    try {
      const answer = await fetch(`/api/search?${query}`, { signal: asked.signal });
      if (answer.ok) show(await answer.json());
      else close();
    } catch { /* a later key asks again, or the network is away: the form works */ }
  }

  function show(found) {
    const groups = found.near ? [] : found.groups;
    list.replaceChildren(...groups.map((each) => group(each, found.homonyms)));
    const count = list.querySelectorAll("[role=option]").length;
    told.textContent = count === 0 ? form.dataset.none : count === 1 ? form.dataset.one
      : form.dataset.many.replace("{count}", count);
    list.querySelectorAll("[role=option]").forEach((option, place) => { option.id = `${list.id}-${place}`; });
    list.hidden = count === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    choose(-1);
  }

  function group({ kind, label, hits }, homonyms) {
    const box = made("div", { role: "group" });
    const name = made("p", { id: `${list.id}-${kind}`, textContent: label, role: "presentation" });
    box.setAttribute("aria-labelledby", name.id);
    box.append(name, ...hits.map((hit) => option(hit, homonyms.includes(hit.iri))));
    return box;
  }

  function option(hit, isHomonym) {
    const link = made("a", { role: "option", ariaSelected: "false", tabIndex: -1 });
    link.setAttribute("href", hit.page);
    link.append(made("span", { textContent: hit.label + (hit.acronym && hit.kind !== "text" ? ` (${hit.acronym})` : "") }));
    const apart = isHomonym && hit.says; // what tells it from the others of its name
    const more = [hit.also, hit.line, apart].filter(Boolean).join(" · ");
    if (more) link.append(" ", made("small", { textContent: more }));
    return link;
  }

  function choose(place) {
    const options = list.querySelectorAll("[role=option]");
    options[chosen]?.setAttribute("aria-selected", "false");
    chosen = place;
    const now = options[chosen];
    if (!now) return input.removeAttribute("aria-activedescendant");
    now.setAttribute("aria-selected", "true");
    now.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", now.id);
  }

  function close() {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    told.textContent = "";
  }
}

function made(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
