//! Views already computed. A page asked for twice answers in milliseconds; two asking at once compute once.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use tokio::sync::OnceCell;

use crate::Refusal;

/// Everything that an answer hangs on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) practice: &'static str,
    pub(crate) ask: String,
    pub(crate) viewer: String,
    pub(crate) facts: u64,
    pub(crate) records: u64,
    /// Of work, for practices that ask it.
    pub(crate) work: u64,
    /// Of change requests, for practices that ask them.
    pub(crate) requests: u64,
    pub(crate) day: Date,
    /// Who is in its room, and the minute; empty without one.
    pub(crate) room: String,
}

type Shared = Arc<dyn Any + Send + Sync>;
type Slot = Arc<OnceCell<Shared>>;

/// How many answers are kept.
const KEPT: usize = 256;

#[derive(Debug, Default)]
struct Kept {
    slots: HashMap<Key, (Slot, u64)>,
    uses: u64,
}

/// The answers kept, the least recently used leaving first.
#[derive(Debug, Default)]
pub struct Memo {
    kept: Mutex<Kept>,
}

impl Memo {
    /// The answer of `key`, computed once. What fails is not kept.
    pub(crate) async fn get<T, F>(&self, key: Key, compute: F) -> Result<Arc<T>, Refusal>
    where
        T: Send + Sync + 'static,
        F: Future<Output = Result<T, Refusal>> + Send,
    {
        let slot = self.slot(key);
        let shared = slot.get_or_try_init(|| async { compute.await.map(|view| Arc::new(view) as Shared) }).await?;
        Arc::clone(shared)
            .downcast::<T>()
            .map_err(|_| Refusal::fault("a view of another practice was kept under this name"))
    }

    fn slot(&self, key: Key) -> Slot {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.uses += 1;
        let uses = kept.uses;
        if kept.slots.len() >= KEPT && !kept.slots.contains_key(&key) {
            let oldest = kept.slots.iter().min_by_key(|(_, (_, used))| *used).map(|(key, _)| key.clone());
            if let Some(oldest) = oldest {
                kept.slots.remove(&oldest);
            }
        }
        let (slot, used) = kept.slots.entry(key).or_insert_with(|| (Slot::default(), uses));
        *used = uses;
        Arc::clone(slot)
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).slots.clear();
    }

    /// How many answers are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).slots.len()
    }

    /// Whether none is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
