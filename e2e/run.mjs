// A real browser drives the real program: every page in light and dark, wide and narrow, and a few journeys. Prints how many checks
// passed and failed, and leaves a picture of each page in shots/.
//
//   node run.mjs                      the debug build
//   MAINSTAY=path/to/mainstay node run.mjs
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { Checks } from "./checks.mjs";
import { company } from "./company.mjs";
import { journeys } from "./journeys.mjs";
import { everyPage } from "./pages.mjs";
import { mortem } from "./mortem.mjs";
import { poker } from "./poker.mjs";
import { makeRepository } from "./repository.mjs";
import { start } from "./server.mjs";
import { week } from "./week.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const program = resolve(process.env.MAINSTAY ?? join(here, "../target/debug/mainstay"));
const shots = join(here, "shots");
const work = mkdtempSync(join(tmpdir(), "mainstay-e2e-"));
const checks = new Checks();
let server;
let browser;
try {
  rmSync(shots, { recursive: true, force: true });
  mkdirSync(shots, { recursive: true });
  const repository = makeRepository(join(work, "shop"));
  server = await start(program, [repository], join(work, "data"));
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
  await company(browser, program, work, checks);
  await week(browser, join(dirname(program), "examples/week"), checks);
  await poker(browser, program, work, checks);
  await mortem(browser, program, work, checks);
  const signedIn = await journeys(browser, server, checks);
  if (signedIn) await everyPage(browser, server.origin, signedIn, shots, checks);
} catch (error) {
  checks.failed("the run", error);
  if (server) console.error(server.said());
} finally {
  await browser?.close();
  await server?.stop();
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = checks.end();
