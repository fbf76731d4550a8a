//! Words of a small fixed vocabulary (languages, markers, ecosystems) that are written and read as text.

use std::sync::{Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashSet;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One of them. The name keeps the derived code from borrowing it from what is read.
pub(crate) type Word = &'static str;

pub(crate) fn serialize<S: Serializer>(word: &'static str, serializer: S) -> Result<S::Ok, S::Error> {
    word.serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static str, D::Error> {
    String::deserialize(deserializer).map(|word| known(&word))
}

/// The same for a word that may be missing.
pub(crate) mod maybe {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(word: &Option<&'static str>, serializer: S) -> Result<S::Ok, S::Error> {
        word.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'static str>, D::Error> {
        Ok(Option::<String>::deserialize(deserializer)?.map(|word| super::known(&word)))
    }
}

/// The word, kept for good: there are as many as the program has names for languages and the like.
fn known(word: &str) -> &'static str {
    static WORDS: OnceLock<Mutex<FxHashSet<&'static str>>> = OnceLock::new();
    let mut words = WORDS.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = words.get(word) {
        return known;
    }
    let known: &'static str = Box::leak(word.to_owned().into_boxed_str());
    words.insert(known);
    known
}
