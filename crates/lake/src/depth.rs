//! How deep a statement's tree will be, told from its words before anything recursive touches it.
//!
//! The parser bounds nesting by parentheses, but a chain such as `a + a + a …` makes a tree as deep as it is long, and walking a tree
//! of some hundred levels overflows a worker's stack, which would end the process.

use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

/// Longest chain of operators, and of joined or united queries, that is let through.
pub(crate) const LONGEST_CHAIN: usize = 100;

/// Links counted at one level of parentheses.
#[derive(Default, Clone, Copy)]
struct Level {
    /// Operators since the expression began.
    operators: usize,
    /// `UNION`, `JOIN` and their like since the query began.
    queries: usize,
}

/// The longest chain in a statement; 0 for a text that is no sequence of SQL words, which the parser refuses by itself.
pub(crate) fn longest_chain(text: &str) -> usize {
    let tokens = Tokenizer::new(&GenericDialect {}, text).tokenize().unwrap_or_default();
    let mut outer: Vec<Level> = Vec::new();
    let mut level = Level::default();
    let mut longest = 0;
    for token in tokens {
        match token {
            Token::LParen => outer.push(std::mem::take(&mut level)),
            Token::RParen => level = outer.pop().unwrap_or_default(),
            Token::SemiColon => level = Level::default(),
            Token::Comma => level.operators = 0,
            Token::Word(word) => match word.keyword {
                Keyword::UNION | Keyword::EXCEPT | Keyword::INTERSECT | Keyword::JOIN => level.queries += 1,
                Keyword::AND
                | Keyword::OR
                | Keyword::NOT
                | Keyword::IS
                | Keyword::LIKE
                | Keyword::BETWEEN
                | Keyword::AT => {
                    level.operators += 1;
                }
                Keyword::NoKeyword => {}
                _ => level.operators = 0,
            },
            Token::Whitespace(_) | Token::Period | Token::Number(..) | Token::SingleQuotedString(_) | Token::EOF => {}
            _ => level.operators += 1,
        }
        longest = longest.max(level.operators).max(level.queries);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::longest_chain;

    #[test]
    fn chains_are_counted_by_level() {
        assert_eq!(longest_chain("SELECT a + b, c - d * e FROM t"), 2);
        assert_eq!(longest_chain("SELECT a + (b + c + d) FROM t WHERE a = 1 AND b = 2"), 3);
        assert_eq!(longest_chain("SELECT 1 UNION SELECT 2 UNION SELECT 3"), 2);
    }

    #[test]
    fn lists_are_no_chains() {
        let list = vec!["'x'"; 5_000].join(", ");
        assert_eq!(longest_chain(&format!("SELECT 1 FROM t WHERE a IN ({list})")), 0);
    }
}
