// A chosen file goes into the box beside it, so that it is looked at before it is sent; and a secret that is shown once can be copied.

export function readFiles(): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-file-for]")) {
    const box = document.getElementById(place.dataset["fileFor"] ?? "");
    const input = place.querySelector<HTMLInputElement>("input[type=file]");
    if (!(box instanceof HTMLTextAreaElement) || !input) continue;
    place.hidden = false;
    input.addEventListener("change", () => {
      void input.files?.[0]?.text().then((text) => {
        box.value = text;
      });
    });
  }
}

export function offerCopies(): void {
  for (const secret of document.querySelectorAll<HTMLElement>("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = "Copy";
    button.addEventListener("click", () => {
      void navigator.clipboard.writeText(secret.textContent ?? "").then(() => {
        button.textContent = "Copied";
      });
    });
    secret.after(" ", button);
  }
}
