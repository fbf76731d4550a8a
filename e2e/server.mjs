// Starts the program on a free port and waits for its sign-in link.
import { spawn } from "node:child_process";

const LINK = /http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):\d+\/in\/\S+/;

/** Starts `mainstay up`; `link` signs in once, `stop` ends the program. */
export async function start(program, repositories, data, { port = 0, env = {}, cwd } = {}) {
  const words = ["up", ...repositories, "--no-open", "--listen", `127.0.0.1:${port}`, "--data", data];
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env }, cwd });
  let said = "";
  const link = await new Promise((found, failed) => {
    const hear = (bytes) => {
      said += bytes;
      const seen = said.match(LINK);
      if (seen) found(seen[0]);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("error", (error) => failed(new Error(`${program} cannot be started: ${error.message}`)));
    child.on("exit", (code) => failed(new Error(`${program} ended with ${code} before it gave a link:\n${said}`)));
  });
  return {
    link,
    origin: new URL(link).origin,
    said: () => said,
    stop: () => new Promise((ended) => {
      if (child.exitCode !== null) ended();
      child.once("exit", ended);
      child.kill("SIGTERM");
    }),
  };
}
