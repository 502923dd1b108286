// The SPARQL page with Yasgui's editor and table in the place of the form's text area and of the server's table.
// Without scripts, or if Yasgui does not load, the form works as it stands (see sparql.html).
//
// Yasgui as a whole adds tabs, other endpoints and a store of past queries: here there is one query, one endpoint,
// and an address that holds both, so only its two parts are drawn. Nothing is asked of prefix.cc or of
// Linked Open Vocabularies: prefixes come with the page, terms from this endpoint.

const { words, yasgui: translations, prefixes, base, formats, largest, terms: termsQuery } = JSON.parse(
  document.getElementById("editor").textContent,
);
const lang = document.documentElement.lang;
const byId = (id) => document.getElementById(id);
const [form, textarea, status, error, answer] = ["form", "query", "status", "error", "answer"].map(byId);
const { Yasqe, Yasr } = window;
const DATA = "td, th, .CodeMirror-code"; // what people wrote: never translated
const SEEN = { childList: true, subtree: true, attributeFilter: ["title", "aria-label"] };

if (Yasqe && Yasr) {
  const editor = drawEditor();
  const table = drawResults();
  connect(editor, table);
}

// --- The editor ---

function drawEditor() {
  completeFromOurTerms();
  const drawn = new Yasqe(byId("yasqe"), {
    value: textarea.value,
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "auto",
    collapsePrefixesOnLoad: true,
    viewportMargin: Infinity,
    screenReaderLabel: form.querySelector("label").textContent,
    hintConfig: { extraKeys: { Tab: leave, "Shift-Tab": leave } },
    extraKeys: {
      Tab: false, // a keyboard leaves the editor as it came in
      "Shift-Tab": false,
      "Ctrl-S": false,
      "Ctrl-Enter": () => form.requestSubmit(),
      "Cmd-Enter": () => form.requestSubmit(),
    },
  });
  drawn.getInputField().setAttribute("aria-describedby", "keys limits error");
  form.querySelector("label").addEventListener("click", () => drawn.focus());
  textarea.hidden = true;
  drawn.on("change", () => {
    textarea.value = drawn.getValue();
    unmark(drawn);
  });
  new MutationObserver(() => translate(drawn.rootEl)).observe(drawn.rootEl, SEEN);
  return drawn;
}

// Suggestions open again after each choice: Tab leaves them too, Enter chooses.
function leave(_, suggestions) {
  suggestions.close();
  return Yasqe.Pass;
}

function completeFromOurTerms() {
  const completers = Yasqe.Autocompleters;
  const declarations = Object.entries(prefixes).map(([name, iri]) => `${name}: <${iri}>`);
  const ours = (kind) => ({
    persistenceId: null,
    bulk: false,
    autoShow: true,
    get: async (_, token) => {
      const start = token?.autocompletionString ?? "";
      return (await terms())[kind].filter((iri) => iri.startsWith(start)).slice(0, 100);
    },
  });
  completers.prefixes = { ...completers.prefixes, persistenceId: null, get: () => declarations };
  completers.class = { ...completers.class, ...ours("class") };
  completers.property = { ...completers.property, ...ours("property") };
  completers.name = {
    ...completers.class,
    ...ours("name"),
    name: "name",
    isValidCompletionPosition: (yasqe) => {
      const token = yasqe.getCompleteToken();
      return /^\w+:/.test(token.string) && !token.state.possibleCurrent.includes("a")
        && !completers.class.isValidCompletionPosition(yasqe);
    },
  };
  Yasqe.defaults.autocompleters = ["prefixes", "variables", "property", "class", "name"];
}

let asked; // once a page, when the first word is typed; the browser keeps it as long as the dataset lasts
function terms() {
  asked ??= fetch(`/sparql?${new URLSearchParams({ query: termsQuery })}`, {
    headers: { Accept: "text/tab-separated-values" },
  })
    .then((found) => (found.ok ? found.text() : ""))
    .catch(() => "")
    .then((text) => {
      const found = { class: [], property: [], name: [] };
      for (const line of text.split("\n").slice(1)) {
        const [kind, iri] = line.split("\t");
        if (iri?.startsWith("<")) found[kind.slice(1, -1)]?.push(iri.slice(1, -1));
      }
      return found;
    });
  return asked;
}

