//! An aggregate over millions of changes: the parts of a mined repository, many times over, in a lake of their own.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

/// Rows that the aggregate is to read.
const WANTED: u64 = 5_000_000;

/// Makes a data folder whose lake holds the changes of `data` so often that they are at least [`WANTED`]; returns how many rows.
pub(crate) fn enlarge(data: &Path, into: &Path) -> Result<u64> {
    let (from, to) = (data.join("lake"), into.join("lake"));
    let text = std::fs::read(from.join("manifest.json"))?;
    let mut manifest: Value = serde_json::from_slice(&text)?;
    let parts = manifest.get("parts").and_then(Value::as_array).context("a manifest lists its parts")?;
    let changes: Vec<Value> = parts.iter().filter(|part| part["table"] == "changes").cloned().collect();
    let rows_of = |part: &Value| part["rows"].as_u64().unwrap_or(0);
    let once: u64 = changes.iter().map(rows_of).sum();
    let times = WANTED.div_ceil(once.max(1));
    let mut many = Vec::new();
    for time in 0..times {
        for part in &changes {
            let file = part["file"].as_str().context("a part has a file")?;
            let copy = file.replace("part-", &format!("part-{time}00000"));
            let target = to.join(&copy);
            std::fs::create_dir_all(target.parent().context("a part stands in a folder")?)?;
            std::fs::copy(from.join(file), &target)?;
            let mut part = part.clone();
            part["file"] = Value::String(copy);
            many.push(part);
        }
    }
    manifest["parts"] = Value::Array(many);
    std::fs::write(to.join("manifest.json"), serde_json::to_vec(&manifest)?)?;
    Ok(once * times)
}
