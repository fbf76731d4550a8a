//! Reads a commit object into its row: people and times as stored, the message's parts, and what the message refers to.

use encoding_rs::Encoding;
use gix::ObjectId;

use crate::rows::{Commit, CommitKind, Flag, Trailer};

/// Keys that look like work items but name standards.
const NOT_WORK_ITEMS: &[&str] = &[
    "UTF", "SHA", "ISO", "RFC", "CVE", "MD", "X86", "ARM", "AES", "RSA", "BASE", "IPV", "CP", "KOI", "WINDOWS",
    "LATIN", "GPL", "LGPL", "CC", "PEP", "GHSA", "RUSTSEC",
];

/// What the walk needs of a commit.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) tree: ObjectId,
    pub(crate) parents: Vec<ObjectId>,
    /// Seconds since the epoch; 0 when unreadable.
    pub(crate) committed_at: i64,
    pub(crate) bad_time: bool,
}

/// The header lines of a commit object.
struct Raw<'a> {
    tree: &'a [u8],
    parents: Vec<&'a [u8]>,
    author: &'a [u8],
    committer: &'a [u8],
    encoding: Option<&'a [u8]>,
    signed: bool,
    message: &'a [u8],
}

fn split(bytes: &[u8]) -> Raw<'_> {
    let mut raw = Raw {
        tree: &[],
        parents: Vec::new(),
        author: &[],
        committer: &[],
        encoding: None,
        signed: false,
        message: &[],
    };
    let mut rest = bytes;
    while let Some(end) = memchr::memchr(b'\n', rest) {
        let line = &rest[..end];
        rest = &rest[end + 1..];
        if line.is_empty() {
            raw.message = rest;
            break;
        }
        let (key, value) = memchr::memchr(b' ', line).map_or((line, &[][..]), |at| (&line[..at], &line[at + 1..]));
        match key {
            b"tree" if raw.tree.is_empty() => raw.tree = value,
            b"parent" => raw.parents.push(value),
            b"author" if raw.author.is_empty() => raw.author = value,
            b"committer" if raw.committer.is_empty() => raw.committer = value,
            b"encoding" => raw.encoding = Some(value),
            b"gpgsig" | b"gpgsig-sha256" => raw.signed = true,
            _ => {}
        }
    }
    raw
}

/// Reads tree, parents and time; `None` when the object is no commit.
pub(crate) fn head(bytes: &[u8]) -> Option<Head> {
    let raw = split(bytes);
    let (.., time) = person(raw.committer);
    Some(Head {
        tree: ObjectId::from_hex(raw.tree).ok()?,
        parents: raw.parents.iter().filter_map(|hex| ObjectId::from_hex(hex).ok()).collect(),
        committed_at: time.map_or(0, |(at, _)| at),
        bad_time: time.is_none(),
    })
}

/// The author's address, as [`row`] gives it.
pub(crate) fn author_email(bytes: &[u8]) -> String {
    let raw = split(bytes);
    let encoding = raw.encoding.and_then(Encoding::for_label);
    decode(person(raw.author).1, encoding, &mut false)
}

/// Reads the whole row. Position, parents as grafted, and flags that need other commits are set by the caller.
pub(crate) fn row(id: ObjectId, bytes: &[u8]) -> Commit {
    let raw = split(bytes);
    let encoding = raw.encoding.and_then(Encoding::for_label);
    let mut broken = false;
    let mut text = |bytes: &[u8]| decode(bytes, encoding, &mut broken);
    let (author_name, author_email, authored) = person(raw.author);
    let (committer_name, committer_email, committed) = person(raw.committer);
    let message = text(raw.message);
    let (author_name, author_email) = (text(author_name), text(author_email));
    let (committer_name, committer_email) = (text(committer_name), text(committer_email));
    let (subject, body) = subject_and_body(&message);
    let trailers = trailers(&body);
    let kind = kind(raw.parents.len(), &subject, &body);
    let mut flags = Vec::new();
    if broken {
        flags.push(Flag::Encoding);
    }
    if committed.is_none() || authored.is_none() {
        flags.push(Flag::BadTime);
    }
    let (authored_at, author_offset_min) = authored.unwrap_or_default();
    Commit {
        sha: id.to_string(),
        tree: String::from_utf8_lossy(raw.tree).into_owned(),
        parents: raw.parents.iter().map(|hex| String::from_utf8_lossy(hex).into_owned()).collect(),
        author_name,
        author_email,
        authored_at,
        author_offset_min,
        committer_name,
        committer_email,
        committed_at: committed.unwrap_or_default().0,
        change_number: change_number(&subject, &body),
        work_item_keys: work_item_keys(&message),
        subject,
        body,
        trailers,
        kind,
        signed: raw.signed,
        flags,
        position: 0,
    }
}