let marked;
function mark(editor, line, column) {
  marked = editor.addLineClass(line - 1, "background", "wrong-line");
  editor.setCursor({ line: line - 1, ch: Math.max((column ?? 1) - 1, 0) });
}
function unmark(editor) {
  if (marked) editor.removeLineClass(marked, "background", "wrong-line");
  marked = undefined;
}

// --- The results ---

function drawResults() {
  const { table } = Yasr.plugins;
  table.defaults.tableConfig.language = {
    info: words.rows,
    infoEmpty: "",
    infoFiltered: words.filtered,
    zeroRecords: words["no-match"],
    emptyTable: words.none,
    thousands: lang === "fr" ? "\u202f" : ",",
    aria: {
      orderable: words.sort, orderableReverse: words["sort-down"], orderableRemove: words.unsort,
      paginate: { first: words.first, previous: words.previous, next: words.next, last: words.last },
    },
    paginate: { first: "«", previous: "‹", next: "›", last: "»" },
  };
  class Table extends table {
    getUriLinkFromBinding({ value }, known = {}) {
      const fits = Object.entries(known).filter(([, iri]) => value.startsWith(iri));
      const [name, iri] = fits.sort((a, b) => b[1].length - a[1].length)[0] ?? [];
      const shown = name ? `${name}:${value.slice(iri.length)}` : value;
      const link = document.createElement("a");
      link.textContent = shown;
      link.title = value;
      if (value.startsWith(base)) {
        // The pages of our IRIs are on this server, whatever its name.
        link.href = `/${value.slice(base.length)}${location.search.includes("lang=") ? `?lang=${lang}` : ""}`;
      } else if (/^https?:/.test(value)) {
        link.href = value;
        link.rel = "noopener noreferrer";
      }
      return link.outerHTML;
    }
  }
  Yasr.registerPlugin("table", Table);
  // Numbers and seconds are said once, above the table, with a plural.
  Yasr.prototype.updateResponseInfo = () => {};
  class Results extends Yasr {
    draw() {
      // Yasr's own reading of JSON replaces {{…}} in literals: what the graph says is shown as it says it.
      const { content } = this.results?.res ?? {};
      if (typeof content === "object") Object.assign(this.results, { json: content, type: "json" });
      super.draw();
    }
  }
  const drawn = new Results(byId("yasr"), { persistenceId: null, prefixes });
  drawn.rootEl.querySelector(".yasr_external_ref_btn")?.remove(); // leads to another site
  Object.assign(drawn.resultsEl, { tabIndex: 0, role: "region", ariaLabel: byId("result").textContent });
  translate(drawn.rootEl);
  new MutationObserver(() => translate(drawn.rootEl)).observe(drawn.rootEl, SEEN);
  return drawn;
}

// Yasgui speaks English only: what it writes is replaced, sentence by sentence.
function translate(root) {
  if (lang === "en") return;
  const nodes = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) {
      if (Object.hasOwn(translations, node.data) && !node.parentElement.closest(DATA)) {
        node.data = translations[node.data];
      }
      continue;
    }
    for (const name of ["title", "aria-label", "placeholder"]) {
      const said = node.getAttribute(name);
      if (Object.hasOwn(translations, said) && !node.closest(DATA)) node.setAttribute(name, translations[said]);
    }
  }
}

// --- Both together ---

