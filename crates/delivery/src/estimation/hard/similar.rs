//! Which texts are alike: TF–IDF and the cosine between what comes of it (Salton and Buckley 1988; the inverse frequency is smoothed, so that a word
//! of every text still counts a little).

use std::collections::HashMap;

/// From which cosine on two texts are alike.
pub const LEAST: f64 = 0.2;
/// So many alike are looked at.
pub const MOST: usize = 10;

/// The words of a text: letters and digits in lower case, two or more.
fn words(text: &str) -> impl Iterator<Item = String> {
    let parts = text.split(|c: char| !c.is_alphanumeric());
    parts.filter(|word| word.chars().count() >= 2).map(str::to_lowercase)
}

fn counts(text: &str) -> HashMap<String, f64> {
    let mut counts = HashMap::new();
    for word in words(text) {
        *counts.entry(word).or_insert(0.0) += 1.0;
    }
    counts
}

/// The places of those of `texts` that are like `text`, with their cosines: the most alike first, at most [`MOST`], none under [`LEAST`].
#[must_use]
pub fn similar<S: AsRef<str>>(text: &str, texts: &[S]) -> Vec<(usize, f64)> {
    let asked = counts(text);
    let all: Vec<HashMap<String, f64>> = texts.iter().map(|one| counts(one.as_ref())).collect();
    let mut frequency: HashMap<&str, f64> = HashMap::new();
    for word in all.iter().chain([&asked]).flat_map(HashMap::keys) {
        *frequency.entry(word).or_insert(0.0) += 1.0;
    }
    let n = all.len() as f64 + 1.0;
    let weight = |word: &str, count: f64| {
        let found = frequency.get(word).copied().unwrap_or(0.0);
        count * (((1.0 + n) / (1.0 + found)).ln() + 1.0)
    };
    let length = |of: &HashMap<String, f64>| {
        // In one order, so that the sum is the same to the last bit.
        let mut squares: Vec<f64> = of.iter().map(|(word, count)| weight(word, *count).powi(2)).collect();
        squares.sort_by(f64::total_cmp);
        squares.iter().sum::<f64>().sqrt()
    };
    let own = length(&asked);
    let cosine = |other: &HashMap<String, f64>| {
        let mut products: Vec<f64> = asked
            .iter()
            .filter_map(|(word, count)| Some(weight(word, *count) * weight(word, *other.get(word)?)))
            .collect();
        products.sort_by(f64::total_cmp);
        let lengths = own * length(other);
        if lengths > 0.0 { (products.iter().sum::<f64>() / lengths).min(1.0) } else { 0.0 }
    };
    let mut found: Vec<(usize, f64)> =
        all.iter().map(cosine).enumerate().filter(|(_, cosine)| *cosine >= LEAST).collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    found.truncate(MOST);
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rare_words_weigh_more() {
        let texts = ["Refund a wallet payment", "Refund by card", "The page is slow", "Wallet page"];
        let found = similar("Refund to a wallet", &texts);
        assert_eq!(found.iter().map(|one| one.0).collect::<Vec<_>>(), [0, 3, 1]);
        assert!(found[0].1 > found[1].1 && found[1].1 > found[2].1, "{found:?}");
    }

    #[test]
    fn cosines_have_golden_values() {
        // Two texts and the asked one: "pay" is in all, "card" in two. idf: ln(4/4)+1 = 1, ln(4/3)+1 = 1.28768, ln(4/2)+1 = 1.69315.
        let found = similar("pay card", &["pay card", "pay wallet"]);
        assert!((found[0].1 - 1.0).abs() < 1e-12);
        let wanted = 1.0 / ((1.0 + 1.287_682_f64.powi(2)).sqrt() * (1.0 + 1.693_147_f64.powi(2)).sqrt());
        assert!((found[1].1 - wanted).abs() < 1e-6, "{} is not {wanted}", found[1].1);
    }

    #[test]
    fn nothing_is_like_nothing() {
        assert_eq!(similar("", &["a b", ""]), []);
        assert_eq!(similar::<&str>("pay", &[]), []);
        assert_eq!(similar("pay", &["sell"]), []);
        assert_eq!(similar("same words", &["same words"; 30]).len(), MOST);
    }

    proptest! {
        #[test]
        fn cosines_lie_between(text in "[a-d ]{0,30}", texts in prop::collection::vec("[a-d ]{0,30}", 0..12)) {
            let found = similar(&text, &texts);
            prop_assert!(found.iter().all(|one| (LEAST..=1.0).contains(&one.1)));
            prop_assert!(found.windows(2).all(|pair| pair[0].1 >= pair[1].1));
            prop_assert_eq!(&found, &similar(&text.to_uppercase(), &texts), "case does not matter");
        }
    }
}
