// A small repository made by script: three people, five areas, files that change together, a fix, a rename, a comment that admits debt.
import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const PEOPLE = [["Ada Byron", "ada@example.org"], ["Grace Murray", "grace@example.org"], ["Edsger Wybe", "edsger@example.org"]];
const AREAS = ["src/billing", "src/parser", "src/stock", "web/cart", "docs/guide"];
const DAY = 86_400;

/** A function with as many branches as asked for. */
function lines(name, branches) {
  const body = Array.from({ length: branches }, (_, at) =>
    `    if n % ${at + 2} == 0 {\n        for i in 0..n {\n            if i > ${at} && i < n {\n                total += i * ${at + 1};\n            }\n        }\n    }\n`);
  return `pub fn ${name}(n: u64) -> u64 {\n    let mut total = 0;\n${body.join("")}    total\n}\n\n`;
}

/** Makes the repository at `folder` and returns its path. */
export function makeRepository(folder) {
  mkdirSync(folder, { recursive: true });
  const git = (words, env = {}) =>
    execFileSync("git", words, { cwd: folder, env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", ...env }, stdio: "pipe" });
  const write = (path, text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  git(["init", "--quiet", "--initial-branch=main"]);
  const start = Math.floor(Date.now() / 1000) - 300 * DAY;
  let day = 0;
  const commit = (who, subject) => {
    const [name, email] = PEOPLE[who];
    const when = `${start + day * 3 * DAY} +0100`;
    day += 1;
    git(["add", "--all"]);
    git(["commit", "--quiet", "--message", subject], {
      GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_AUTHOR_DATE: when,
      GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email, GIT_COMMITTER_DATE: when,
    });
  };

  write("README.md", "# Shop\n\nSells things.\n");
  write("Cargo.toml", "[package]\nname = \"shop\"\nversion = \"0.1.0\"\n\n[dependencies]\nserde = \"1\"\n");
  commit(0, "Begin");
  for (const [at, area] of AREAS.entries()) {
    if (area.startsWith("docs")) {
      write(`${area}/index.md`, "How to sell things.\n\n".repeat(300));
    } else {
      for (const file of ["order", "price", "rule"]) {
        const functions = Array.from({ length: 8 }, (_, number) => lines(`${file}_${number}`, 2 + ((number + at) % 5)));
        write(`${area}/${file}.rs`, `//! What ${area} knows about a ${file}.\n\n${functions.join("")}`);
      }
    }
    commit(at % PEOPLE.length, `${area}: begin`);
  }
  const grown = new Map();
  for (let round = 0; round < 72; round += 1) {
    // Billing is one person's; its order and price change together with the cart's.
    const area = AREAS[round % 3 === 0 ? 0 : round % 4];
    const who = area === "src/billing" ? 0 : round % PEOPLE.length;
    const files = round % 3 === 0 ? [`${area}/order.rs`, `${area}/price.rs`, "web/cart/order.rs"] : [`${area}/rule.rs`];
    for (const file of files) {
      const more = (grown.get(file) ?? "") + (round % 9 === 0 ? "// TODO: the tax of next year is not known yet\n" : "") + lines(`step_${round}`, 1 + (round % 4));
      grown.set(file, more);
      write(file, `//! What a shop knows (${file}).\n\n${more}`);
    }
    commit(who, round % 5 === 0 ? `fix: wrong total in ${area} (#${round + 100})` : `${area}: round ${round} (#${round + 100})`);
  }
  renameSync(join(folder, "src/stock/price.rs"), join(folder, "src/stock/cost.rs"));
  commit(2, "stock: a price is a cost here");
  return folder;
}
