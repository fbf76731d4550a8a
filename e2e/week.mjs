// A team's week: a backlog comes in, an epic is broken down, a sprint begins, a limit warns, a forecast is given, a risk moves the date, the
// sprint is closed; a week later every chart as of last Tuesday is what it was then. The program's practices run at a clock that is moved
// from here (crates/delivery/examples/week.rs).
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { holds, same } from "./checks.mjs";

const DAY = 86_400;

/** Starts the practices at a clock of their own; `link` gives somebody's sign-in link, `advance` moves the clock. */
async function start(program) {
  const child = spawn(program, [], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  const waiting = [];
  const heard = [];
  lines.on("line", (line) => {
    const place = waiting.findIndex((one) => line.startsWith(one.begins));
    if (place < 0) heard.push(line);
    else waiting.splice(place, 1)[0].found(line);
  });
  const hear = (begins) => new Promise((found, failed) => {
    const place = heard.findIndex((line) => line.startsWith(begins));
    if (place >= 0) return found(heard.splice(place, 1)[0]);
    const late = setTimeout(() => failed(new Error(`${program} did not say \`${begins}\``)), 20_000);
    waiting.push({ begins, found: (line) => { clearTimeout(late); found(line); } });
  });
  child.on("error", (error) => console.error(`${program} cannot be started: ${error.message}`));
  return {
    link: async (name) => {
      child.stdin.write(`link ${name}\n`);
      return (await hear(`link ${name} `)).split(" ")[2];
    },
    advance: async (seconds) => {
      child.stdin.write(`advance ${seconds}\n`);
      return hear("now ");
    },
    stop: () => new Promise((ended) => {
      child.once("exit", ended);
      child.stdin.end();
    }),
  };
}

/** A person in a browser of their own. */
async function person(browser, server, name) {
  const context = await browser.newContext();
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  /** Signs in; gives the address of the program. */
  const signIn = async () => {
    const link = await server.link(name);
    await page.goto(link);
    await page.waitForURL(`${new URL(link).origin}/`);
    holds((await page.locator(".rail-person").first().textContent()).includes(name), `${name} is not signed in`);
    return new URL(link).origin;
  };
  const origin = await signIn();
  /** Fills the form of an act and sends it; what was said. */
  const act = async (practice, name, fields) => {
    await page.goto(`${origin}/delivery/${practice}/do/${name}`);
    const form = page.locator("main form.form");
    for (const [name_of, value] of Object.entries(fields)) {
      const field = form.locator(`[name="${name_of}"]`).last();
      if (value === true) await field.check();
      else if (await field.evaluate((one) => one.tagName === "SELECT")) await field.selectOption(value);
      else await field.fill(value);
    }
    await form.locator("button[type=submit]").last().click();
    const said = page.locator(".said, main [role=alert], main .wrong-whole");
    await said.first().waitFor();
    return (await said.allTextContents()).join(" ").replace(/\s+/g, " ");
  };
  const api = async (path) => {
    const response = await context.request.get(`${origin}/api/v1/delivery/${path}`);
    holds(response.ok(), `${path}: ${response.status()} ${await response.text()}`);
    return response.json();
  };
  return { context, page, origin, act, api, signIn };
}

const BACKLOG = `Summary,Issue Type,Story Points,Labels
Pay by card,Story,5,checkout
Pay by invoice,Story,3,checkout
Receipts by mail,Task,2,checkout
Round to the cent,Bug,1,
`;

/** Plays the week. */
export async function week(browser, program, checks) {
  const step = (name, work) => checks.check(`week: ${name}`, work);
  const server = await start(program);
  try {
    const ann = await person(browser, server, "Ann");
    const ben = await person(browser, server, "Ben");
    const cy = await person(browser, server, "Cy");
    await play({ ann, ben, cy, server, step });
  } catch (error) {
    checks.failed("week: the run", error);
  } finally {
    await server.stop();
  }
}

async function play({ ann, ben, cy, server, step }) {
  /** Days go by; sessions end, and people sign in again. */
  const later = async (days) => {
    await server.advance(days * DAY);
    await Promise.all([ann.signIn(), ben.signIn(), cy.signIn()]);
  };
  let keys = [];
  await step("a backlog comes in from a tracker's file", async () => {
    const told = await ann.act("methodology", "import_items", { csv: BACKLOG });
    holds(told.includes("4 "), `it was said: ${told.slice(0, 200)}`);
    const { board } = await ann.api("methodology");
    const cards = board.columns.flatMap((column) => column.cards);
    keys = ["Pay by card", "Pay by invoice", "Receipts by mail", "Round to the cent"]
      .map((title) => cards.find((card) => card.title === title)?.key);
    same(keys.filter(Boolean).length, 4, "cards of the file");
  });
  await step("an epic is broken down, and its leaves become work", async () => {
    const outline = "# Checkout  @payments from:2026-03-02 by:2026-04-03\n- Cards [epic] id:cards\n- Wallets [story] ~2..3..6d id:wallets after:cards\n";
    await ann.act("planning", "import_outline", { text: outline });
    await ann.act("planning", "split_item", { plan: "Checkout", item: "cards", parts: "Card form [story] ~2..3..6d id:form\nDeclined cards [story] ~1..2..4d id:declined after:form" });
    const { plan } = await ann.api("planning?plan=checkout");
    same(plan.items.map((item) => item.code).join(" "), "1 1.1 1.2 2", "codes of the plan");
    holds(plan.dates.half < plan.dates.sure, "there is no spread in the dates");
    const told = await ann.act("planning", "make_work_items", { plan: "Checkout" });
    holds(/3 work items are made/.test(told), `it was said: ${told.slice(0, 200)}`);
  });
  await step("three browsers estimate, one loses its connection, and no vote is seen before all lie open", async () => {
    await ann.act("estimation", "open_poker", { items: keys[3] });
    await ann.page.locator(".room").waitFor();
    const room = ann.page.url();
    const heard = [];
    for (const one of [ben, cy]) {
      one.page.on("response", async (response) => heard.push(await response.text().catch(() => "")));
      await one.page.goto(room);
    }
    const vote = async (one, card) => {
      await one.page.locator(`.playing-card[value="${card}"]`).click();
      await one.page.locator(`.playing-card[value="${card}"][aria-pressed=true]`).waitFor();
    };
    await vote(ann, "13");
    await vote(ben, "3");
    await ben.context.setOffline(true);
    await vote(cy, "5");
    await ben.context.setOffline(false);
    await ben.page.reload();
    await ben.page.locator('.playing-card[value="3"][aria-pressed=true]').waitFor();
    await ann.page.locator(".room .answer", { hasText: "everybody who is here has voted" }).waitFor();
    holds(heard.length > 0 && heard.every((text) => !text.includes('value="13" aria-pressed="true"')), "a vote of Ann was sent to another");
    await ann.page.locator("#reveal").click();
    await ben.page.locator(".room .answer", { hasText: "votes lie apart" }).waitFor();
    const late = await cy.act("estimation", "vote", { card: "8" });
    holds(/turned|open|locked|reveal/i.test(late), `a late vote: ${late.slice(0, 200)}`);
  });
  await step("a sprint begins with a goal", async () => {
    await ann.act("methodology", "plan_sprint", { name: "Sprint 1", from: "2026-03-02", until: "2026-03-13", items: keys.slice(0, 3).join("\n") });
    await ann.act("methodology", "start_sprint", { goal: "A customer pays by card" });
    const { sprint } = await ann.api("methodology?show=sprint");
    same(sprint.tally.committed, { items: 3, size: 10, unestimated: 0 }, "commitment");
  });
  await step("moving over a limit warns", async () => {
    await ann.page.goto(`${ann.origin}/delivery/methodology`);
    const csrf = await ann.page.locator("input[name=csrf]").first().inputValue();
    const set = await ann.context.request.post(`${ann.origin}/delivery/methodology/do/set_workflow`, {
      form: { csrf, "limits.0.which": "doing", "limits.0.max": "1" },
      headers: { origin: ann.origin },
    });
    holds(set.ok(), `the limit was not set: ${set.status()}`);
    const first = await ben.act("methodology", "move_item", { key: keys[0], to: "Doing" });
    holds(!first.includes("over"), `a first one warns: ${first.slice(0, 200)}`);
    const second = await ben.act("methodology", "move_item", { key: keys[1], to: "Doing" });
    holds(second.includes("Doing is full (1 of 1)"), `no warning: ${second.slice(0, 300)}`);
    const { board } = await ben.api("methodology");
    const doing = board.columns.find((column) => column.key === "doing");
    same([doing.count, doing.word], [2, "over"], "the column");
  });
  await step("a forecast is given", async () => {
    await ann.page.goto(`${ann.origin}/delivery/estimation?when=7&team=payments`);
    const said = await ann.page.locator("main").textContent();
    holds(/half by/i.test(said), `the answer: ${said.trim().slice(0, 200)}`);
  });
  await step("a risk moves the date, and says by how much", async () => {
    const before = (await ann.api("planning?plan=checkout")).plan.dates;
    await ann.act("risk", "open_risk", { title: "The contract ends", probability: "0.5", impact: "10d", plan: "Checkout" });
    const { plan } = await ann.api("planning?plan=checkout");
    holds(plan.dates.sure > before.sure, `the date did not move: ${before.sure}, ${plan.dates.sure}`);
    same(plan.risks.without.sure, before.sure, "the date without it");
    await ann.page.goto(`${ann.origin}/delivery/risk?plan=checkout`);
    const said = await ann.page.locator("main").textContent();
    holds(said.includes("One open risk moves the date of Checkout"), `the answer: ${said.trim().slice(0, 200)}`);
    await ann.page.goto(`${ann.origin}/delivery/planning?plan=checkout`);
    holds((await ann.page.locator("main").textContent()).includes("without 1 risk by"), "the plan does not name it");
  });
  await step("a task is handed over, and taken", async () => {
    await ann.act("delegation", "offer", {
      what: keys[2], to: "Ben", outcome: "A customer has a receipt", done_when: "A receipt came by mail",
    });
    await ben.page.goto(`${ben.origin}/delivery/delegation`);
    holds((await ben.page.locator("main").textContent()).includes("Receipts by mail"), "the offer is not there");
    const [offered] = (await ben.api("delegation")).mine.taken;
    const taken = await ben.act("delegation", "accept", { id: offered.id, version: String(offered.version) });
    holds(taken.length > 0, "nothing was said");
    const [after] = (await ben.api("delegation")).mine.taken;
    holds(after.state !== offered.state, `it stands where it was: ${after.state}`);
  });
  await step("two people drag one card: the second is told, nothing is lost", async () => {
    const { board } = await ann.api("methodology");
    const card = board.columns.flatMap((column) => column.cards).find((one) => one.key === keys[2]);
    const seen = String(card.seen);
    await ben.act("methodology", "move_item", { key: keys[2], to: "Doing", seen });
    const told = await ann.act("methodology", "move_item", { key: keys[2], to: "Done", seen });
    holds(told.includes("was changed while you looked at it"), `nothing was told: ${told.slice(0, 300)}`);
  });
  let kept;
  const charts = async () => {
    const at = "as_of=2026-03-03&known_at=2026-03-03";
    const pick = ({ board, flow, sprint, rules }) => ({ board, flow, sprint, rules });
    // What an act has to name as seen is of today: it tells nothing of the day.
    const told = (key, value) => (key === "seen" ? undefined : value);
    return JSON.stringify([
      pick(await ann.api(`methodology?${at}`)),
      pick(await ann.api(`methodology?show=flow&from=2026-01-05&${at}`)),
      pick(await ann.api(`methodology?show=sprint&sprint=Sprint+1&${at}`)),
    ], told);
  };
  await step("work goes on, and Tuesday is looked at on Wednesday", async () => {
    await later(1);
    await ben.act("methodology", "move_item", { key: keys[0], to: "Done" });
    await later(1);
    kept = await charts();
    holds(kept.includes("2026-03-03"), "the charts are not of that Tuesday");
  });
  await step("the sprint is closed", async () => {
    await ben.act("methodology", "move_item", { key: keys[1], to: "Done" });
    await later(9);
    await ann.act("methodology", "close_sprint", { rest: "backlog" });
    const { sprint } = await ann.api("methodology?show=sprint&sprint=Sprint+1");
    same([sprint.state, sprint.tally.completed.items, sprint.tally.carried.items], ["closed", 2, 1], "the sprint");
  });
  await step("a week later every chart as of that Tuesday is what it was", async () => {
    await later(7);
    same(await charts(), kept, "the charts");
  });
}
