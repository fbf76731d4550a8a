//! Bots and agents, told by how they sign. The one table: what is left out of a standing view is left out of every page, too.

/// How bots and agents sign, in lower case. The one table: add a line here, and every view leaves them out.
const AUTOMATIC: &[(Part, &str)] = &[
    (Part::NameEnds, "[bot]"),
    (Part::EmailHas, "[bot]@"),
    (Part::NameIs, "dependabot"),
    (Part::NameIs, "dependabot-preview"),
    (Part::NameIs, "renovate"),
    (Part::NameIs, "renovate bot"),
    (Part::NameIs, "greenkeeper"),
    (Part::NameIs, "pyup-bot"),
    (Part::NameIs, "snyk-bot"),
    (Part::NameIs, "github actions"),
    (Part::NameIs, "github-actions"),
    (Part::NameIs, "gitlab ci"),
    (Part::NameIs, "gitlab-ci"),
    (Part::NameIs, "travis ci"),
    (Part::NameIs, "circleci"),
    (Part::NameIs, "jenkins"),
    (Part::NameIs, "bors"),
    (Part::NameIs, "bors-servo"),
    (Part::NameIs, "semantic-release-bot"),
    (Part::NameIs, "release-plz"),
    (Part::NameIs, "weblate"),
    (Part::NameIs, "codecov-io"),
    (Part::NameIs, "imgbot"),
    (Part::NameIs, "allcontributors"),
    (Part::NameIs, "mergify"),
    (Part::NameIs, "pre-commit-ci"),
    (Part::NameIs, "k8s-ci-robot"),
    (Part::NameIs, "k8s merge robot"),
    (Part::NameIs, "rust-timer"),
    (Part::NameIs, "web-flow"),
    (Part::NameIs, "copilot"),
    (Part::NameIs, "github copilot"),
    (Part::NameIs, "copilot-swe-agent"),
    (Part::NameIs, "claude"),
    (Part::NameIs, "claude code"),
    (Part::NameIs, "codex"),
    (Part::NameIs, "cursor agent"),
    (Part::NameIs, "devin ai"),
    (Part::NameIs, "aider"),
    (Part::EmailHas, "noreply@anthropic.com"),
    (Part::EmailHas, "noreply@openai.com"),
    (Part::EmailHas, "cursoragent@"),
    (Part::EmailHas, "action@github.com"),
    (Part::EmailHas, "actions@github.com"),
    (Part::EmailHas, "bot@renovateapp.com"),
    (Part::EmailHas, "support@dependabot.com"),
    (Part::EmailHas, "noreply@weblate.org"),
    (Part::EmailStarts, "bot@"),
    (Part::NameEnds, "-bot"),
    (Part::NameEnds, " bot"),
    (Part::NameEnds, "-robot"),
];

/// The part of a signature that a row of the table looks at.
enum Part {
    NameIs,
    NameEnds,
    EmailHas,
    EmailStarts,
}

/// Whether a signature is a bot's or an agent's.
#[must_use]
pub fn is_automatic(name: &str, email: &str) -> bool {
    let (name, email) = (name.trim().to_lowercase(), email.trim().to_lowercase());
    AUTOMATIC.iter().any(|(part, text)| match part {
        Part::NameIs => name == *text,
        Part::NameEnds => name.ends_with(text),
        Part::EmailHas => email.contains(text),
        Part::EmailStarts => email.starts_with(text),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bots_and_agents_are_known() {
        for (name, email) in [
            ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"),
            ("Renovate Bot", "bot@renovateapp.com"),
            ("GitHub Actions", "actions@github.com"),
            ("Copilot", "198982749+Copilot@users.noreply.github.com"),
        ] {
            assert!(is_automatic(name, email), "{name}");
        }
        for (name, email) in [("Abbott Lane", "abbott@x.org"), ("Claudette", "c@x.org"), ("Bo Talbot", "bot.al@x.org")]
        {
            assert!(!is_automatic(name, email), "{name}");
        }
    }
}
