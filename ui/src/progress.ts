// Live progress of mining. When the last repository is done the page is loaded anew, for the answers are others then.
export function watchProgress(): void {
  if (!document.querySelector("[data-live]")) return;
  const source = new EventSource("/live");
  source.addEventListener("board", (event) => {
    const part = new DOMParser().parseFromString((event as MessageEvent<string>).data, "text/html").querySelector("[data-live]");
    const old = document.querySelector("[data-live]");
    if (part && old) old.replaceWith(part);
  });
  source.addEventListener("done", () => { source.close(); location.reload(); });
}
