// What a lead does in the first ten minutes, and what must not work.
import { playBoard } from "./board.mjs";
import { holds, same } from "./checks.mjs";

/** Runs the journeys; gives the session's state, or nothing when nobody could sign in. */
export async function journeys(browser, server, checks) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const { origin } = server;
  const step = (name, work) => checks.check(`journey: ${name}`, work);
  const go = (path) => page.goto(origin + path);

  await step("without a session no page opens", async () => {
    const response = await go("/foundation/code_quality");
    holds([401, 403].includes(response.status()), `status ${response.status()}`);
  });
  const signedIn = await step("the link signs in", async () => {
    await page.goto(server.link);
    await page.locator("nav.rail").waitFor();
    holds(!page.url().includes("/in/"), `still at ${page.url()}`);
  });
  if (!signedIn) {
    await context.close();
    return undefined;
  }
  await step("the link signs in only once", async () => {
    const other = await browser.newContext();
    const response = await (await other.newPage()).goto(server.link);
    holds(response.status() >= 400, `status ${response.status()}`);
    await other.close();
  });
  await step("another host is refused", async () => {
    const response = await context.request.get(`${origin}/`, { headers: { host: "mainstay.example.org" } });
    holds(response.status() >= 400, `status ${response.status()}`);
  });
  await step("the history is read", () => read(context, origin));

  await step("the rail leads to hotspots", async () => {
    await go("/");
    await page.locator("nav.rail a[href='/foundation']").click();
    await page.locator("nav.rail a[href='/foundation/code_quality']").click();
    await page.locator(".answer").first().waitFor();
    holds((await page.locator("h1").textContent()).includes("costly to change"), "another title");
  });
  await step("a hotspot opens its file", async () => {
    const link = page.locator("main td a[href*='billing']:visible, main th[scope=row] a[href*='billing']:visible").first();
    const name = (await link.textContent()).trim();
    await link.click();
    await page.locator("h1").waitFor();
    holds((await page.locator("main").textContent()).includes(name.split("/").pop()), `${name} is not on its page`);
  });
  await step("a goal is set and stays", async () => {
    const act = await goal(context, origin);
    await go(act);
    await fill(page);
    await page.locator("main form.form button[type=submit]").click();
    await page.locator(".said").waitFor();
    same(await page.locator("main [role=alert]").count(), 0, "errors");
  });
  await step("an act can be undone", async () => {
    const plan = async () => {
      await go("/foundation/deep_expertise/do/claim");
      await page.locator("[name=area]").fill("src/billing");
      await page.locator("[name=address]").fill("ada@example.org");
      await page.locator("main form.form button[type=submit]").click();
      await page.locator(".said [role=status]").waitFor();
    };
    await plan();
    holds((await page.locator("#claims").count()) > 0, "the claim is not there");
    await page.locator(".said form button").click();
    await page.locator(".said [role=status]", { hasText: "Taken back" }).waitFor();
    same(await page.locator("#claims").count(), 0, "claims after undo");
  });
  await playBoard(context, origin, step);
  await step("the second of two sees the difference", async () => {
    await go("/foundation/deep_expertise/do/plan_transfer");
    await page.locator("[name=area]").fill("src/billing");
    await page.locator("[name=from_people]").fill("Ada Byron");
    await page.locator("[name=to_people]").fill("Somebody Else");
    await page.locator("main form.form button[type=submit]").click();
    const tick = origin + (await page.locator("a[href*='tick_step?']").first().getAttribute("href"));
    const late = await context.newPage();
    await late.goto(tick);
    await page.goto(tick);
    await page.locator("main form.form button[type=submit]").click();
    await page.locator(".said").waitFor();
    await late.locator("[name=step]").fill("2");
    await late.locator("main form.form button[type=submit]").click();
    await late.locator(".meanwhile").waitFor();
    same(await late.locator("[name=step]").inputValue(), "2", "what was typed");
    await late.locator("main form.form button[type=submit]").click();
    await late.locator(".said").waitFor();
    await late.close();
  });
  await step("people come from a file", async () => {
    await go("/settings/import");
    const day = new Date(Date.now() - 100 * 86_400_000).toISOString().slice(0, 10);
    const file = `name,email,manager_email,team,role,started_on\nGrace Moss,grace@example.org,,payments,manager,${day}\nLin Ode,lin@example.org,grace@example.org,payments,member,${day}\n`;
    await page.locator("#field-file").setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(file) });
    for (let tries = 0; tries < 50 && !(await page.locator("#field-csv").inputValue()).includes("Grace"); tries += 1) await page.waitForTimeout(100);
    await page.locator("main form.form button[type=submit]").click();
    await page.locator("#added").waitFor();
    await page.locator("button", { hasText: "Apply exactly this" }).click();
    await page.locator(".said", { hasText: "2 added" }).waitFor();
    await go(`/teams/payments?on=${day}`);
    holds((await page.locator(".answer").textContent()).includes("led by Grace Moss"), "nobody leads payments");
  });
  await step("a token is shown once and works", async () => {
    await go("/settings");
    await page.locator("#new-token summary").click();
    await page.locator("#field-name").fill("browser test");
    await page.locator("#new-token button[type=submit]").click();
    const secret = (await page.locator("[data-copy]").textContent()).trim();
    const answered = await browser.newContext({ extraHTTPHeaders: { authorization: `Bearer ${secret}` } });
    same((await answered.request.get(`${origin}/api/v1/practices`)).status(), 200, "with the token");
    await answered.close();
    await go("/settings");
    holds(!(await page.content()).includes(secret), "the token is shown twice");
  });
  await step("a password signs in where one was going", async () => {
    await page.locator("#field-password").fill("copper lantern drifts north");
    await page.locator("#password form.form button[type=submit]").click();
    await page.locator(".said", { hasText: "password is set" }).waitFor();
    await go("/whos_who");
    const name = (await page.locator(".rail-person span").textContent()).trim();
    await page.locator("main td a", { hasText: name }).first().click();
    await page.locator("#about").waitFor();
    const email = (await page.locator("#about td").allTextContents()).find((text) => text.includes("@"));
    const other = await browser.newContext();
    const still = await other.newPage();
    await still.goto(`${origin}/teams`);
    await still.locator("#email").fill(email.trim());
    await still.locator("#password").fill("copper lantern drifts north");
    await still.locator("main form button[type=submit]").click();
    await still.waitForURL(`${origin}/teams`);
    await still.locator("nav.rail").waitFor();
    await other.close();
  });
  await step("paper is light and holds every chart", async () => {
    await page.emulateMedia({ colorScheme: "dark" });
    await go("/foundation/code_quality");
    await page.locator(".chart-canvas canvas").first().waitFor();
    await page.emulateMedia({ colorScheme: "dark", media: "print" });
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    const wide = await page.locator(".chart-canvas canvas").evaluateAll((all) => Math.max(...all.map((one) => one.clientWidth)));
    holds(wide > 0 && wide <= 672, `a chart is ${wide} pixels wide, paper holds 672`);
    const ink = await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--ground").trim());
    holds(ink !== "#14191b", "the ground of the dark scheme is printed");
    same(await page.locator("nav.rail:visible, .button:visible").count(), 0, "buttons on paper");
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    await page.emulateMedia({ colorScheme: null, media: null });
  });
  await step("a wrong goal keeps what was typed", async () => {
    await go(await goal(context, origin));
    await fill(page);
    const day = page.locator("main form.form input[type=date]").first();
    await day.evaluate((field) => { field.type = "text"; field.value = "someday"; });
    await page.locator("main form.form button[type=submit]").click();
    await page.locator("main [role=alert], main .wrong").first().waitFor();
    holds((await page.content()).includes("someday"), "what was typed is gone");
  });
  await step("owners answers who can help", async () => {
    const response = await go("/foundation/deep_expertise?path=src/billing");
    same(response.status(), 200, "status");
    holds((await page.locator("main").textContent()).includes("Ada Byron"), "the only knower of billing is not named");
  });
  await step("a question in SQL is answered", async () => {
    await go("/code/sql");
    await page.locator("#q").fill("select count(*) as n from commits");
    await page.locator("#q").press("Control+Enter");
    await page.locator("#rows-head").waitFor();
    same((await page.locator("main table td").first().textContent()).trim(), "79", "commits");
  });
  await step("a wrong question says what is near", async () => {
    await go("/code/sql?q=" + encodeURIComponent("select pth from changes"));
    holds((await page.locator("main [role=alert]").textContent()).includes("path"), "no column is proposed");
  });
  await step("keys lead everywhere", async () => {
    await go("/");
    await page.keyboard.press("?");
    await page.locator("dialog[open]").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("dialog[open]").waitFor({ state: "hidden" });
    await page.keyboard.press("g");
    await page.keyboard.press("c");
    await page.waitForURL(`${origin}/code`);
    await page.keyboard.press("/");
    await page.locator("dialog[open]").waitFor();
  });
  await step("a note is written and says who can read it", async () => {
    await page.goto(`${origin}/records/note/new`);
    await page.locator("#field-title").fill("Release nights");
    await page.locator("#field-body-text").fill("Nobody releases after four.");
    await page.locator("main form.form button[type=submit]").click();
    await page.locator(".said", { hasText: "Note created" }).waitFor();
    await page.locator("main p", { hasText: "Readable by: you" }).first().waitFor();
  });
  const state = await context.storageState();
  await step("pages and forms work without script", async () => {
    const plain = await browser.newContext({ storageState: state, javaScriptEnabled: false });
    const still = await plain.newPage();
    await still.goto(`${origin}/foundation/code_quality`);
    holds((await still.locator(".answer").count()) > 0, "no answer");
    await still.goto(`${origin}/code/sql`);
    await still.locator("#q").fill("select 1 as one");
    await still.locator("main form button[type=submit]").first().click();
    await still.locator("#rows-head").waitFor();
    await plain.close();
  });
  await step("the API gives what the page shows", async () => {
    const response = await context.request.get(`${origin}/api/v1/foundation/code_quality`);
    same(response.status(), 200, "status");
    holds(Object.keys(await response.json()).length > 0, "an empty view");
  });
  await context.close();
  return state;
}