fn decode(bytes: &[u8], encoding: Option<&'static Encoding>, broken: &mut bool) -> String {
    if let Ok(text) = std::str::from_utf8(bytes)
        && encoding.is_none_or(|encoding| encoding == encoding_rs::UTF_8 || text.is_ascii())
    {
        return text.to_owned();
    }
    let (text, errors) = encoding.unwrap_or(encoding_rs::UTF_8).decode_without_bom_handling(bytes);
    *broken |= errors;
    text.into_owned()
}

/// Name, address, and seconds with the offset in minutes of `Name <address> 1700000000 +0100`.
fn person(line: &[u8]) -> (&[u8], &[u8], Option<(i64, i32)>) {
    let Some(close) = memchr::memrchr(b'>', line) else { return (line.trim_ascii(), &[], None) };
    let open = memchr::memchr(b'<', &line[..close]).unwrap_or(close);
    let name = line[..open].trim_ascii();
    let email = line.get(open + 1..close).unwrap_or_default().trim_ascii();
    let mut words = line[close + 1..].split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let number = |word: &[u8]| std::str::from_utf8(word).ok()?.parse::<i64>().ok();
    // The calendar of every tool that reads these rows ends with the year 9999.
    let at = words.next().and_then(number).filter(|at| (-62_135_596_800..=253_402_300_799).contains(at));
    let offset = words.next().and_then(number).unwrap_or(0);
    let minutes = (offset / 100 * 60 + offset % 100).clamp(-24 * 60, 24 * 60) as i32;
    (name, email, at.map(|at| (at, minutes)))
}

fn subject_and_body(message: &str) -> (String, String) {
    let message = message.trim_start_matches(['\n', '\r']);
    let mut subject = String::new();
    let mut rest = message;
    while let Some(line) = rest.lines().next() {
        let after = rest.get(line.len()..).unwrap_or_default();
        rest = after.strip_prefix("\r\n").or_else(|| after.strip_prefix('\n')).unwrap_or(after);
        if line.trim().is_empty() {
            break;
        }
        if !subject.is_empty() {
            subject.push(' ');
        }
        subject.push_str(line.trim_end());
        if rest.is_empty() {
            break;
        }
    }
    (subject, rest.trim_matches('\n').to_owned())
}

/// The trailers of the last paragraph, when at least a quarter of its lines are trailers (as in `git interpret-trailers`).
fn trailers(body: &str) -> Vec<Trailer> {
    let last = body.trim_end().rsplit("\n\n").next().unwrap_or_default();
    let mut found: Vec<Trailer> = Vec::new();
    let mut other = 0;
    for line in last.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some(trailer) = found.last_mut() {
                trailer.value.push(' ');
                trailer.value.push_str(line.trim());
            }
        } else if let Some(trailer) = trailer(line) {
            found.push(trailer);
        } else if !line.starts_with("(cherry picked from commit ") {
            other += 1;
        }
    }
    let git_made = found.iter().any(|trailer| trailer.key.eq_ignore_ascii_case("signed-off-by"));
    if other == 0 || (git_made && found.len() * 3 >= other) { found } else { Vec::new() }
}

fn trailer(line: &str) -> Option<Trailer> {
    let (key, value) = line.split_once(':')?;
    let well_formed = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (well_formed && value.starts_with([' ', '\t']))
        .then(|| Trailer { key: key.to_owned(), value: value.trim().to_owned() })
}

fn kind(parents: usize, subject: &str, body: &str) -> CommitKind {
    match parents {
        0 => CommitKind::Root,
        1 if subject.starts_with("Revert \"") || body.contains("This reverts commit ") => CommitKind::Revert,
        1 => CommitKind::Ordinary,
        _ => CommitKind::Merge,
    }
}

