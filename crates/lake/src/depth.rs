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
    /// `UNION`, `JOIN`, tables of a `FROM` and queries of a `WITH` since the query began: each may stand on the one before.
    queries: usize,
    /// Whether a comma stands between tables or queries rather than between expressions.
    lists_queries: bool,
}

impl Level {
    fn begin(&mut self, lists_queries: bool) {
        self.operators = 0;
        self.lists_queries = lists_queries;
    }

    /// Names may be keywords too (`name`, `date`, `path`), so a word that is not known to begin a clause changes nothing.
    fn word(&mut self, keyword: Keyword, before: Keyword) {
        match keyword {
            Keyword::UNION | Keyword::EXCEPT | Keyword::INTERSECT | Keyword::JOIN => self.queries += 1,
            Keyword::WITH => self.begin(true),
            Keyword::FROM if before != Keyword::DISTINCT => self.begin(true),
            Keyword::SELECT | Keyword::WHERE | Keyword::HAVING | Keyword::ORDER => self.begin(false),
            Keyword::ON => self.operators = 0,
            _ if is_operator(keyword) => self.operators += 1,
            _ => {}
        }
    }
}

fn is_operator(keyword: Keyword) -> bool {
    let logic =
        matches!(keyword, Keyword::AND | Keyword::OR | Keyword::XOR | Keyword::NOT | Keyword::IS | Keyword::NOTNULL);
    let likeness =
        matches!(keyword, Keyword::LIKE | Keyword::ILIKE | Keyword::RLIKE | Keyword::REGEXP | Keyword::SIMILAR);
    let others = [Keyword::BETWEEN, Keyword::IN, Keyword::AT, Keyword::COLLATE, Keyword::DIV, Keyword::OVERLAPS];
    logic || likeness || others.contains(&keyword)
}

/// The longest chain in a statement; 0 for a text that is no sequence of SQL words, which the parser refuses by itself.
pub(crate) fn longest_chain(text: &str) -> usize {
    let tokens = Tokenizer::new(&GenericDialect {}, text).tokenize().unwrap_or_default();
    let mut outer: Vec<Level> = Vec::new();
    let mut level = Level::default();
    let mut before = Keyword::NoKeyword;
    let mut longest = 0;
    for token in tokens {
        match token {
            Token::LParen => outer.push(std::mem::take(&mut level)),
            Token::LBracket | Token::LBrace => {
                level.operators += 1;
                outer.push(std::mem::take(&mut level));
            }
            Token::RParen | Token::RBracket | Token::RBrace => level = outer.pop().unwrap_or_default(),
            Token::Comma if level.lists_queries => level.queries += 1,
            Token::Comma => level.operators = 0,
            Token::Word(word) => {
                level.word(word.keyword, before);
                before = word.keyword;
            }
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
    fn names_do_not_break_chains() {
        for link in [
            "date || ",
            "true AND ",
            "CASE WHEN a THEN b END + ",
            "a IS DISTINCT FROM ",
            "[1, 2][1] + ",
            "min(a, b) + ",
        ] {
            let found = longest_chain(&format!("SELECT {}a", link.repeat(500)));
            assert!(found >= 500, "{link}: {found}");
        }
    }

    #[test]
    fn tables_and_queries_are_chains() {
        assert_eq!(longest_chain("SELECT a, b, c FROM t, u, v WHERE a = b"), 2);
        assert_eq!(longest_chain("WITH a AS (SELECT 1), b AS (SELECT * FROM a) SELECT * FROM b"), 1);
    }

    #[test]
    fn lists_are_no_chains() {
        let list = vec!["'x'"; 5_000].join(", ");
        assert_eq!(longest_chain(&format!("SELECT 1 FROM t WHERE a IN ({list})")), 1);
    }
}