function connect(editor, table) {
  const [stop, copy] = ["stop", "copy"].map(byId);
  let running;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  stop.addEventListener("click", () => running?.abort());
  copy.hidden = byId("keys").hidden = false;
  copy.addEventListener("click", async () => {
    const link = String(shared(editor.getValue()));
    try {
      await navigator.clipboard.writeText(link);
      status.textContent = words.copied;
    } catch { // no permission, or no https: the person copies it
      window.prompt(words.link, link);
    }
  });
  for (const example of document.querySelectorAll("[data-example]")) {
    example.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      editor.setValue(new URL(example.href).searchParams.get("query"));
      form.scrollIntoView();
      ask();
    });
  }

  async function ask() {
    running?.abort();
    const mine = (running = new AbortController());
    const query = textarea.value;
    history.replaceState(null, "", shared(query));
    turnLanguageSwitch(query);
    unmark(editor);
    error.hidden = answer.hidden = true;
    stop.hidden = false;
    status.textContent = words.running;
    const start = performance.now();
    try {
      const found = await fetch("/sparql", {
        method: "POST", // of any length
        body: new URLSearchParams({ query }),
        headers: { Accept: "application/sparql-results+json, text/turtle;q=0.9", "Accept-Language": lang },
        signal: mine.signal,
      });
      const text = await read(found);
      if (text === undefined) refuse([words["too-big"]], query);
      else if (found.ok) show(found, text, query, (performance.now() - start) / 1000);
      else fail(text);
    } catch (problem) {
      if (mine !== running) return; // another query has begun
      if (problem.name === "AbortError") status.textContent = words.stopped;
      else refuse([words.away]);
    }
    if (mine === running) stop.hidden = true;
  }

  function show(found, text, query, seconds) {
    const type = found.headers.get("content-type");
    const taken = words.seconds.replace(
      "{seconds}", seconds.toLocaleString(lang, { maximumFractionDigits: 2 }),
    );
    byId("rows").replaceChildren();
    byId("yasr").hidden = !text;
    answer.hidden = false;
    offer(byId("files"), type.includes("sparql-results") ? formats.rows : formats.graph, query);
    if (!text) {
      status.textContent = `${words.none} ${taken}`;
      return;
    }
    const content = type.includes("json") ? JSON.parse(text) : text;
    table.setResponse({ content, headers: found.headers, status: found.status });
    const rows = table.results.getBindings();
    status.textContent = `${rows ? count(rows.length) : words.answered} ${taken}`;
  }

  function fail(text) {
    let problem = { errors: [text] };
    try {
      problem = JSON.parse(text);
    } catch { /* a proxy's page: shown as it is */ }
    refuse(problem.errors ?? [problem.error ?? text]);
    if (problem.line) {
      mark(editor, problem.line, problem.column);
      editor.focus();
    }
  }

  function refuse(sentences, query) {
    status.textContent = "";
    error.querySelector(".reason").textContent = sentences.join(" ");
    const files = error.querySelector(".files");
    files.replaceChildren();
    if (query) offer(files, /\b(construct|describe)\b/i.test(query) ? formats.graph : formats.rows, query);
    error.hidden = false;
  }
}

// The whole answer as text, or undefined where it is too long to be drawn: never a part of it.
async function read(found) {
  const [reader, decoder] = [found.body.getReader(), new TextDecoder()];
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    text += decoder.decode(value, { stream: !done });
    if (done) return text;
    if (text.length > largest) {
      reader.cancel();
      return undefined;
    }
  }
}

function shared(query) {
  const address = new URL("/sparql", location);
  address.searchParams.set("query", query);
  const chosen = new URL(location).searchParams.get("lang");
  if (chosen) address.searchParams.set("lang", chosen);
  return address;
}

function turnLanguageSwitch(query) {
  const other = document.querySelector(".switch");
  const address = shared(query);
  address.searchParams.set("lang", other.hreflang);
  other.href = address;
}

function offer(place, offered, query) {
  const links = offered.map(([label, format]) => {
    const link = document.createElement("a");
    link.textContent = label;
    link.href = `/sparql?${new URLSearchParams({ query, format })}`;
    return link;
  });
  place.replaceChildren(...links.flatMap((link, rank) => (rank ? [" · ", link] : [link])));
}

function count(number) {
  return number === 0 ? words.none : number === 1 ? words.one : words.many.replace("{count}", number.toLocaleString(lang));
}
