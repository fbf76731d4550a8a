// A pre-mortem, as two people hold it at once, each in a browser of their own: entries that nobody signs, put together, voted about, and made a
// risk. One of them has no script.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { holds, same } from "./checks.mjs";
import { start } from "./server.mjs";

const PEOPLE = `name,email,manager_email,team,role,started_on
Grace Moss,grace@example.org,,payments,tech_lead,2026-01-05
Max Roe,max@example.org,,payments,member,2026-01-05
`;
const OUTLINE = "# Checkout  @payments from:2026-01-05 by:2026-12-18\n- Card form [story] ~4/5/7d id:card\n";
const LOOK = { timeout: 15_000 };

/** Runs the journey, with a program and a folder of their own. */
export async function mortem(browser, program, work, checks) {
  const [data, empty] = [join(work, "mortem"), join(work, "mortem-empty")];
  mkdirSync(empty);
  writeFileSync(join(work, "mortem.csv"), PEOPLE);
  const run = (...words) => execFileSync(program, [...words, "--data", data], { cwd: empty, stdio: "pipe" }).toString();
  run("people", "import", join(work, "mortem.csv"));
  let server;
  const contexts = [];
  try {
    server = await start(program, [], data, { cwd: empty });
    const sit = async (email, options = {}) => {
      const said = run("sign-in-link", email);
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      context.setDefaultTimeout(15_000);
      contexts.push(context);
      const page = await context.newPage();
      await page.goto(server.origin + said.match(/\/in\/\S+/)[0]);
      return page;
    };
    await play(server, await sit("grace@example.org"), await sit("max@example.org", { javaScriptEnabled: false }), checks);
  } catch (error) {
    checks.failed("pre-mortem: the run", new Error(`${error.message}\n${server?.said() ?? ""}`));
  } finally {
    for (const context of contexts) await context.close();
    await server?.stop();
  }
}

async function play(server, grace, max, checks) {
  const step = (name, work) => checks.check(`pre-mortem: ${name}`, work);
  const { origin } = server;
  const says = (page, text) => page.locator(".room .answer", { hasText: text }).waitFor(LOOK);
  const submit = (page) => page.locator("main form.form button[type=submit]").click();
  let room;

  await step("it is held about a plan", async () => {
    await grace.goto(`${origin}/delivery/planning/do/import_outline`);
    await grace.locator("main form.form textarea").first().fill(OUTLINE);
    await submit(grace);
    await grace.locator(".said").waitFor();
    await grace.goto(`${origin}/delivery/risk/do/hold_pre_mortem`);
    await submit(grace);
    await grace.locator(".room").waitFor();
    room = grace.url();
    await max.goto(room);
    await grace.locator(".people-here li", { hasText: "Max Roe" }).waitFor(LOOK);
  });
  await step("an entry is its browser's alone, with forms alone", async () => {
    await max.locator("#entry").fill("The contract ended");
    await max.locator("#write").click();
    await max.locator(".own-entries textarea").waitFor();
    same(await max.locator(".own-entries textarea").inputValue(), "The contract ended", "the own entry");
    await grace.reload();
    holds(!(await grace.content()).includes("The contract ended"), "Grace reads Max's entry");
  });
  await step("what is typed stays while others come and go", async () => {
    await grace.locator("#entry").fill("No contract, no cards");
    await max.goto(room);
    await grace.locator("#write").click();
    await grace.locator(".own-entries textarea").waitFor(LOOK);
  });
  await step("entries lie open, and are put together", async () => {
    await grace.locator("#reveal").click();
    await says(grace, "2 entries lie open");
    for (const box of await grace.locator("input[name=entries]").all()) await box.check();
    await grace.locator("#group-name").fill("The contract ends");
    await grace.locator("#group").click();
    await grace.locator(".mortem-group legend", { hasText: "The contract ends" }).waitFor(LOOK);
    await grace.locator("#begin-vote").click();
    await says(grace, "2 entries in one group");
  });
  await step("everybody has three votes", async () => {
    await max.goto(room);
    for (const left of ["2 votes left", "one vote left", "Your votes are given"]) {
      await max.locator("#vote-1").click();
      await max.locator(".votes-left", { hasText: left }).waitFor();
    }
    same(await max.locator("#vote-1").count(), 0, "a fourth vote");
    await grace.locator("#count").click();
    await says(grace, "most votes are for “The contract ends”");
  });
  await step("a group becomes a risk that leads back", async () => {
    await grace.locator(".mortem-group a", { hasText: "Make a risk of it" }).click();
    await grace.getByLabel("Likely", { exact: true }).fill("0.3");
    await submit(grace);
    await grace.locator(".mortem-group a", { hasText: "The contract ends" }).click();
    await grace.locator("main a", { hasText: "Pre-mortem of Checkout" }).waitFor();
    await grace.goto(`${origin}/delivery/risk`);
    await grace.locator("main a", { hasText: "Pre-mortem of Checkout" }).waitFor();
  });
  await step("a log names no entry", async () => {
    holds(!/contract/i.test(server.said()), "the server said what somebody wrote");
  });
}
