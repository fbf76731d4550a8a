// Every page in both colour schemes, wide and narrow: its status, axe, the console, its width, a picture. The pages are found in the rail and
// in the API's own document, so that a new practice is checked without a line here.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { holds, same } from "./checks.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SCHEMES = ["light", "dark"];
const WIDTHS = [1440, 390];
/** The rules of axe that a colour scheme can break. */
const COLOURS = ["color-contrast", "link-in-text-block"];

/** Visits every page in every look: opened in light at each width, then turned dark as a system turns. `state` holds the session. */
export async function everyPage(browser, origin, state, shots, checks) {
  const pages = await found(browser, origin, state);
  console.log(`${pages.size} pages, ${SCHEMES.length * WIDTHS.length} looks each`);
  for (const width of WIDTHS) {
    const options = { colorScheme: SCHEMES[0], viewport: { width, height: 900 }, reducedMotion: "reduce" };
    const context = await browser.newContext({ storageState: state, ...options });
    for (const [path, status] of pages) await look(context, { origin, path, status, width, shots }, checks);
    await context.close();
    const stranger = await browser.newContext(options);
    await look(stranger, { origin, path: "/sign_in", status: 200, width, shots }, checks);
    await stranger.close();
  }
}

/** Paths of all pages, each with the status that it must have. */
async function found(browser, origin, state) {
  const context = await browser.newContext({ storageState: state });
  const page = await context.newPage();
  const pages = new Map();
  const add = (path, status = 200) => {
    if (!pages.has(path)) pages.set(path, status);
  };
  const links = (selector) => page.$$eval(selector, (all) => all.map((link) => link.getAttribute("href")));
  await page.goto(origin);
  add("/");
  for (const path of await links("nav.rail a[href^='/']")) add(path);
  // Stages open to their practices.
  for (const path of [...pages.keys()]) {
    await page.goto(origin + path);
    for (const leaf of await links("nav.rail a[href^='/']")) add(leaf);
  }
  const document = await (await context.request.get(`${origin}/api/v1/openapi.json`)).json();
  for (const path of Object.keys(document.paths)) {
    const [, practice, act] = path.match(/^\/api\/v1(\/[a-z_]+\/[a-z_0-9]+)(?:\/acts\/([a-z_]+))?$/) ?? [];
    if (practice) add(act ? `${practice}/do/${act}` : practice);
  }
  // One page deeper: the first thing that each practice opens.
  for (const path of [...pages.keys()].filter((path) => path.split("/").length === 3 && !path.startsWith("/code"))) {
    await page.goto(origin + path);
    const deeper = await links("main td a[href^='/'], main th a[href^='/']:not([data-turn])");
    if (deeper.length > 0) add(deeper[0]);
  }
  // The rooms of people, teams and settings: their tabs, one of each thing, and a form.
  for (const room of ["/whos_who", "/teams", "/settings"]) {
    await page.goto(origin + room);
    for (const tab of await links("main nav.tabs a")) add(tab);
    const inside = await links(`main td a[href^='${room}/'], main .tree a[href^='${room}/']`);
    if (inside.length > 0) add(inside[0]);
    if (inside.length > 0) add(`${inside[0]}/do/${room === "/teams" ? "change" : "join"}`);
  }
  // Records: the kinds, a kind's list, the note that a journey wrote, and its forms.
  for (const path of ["/records", "/records/note", "/records/risk", "/records/risk/new"]) add(path);
  await page.goto(`${origin}/records/note`);
  const notes = await links("main td a[href^='/records/note/'], main th a[href^='/records/note/']");
  if (notes.length > 0) for (const path of [notes[0], `${notes[0]}/edit`, `${notes[0]}/link`]) add(path);
  for (const path of ["/whos_who?state=all&on=2026-01-31", "/whos_who?q=nobody", "/whos_who/do/add", "/teams/do/add", "/settings/sources", "/settings/backup", "/settings/audit?verify=true"]) add(path);
  add("/code/sql?q=" + encodeURIComponent("select path, score from hotspots order by score desc limit 20"));
  add("/code/sql?q=" + encodeURIComponent("select nothing from nowhere"));
  for (const part of ["show=flow", "show=sprint", "show=room", "lanes=class", "item=WORK-2"]) add(`/delivery/methodology?${part}`);
  for (const part of ["poker=list", "hard=WORK-2"]) add(`/delivery/estimation?${part}`);
  add("/no/such/page", 404);
  for (const path of [...pages.keys()]) if (path.startsWith("/api/v1") || path.startsWith("/static")) pages.delete(path);
  await context.close();
  return pages;
}

async function look(context, { origin, path, status, width, shots }, checks) {
  const page = await context.newPage();
  const said = [];
  page.on("pageerror", (error) => said.push(error.message));
  page.on("console", (message) => {
    // The browser reports the status of the page itself as an error; the status is checked below.
    const own = message.location().url === origin + path && message.text().startsWith("Failed to load resource");
    if (["error", "warning"].includes(message.type()) && !own) said.push(message.text());
  });
  try {
    const opened = await checks.check(`${path} ${width}: opens`, async () => {
      const response = await page.goto(origin + path);
      const there = response.status();
      holds(there === status || (path.includes("nowhere") && there < 500), `status ${there}, not ${status}`);
      await drawn(page);
    });
    if (!opened) return;
    await checks.check(`${path} ${width}: has one title`, async () => same(await page.locator("h1").count(), 1, "titles"));
    for (const colorScheme of SCHEMES) {
      const name = `${path} ${colorScheme} ${width}`;
      if (colorScheme !== SCHEMES[0]) await page.emulateMedia({ colorScheme });
      await checks.check(`${name}: fits its width`, async () => {
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        holds(over <= 0, `${over} pixels wider than the window`);
      });
      await checks.check(`${name}: axe finds nothing`, async () => {
        await page.evaluate(axe);
        // What does not depend on colours was said in the first scheme.
        const options = colorScheme === SCHEMES[0] ? { rules: { "target-size": { enabled: true } } } : { runOnly: COLOURS };
        const { violations } = await page.evaluate((options) => window.axe.run(document, options), options);
        const list = violations.map((one) => `${one.id}: ${one.help}\n    ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join("\n    ")}`);
        holds(list.length === 0, list.join("\n"));
      });
      await checks.check(`${name}: is drawn`, async () => {
        await page.evaluate(() => window.scrollTo(0, 0));
        await page.screenshot({ path: join(shots, `${slug(path)}-${colorScheme}-${width}.png`), fullPage: true });
      });
    }
    await checks.check(`${path} ${width}: the console is silent`, async () => same(said, [], "console"));
  } finally {
    await page.close();
  }
}

/** Waits for the charts, which are drawn when they come near the window. */
async function drawn(page) {
  for (const chart of await page.locator("[data-chart]").all()) {
    await chart.scrollIntoViewIfNeeded();
    await chart.locator("canvas").first().waitFor({ timeout: 10_000 });
  }
}

function slug(path) {
  return path.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "").slice(0, 60) || "home";
}
