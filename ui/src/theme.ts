// Light, dark, or as the system says. The choice stays in a cookie, so that the server draws the page in it from the start.
const YEAR = 365 * 24 * 3600;

function apply(theme: "light" | "dark" | null): void {
  if (theme) document.documentElement.dataset["theme"] = theme;
  else delete document.documentElement.dataset["theme"];
  document.cookie = `theme=${theme ?? ""}; path=/; SameSite=Strict; max-age=${theme ? YEAR : 0}`;
  document.dispatchEvent(new CustomEvent("themechange"));
}

export function switchTheme(): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", () => document.dispatchEvent(new CustomEvent("themechange")));
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-theme-switch]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const dark = (document.documentElement.dataset["theme"] ?? (system.matches ? "dark" : "light")) === "dark";
      // The system's own scheme needs no memory.
      const next = dark ? "light" : "dark";
      apply((next === "dark") === system.matches ? null : next);
    });
  }
}
