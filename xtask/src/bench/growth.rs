//! Growth: how time and memory of the reader rise with the length of a history, on generated repositories.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};

use super::measure::{Cost, several};
use crate::run;

/// Commits of the shortest history.
const COMMITS: u64 = 4_000;
/// How many times as long the others are.
const TIMES: [u64; 4] = [1, 2, 4, 8];
/// Files among which the commits choose.
const FILES: u64 = 400;
/// Lines of a file.
const LINES: u64 = 120;

/// What a history of so many commits cost.
pub(crate) struct Grown {
    pub(crate) commits: u64,
    pub(crate) cost: Cost,
}

/// Measures the reader on generated histories, each twice as long as the one before.
pub(crate) fn measure(reader: &Path, runs: usize) -> Result<Vec<Grown>> {
    let work = tempfile::tempdir()?;
    let mut grown = Vec::new();
    for times in TIMES {
        let commits = COMMITS * times;
        let path = work.path().join(format!("{times}.git"));
        generate(&path, commits)?;
        let cost = several(runs, || {
            let mut command = run::command(reader);
            command.arg("read").arg(&path);
            Ok(command)
        })?;
        println!("  {commits} commits: {:.3} s, {} MiB", cost.wall, cost.memory >> 20);
        grown.push(Grown { commits, cost });
    }
    Ok(grown)
}

/// The exponent of growth by least squares over logarithms: 1 is linear.
pub(crate) fn exponent(points: &[(f64, f64)]) -> f64 {
    let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
    let n = logs.len() as f64;
    let (mean_x, mean_y) = (logs.iter().map(|p| p.0).sum::<f64>() / n, logs.iter().map(|p| p.1).sum::<f64>() / n);
    let over: f64 = logs.iter().map(|p| (p.0 - mean_x) * (p.1 - mean_y)).sum();
    over / logs.iter().map(|p| (p.0 - mean_x).powi(2)).sum::<f64>()
}

/// A history in which each commit changes a line here and there in one to three files; the same for the same length.
fn generate(path: &Path, commits: u64) -> Result<()> {
    let folder = path.parent().context("a folder to work in")?;
    run::read(folder, "git", &["init", "--quiet", "--bare", "--initial-branch=main", &path.display().to_string()])?;
    let mut import = run::command("git")
        .arg("-C")
        .arg(path)
        .args(["fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .context("cannot start git fast-import")?;
    let mut pipe = std::io::BufWriter::new(import.stdin.take().context("a pipe to git fast-import")?);
    let mut files: Vec<Vec<u64>> =
        (0..FILES).map(|file| (0..LINES).map(|line| file * LINES + line).collect()).collect();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for commit in 0..commits {
        let at = 1_500_000_000 + commit * 3600;
        let message = format!("change {commit}\n");
        write!(
            pipe,
            "commit refs/heads/main\ncommitter Ann <ann@example.org> {at} +0000\ndata {}\n{message}",
            message.len()
        )?;
        for _ in 0..=dice.below(3) {
            let number = dice.below(FILES);
            let file = &mut files[number as usize];
            for _ in 0..=dice.below(4) {
                let line = dice.below(file.len() as u64) as usize;
                file[line] = dice.below(1 << 40);
                if dice.below(8) == 0 {
                    file.insert(line, dice.below(1 << 40));
                    file.remove(0);
                }
            }
            let mut text = String::new();
            file.iter().try_for_each(|line| writeln!(text, "    let value = compute(0x{line:x});"))?;
            write!(
                pipe,
                "M 100644 inline src/part{:02}/file{number:04}.rs\ndata {}\n{text}\n",
                number % 20,
                text.len()
            )?;
        }
    }
    drop(pipe);
    if !import.wait()?.success() {
        bail!("git fast-import failed");
    }
    // The importer chains contents in the order in which they came, over all files; `-f` chains them as Git does otherwise.
    run::read(path, "git", &["repack", "-a", "-d", "-f", "-q"])?;
    Ok(())
}

/// Numbers that look random and are always the same (xorshift64*, Vigna 2016).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16) % limit
    }
}

#[cfg(test)]
mod tests {
    use super::exponent;

    #[test]
    fn linear_growth_has_the_exponent_one() {
        assert!((exponent(&[(1.0, 3.0), (2.0, 6.0), (4.0, 12.0)]) - 1.0).abs() < 1e-9);
        assert!((exponent(&[(1.0, 1.0), (2.0, 4.0), (4.0, 16.0)]) - 2.0).abs() < 1e-9);
    }
}