/// The change request's number: `Merge pull request #12 from …`, `… (#12)`, `See merge request group/project!12`.
fn change_number(subject: &str, body: &str) -> Option<u32> {
    let leading = |text: &str| {
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        text.get(..digits)?.parse().ok()
    };
    if let Some(rest) = subject.strip_prefix("Merge pull request #") {
        return leading(rest);
    }
    if let Some(at) = subject.rfind("(#")
        && subject.trim_end().ends_with(')')
    {
        return leading(&subject[at + 2..]);
    }
    let at = body.rfind("See merge request ")?;
    let (_, number) = body[at..].lines().next()?.split_once('!')?;
    leading(number)
}

/// Keys such as `ABC-123`, each once.
fn work_item_keys(message: &str) -> Vec<String> {
    let mut keys = Vec::new();
    for (at, _) in message.match_indices('-') {
        let before = &message[..at];
        let project =
            before.len() - before.trim_end_matches(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit()).len();
        let project = &before[before.len() - project..];
        let digits = message[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
        let end = at + 1 + digits;
        let bounded = !before[..before.len() - project.len()]
            .ends_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_')
            && !message[end..].starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-');
        let plausible = (2..=10).contains(&project.len())
            && project.starts_with(|c: char| c.is_ascii_uppercase())
            && (1..=7).contains(&digits)
            && !NOT_WORK_ITEMS.contains(&project);
        if bounded && plausible {
            let key = format!("{project}-{}", &message[at + 1..end]);
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(message: &str) -> Commit {
        let tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
        let object =
            format!("tree {tree}\nparent {tree}\nauthor A <a@x> 10 +0130\ncommitter C <c@x> 20 -0200\n\n{message}");
        row(ObjectId::null(gix::hash::Kind::Sha1), object.as_bytes())
    }

    #[test]
    fn people_and_times_are_read() {
        let row = parse("Subject");
        assert_eq!((row.author_name.as_str(), row.author_email.as_str(), row.authored_at), ("A", "a@x", 10));
        assert_eq!((row.author_offset_min, row.committed_at), (90, 20));
    }

    #[test]
    fn the_message_is_taken_apart() {
        let row = parse("Fix the\nthing (#12)\n\nBody ABC-7.\n\nCo-authored-by: B <b@x>\nSigned-off-by: A\n  <a@x>\n");
        assert_eq!(row.subject, "Fix the thing (#12)");
        assert_eq!(row.change_number, Some(12));
        assert_eq!(row.work_item_keys, ["ABC-7"]);
        let trailers: Vec<_> = row.trailers.iter().map(|t| (t.key.as_str(), t.value.as_str())).collect();
        assert_eq!(trailers, [("Co-authored-by", "B <b@x>"), ("Signed-off-by", "A <a@x>")]);
    }

    #[test]
    fn prose_is_not_a_trailer() {
        assert_eq!(parse("S\n\nNote: this\nis only prose\n").trailers, []);
    }

    #[test]
    fn change_numbers_of_three_forges() {
        assert_eq!(parse("Merge pull request #34 from a/b\n\nTitle").change_number, Some(34));
        assert_eq!(parse("Merge branch 'x'\n\nSee merge request group/project!56").change_number, Some(56));
        assert_eq!(parse("Talk about (#7) in the middle").change_number, None);
    }

    #[test]
    fn standards_are_no_work_items() {
        assert!(parse("Use UTF-8 and SHA-256, x86-64, a-B-1").work_item_keys.is_empty());
    }

    #[test]
    fn broken_text_is_kept_and_flagged() {
        let tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
        let mut object = format!("tree {tree}\nauthor ").into_bytes();
        object.extend_from_slice(b"J\xfcrgen <j@x> 1 +0000\ncommitter C <c@x> 99999999999999 +0000\n\nS");
        let commit = row(ObjectId::null(gix::hash::Kind::Sha1), &object);
        assert_eq!(commit.author_name, "J\u{fffd}rgen");
        assert_eq!(commit.flags, [Flag::Encoding, Flag::BadTime]);
        let named = String::from_utf8_lossy(&object).replace('\u{fffd}', "?");
        assert!(named.contains("J?rgen"));
    }
}
