// Keys: `?` lists them, `g` and a letter goes somewhere, `n` begins the page's main thing, Ctrl+Enter sends a question.
export function listenToKeys(): void {
  let going = 0;
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && target.matches("[data-submit]")) {
      (target as HTMLTextAreaElement).form?.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, textarea, select, dialog[open]")) return;
    if (Date.now() < going) {
      going = 0;
      const place = document.querySelector<HTMLAnchorElement>(`.rail a[data-key="${CSS.escape(event.key)}"]`);
      if (place) { event.preventDefault(); place.click(); }
      return;
    }
    if (event.key === "g") going = Date.now() + 1500;
    else if (event.key === "n") document.querySelector<HTMLAnchorElement>("[data-main]")?.click();
    else if (event.key === "?") { event.preventDefault(); list(); }
  });
}

function list(): void {
  const dialog = document.createElement("dialog");
  dialog.className = "keys";
  dialog.setAttribute("aria-label", "Keys");
  const rows: [string, string][] = [["/ or Ctrl K", "Search and go anywhere"], ["n", "Begin the page’s main thing"]];
  for (const place of document.querySelectorAll<HTMLAnchorElement>(".rail a[data-key]")) rows.push([`g ${place.dataset["key"]}`, place.title]);
  rows.push(["?", "This list"], ["Esc", "Close"]);
  const head = document.createElement("h2");
  head.textContent = "Keys";
  const keys = document.createElement("dl");
  for (const [key, meaning] of rows) {
    const term = document.createElement("dt");
    for (const [place, part] of key.split(" ").entries()) {
      if (place > 0) term.append(" ");
      if (part === "or") { term.append("or"); continue; }
      const cap = document.createElement("kbd");
      cap.textContent = part;
      term.append(cap);
    }
    const what = document.createElement("dd");
    what.textContent = meaning;
    keys.append(term, what);
  }
  const close = document.createElement("button");
  close.className = "button";
  close.textContent = "Close";
  close.addEventListener("click", () => dialog.close());
  dialog.append(head, keys, close);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
