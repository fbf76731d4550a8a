//! Filters (RFC 7644, section 3.4.2.2): comparisons of attributes, joined by `and`, `or`, `not` and parentheses. They are answered from a
//! resource as it is shown, so that a filter never sees more than its answer.

use serde_json::Value;

use super::{ScimError, attribute};

/// Longest filter, in bytes.
const LONGEST: usize = 2_000;
/// Deepest nesting.
const DEEPEST: usize = 20;
/// Attributes that are compared letter for letter.
const EXACT: [&str; 4] = ["id", "externalid", "members.value", "groups.value"];

/// A filter.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Filter {
    And(Box<Filter>, Box<Filter>),
    Or(Box<Filter>, Box<Filter>),
    Not(Box<Filter>),
    Present(String),
    Compare(String, Comparison, Value),
}

/// How an attribute is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Contains,
    Begins,
    Ends,
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Text(Value),
    Open,
    Close,
}

fn wrong(detail: impl Into<String>) -> ScimError {
    ScimError::invalid("invalidFilter", detail)
}

impl Filter {
    /// The filter that a text says, over these attributes.
    pub(super) fn parse(text: &str, known: &[&str]) -> Result<Self, ScimError> {
        if text.len() > LONGEST {
            return Err(wrong("The filter is too long."));
        }
        let mut reader = Reader { tokens: tokens(text)?, at: 0, known, depth: 0 };
        let filter = reader.either()?;
        if reader.at == reader.tokens.len() {
            Ok(filter)
        } else {
            Err(wrong(format!("`{text}` goes on after its end.")))
        }
    }

    /// Whether a resource fits.
    pub(super) fn accepts(&self, resource: &Value) -> bool {
        match self {
            Self::And(one, other) => one.accepts(resource) && other.accepts(resource),
            Self::Or(one, other) => one.accepts(resource) || other.accepts(resource),
            Self::Not(inner) => !inner.accepts(resource),
            Self::Present(name) => {
                values(resource, name).iter().any(|value| !value.is_null() && value.as_str() != Some(""))
            }
            Self::Compare(name, Comparison::NotEqual, wanted) => {
                !values(resource, name).iter().any(|value| fits(name, value, Comparison::Equal, wanted))
            }
            Self::Compare(name, how, wanted) => {
                values(resource, name).iter().any(|value| fits(name, value, *how, wanted))
            }
        }
    }

    /// What an element would have to hold to fit, when the filter says so plainly: for one that is to be made.
    pub(super) fn says(&self) -> Vec<(String, Value)> {
        match self {
            Self::Compare(name, Comparison::Equal, value) => vec![(name.clone(), value.clone())],
            Self::And(one, other) => one.says().into_iter().chain(other.says()).collect(),
            _ => Vec::new(),
        }
    }
}

/// The values of a dotted attribute; of several, each, and their `value` when nothing more is said.
fn values<'a>(resource: &'a Value, name: &str) -> Vec<&'a Value> {
    let mut found = vec![resource];
    for part in name.split('.') {
        let inside = found.into_iter().filter_map(|one| attribute(one, part));
        found = inside.flat_map(|one| one.as_array().map_or_else(|| vec![one], |all| all.iter().collect())).collect();
    }
    found.into_iter().map(|one| attribute(one, "value").unwrap_or(one)).collect()
}

fn fits(name: &str, value: &Value, how: Comparison, wanted: &Value) -> bool {
    let (Some(value), Some(wanted)) = (value.as_str(), wanted.as_str()) else {
        return how == Comparison::Equal && value == wanted;
    };
    let folded = |text: &str| if EXACT.contains(&name) { text.to_owned() } else { text.to_lowercase() };
    let (value, wanted) = (folded(value), folded(wanted));
    match how {
        Comparison::Equal => value == wanted,
        Comparison::NotEqual => value != wanted,
        Comparison::Contains => value.contains(&wanted),
        Comparison::Begins => value.starts_with(&wanted),
        Comparison::Ends => value.ends_with(&wanted),
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, ScimError> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '(' | ')' => {
                found.push(if first == '(' { Token::Open } else { Token::Close });
                1
            }
            '"' => {
                let mut read = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
                let value = read.next().and_then(Result::ok).ok_or_else(|| wrong("A text in quotes has no end."))?;
                found.push(Token::Text(value));
                read.byte_offset()
            }
            _ => {
                let end = rest.find(|c: char| c.is_whitespace() || "()\"".contains(c)).unwrap_or(rest.len());
                found.push(Token::Word(rest.get(..end).unwrap_or_default().to_owned()));
                end
            }
        };
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    Ok(found)
}

