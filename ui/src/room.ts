// A room in which people are together is live: when the sign of what everybody sees has changed, its part of the page is asked for again.
// What arrives is a sign of one length and nothing else; what this viewer may see comes with the page.

export function playRoom(): void {
  const room = document.querySelector<HTMLElement>("[data-room]");
  const live = room?.dataset["live"];
  if (!room || !live) return;
  let wanted = room.dataset["sign"] ?? "";
  let asking = false;
  new EventSource(live).addEventListener("room", (event) => {
    wanted = event.data as string;
    void renew();
  });
  room.addEventListener("focusout", () => window.setTimeout(() => void renew()));

  async function renew(): Promise<void> {
    if (wanted === room!.dataset["sign"] || asking || typing()) return;
    asking = true;
    const aim = wanted;
    try {
      const response = await fetch(location.href, { headers: { accept: "text/html" } });
      if (!response.ok) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.querySelector<HTMLElement>("[data-room]");
      if (fresh) show(fresh);
    } catch {
      // The connection is gone; the stream comes back by itself and says the sign again.
    } finally {
      asking = false;
    }
    if (wanted !== aim) void renew();
  }

  // What somebody is typing, or has typed and not sent, is not taken from under their hands.
  function typing(): boolean {
    const field = document.activeElement;
    const fields = "input:not([type=hidden]), select, textarea";
    if (field?.matches(fields) && room!.contains(field)) return true;
    return [...room!.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input:not([type=hidden]), textarea")].some(
      (one) => one.value !== one.defaultValue || (one instanceof HTMLInputElement && one.checked !== one.defaultChecked),
    );
  }

  function show(fresh: HTMLElement): void {
    const held = document.activeElement?.id;
    room!.dataset["sign"] = fresh.dataset["sign"] ?? "";
    room!.replaceChildren(...fresh.childNodes);
    if (held) document.getElementById(held)?.focus();
  }
}