/** Asks until the commits of the repository are there; the program itself says when it is done by having them. */
async function read(context, origin) {
  const until = Date.now() + 120_000;
  while (Date.now() < until) {
    const response = await context.request.post(`${origin}/api/v1/sql`, { data: { query: "select count(*) as n from owners" } });
    if (response.ok() && (await response.json()).rows[0]?.n > 0) return;
    await new Promise((again) => setTimeout(again, 200));
  }
  throw new Error("the history was not read within two minutes");
}

/** The address of the form that sets a goal, from the API's own document. */
async function goal(context, origin) {
  const document = await (await context.request.get(`${origin}/api/v1/openapi.json`)).json();
  const path = Object.keys(document.paths).find((path) => /\/code_quality\/acts\/set_goal$/.test(path));
  holds(path, "no act sets a goal");
  return path.replace("/api/v1", "").replace("/acts/", "/do/");
}

/** Fills the fields of a form that are empty with something that fits. */
async function fill(page) {
  for (const field of await page.locator("main form.form :is(input, textarea, select):not([type=hidden])").all()) {
    const [tag, type, value] = await field.evaluate((one) => [one.localName, one.type, one.value]);
    if (value !== "" || type === "checkbox") continue;
    if (tag === "select") await field.selectOption({ index: 1 });
    else if (type === "date") await field.fill(`${new Date().getUTCFullYear() + 1}-01-31`);
    else if (type === "number") await field.fill((await field.getAttribute("min")) ?? "5");
    else if (tag === "textarea") await field.fill("src/billing");
    else await field.fill("src/billing");
  }
}
