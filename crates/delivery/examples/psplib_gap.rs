//! How far the levelled plans of a folder of PSPLIB `.sm` files lie above what is best known, and whether by links alone each takes what its
//! file says (Kolisch and Sprecher 1996). The files are not here; a line of the CSV is `j301_1.sm,43` or the like. Prints, judges nothing.
//!
//!     cargo run --release -p delivery --example psplib_gap -- FOLDER OPTIMUM.csv

use std::collections::HashMap;
use std::time::Instant;

use delivery::plan::level::level;
use delivery::planning::psplib;

#[expect(clippy::disallowed_methods, reason = "this program is there to take times")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (folder, best) = (arguments.next().ok_or("a folder")?, arguments.next().ok_or("a CSV of what is best known")?);
    let best: HashMap<String, f64> = std::fs::read_to_string(best)?
        .lines()
        .filter_map(|line| {
            let mut cells = line.split([',', ';']).map(str::trim);
            Some((cells.next()?.trim_end_matches(".sm").to_owned(), cells.next()?.parse().ok()?))
        })
        .collect();
    let (mut read, mut kept, mut found) = (0_u32, 0_u32, 0_u32);
    let (mut gaps, mut times) = (Vec::new(), Vec::new());
    let mut names: Vec<_> = std::fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    names.sort();
    for path in names.iter().filter(|path| path.extension().is_some_and(|end| end == "sm")) {
        let instance = psplib::read(&std::fs::read_to_string(path)?)?;
        read += 1;
        let alone = instance.network.passes(&instance.ticks).end;
        kept += u32::from(instance.mpm_time.is_none_or(|said| said == alone));
        let begun = Instant::now();
        let end = level(&instance.network, &instance.ticks, 71).schedule.end;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        if let Some(best) = best.get(name) {
            gaps.push(end as f64 / best - 1.0);
            found += u32::from(end as f64 <= *best);
        }
    }
    times.sort_by(f64::total_cmp);
    let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len().max(1) as f64;
    println!("{read} instances; by links alone {kept} take what their file says");
    println!(
        "levelled: {} held against what is best known, {found} reach it, mean gap {:.2} %, worst {:.1} %",
        gaps.len(),
        100.0 * mean(&gaps),
        100.0 * gaps.iter().copied().fold(0.0, f64::max)
    );
    println!("ms an instance: median {:.2}, slowest {:.2}", times[times.len() / 2], times[times.len() - 1]);
    Ok(())
}
