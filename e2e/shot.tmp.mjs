import { chromium } from "playwright-core";
const [link, out, ...paths] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox","--disable-gpu","--disable-quic","--no-first-run","--disable-background-networking","--disable-component-update","--disable-sync"] });
const ctx = await browser.newContext({ viewport: { width: 1440, height: 900 } });
const page = await ctx.newPage();
await page.goto(link);
const origin = new URL(link).origin;
for (const [i, path] of paths.entries()) {
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: width === 390 ? "dark" : "light" });
    await page.goto(origin + path);
    for (const chart of await page.locator("[data-chart]").all()) { await chart.scrollIntoViewIfNeeded(); await chart.locator("canvas").first().waitFor({ timeout: 15000 }); }
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.screenshot({ path: `${out}/s${i}-${width}.png`, fullPage: true });
  }
}
await browser.close();
