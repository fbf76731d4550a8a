//! Which file of the repository a report means: reports name files by the machine that made them, or by package.

use std::collections::{HashMap, HashSet};

/// The paths of a repository, found by how they end.
pub(super) struct Known<'a> {
    all: HashSet<&'a str>,
    by_name: HashMap<&'a str, Vec<&'a str>>,
}

impl<'a> Known<'a> {
    pub(super) fn new(paths: impl IntoIterator<Item = &'a str>) -> Self {
        let all: HashSet<&str> = paths.into_iter().collect();
        let mut by_name: HashMap<&str, Vec<&str>> = HashMap::new();
        for path in &all {
            by_name.entry(name(path)).or_default().push(path);
        }
        Self { all, by_name }
    }

    /// The path that is meant: exactly this; or, with folders in front taken away, one that is there; or the only one that ends so.
    pub(super) fn find(&self, reported: &str, sources: &[String]) -> Option<&'a str> {
        let reported = reported.replace('\\', "/");
        let plain = reported.trim_start_matches("./");
        let joined =
            sources.iter().map(|source| format!("{}/{plain}", source.replace('\\', "/").trim_end_matches('/')));
        let wanted: Vec<String> = joined.chain([plain.to_owned()]).collect();
        wanted.iter().find_map(|path| self.shortened(path)).or_else(|| self.only_ending(plain))
    }

    fn shortened(&self, path: &str) -> Option<&'a str> {
        let mut rest = path;
        loop {
            if let Some(known) = self.all.get(rest) {
                // A bare name says too little unless it is all that was reported.
                return (rest.contains('/') || rest == path).then_some(*known);
            }
            rest = rest.split_once('/')?.1;
        }
    }

    fn only_ending(&self, path: &str) -> Option<&'a str> {
        let ending = format!("/{}", path.trim_start_matches('/'));
        let mut found = self.by_name.get(name(path))?.iter().filter(|known| known.ends_with(&ending));
        let only = found.next()?;
        found.next().is_none().then_some(*only)
    }
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
