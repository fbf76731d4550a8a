//! How a practice gives its page, and its entry in a stage's list.

use desk::{Practice, PracticeEntry, Refusal, Viewed};

use crate::{Html, Pen};

/// A practice's page. Without a body of its own the view's sheet is drawn.
pub trait Page: Practice {
    /// What stands between the page's head and its foot, drawn with `pen`; none leaves it to the sheet.
    ///
    /// # Errors
    /// A bug when a template fails.
    fn body(view: &Self::View, pen: &Pen) -> Result<Option<Html>, Refusal> {
        let _ = (view, pen);
        Ok(None)
    }
}

/// A practice with its page: one line in its stage's list.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The practice.
    pub practice: PracticeEntry,
    pub(crate) body: fn(&Viewed, &Pen) -> Result<Option<Html>, Refusal>,
}

/// The entry of a practice.
#[must_use]
pub fn entry<P: Page>() -> Entry {
    Entry { practice: PracticeEntry::of::<P>(), body: body_of::<P> }
}

fn body_of<P: Page>(viewed: &Viewed, pen: &Pen) -> Result<Option<Html>, Refusal> {
    let view = viewed.view.downcast_ref::<P::View>().ok_or_else(|| Refusal::fault("a view of another practice"))?;
    P::body(view, pen)
}
