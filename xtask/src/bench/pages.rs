//! How long the pages take, over HTTP, on a repository that is mined already.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::run;

/// The pages that are asked for.
const PAGES: [&str; 8] = [
    "/",
    "/foundation/code_quality",
    "/foundation/code_quality?show=coupling",
    "/foundation/deep_expertise",
    "/api/v1/foundation/code_quality",
    "/api/v1/foundation/deep_expertise",
    "/code/sql",
    "/code/schema",
];

/// One page and its times, milliseconds.
pub(crate) struct Answered {
    pub(crate) page: &'static str,
    /// The first answer after the start of the server.
    pub(crate) first: f64,
    pub(crate) median: f64,
    pub(crate) worst_of_hundred: f64,
}

/// Asks a server over `data` for its pages; `asked` is how often each.
pub(crate) fn measure(mainstay: &Path, repository: &Path, data: &Path, asked: usize) -> Result<(Vec<Answered>, u64)> {
    let mut server = run::command(mainstay)
        .arg("up")
        .arg(repository)
        .args(["--no-open", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("cannot start the server")?;
    let answered = ask(&mut server, data, asked);
    let memory = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap_or_default();
    server.kill().and_then(|()| server.wait()).context("cannot end the server")?;
    let peak =
        memory.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.trim().parse().ok());
    Ok((answered?, peak.unwrap_or(0) << 10))
}

fn ask(server: &mut Child, data: &Path, asked: usize) -> Result<Vec<Answered>> {
    let lines = BufReader::new(server.stdout.take().context("the server's output")?).lines();
    let link = lines
        .map_while(Result::ok)
        .find_map(|line| line.split_whitespace().find(|word| word.contains("/in/")).map(str::to_owned));
    let link = link.context("the server gave no link to sign in with")?;
    let origin = link.split("/in/").next().context("a link has an origin")?.to_owned();
    let jar = data.join("bench-cookies");
    let jar = jar.to_str().context("the data folder is no text")?;
    run::read(
        data,
        "curl",
        &["--silent", "--fail", "--location", "--cookie-jar", jar, "--output", "/dev/null", &link],
    )?;
    PAGES.into_iter().map(|page| one(data, &origin, jar, page, asked)).collect()
}

fn one(folder: &Path, origin: &str, jar: &str, page: &'static str, asked: usize) -> Result<Answered> {
    let url = format!("{origin}{page}");
    let mut arguments = vec!["--silent", "--cookie", jar, "--write-out", "%{http_code} %{time_total}\\n"];
    for _ in 0..=asked {
        arguments.extend(["--output", "/dev/null", url.as_str()]);
    }
    let said = run::text(folder, "curl", &arguments)?;
    let mut times = Vec::with_capacity(asked);
    for line in said.lines() {
        let (code, seconds) = line.split_once(' ').with_context(|| format!("curl said {line:?}"))?;
        if code != "200" {
            bail!("{page} answered {code}");
        }
        times.push(seconds.parse::<f64>()? * 1e3);
    }
    let first = times.first().copied().unwrap_or(f64::NAN);
    let mut later = times.get(1..).unwrap_or_default().to_vec();
    later.sort_by(f64::total_cmp);
    let at = |part: f64| {
        later.get(((later.len() as f64 * part).ceil() as usize).saturating_sub(1)).copied().unwrap_or(f64::NAN)
    };
    let answered = Answered { page, first, median: at(0.5), worst_of_hundred: at(0.99) };
    println!(
        "  {page}: first {first:.0} ms, median {:.1} ms, 99th {:.1} ms",
        answered.median, answered.worst_of_hundred
    );
    Ok(answered)
}
