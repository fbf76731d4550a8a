// Signing in by the company's provider, in a browser, at a provider that nobody here wrote: who comes in, who stays outside and is told why.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { holds, same } from "./checks.mjs";
import { freePort, startProvider } from "./provider.mjs";
import { start } from "./server.mjs";

/** Two people of one team; the provider will say more of Grace. */
const PEOPLE = `name,email,manager_email,team,role,started_on
Grace Moss,grace@example.org,,payments,member,2026-01-05
Lin Ode,lin@example.org,,payments,member,2026-01-05
`;

/** Runs the journeys of the company's sign-in, with a program and a folder of their own. */
export async function company(browser, program, work, checks) {
  const [data, empty] = [join(work, "company"), join(work, "empty")];
  mkdirSync(empty);
  writeFileSync(join(work, "people.csv"), PEOPLE);
  execFileSync(program, ["people", "import", join(work, "people.csv"), "--data", data], { cwd: empty, stdio: "pipe" });
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const provider = await startProvider(base);
  const env = {
    MAINSTAY_OIDC_ISSUER: provider.issuer,
    MAINSTAY_OIDC_CLIENT_ID: "mainstay",
    MAINSTAY_OIDC_CLIENT_SECRET: "hush",
    MAINSTAY_OIDC_REDIRECT_BASE: base,
    MAINSTAY_OIDC_TEAMS: "payments leads=payments:tech_lead",
    MAINSTAY_OIDC_SCOPES: "groups",
  };
  let server;
  try {
    server = await start(program, [], data, { port, env, cwd: empty });
    await visits(browser, base, provider, checks);
    same(provider.failed, [], "faults of the provider");
  } catch (error) {
    checks.failed("company: the run", new Error(`${error.message}\n${server?.said() ?? ""}`));
  } finally {
    await server?.stop();
    await provider.stop();
  }
}

async function visits(browser, base, provider, checks) {
  const step = (name, work) => checks.check(`company: ${name}`, work);
  /** A browser that nobody has used yet. */
  const fresh = async (work) => {
    const context = await browser.newContext();
    context.setDefaultTimeout(15_000);
    try {
      await work(await context.newPage(), context);
    } finally {
      await context.close();
    }
  };
  const begin = async (page, to = "/") => {
    await page.goto(base + to);
    await page.locator("a.button", { hasText: "Sign in with your company" }).click();
    await page.waitForURL(`${provider.issuer}/interaction/**`);
  };
  const signIn = async (page, name) => {
    await page.locator("input[name=login]").fill(name);
    await page.locator("input[name=password]").fill("any");
    await page.locator("button[type=submit]").click();
    await page.locator("form input[name=prompt][value=consent]").waitFor({ state: "attached" });
    await page.locator("button[type=submit]").click();
    await page.waitForURL(`${base}/**`);
  };
  const outside = async (page, says) => {
    const told = await page.locator("main [role=alert], .sign-in [role=alert]").first().textContent();
    holds(told.includes(says), `the page says: ${told.trim()}`);
    same(await page.locator("nav.rail").count(), 0, "rails");
    const response = await page.goto(`${base}/teams`);
    same(response.status(), 401, "status of a page afterwards");
  };

  await step("who is verified comes in, where they were going", () => fresh(async (page) => {
    await begin(page, "/whos_who");
    await signIn(page, "grace");
    same(new URL(page.url()).pathname, "/whos_who", "page");
    same((await page.locator(".rail-person span").textContent()).trim(), "Grace Moss", "who is signed in");
    await page.goto(`${base}/settings`);
    holds((await page.locator("main").textContent()).includes("by the company’s sign-in"), "the session does not say how it came about");
  }));
  await step("a group makes somebody lead a team", () => fresh(async (page) => {
    await begin(page, "/teams/payments");
    await signIn(page, "grace");
    holds((await page.locator(".answer").textContent()).includes("led by Grace Moss"), "Grace does not lead payments");
  }));
  await step("a group that has gone ends it", () => fresh(async (page) => {
    provider.groups("grace", ["everybody"]);
    await begin(page, "/teams/payments");
    await signIn(page, "grace");
    holds(!(await page.locator(".answer").textContent()).includes("led by Grace Moss"), "Grace still leads payments");
    provider.groups("grace", ["payments leads"]);
  }));
  await step("who is not verified stays outside", () => fresh(async (page) => {
    await begin(page);
    await signIn(page, "lin");
    await outside(page, "Verify it there, then begin again.");
  }));
  await step("whom nobody here knows stays outside", () => fresh(async (page) => {
    await begin(page);
    await signIn(page, "mallory");
    await outside(page, "Ask an administrator to add you.");
  }));
  await step("who cancels is told so", () => fresh(async (page) => {
    await begin(page);
    await page.locator("a", { hasText: "Cancel" }).click();
    await page.waitForURL(`${base}/**`);
    await outside(page, "did not let you through");
  }));
  await step("an answer cannot be used again", () => fresh(async (page) => {
    await begin(page);
    let back;
    page.on("request", (request) => { if (request.url().startsWith(`${base}/sign_in/back`)) back = request.url(); });
    await signIn(page, "grace");
    holds(back, "the way back was not seen");
    await fresh(async (other) => {
      same((await other.goto(back)).status(), 403, "status in another browser");
      await outside(other, "not begun in this browser");
    });
  }));
  await step("signing out leads out of both", () => fresh(async (page) => {
    await begin(page);
    await signIn(page, "grace");
    await page.locator("form[action='/out'] button").first().click();
    await page.locator("a", { hasText: "sign out there, too" }).click();
    await page.waitForURL(`${provider.issuer}/session/end**`);
    await page.locator("button", { hasText: /yes/i }).first().click();
    await page.waitForURL(`${provider.issuer}/session/end/success**`);
    same((await page.goto(`${base}/teams`)).status(), 401, "status here");
    await begin(page);
    same(await page.locator("input[name=login]").count(), 1, "the provider asks again");
  }));
}
