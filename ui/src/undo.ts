// An act can be taken back for half a minute; after that the server says no, so the button goes.
export function endUndo(): void {
  const form = document.querySelector<HTMLElement>("[data-undo]");
  if (form) setTimeout(() => form.remove(), 30_000);
}
