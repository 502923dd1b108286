// The hierarchy of concepts as a tree: opened and gone through by keyboard. Without scripts it is nested lists, all open.
// The navigation treeview of the WAI-ARIA Authoring Practices: links are the items, arrows move, right and left open and shut.
const OPEN = 2; // levels that are open at first

for (const root of document.querySelectorAll(".tree > ul:not(.inline)")) tree(root);

function tree(root) {
  root.setAttribute("role", "tree");
  root.setAttribute("aria-labelledby", root.closest("section").getAttribute("aria-labelledby"));
  root.querySelectorAll("ul").forEach((list) => list.setAttribute("role", "group"));
  root.querySelectorAll("li").forEach((line, place) => prepare(line, place));
  items()[0].tabIndex = 0;
  root.parentElement.querySelector(".keys")?.removeAttribute("hidden");
  let typed = "", typing;

  root.addEventListener("click", (event) => {
    if (!event.target.closest(".toggle")) return;
    const link = event.target.closest("li").querySelector("a");
    toggle(link, link.getAttribute("aria-expanded") !== "true");
    if (!items().includes(document.activeElement)) focus(link);
  });
  root.addEventListener("focusin", (event) => {
    if (event.target.matches("[role=treeitem]")) roam(event.target);
  });
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const shown = items(), now = shown.indexOf(event.target);
    if (now < 0) return;
    const link = shown[now], state = link.getAttribute("aria-expanded");
    if (event.key === "ArrowDown") focus(shown[now + 1]);
    else if (event.key === "ArrowUp") focus(shown[now - 1]);
    else if (event.key === "Home") focus(shown[0]);
    else if (event.key === "End") focus(shown.at(-1));
    else if (event.key === "ArrowRight" && state === "false") toggle(link, true);
    else if (event.key === "ArrowRight" && state === "true") focus(shown[now + 1]);
    else if (event.key === "ArrowLeft" && state === "true") toggle(link, false);
    else if (event.key === "ArrowLeft") focus(above(link));
    else if (event.key === "*") siblings(link).forEach((each) => toggle(each, true));
    else if (event.key.length === 1 && event.key !== " ") search(event.key, shown, now);
    else return;
    event.preventDefault();
  });

  function search(key, shown, now) {
    clearTimeout(typing);
    typing = setTimeout(() => { typed = ""; }, 500);
    typed += fold(key);
    const start = typed.length === 1 ? now + 1 : now; // more letters may keep us where we are
    focus([...shown.slice(start), ...shown.slice(0, start)].find((link) => fold(link.textContent).startsWith(typed)));
  }

  function items() {
    return [...root.querySelectorAll("[role=treeitem]")].filter((link) => !link.closest("ul[hidden]"));
  }

  function roam(link) {
    root.querySelectorAll('[tabindex="0"]').forEach((each) => { each.tabIndex = -1; });
    link.tabIndex = 0;
  }

  function focus(link) {
    if (!link) return;
    roam(link);
    link.focus();
  }

  function toggle(link, open) {
    if (!link.hasAttribute("aria-expanded")) return;
    link.setAttribute("aria-expanded", String(open));
    document.getElementById(link.getAttribute("aria-owns")).hidden = !open;
  }

  function above(link) {
    return link.closest("ul[role=group]")?.parentElement.querySelector("a");
  }

  function siblings(link) {
    return [...link.closest("ul").children].map((line) => line.querySelector("a"));
  }

  function prepare(line, place) {
    const link = line.querySelector("a"), list = line.querySelector(":scope > ul"), acronym = line.querySelector(":scope > .acronym");
    line.setAttribute("role", "none");
    link.setAttribute("role", "treeitem");
    link.tabIndex = -1;
    if (acronym) link.append(" ", acronym); // so that it is read with the name
    if (!list) return;
    list.id = `tree-${place}`;
    link.setAttribute("aria-owns", list.id);
    link.before(Object.assign(document.createElement("span"), { className: "toggle", ariaHidden: "true" }));
    let level = 1;
    for (let up = line.parentElement; up !== root; up = up.parentElement.closest("ul")) level += 1;
    link.setAttribute("aria-expanded", "");
    toggle(link, level < OPEN);
  }
}

function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
