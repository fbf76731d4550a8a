// Planning poker, as three people play it at once, each in a browser of their own: votes that nobody sees, a connection that is lost and comes back,
// the reveal, who speaks, what is agreed. One of them has no script.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { holds, same } from "./checks.mjs";
import { start } from "./server.mjs";

const PEOPLE = `name,email,manager_email,team,role,started_on
Grace Moss,grace@example.org,,payments,tech_lead,2026-01-05
Lin Ode,lin@example.org,,payments,member,2026-01-05
Max Roe,max@example.org,,payments,member,2026-01-05
`;
const LOOK = { timeout: 15_000 };

/** Runs the journey, with a program and a folder of their own. */
export async function poker(browser, program, work, checks) {
  const [data, empty] = [join(work, "poker"), join(work, "poker-empty")];
  mkdirSync(empty);
  writeFileSync(join(work, "poker.csv"), PEOPLE);
  const run = (...words) => execFileSync(program, [...words, "--data", data], { cwd: empty, stdio: "pipe" }).toString();
  run("people", "import", join(work, "poker.csv"));
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
      return { context, page };
    };
    await play(server, { grace: await sit("grace@example.org"), lin: await sit("lin@example.org"), max: await sit("max@example.org", { javaScriptEnabled: false }) }, checks);
  } catch (error) {
    checks.failed("poker: the run", new Error(`${error.message}\n${server?.said() ?? ""}`));
  } finally {
    for (const context of contexts) await context.close();
    await server?.stop();
  }
}

async function play(server, { grace, lin, max }, checks) {
  const step = (name, work) => checks.check(`poker: ${name}`, work);
  const { origin } = server;
  const says = (page, text) => page.locator(".room .answer", { hasText: text }).waitFor(LOOK);
  const voted = (page, name) => page.locator(".people-here li.voted", { hasText: name }).waitFor(LOOK);
  const card = (page, value) => page.locator(`.playing-card[value="${value}"]`);
  let room;

  await step("a session is opened", async () => {
    for (const title of ["Pay by card", "Pay by invoice"]) {
      await grace.page.goto(`${origin}/delivery/methodology/do/add_item`);
      await grace.page.getByLabel("Title", { exact: true }).fill(title);
      await grace.page.locator("main form.form button[type=submit]").click();
      await grace.page.locator(".said").waitFor();
    }
    await grace.page.goto(`${origin}/delivery/estimation?poker=list`);
    await grace.page.locator("main .empty .button").click();
    await grace.page.locator("main form.form button[type=submit]").click();
    await grace.page.locator(".room").waitFor();
    room = grace.page.url();
    for (const one of [lin, max]) await one.page.goto(room);
    await grace.page.locator(".people-here li", { hasText: "Lin Ode" }).waitFor(LOOK);
    await grace.page.locator(".people-here li", { hasText: "Max Roe" }).waitFor(LOOK);
  });
  const heard = [];
  await step("a vote is seen as given, and not what it says", async () => {
    lin.page.on("response", async (response) => heard.push(await response.text().catch(() => "")));
    await card(grace.page, "13").click();
    await grace.page.locator('.playing-card[value="13"][aria-pressed=true]').waitFor();
    await voted(lin.page, "Grace Moss");
    holds(!(await lin.page.content()).includes('value="13" aria-pressed="true"'), "Lin sees Grace's card");
    same(await lin.page.locator(".cast").count(), 0, "distributions before the reveal");
  });
  await step("forms alone are enough", async () => {
    await card(max.page, "5").click();
    await max.page.locator('.playing-card[value="5"][aria-pressed=true]').waitFor();
    await voted(grace.page, "Max Roe");
  });
  await step("a lost connection comes back to what is there", async () => {
    await card(lin.page, "3").click();
    await voted(grace.page, "Lin Ode");
    await lin.context.setOffline(true);
    await grace.page.locator("[id^=show-]").first().click();
    await says(grace.page, "nobody has voted yet");
    await grace.page.locator("[id^=show-]").first().click();
    await says(grace.page, "everybody who is here has voted");
    await lin.context.setOffline(false);
    await lin.page.reload();
    await lin.page.locator('.playing-card[value="3"][aria-pressed=true]').waitFor();
    await says(lin.page, "everybody who is here has voted");
  });
  await step("the cards are turned for all at once", async () => {
    await grace.page.locator("#reveal").click();
    await says(grace.page, "votes lie apart");
    await says(lin.page, "votes lie apart");
    holds((await lin.page.locator(".speakers").textContent()).startsWith("Lin Ode first"), "who speaks first");
    holds((await lin.page.locator(".finding").textContent()).includes("the middle is 5; spread 1.47"), "the middle and the spread");
    await max.page.goto(room);
    same(await max.page.locator(".playing-card").count(), 0, "cards after the reveal");
  });
  await step("another round agrees, and the item has its points", async () => {
    await grace.page.locator("#vote-again").click();
    await says(lin.page, "round 2: nobody has voted yet");
    await max.page.goto(room);
    for (const one of [grace, lin, max]) {
      await card(one.page, "5").click();
      await one.page.locator('.playing-card[value="5"][aria-pressed=true]').waitFor();
    }
    await says(grace.page, "everybody who is here has voted");
    await grace.page.locator("#reveal").click();
    await says(lin.page, "agreed, 5");
    await grace.page.locator("#accept-1").click();
    await says(lin.page, "nobody has voted yet");
    same((await lin.page.locator(".session-items .result").first().textContent()).trim(), "5", "the result in the list");
  });
  await step("what was sent to another never said a vote before the reveal", async () => {
    const before = heard.filter((text) => text.includes("data-room") && text.includes("round 1") && !text.includes('class="cast"'));
    holds(before.length > 0, "nothing was heard");
    holds(before.every((text) => !/value="(13|5)" aria-pressed="true"/.test(text)), "a card of another is pressed");
    holds(!server.said().includes("aria-pressed") && !/card=|"card"/.test(server.said()), "a log names a card");
  });
}
