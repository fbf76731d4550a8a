//! Names for repositories: an id that stays the same for the same clone, and a name that people recognise.

use std::io;
use std::path::Path;

/// Longest readable part of an id.
const SLUG_CHARS: usize = 40;

/// The name of a repository: the last part of its remote's address when it has one, otherwise the folder's name.
#[must_use]
pub fn display_name(git_dir: &Path, remote: Option<&str>) -> String {
    let from_remote = remote.and_then(|url| last_part(url.trim_end_matches('/')));
    let folder = || {
        let parts = git_dir.components().rev().filter_map(|part| part.as_os_str().to_str());
        parts.filter(|part| *part != ".git").map(|part| part.trim_end_matches(".git")).find(|part| !part.is_empty())
    };
    from_remote.or_else(folder).unwrap_or("repository").to_owned()
}

fn last_part(url: &str) -> Option<&str> {
    let name = url.rsplit(['/', ':', '\\']).next()?.trim_end_matches(".git");
    (!name.is_empty()).then_some(name)
}

/// The id of a repository in the lake: its name as a slug, and eight digits of the BLAKE3 of the Git folder's canonical path.
///
/// # Errors
/// When the folder cannot be found.
pub fn repo_id(git_dir: &Path, remote: Option<&str>) -> io::Result<String> {
    let canonical = git_dir.canonicalize()?;
    let short = digest(canonical.as_os_str().as_encoded_bytes());
    Ok(format!("{}-{short}", slug(&display_name(&canonical, remote))))
}

/// A folder's name for the repository at an address: readable, and its own.
pub(super) fn named_digest(url: &str) -> String {
    format!("{}-{}", slug(last_part(url.trim_end_matches('/')).unwrap_or("repository")), digest(url.as_bytes()))
}

/// The first eight digits of the BLAKE3.
fn digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().chars().take(8).collect()
}

/// Lower-case letters, digits and single hyphens.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= SLUG_CHARS {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "repository".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{display_name, slug};

    #[test]
    fn a_remote_names_the_repository() {
        assert_eq!(display_name(Path::new("/w/clone/.git"), Some("git@host:team/pay-roll.git")), "pay-roll");
        assert_eq!(display_name(Path::new("/w/clone/.git"), Some("https://host/team/pay-roll/")), "pay-roll");
    }

    #[test]
    fn a_folder_names_it_otherwise() {
        assert_eq!(display_name(Path::new("/w/clone/.git"), None), "clone");
        assert_eq!(display_name(Path::new("/w/bare.git"), None), "bare");
    }

    #[test]
    fn slugs_hold_only_plain_letters() {
        assert_eq!(slug("Pay Roll__2"), "pay-roll-2");
        assert_eq!(slug("财务"), "repository");
    }
}
