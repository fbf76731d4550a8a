//! Text that is HTML already, so that a template does not escape it again.

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;
use desk::Refusal;

/// HTML. Made only by templates, which escape what they are given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    /// A template, rendered.
    ///
    /// # Errors
    /// A bug when the template fails.
    pub fn of(template: &impl Template) -> Result<Self, Refusal> {
        template.render().map(Self).map_err(|error| Refusal::bug("cannot draw the page", error))
    }

    /// Text, escaped.
    #[must_use]
    pub fn text(text: &str) -> Self {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&#39;"),
                c => out.push(c),
            }
        }
        Self(out)
    }

    /// A sentence, escaped, with `code` between backticks set as code.
    #[must_use]
    pub fn prose(text: &str) -> Self {
        let mut out = String::with_capacity(text.len());
        let parts: Vec<&str> = text.split('`').collect();
        let paired = parts.len() % 2 == 1;
        for (place, part) in parts.iter().enumerate() {
            let escaped = Self::text(part).0;
            if place % 2 == 1 && paired {
                out.push_str(&format!("<code>{escaped}</code>"));
            } else {
                if place > 0 && !paired {
                    out.push('`');
                }
                out.push_str(&escaped);
            }
        }
        Self(out)
    }

    /// HTML from a part of this crate that writes its own marks.
    pub(crate) const fn trusted(html: String) -> Self {
        Self(html)
    }

    /// All of them, one after the other.
    #[must_use]
    pub fn joined(parts: impl IntoIterator<Item = Self>) -> Self {
        Self(parts.into_iter().map(|part| part.0).collect())
    }

    /// This, then another.
    #[must_use]
    pub fn and(mut self, next: &Self) -> Self {
        self.0.push_str(&next.0);
        self
    }

    /// The HTML as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The HTML as text.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Html {}