struct Reader<'a> {
    tokens: Vec<Token>,
    at: usize,
    known: &'a [&'a str],
    depth: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Result<Token, ScimError> {
        let token = self.tokens.get(self.at).cloned().ok_or_else(|| wrong("The filter ends too early."))?;
        self.at += 1;
        Ok(token)
    }

    fn takes(&mut self, word: &str) -> bool {
        let here = matches!(self.tokens.get(self.at), Some(Token::Word(next)) if next.eq_ignore_ascii_case(word));
        self.at += usize::from(here);
        here
    }

    fn either(&mut self) -> Result<Filter, ScimError> {
        let mut filter = self.both()?;
        while self.takes("or") {
            filter = Filter::Or(Box::new(filter), Box::new(self.both()?));
        }
        Ok(filter)
    }

    fn both(&mut self) -> Result<Filter, ScimError> {
        let mut filter = self.one()?;
        while self.takes("and") {
            filter = Filter::And(Box::new(filter), Box::new(self.one()?));
        }
        Ok(filter)
    }

    fn one(&mut self) -> Result<Filter, ScimError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(wrong("The filter is too deep."));
        }
        let filter = if self.takes("not") {
            Filter::Not(Box::new(self.one()?))
        } else if self.tokens.get(self.at) == Some(&Token::Open) {
            self.at += 1;
            let inner = self.either()?;
            if self.next()? != Token::Close {
                return Err(wrong("A parenthesis is not closed."));
            }
            inner
        } else {
            self.comparison()?
        };
        self.depth -= 1;
        Ok(filter)
    }

    fn comparison(&mut self) -> Result<Filter, ScimError> {
        let Token::Word(name) = self.next()? else { return Err(wrong("An attribute is expected.")) };
        let name = super::patch::bare(&name).to_lowercase();
        if !self.known.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            return Err(wrong(format!("`{name}` cannot be filtered by; {} can.", self.known.join(", "))));
        }
        let Token::Word(how) = self.next()? else { return Err(wrong("A comparison is expected.")) };
        let how = match how.to_lowercase().as_str() {
            "pr" => return Ok(Filter::Present(name)),
            "eq" => Comparison::Equal,
            "ne" => Comparison::NotEqual,
            "co" => Comparison::Contains,
            "sw" => Comparison::Begins,
            "ew" => Comparison::Ends,
            other => return Err(wrong(format!("`{other}` is none of eq, ne, co, sw, ew, pr."))),
        };
        let value = match self.next()? {
            Token::Text(value) => value,
            Token::Word(word) => serde_json::from_str(&word.to_lowercase())
                .map_err(|_| wrong(format!("`{word}` is no value; texts stand in quotes.")))?,
            Token::Open | Token::Close => return Err(wrong("A value is expected.")),
        };
        Ok(Filter::Compare(name, how, value))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const KNOWN: [&str; 5] = ["userName", "externalId", "active", "emails.type", "emails"];

    #[test]
    fn filters_find_what_they_say() {
        let sam = json!({ "userName": "sam@example.org", "externalId": "A1", "active": true,
            "emails": [{ "value": "sam@example.org", "type": "work" }] });
        let check =
            |text: &str, fits: bool| assert_eq!(Filter::parse(text, &KNOWN).unwrap().accepts(&sam), fits, "{text}");
        check(r#"userName eq "SAM@example.org""#, true);
        check(r#"urn:ietf:params:scim:schemas:core:2.0:User:username Eq "sam@example.org""#, true);
        check(r#"externalId eq "a1""#, false);
        check(r#"externalId eq "A1" and active eq true"#, true);
        check(r#"active eq False or not (userName sw "sam")"#, false);
        check(r#"emails co "ample" and emails.type ne "home" and externalId pr"#, true);
        check(r#"userName eq "x\"y" or userName ew ".org""#, true);
    }

    #[test]
    fn odd_filters_are_refused() {
        let deep = "(".repeat(50);
        for text in [
            "",
            "userName",
            "userName eq",
            "userName is \"x\"",
            "mail eq \"x\"",
            "userName eq \"x",
            "userName eq x",
            "(active pr",
            "active pr)",
            "active pr active pr",
            deep.as_str(),
            "\"x\" eq \"x\"",
            "active eq (",
        ] {
            let error = Filter::parse(text, &KNOWN).unwrap_err();
            assert_eq!((error.status, error.kind), (400, Some("invalidFilter")), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_filter_stops_the_program(text in r#"[a-zA-Z. ()"\\éß]{0,60}|(userName|active|not|and|or|eq|pr|\(|\)|"x"| ){0,30}"#) {
            let _ = Filter::parse(&text, &KNOWN).map(|filter| filter.accepts(&json!({ "userName": "x" })));
        }
    }
}
