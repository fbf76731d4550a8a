//! LCOV's tracefile: a record a file, from `SF:` to `end_of_record`.

use std::collections::BTreeMap;

use super::{Covered, Format, Report, ReportError, count};

pub(super) fn read(text: &str) -> Result<Report, ReportError> {
    let mut files: BTreeMap<String, Covered> = BTreeMap::new();
    let mut open: Option<String> = None;
    let mut seen_record = false;
    for (number, line) in text.lines().enumerate() {
        let number = count(number).saturating_add(1);
        let line = line.trim();
        let Some((key, value)) = line.split_once(':') else {
            if line == "end_of_record" {
                open = None;
            } else if !line.is_empty() && !seen_record {
                let first: String = line.chars().take(40).collect();
                return Err(ReportError::Unknown(format!("it begins with `{first}`")));
            }
            continue;
        };
        if key == "SF" {
            seen_record = true;
            if value.trim().is_empty() {
                return Err(broken(number, "`SF:` names no file"));
            }
            open = Some(value.trim().to_owned());
            files.entry(value.trim().to_owned()).or_default();
            continue;
        }
        if !matches!(key, "DA" | "LF" | "LH" | "BRDA") {
            continue;
        }
        let Some(file) = open.as_ref().and_then(|name| files.get_mut(name)) else {
            return Err(broken(number, &format!("`{key}:` stands outside of a record")));
        };
        let mut parts = value.split(',').map(str::trim);
        match key {
            "DA" => {
                let line = whole(number, parts.next())?;
                file.line(line, hits(number, parts.next())?);
            }
            "BRDA" => {
                let taken =
                    parts.nth(3).ok_or_else(|| broken(number, "`BRDA:` needs line, block, branch and count"))?;
                file.add_branches(1, u32::from(taken != "-" && hits(number, Some(taken))?));
            }
            _ => {
                let value = whole(number, parts.next())?;
                let (found, hit) = file.sums.unwrap_or_default();
                file.sums = Some(if key == "LF" {
                    (found.saturating_add(value), hit)
                } else {
                    (found, hit.saturating_add(value))
                });
            }
        }
    }
    if let Some((name, _)) = files.iter().find(|(_, file)| file.lines.is_empty() && file.hit() > file.found()) {
        return Err(ReportError::Unknown(format!("{name} has more lines hit than found")));
    }
    if seen_record {
        Ok(Report { format: Format::Lcov, sources: Vec::new(), files })
    } else {
        Err(ReportError::Unknown("it holds no `SF:` record".to_owned()))
    }
}

fn broken(line: u32, reason: &str) -> ReportError {
    ReportError::Broken { line, reason: reason.to_owned() }
}

fn whole(line: u32, text: Option<&str>) -> Result<u32, ReportError> {
    let text = text.unwrap_or_default();
    text.parse().map_err(|_| broken(line, &format!("`{text}` is no number of lines")))
}

/// Whether a count says that something ran. Some tools write negative counts for what overflowed.
fn hits(line: u32, text: Option<&str>) -> Result<bool, ReportError> {
    let text = text.unwrap_or_default();
    let digits = text.trim_start_matches('-');
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(broken(line, &format!("`{text}` is no count")));
    }
    Ok(!text.starts_with('-') && digits.bytes().any(|byte| byte != b'0'))
}
