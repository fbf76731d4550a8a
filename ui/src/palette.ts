// The command palette: what the search page finds, as one types.
interface Found { title: string; about: string; href: string }

export function offerPalette(): void {
  if (!document.querySelector("[data-find]")) return;
  document.addEventListener("keydown", (event) => {
    const typing = (event.target as HTMLElement).closest("input, textarea, select, dialog[open]");
    const asked = (event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey);
    if (asked) { event.preventDefault(); open(); }
  });
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-find]")) { event.preventDefault(); open(); }
  });
}

function open(): void {
  if (document.querySelector("dialog[open]")) return;
  const dialog = document.createElement("dialog");
  dialog.className = "palette";
  dialog.setAttribute("aria-label", "Search");
  const input = document.createElement("input");
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-expanded", "true");
  input.setAttribute("aria-controls", "palette-list");
  input.setAttribute("aria-label", "Search");
  input.placeholder = "A page, an act, a file";
  input.autocomplete = "off";
  const list = document.createElement("ul");
  list.id = "palette-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Found");
  const nothing = document.createElement("p");
  nothing.setAttribute("role", "status");
  dialog.append(input, list, nothing);
  document.body.append(dialog);

  let chosen = 0;
  let found: Found[] = [];
  let asked = 0;
  const mark = (): void => {
    for (const [place, item] of [...list.children].entries()) {
      item.setAttribute("aria-selected", String(place === chosen));
      if (place === chosen) { input.setAttribute("aria-activedescendant", item.id); item.scrollIntoView({ block: "nearest" }); }
    }
  };
  const show = (): void => {
    list.replaceChildren(...found.map((one, place) => {
      const item = document.createElement("li");
      item.id = `found-${place}`;
      item.setAttribute("role", "option");
      for (const text of [one.title, one.about]) {
        const words = document.createElement("span");
        words.textContent = text;
        item.append(words);
      }
      item.addEventListener("click", () => location.assign(one.href));
      return item;
    }));
    chosen = 0;
    nothing.textContent = found.length === 0 ? "Nothing has this in its name." : "";
    mark();
  };
  const ask = async (): Promise<void> => {
    const turn = ++asked;
    const response = await fetch(`/find?q=${encodeURIComponent(input.value)}`, { headers: { accept: "application/json" } });
    if (turn !== asked || !response.ok) return;
    found = (await response.json()) as Found[];
    show();
  };
  input.addEventListener("input", () => void ask());
  input.addEventListener("keydown", (event) => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      chosen = (chosen + step + found.length) % found.length;
      mark();
    } else if (event.key === "Enter") {
      event.preventDefault();
      const one = found[chosen];
      if (one) location.assign(one.href);
    }
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
  void ask();
}
