// A team's board, as two people use it at once: a card is written down, dragged, moved with the keyboard over a limit, taken back, and seen live.
import { holds, same } from "./checks.mjs";

const BOARD = "/delivery/methodology";

/** Plays on the board with a page of a signed-in context. */
export async function playBoard(context, origin, step) {
  const page = await context.newPage();
  const acts = `${origin}${BOARD}/do`;
  const add = async (title) => {
    await page.goto(`${acts}/add_item`);
    await page.getByLabel("Title", { exact: true }).fill(title);
    await page.locator("main form.form button[type=submit]").click();
    await page.locator(".said").waitFor();
  };
  const stageOf = (on, key) => on.locator(`#${key}`).evaluate((card) => card.closest("[data-stage]").dataset.stage);

  await step("cards are written down", async () => {
    await add("Pay by card");
    await add("Pay by invoice");
    await page.goto(origin + BOARD);
    same(await page.locator("[data-stage=backlog] .card").count(), 2, "cards in the backlog");
  });
  await step("a card is dragged to another stage", async () => {
    const card = await page.locator("#WORK-1").boundingBox();
    const target = await page.locator("[data-stage=doing] [data-cards]").boundingBox();
    await page.mouse.move(card.x + 20, card.y + 20);
    await page.mouse.down();
    await page.mouse.move(target.x + 40, target.y + 10, { steps: 12 });
    await page.mouse.move(target.x + 45, target.y + 14, { steps: 4 });
    await page.mouse.up();
    await page.locator(".said").waitFor();
    same(await stageOf(page, "WORK-1"), "doing", "stage of the card");
  });
  await step("another sees the move without asking", async () => {
    const other = await context.newPage();
    await other.goto(origin + BOARD);
    await other.locator("#WORK-2").waitFor();
    await page.bringToFront();
    await page.locator("#WORK-2").focus();
    await page.keyboard.press("m");
    await page.locator("#WORK-2 select").selectOption("review");
    await page.locator("#WORK-2 .card-move button").click();
    await page.locator(".said").waitFor();
    await other.waitForFunction(() => document.querySelector("#WORK-2")?.closest("[data-stage]")?.dataset.stage === "review", undefined, { timeout: 12_000 });
    await other.close();
  });
  await step("a move is taken back", async () => {
    await page.locator(".said form button").click();
    await page.locator(".said [role=status]", { hasText: "Taken back" }).waitFor();
    await page.goto(origin + BOARD);
    same(await stageOf(page, "WORK-2"), "backlog", "stage of the card");
  });
  await step("a full stage asks why", async () => {
    const limits = { limits: [{ which: ["doing"], max: 1, mode: "block" }] };
    const csrf = await page.locator("input[name=csrf]").first().inputValue();
    const set = await context.request.post(`${acts}/set_workflow`, {
      form: { csrf, "limits.0.which": "doing", "limits.0.max": "1", "limits.0.mode": "block" },
      headers: { origin },
    });
    holds(set.ok(), `setting ${JSON.stringify(limits)}: ${set.status()}`);
    await page.goto(origin + BOARD);
    await page.locator("#WORK-2").hover();
    await page.locator("#WORK-2 select").selectOption("doing");
    await page.locator("#WORK-2 .card-move button").click();
    await page.locator("main [role=alert], main .wrong-whole").first().waitFor();
    holds((await page.locator("main").textContent()).includes("Doing is full (1 of 1)"), "the limit is not named");
    await page.getByLabel("Anyway, because").fill("The release waits");
    await page.locator("main form.form button[type=submit]").click();
    await page.locator(".said").waitFor();
    same(await stageOf(page, "WORK-2"), "doing", "stage of the card");
    holds((await page.locator("[data-stage=doing] h2").textContent()).includes("over"), "the column does not say that it is over");
  });
  await step("a card opens its history", async () => {
    await page.locator("#WORK-2 .card-key").click();
    await page.locator("#history").waitFor();
    holds((await page.locator("main").textContent()).includes("The release waits"), "the reason is not there");
  });
  await page.close();
}
