//! Where a repository or one of its change requests lives, read from an address as people write it.

/// The place of a repository: its host and its path there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Locator {
    /// Lower-case name, with a port that is not the usual one.
    pub host: String,
    /// The path without slashes around it and without `.git`, as it was written.
    pub path: String,
}

impl Locator {
    /// Whether both name one repository: paths are compared without regard to case, as forges do.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        self.host == other.host && self.path.eq_ignore_ascii_case(&other.path)
    }
}

/// Hosts that forges offer for SSH through the port of HTTPS.
const ALIASES: &[(&str, &str)] = &[("ssh.github.com", "github.com"), ("altssh.gitlab.com", "gitlab.com")];
/// The usual port of a scheme.
const PORTS: &[(&str, &str)] = &[("https", "443"), ("http", "80"), ("ssh", "22"), ("git", "9418")];
/// Ports at which the aliases listen; they are no part of the name.
const SSH_OVER_HTTPS: &str = "443";

/// The locator of a remote's address: a URL (`https`, `http`, `ssh`, `git`) or the short form of SSH (`git@host:path`). User info, `.git`,
/// slashes around the path and the scheme's usual port are dropped. None for a path of this machine.
#[must_use]
pub fn locator(address: &str) -> Option<Locator> {
    let address = address.trim();
    let (scheme, authority, path) = match address.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_once('/')?;
            (scheme.to_ascii_lowercase(), authority, path)
        }
        None => {
            let (authority, path) = address.split_once(':')?;
            // `C:\…` and `./a:b` are paths of this machine.
            if authority.contains('/') || authority.len() < 2 {
                return None;
            }
            ("ssh".to_owned(), authority, path)
        }
    };
    let usual = PORTS.iter().find(|(name, _)| *name == scheme).map(|(_, port)| *port)?;
    let authority = authority.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    let (name, port) = match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, Some(port)),
        _ => (authority.as_str(), None),
    };
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name).map(|(_, host)| *host);
    let port = port.filter(|port| *port != usual && !(alias.is_some() && *port == SSH_OVER_HTTPS));
    let host = alias.unwrap_or(name);
    let host = port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path).trim_matches('/');
    (!host.is_empty() && !path.is_empty()).then(|| Locator { host, path: path.to_owned() })
}

/// What stands between a repository's path and the number of a change request, or of an item, in a forge's address.
const CHANGES: &[&str] =
    &["/-/merge_requests/", "/merge_requests/", "/pulls/", "/pull/", "/pull-requests/", "/pullrequest/"];
const ITEMS: &[&str] = &["/-/issues/", "/issues/"];

/// A numbered thing of a forge, and the repository that numbers it where the address says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    /// The repository; none in `!7` alone.
    pub of: Option<Locator>,
    /// Its number there, at least 1.
    pub number: u64,
}

/// The change request that an address names: `https://host/group/repo/pull/7`, `…/pulls/7`, `…/-/merge_requests/7`, `group/repo!7`, `!7`.
#[must_use]
pub fn change_address(address: &str) -> Option<Numbered> {
    let address = address.trim();
    if let Some((path, number)) = address.split_once('!')
        && !address.contains("://")
        && !path.contains(char::is_whitespace)
    {
        return Some(Numbered { of: None, number: leading(number)? });
    }
    numbered(address, CHANGES)
}

/// The item that an address names: `https://host/group/repo/issues/7`.
#[must_use]
pub fn item_address(address: &str) -> Option<Numbered> {
    numbered(address.trim(), ITEMS)
}

fn numbered(address: &str, between: &[&str]) -> Option<Numbered> {
    let (at, word) = between.iter().find_map(|word| address.find(word).map(|at| (at, *word)))?;
    let number = leading(address.get(at + word.len()..)?)?;
    Some(Numbered { of: Some(locator(address.get(..at)?)?), number })
}

/// The number that a text begins with; none for 0, for none, and when it goes on as a word.
#[must_use]
pub(super) fn leading(text: &str) -> Option<u64> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, rest) = text.split_at(digits);
    let goes_on = rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    number.parse().ok().filter(|number| *number > 0 && !goes_on)
}
