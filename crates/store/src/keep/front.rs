//! Files with YAML front matter and a body. What is written is the same byte for byte for the same values: fields in a fixed order, every
//! text quoted, numbers plain.

use std::fmt::Write as _;

use serde::de::DeserializeOwned;

use crate::StoreError;

/// A file that is being written.
pub(super) struct Page {
    text: String,
}

/// A value in front matter.
pub(super) enum Scalar {
    /// Quoted.
    Text(String),
    /// Plain.
    Number(String),
    /// Left out.
    Absent,
}

pub(super) fn text(value: impl std::fmt::Display) -> Scalar {
    Scalar::Text(value.to_string())
}

pub(super) fn maybe<T: std::fmt::Display>(value: Option<T>) -> Scalar {
    value.map_or(Scalar::Absent, text)
}

pub(super) fn number(value: impl std::fmt::Display) -> Scalar {
    Scalar::Number(value.to_string())
}

impl Scalar {
    fn written(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(quoted(text)),
            Self::Number(number) => Some(number.clone()),
            Self::Absent => None,
        }
    }
}

impl Page {
    pub(super) fn new() -> Self {
        Self { text: "---\n".to_owned() }
    }

    pub(super) fn field(mut self, name: &str, value: &Scalar) -> Self {
        if let Some(value) = value.written() {
            let _ = writeln!(self.text, "{name}: {value}");
        }
        self
    }

    /// A list of flat entries, one a line; left out when it is empty.
    pub(super) fn list<'a>(mut self, name: &str, entries: impl IntoIterator<Item = Vec<(&'a str, Scalar)>>) -> Self {
        let mut entries = entries.into_iter().peekable();
        if entries.peek().is_some() {
            let _ = writeln!(self.text, "{name}:");
        }
        for entry in entries {
            let fields = entry.iter().filter_map(|(name, value)| Some(format!("{name}: {}", value.written()?)));
            let _ = writeln!(self.text, "  - {{ {} }}", fields.collect::<Vec<_>>().join(", "));
        }
        self
    }

    /// The file, with its body below the front matter.
    pub(super) fn with_body(mut self, body: &str) -> String {
        self.text.push_str("---\n");
        self.text.push_str(body);
        self.text.push('\n');
        self.text
    }
}

/// A double-quoted text of YAML: what no file should show raw is escaped, so that no line of it can be taken for the end of the front.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The front matter and the body of the file `name`.
pub(super) fn parse<T: DeserializeOwned>(name: &str, text: &str) -> Result<(T, String), StoreError> {
    let wrong = |why: String| StoreError::field(name, why);
    let rest = text.strip_prefix("---\n").ok_or_else(|| wrong("It does not begin with `---`.".to_owned()))?;
    let (front, body) =
        rest.split_once("\n---\n").ok_or_else(|| wrong("Its front matter has no end (`---`).".to_owned()))?;
    let body = body.strip_suffix('\n').ok_or_else(|| wrong("It does not end with a line break.".to_owned()))?;
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_events: 8_000_000, max_nodes: 4_000_000 },
    };
    // With its first line, so that line numbers are those of the file.
    let front = text.get(..front.len() + 4).unwrap_or(front);
    match serde_saphyr::from_str_with_options(front, options) {
        Ok(front) => Ok((front, body.to_owned())),
        Err(error) => Err(wrong(format!("{error}"))),
    }
}

/// JSON laid out over lines. Nothing of its tokens changes, so that [`tight`] gives back what was there.
pub(super) fn airy(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let (mut depth, mut quote, mut escaped) = (0_usize, false, false);
    let mut before = ' ';
    for c in json.chars() {
        if quote {
            out.push(c);
            quote = escaped || c != '"';
            escaped = c == '\\' && !escaped;
        } else {
            let line = |out: &mut String, depth: usize| {
                out.push('\n');
                out.push_str(&"  ".repeat(depth));
            };
            match c {
                '}' | ']' => {
                    depth = depth.saturating_sub(1);
                    if !matches!(before, '{' | '[') {
                        line(&mut out, depth);
                    }
                    out.push(c);
                }
                _ => {
                    if matches!(before, '{' | '[' | ',') {
                        line(&mut out, depth);
                    }
                    out.push(c);
                    match c {
                        '{' | '[' => depth += 1,
                        ':' => out.push(' '),
                        '"' => quote = true,
                        _ => {}
                    }
                }
            }
        }
        // Inside a text nothing counts for the layout.
        before = if quote { '"' } else { c };
    }
    out
}

/// JSON without the white space between its tokens.
pub(super) fn tight(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut quote, mut escaped) = (false, false);
    for c in json.chars() {
        if quote {
            out.push(c);
            quote = escaped || c != '"';
            escaped = c == '\\' && !escaped;
        } else if !c.is_ascii_whitespace() {
            out.push(c);
            quote = c == '"';
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;
    use serde_json::json;

    use super::{Page, airy, maybe, number, parse, text, tight};

    #[derive(Debug, Deserialize, PartialEq)]
    struct Front {
        title: String,
        count: i64,
        #[serde(default)]
        none: Option<String>,
        #[serde(default)]
        list: Vec<Entry>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Entry {
        name: String,
        share: f64,
    }

    fn written(title: &str, names: &[String], body: &str) -> String {
        let entries = names.iter().map(|name| vec![("name", text(name)), ("share", number(format!("{:?}", 0.1)))]);
        Page::new()
            .field("title", &text(title))
            .field("count", &number(-3))
            .field("none", &maybe(None::<&str>))
            .list("list", entries)
            .with_body(body)
    }

    #[test]
    fn odd_texts_come_back() {
        for odd in [
            "yes",
            "null",
            "~",
            "1e3",
            "2026-03-02",
            "a: b",
            "# c",
            "\u{7f}\u{85}\u{2028}\u{feff}",
            "---",
            "a\n---\nb",
            "'\"\\",
            "",
            " x ",
        ] {
            let page = written(odd, &[odd.to_owned()], odd);
            let (front, body): (Front, String) = parse("x.md", &page).unwrap();
            assert_eq!((front.title.as_str(), front.list[0].name.as_str(), body.as_str()), (odd, odd, odd));
        }
    }

    #[test]
    fn json_is_laid_out_for_people() {
        let value = json!({ "a": [1, {}, []], "b": { "c": "x, {y}: \"\\" } }).to_string();
        let laid = "{\n  \"a\": [\n    1,\n    {},\n    []\n  ],\n  \"b\": {\n    \"c\": \"x, {y}: \\\"\\\\\"\n  }\n}";
        assert_eq!(airy(&value), laid);
    }

    proptest! {
        #[test]
        fn any_text_comes_back(title in "\\PC*|[\\x01-\\x1f\u{80}-\u{a0}a\n]*", names in prop::collection::vec(".*", 0..4), body in "(?s).*") {
            let page = written(&title, &names, &body);
            let (front, back): (Front, String) = parse("x.md", &page).unwrap();
            let seen: Vec<_> = front.list.into_iter().map(|entry| entry.name).collect();
            prop_assert_eq!((front.title, front.count, front.none, seen, back), (title, -3, None, names, body));
        }

        #[test]
        fn any_json_comes_back(words in prop::collection::vec("[\\\\\"{}\\[\\]:, a\n]*", 0..5), number: f64) {
            let value = json!({ "words": words, "deep": [{ "number": number }, words, {}, []] }).to_string();
            prop_assert_eq!(tight(&airy(&value)), value);
        }
    }
}
