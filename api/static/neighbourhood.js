// The neighbourhood of a concept as a picture, for those who ask for it. The list below it says the same, to
// everybody: the canvas is hidden from screen readers and takes no focus; the buttons and the link do.
const MOST = 40; // notions in one picture

for (const box of document.querySelectorAll(".drawing")) offer(box);

function offer(box) {
  const words = box.dataset;
  const draw = made("button", { type: "button", className: "quiet", textContent: words.draw });
  const save = made("button", { type: "button", className: "quiet", textContent: words.png, hidden: true });
  const told = made("p", { className: "note", role: "status" });
  const picture = made("div", { className: "picture", hidden: true, ariaHidden: "true" });
  const buttons = made("p", { className: "actions" });
  buttons.append(draw, save);
  box.append(buttons, told, picture);
  draw.setAttribute("aria-expanded", "false");
  let graph;

  draw.addEventListener("click", async () => {
    const shown = picture.hidden;
    picture.hidden = !shown;
    save.hidden = !shown;
    draw.textContent = shown ? words.hide : words.draw;
    draw.setAttribute("aria-expanded", String(shown));
    told.textContent = shown ? words.help : "";
    if (!shown || graph) return;
    try {
      const { default: cytoscape } = await import("/static/vendor/cytoscape.js");
      graph = cytoscape({ container: picture, style: style(), minZoom: 0.3, maxZoom: 3, boxSelectionEnabled: false });
      await unfold(words.concept);
      graph.on("tap", "node", (event) => choose(event.target));
    } catch {
      picture.hidden = save.hidden = true;
      told.textContent = words.failed;
    }
  });
  save.addEventListener("click", async () => {
    const image = await graph.png({ output: "blob-promise", full: true, scale: 2, bg: colour("--sheet") });
    const link = made("a", { href: URL.createObjectURL(image), download: `${words.concept}.png` });
    link.click();
    URL.revokeObjectURL(link.href);
  });

  async function choose(node) {
    graph.edges().removeClass("told");
    node.connectedEdges().addClass("told");
    const link = made("a", { href: page(node.id()), textContent: node.data("name") });
    told.replaceChildren(`${words.open} `, link);
    if (node.data("unfolded")) return;
    if (graph.nodes().length >= MOST) told.append(` · ${words.full}`);
    else await unfold(last(node.id())).catch(() => told.append(` · ${words.failed}`));
    node.connectedEdges().addClass("told");
  }

  async function unfold(concept) {
    const query = new URLSearchParams({ ...asked(), concept, lang: document.documentElement.lang });
    const answer = await fetch(`/api/neighbourhood?${query}`);
    if (!answer.ok) throw new Error(String(answer.status));
    const found = await answer.json();
    add(found.centre);
    graph.getElementById(found.centre.iri).data("unfolded", true);
    for (const { origin, relation, target, state } of found.edges) {
      if (![origin, target].every(add)) continue;
      const id = [origin.iri, relation.iri, target.iri].join(" ");
      if (graph.getElementById(id).nonempty()) continue;
      const label = relation.iri.endsWith("#broader") ? words.broader : relation.label;
      graph.add({ data: { id, source: origin.iri, target: target.iri, label }, classes: state });
    }
    const first = last(graph.nodes()[0].id()) === concept && graph.nodes("[?unfolded]").length === 1;
    graph.nodes("[!unfolded]").removeClass("centre");
    graph.nodes("[?unfolded]").addClass("centre");
    graph.layout(first
      ? { name: "concentric", concentric: (node) => (node.data("unfolded") ? 2 : 1), levelWidth: () => 1, minNodeSpacing: 34, animate: false }
      : { name: "cose", randomize: false, animate: false, nodeRepulsion: () => 60000, idealEdgeLength: () => 90 }).run();
    for (const node of graph.nodes()) node.removeClass("north south east west").addClass(side(node));
    graph.fit(undefined, 30);
  }

  // The side on which a name is written: away from the middle, where the lines are.
  function side(node) {
    const { x1, x2, y1, y2 } = graph.nodes().boundingBox({ includeLabels: false });
    const [x, y] = [(node.position("x") - (x1 + x2) / 2) / (x2 - x1), (node.position("y") - (y1 + y2) / 2) / (y2 - y1)];
    if (node.data("unfolded") || Math.abs(y) > 0.45) return y < 0 ? "north" : "south";
    return x < 0 ? "west" : "east";
  }

  // Return whether the notion is in the picture, once there if it fits.
  function add({ iri, label, acronym }) {
    if (graph.getElementById(iri).nonempty()) return true;
    if (graph.nodes().length >= MOST) return false;
    graph.add({ data: { id: iri, name: label, label: acronym ?? label } });
    return true;
  }
}

function style() {
  const ink = colour("--ink"), sheet = colour("--sheet"), soft = colour("--soft"), accent = colour("--accent");
  const font = getComputedStyle(document.documentElement).getPropertyValue("--sans");
  return [
    { selector: "node", style: { label: "data(label)", "font-family": font, "font-size": 12, color: ink, "text-wrap": "wrap", "text-max-width": 110, "text-outline-width": 2, "text-outline-color": sheet, width: 13, height: 13, "background-color": soft } },
    { selector: "node.north", style: { "text-valign": "top", "text-margin-y": -2, "text-max-width": 70 } },
    { selector: "node.south", style: { "text-valign": "bottom", "text-margin-y": 2, "text-max-width": 70 } },
    { selector: "node.east", style: { "text-valign": "center", "text-halign": "right", "text-margin-x": 4 } },
    { selector: "node.west", style: { "text-valign": "center", "text-halign": "left", "text-margin-x": -4 } },
    { selector: "node.centre", style: { "background-color": accent, width: 22, height: 22, "font-weight": "bold", "font-size": 14 } },
    { selector: "edge", style: { width: 1.2, "line-color": soft, "curve-style": "bezier", "target-arrow-shape": "triangle", "target-arrow-color": soft, "arrow-scale": 0.8 } },
    { selector: "edge.past, edge.to-come", style: { "line-style": "dashed" } },
    { selector: "edge.told", style: { label: "data(label)", "font-family": font, "font-size": 11, color: ink, "text-rotation": "autorotate", "text-background-color": sheet, "text-background-opacity": 1, "line-color": accent, "target-arrow-color": accent } },
  ];
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// The day asked for, if any: the picture is of the same law as the page.
function asked() {
  const date = new URL(location).searchParams.get("date");
  return date ? { date } : {};
}

function page(iri) {
  const address = new URL(`/concept/${last(iri)}`, location);
  for (const [name, value] of new URL(location).searchParams) if (name === "lang" || name === "date") address.searchParams.set(name, value);
  return address.href;
}

function last(iri) {
  return iri.slice(iri.lastIndexOf("/") + 1);
}

function made(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
