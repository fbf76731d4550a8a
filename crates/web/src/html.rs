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

    /// HTML from a part of this crate that writes its own marks.
    pub(crate) const fn trusted(html: String) -> Self {
        Self(html)
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
