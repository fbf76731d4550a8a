// Light, dark, or as the system says. The choice stays in this browser.
const KEY = "theme";

function stored(): string | null {
  try { return localStorage.getItem(KEY); } catch { return null; }
}

function apply(theme: string | null): void {
  if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme;
  else delete document.documentElement.dataset["theme"];
  document.dispatchEvent(new CustomEvent("themechange"));
}

export function switchTheme(): void {
  apply(stored());
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", () => document.dispatchEvent(new CustomEvent("themechange")));
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-theme-switch]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const dark = (document.documentElement.dataset["theme"] ?? (system.matches ? "dark" : "light")) === "dark";
      const next = dark ? "light" : "dark";
      // The system's own scheme needs no memory.
      const follow = (next === "dark") === system.matches;
      try { if (follow) localStorage.removeItem(KEY); else localStorage.setItem(KEY, next); } catch { /* a private window keeps nothing */ }
      apply(follow ? null : next);
    });
  }
}
