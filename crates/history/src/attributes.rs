//! What `.gitattributes` say of a path: text or binary for differences, generated, vendored.
//!
//! Read as `git log` reads them: from the working tree. In a bare repository only what is generated or vendored is taken from the
//! tree of `HEAD`; what is binary is then decided by content, as Git decides it there.

use std::cell::RefCell;

use gix::bstr::BStr;
use gix::worktree::stack::state::attributes::Source;
use rustc_hash::FxHashMap;

const NAMES: [&str; 3] = ["diff", "linguist-generated", "linguist-vendored"];

/// What the attributes say of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Said {
    /// `Some(true)`: text; `Some(false)`: binary; `None`: the content decides.
    pub(crate) text: Option<bool>,
    /// `linguist-generated`.
    pub(crate) generated: Option<bool>,
    /// `linguist-vendored`.
    pub(crate) vendored: Option<bool>,
}

/// The answers for all paths of a history.
#[derive(Debug, Default)]
pub(crate) struct Attributes {
    said: FxHashMap<Vec<u8>, Said>,
    rules: Option<Rules>,
}

/// The rules, for paths that were not asked about yet.
struct Rules(RefCell<Lookup>);

struct Lookup {
    /// In a bare repository Git does not ask the tree's attributes when it makes differences.
    bare: bool,
    stack: gix::worktree::Stack,
    odb: gix::OdbHandle,
    outcome: gix::attrs::search::Outcome,
}

impl std::fmt::Debug for Rules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rules")
    }
}

impl Attributes {
    pub(crate) fn of(repo: &gix::Repository) -> Self {
        Self { said: FxHashMap::default(), rules: rules(repo) }
    }

    /// What is said of a path.
    pub(crate) fn of_path(&mut self, path: &[u8]) -> Said {
        let Some(rules) = &self.rules else { return Said::default() };
        if let Some(said) = self.said.get(path) {
            return *said;
        }
        let said = rules.0.borrow_mut().ask(path);
        self.said.insert(path.to_owned(), said);
        said
    }
}

impl Lookup {
    fn ask(&mut self, path: &[u8]) -> Said {
        let Self { stack, odb, outcome, .. } = self;
        let mut said = Said::default();
        outcome.reset();
        if let Ok(platform) = stack.at_entry(BStr::new(path), None, odb) {
            platform.matching_attributes(outcome);
        }
        for found in outcome.iter_selected() {
            let state = match found.assignment.state {
                gix::attrs::StateRef::Set => Some(true),
                gix::attrs::StateRef::Unset => Some(false),
                _ => None,
            };
            match found.assignment.name.as_str() {
                "diff" => said.text = state,
                "linguist-generated" => said.generated = state,
                _ => said.vendored = state,
            }
        }
        if self.bare {
            said.text = None;
        }
        said
    }
}

/// `None` when there is nothing to ask: a repository without attribute files is the common case.
fn rules(repo: &gix::Repository) -> Option<Rules> {
    let bare = repo.workdir().is_none();
    let index = if bare {
        repo.index_from_tree(&repo.head_tree_id().ok()?).ok()?
    } else {
        repo.index_or_load_from_head().ok()?.into_owned()
    };
    let in_tree = index.entries().iter().any(|entry| entry.path(&index).ends_with(b".gitattributes"));
    let elsewhere = repo.common_dir().join("info/attributes").exists()
        || repo.attribute_global_paths().is_ok_and(|paths| paths.iter().any(|path| path.exists()));
    if !in_tree && !elsewhere {
        return None;
    }
    let source = if bare { Source::IdMapping } else { Source::WorktreeThenIdMapping };
    let stack = repo.attributes_only(&index, source).ok()?;
    let mut outcome = gix::attrs::search::Outcome::default();
    let (stack, odb) = (stack.detach(), repo.objects.clone());
    outcome.initialize_with_selection(stack.attributes_collection(), NAMES);
    Some(Rules(RefCell::new(Lookup { bare, stack, odb, outcome })))
}
