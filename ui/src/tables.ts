// Ordering and turning a table replaces the table alone; the address follows, so going back and sending the link still work.
export function turnTables(): void {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-turn]");
    const table = link?.closest<HTMLElement>("[data-table]");
    if (!link || !table) return;
    event.preventDefault();
    void turn(link.href, table.id);
  });
  addEventListener("popstate", () => location.reload());
}

async function turn(href: string, id: string): Promise<void> {
  const old = document.getElementById(id);
  old?.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(href, { headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById(id);
    if (!response.ok || !fresh || !old) throw new Error("no such table");
    const focused = document.activeElement?.closest(`#${CSS.escape(id)}`) ? document.activeElement.textContent : null;
    old.replaceWith(fresh);
    history.pushState(null, "", href);
    const again = [...fresh.querySelectorAll<HTMLAnchorElement>("a[data-turn]")].find((link) => link.textContent === focused);
    (again ?? fresh.querySelector<HTMLElement>(".scroller"))?.focus({ preventScroll: true });
  } catch {
    location.assign(href);
  }
}
