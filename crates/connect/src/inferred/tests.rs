//! Histories made by hand against what they tell.

use proptest::prelude::*;

use super::*;

const ANN: (&str, &str) = ("Ann Lee", "ann@example.org");
const BEN: (&str, &str) = ("Ben Ode", "ben@example.org");
const FORGE: (&str, &str) = ("GitHub", "noreply@github.com");

/// A commit at the hour `at`, whose name is `sha`.
fn commit<'a>(sha: &'a str, parents: &[&'a str], at: i64, subject: &'a str, body: &'a str) -> Commit<'a> {
    let trailers =
        body.rsplit("\n\n").next().unwrap_or_default().lines().filter_map(|line| line.split_once(": ")).collect();
    Commit {
        sha,
        parents: parents.to_vec(),
        author: ANN,
        committer: FORGE,
        authored_at: at * 3600,
        committed_at: at * 3600,
        subject,
        body,
        trailers,
    }
}

fn read(commits: &[Commit], head: &str) -> Inferred {
    infer(&History { commits, head, base: Some("main"), remote: None, sign_offs: false })
}

/// What a single commit on top of another tells.
fn one(subject: &str, body: &str) -> Inferred {
    read(&[commit("aa00", &[], 1, "Begin", ""), commit("bb00", &["aa00"], 2, subject, body)], "bb00")
}

/// What a merge of one commit tells.
fn merged(subject: &str, body: &str) -> Inferred {
    let side = commit("cc00", &["aa00"], 2, "Work", "");
    read(&[commit("aa00", &[], 1, "Begin", ""), side, commit("bb00", &["aa00", "cc00"], 3, subject, body)], "bb00")
}

fn keys(change: &Change) -> Vec<(&str, Relation)> {
    change.references.iter().map(|reference| (reference.key.as_str(), reference.relation)).collect()
}

#[test]
fn the_last_number_of_a_subject_counts() {
    let all = one("Backport: fix rounding (#42) (#51)", "");
    assert_eq!(all.changes[0].number, Some(51));
    assert_eq!(all.changes[0].method, Method::Squash);
    assert_eq!(keys(&all.changes[0]), [("#42", Relation::Mentions)]);
}

#[test]
fn a_number_within_a_subject_is_none() {
    let all = one("see (#12) for details", "");
    assert_eq!((all.changes.len(), all.direct.len()), (0, 2));
}

#[test]
fn a_revert_takes_back_by_the_quoted_number() {
    let all = one("Revert \"Fix rounding (#42)\"", "");
    assert_eq!(all.changes, []);
    assert_eq!(all.reverts, [Revert { by: 1, of: None, number: Some(42), reapply: false }]);
}

#[test]
fn a_revert_of_a_revert_reapplies() {
    let commits = [
        commit("aa11", &[], 1, "Fix", ""),
        commit("bb22", &["aa11"], 2, "Revert \"Fix\"", "This reverts commit aa11."),
        commit("cc33", &["bb22"], 3, "Revert \"Revert \"Fix\"\"", "This reverts commit bb22."),
        commit("dd44", &["cc33"], 4, "Reapply \"Fix\" (#9)", "This reapplies commit bb22, that was wrong."),
    ];
    let found = read(&commits, "dd44").reverts;
    let told: Vec<_> = found.iter().map(|revert| (revert.by, revert.of, revert.reapply)).collect();
    assert_eq!(told, [(1, Some(0), false), (2, Some(1), true), (3, Some(1), true)]);
}

#[test]
fn an_abbreviation_of_two_commits_names_none() {
    let commits = [
        commit("abcd01", &[], 1, "One", ""),
        commit("abcd02", &["abcd01"], 2, "Two", ""),
        commit("ef0000", &["abcd02"], 3, "Revert \"One (#3)\"", "This reverts commit abcd."),
    ];
    assert_eq!(read(&commits, "ef0000").reverts, [Revert { by: 2, of: None, number: Some(3), reapply: false }]);
}

#[test]
fn github_names_number_branch_and_title() {
    let all = merged("Merge pull request #7 from bo/PAY-12-cards", "Take cards\n\nCloses #8");
    let change = &all.changes[0];
    assert_eq!((change.rule, change.number, change.title.as_str()), (Rule::MergeGithub, Some(7), "Take cards"));
    assert_eq!((change.head.as_deref(), change.method), (Some("bo/PAY-12-cards"), Method::Merge));
    assert_eq!(change.commits, [1]);
    assert_eq!(keys(change), [("PAY-12", Relation::Mentions), ("#8", Relation::Closes)]);
    assert_eq!(change.merged_by, Some(Who::Signed { name: ANN.0.into(), email: ANN.1.into() }));
}

#[test]
fn gitea_names_both_branches() {
    let all = merged("Merge pull request 'Don't wait' (#7) from bo/wait into main", "");
    let change = &all.changes[0];
    assert_eq!((change.rule, change.number, change.title.as_str()), (Rule::MergeGitea, Some(7), "Don't wait"));
    assert_eq!((change.head.as_deref(), change.base.as_deref()), (Some("bo/wait"), Some("main")));
}

#[test]
fn gitlab_names_its_number_in_the_body() {
    let all = merged("Merge branch 'x' into 'main'", "Take cards\n\nSee merge request g/app!9");
    let change = &all.changes[0];
    assert_eq!((change.rule, change.number, change.title.as_str()), (Rule::MergeGitlab, Some(9), "Take cards"));
    assert_eq!((change.head.as_deref(), change.base.as_deref()), (Some("x"), Some("main")));
}

#[test]
fn bitbucket_and_azure_are_read() {
    let all = merged("Merged in cards (pull request #5)", "Take cards");
    assert_eq!((all.changes[0].rule, all.changes[0].number), (Rule::MergeBitbucket, Some(5)));
    let all = one("Merged PR 6: Take cards", "");
    assert_eq!(
        (all.changes[0].rule, all.changes[0].number, all.changes[0].method),
        (Rule::MergeAzure, Some(6), Method::Squash)
    );
    assert_eq!(all.changes[0].title, "Take cards");
}

#[test]
fn bors_says_who_let_it_in() {
    let all = merged("Auto merge of #7 - bo:fix, r=ann", "Take cards");
    let change = &all.changes[0];
    assert_eq!((change.rule, change.number, change.head.as_deref()), (Rule::MergeBors, Some(7), Some("bo:fix")));
    let who: Vec<&Who> = change.approvals.iter().map(|approval| &approval.who).collect();
    assert_eq!(who, [&Who::Login("ann".into())]);
}

#[test]
fn a_batch_is_marked() {
    let all = merged("Merge #7 #8", "");
    let told: Vec<_> = all.changes.iter().map(|change| (change.number, change.flags.clone())).collect();
    assert_eq!(told, [(Some(7), vec![Flag::Batch]), (Some(8), vec![Flag::Batch])]);
}

#[test]
fn an_address_names_the_repository() {
    let here = locator("https://git.example.org/acme/shop").unwrap();
    let commits = [
        commit("aa00", &[], 1, "Begin", ""),
        commit("bb00", &["aa00"], 2, "Ours", "PR-URL: https://git.example.org/Acme/shop/pull/7"),
        commit("cc00", &["bb00"], 3, "Theirs", "PR-URL: https://git.example.org/other/lib/pull/7"),
    ];
    let history = History { commits: &commits, head: "cc00", base: None, remote: Some(&here), sign_offs: false };
    let told: Vec<_> = infer(&history).changes.iter().map(|change| (change.number, change.flags.clone())).collect();
    assert_eq!(told, [(Some(7), vec![]), (None, vec![Flag::OtherRepository])]);
}

#[test]
fn a_line_of_the_body_names_a_request() {
    for body in ["Why.\n\nCloses #5, PR #7", "PR #7", "Why.\n\nPR #7\n\nMore."] {
        let change = &one("Take cards", body).changes[0];
        assert_eq!((change.rule, change.number), (Rule::BodyNumber, Some(7)), "{body}");
    }
    for body in ["This was found in PR #7 by chance", "See PR #7, which is wrong", "PR #"] {
        assert_eq!(one("Take cards", body).changes, [], "{body}");
    }
}

#[test]
fn gerrit_is_known_by_its_trailers() {
    let id = format!("I{}", "0123456789".repeat(4));
    let body = format!(
        "Why.\n\nChange-Id: {id}\nReviewed-on: https://review.example.org/c/shop/+/412\nReviewed-by: Ben Ode <ben@example.org>"
    );
    let all = one("Take cards", &body);
    let change = &all.changes[0];
    assert_eq!((change.rule, change.number, change.change_id.as_ref()), (Rule::TrailerGerrit, Some(412), Some(&id)));
    assert_eq!(change.approvals.len(), 1);
    assert_eq!(change.approvals[0].who, Who::Signed { name: BEN.0.into(), email: BEN.1.into() });
}

#[test]
fn nobody_approves_their_own_commit() {
    let all = one(
        "Take cards (#3)",
        "Reviewed-by: Ann <ANN@example.org>\nAcked-by: Ben Ode <ben@example.org>\nReviewed-by: Ben Ode <ben@example.org>",
    );
    assert_eq!(all.changes[0].approvals.len(), 1);
}

#[test]
fn a_sign_off_reviews_where_it_is_said_to() {
    let commits = [commit("aa00", &[], 1, "Take cards (#3)", ""), {
        let mut next = commit("bb00", &["aa00"], 2, "Take more (#4)", "Signed-off-by: Ben Ode <ben@example.org>");
        next.parents = vec!["aa00"];
        next
    }];
    let mut history = History { commits: &commits, head: "bb00", base: None, remote: None, sign_offs: false };
    let last = |history: &History| infer(history).changes.last().map(|change| change.approvals.len());
    assert_eq!(last(&history), Some(0));
    history.sign_offs = true;
    assert_eq!(last(&history), Some(1));
}

#[test]
fn pulling_the_branch_is_no_change() {
    for subject in [
        "Merge branch 'main' of git.example.org:acme/shop",
        "Merge remote-tracking branch 'origin/main'",
        "Merge branch 'main' into main",
    ] {
        assert_eq!(merged(subject, "").changes, [], "{subject}");
    }
    for subject in ["Merge branch 'cards'", "Merge branch 'cards' into main", "Cards are in"] {
        let all = merged(subject, "");
        assert_eq!(
            all.changes.iter().map(|change| (change.rule, change.number)).collect::<Vec<_>>(),
            [(Rule::MergePlain, None)],
            "{subject}"
        );
    }
}

#[test]
fn a_merge_by_hand_is_called_by_its_first_sentence() {
    let told = |body: &str| merged("Merge branch 'ps/odb'", body).changes[0].title.clone();
    assert_eq!(
        told("The creation of the on-disk structures has been\nmoved. It was in the way.\n\n* ps/odb:\n  odb: move"),
        "The creation of the on-disk structures has been moved"
    );
    assert_eq!(told("* ps/odb:\n  odb: move"), "Merge branch 'ps/odb'");
    assert_eq!(told(""), "Merge branch 'ps/odb'");
}

#[test]
fn a_number_belongs_to_the_first() {
    let mut commits = vec![commit("aa00", &[], 1, "Begin", "")];
    let names = ["b0", "b1", "b2", "b3", "b4", "b5"];
    let subjects = ["One (#1)", "Two (#2)", "Three (#3)", "Four (#4)", "Five (#5)", "One again (#1)"];
    for (at, (name, subject)) in names.iter().zip(subjects).enumerate() {
        let before = if at == 0 { "aa00" } else { names[at - 1] };
        commits.push(commit(name, &[before], 2 + at as i64, subject, ""));
    }
    let all = read(&commits, "b5");
    assert_eq!(
        all.changes.last().map(|change| (change.number, change.flags.clone())),
        Some((None, vec![Flag::DuplicateNumber]))
    );
    assert!(!all.suffixes_off);
}

#[test]
fn numbers_that_repeat_are_none_of_requests() {
    let commits = [
        commit("00", &[], 0, "Begin", ""),
        commit("a0", &["00"], 1, "Part of the port (#1)", ""),
        commit("b0", &["a0"], 2, "More of the port (#1)", ""),
        commit("c0", &["b0"], 3, "The rest (#2)", ""),
    ];
    let all = read(&commits, "c0");
    assert_eq!((all.suffixes_off, all.changes.len(), all.direct.len()), (true, 0, 4));
}

#[test]
fn a_standard_is_no_key_of_work() {
    let named = references(["Use SHA-256, UTF-8 and PAY-0; see PAY-12, XPAY-3x, lower-4 and feature/OPS-7_x, (OPS-8)"]);
    let named: Vec<_> = named.iter().map(|reference| reference.key.as_str()).collect();
    assert_eq!(named, ["PAY-12", "OPS-8"]);
}

#[test]
fn closing_words_close() {
    let named = references(["fixes #8, mentions #9\nResolves: PAY-4 and closed GH-3\nprefix #5"]);
    let named: Vec<_> = named.iter().map(|reference| (reference.key.as_str(), reference.relation)).collect();
    let wanted = [
        ("#8", Relation::Closes),
        ("#9", Relation::Mentions),
        ("PAY-4", Relation::Closes),
        ("#3", Relation::Closes),
        ("#5", Relation::Mentions),
    ];
    assert_eq!(named, wanted);
}

#[test]
fn prefixes_that_many_name_are_offered() {
    let messages: Vec<String> =
        (1..=20).map(|n| format!("PAY-{n} and PAY-{n}, RFC-{n}")).chain(["OPS-1".to_owned()]).collect();
    assert_eq!(prefixes(messages.iter().map(String::as_str)), [("PAY".to_owned(), 20)]);
}

#[test]
fn addresses_of_remotes_are_one() {
    let wanted = locator("https://github.com/acme/shop").unwrap();
    let same = [
        "git@github.com:acme/shop.git",
        "ssh://git@ssh.github.com:443/acme/shop.git",
        "https://user:secret@GitHub.com:443/acme/shop/",
        "git://github.com/acme/shop",
        "ssh://git@github.com/acme/shop",
    ];
    for address in same {
        assert_eq!(locator(address).as_ref(), Some(&wanted), "{address}");
    }
    let base = locator("https://example.org:8443/gitlab/acme/shop.git").unwrap();
    assert_eq!((base.host.as_str(), base.path.as_str()), ("example.org:8443", "gitlab/acme/shop"));
    for address in ["/srv/git/shop.git", "C:\\shop", "../shop", "file:///srv/shop", ""] {
        assert_eq!(locator(address), None, "{address}");
    }
}

#[test]
fn addresses_of_changes_are_read() {
    let at = |address: &str| change_address(address).map(|there| (there.of.map(|of| of.path), there.number));
    assert_eq!(at("https://git.example.org/a/b/pull/7"), Some((Some("a/b".into()), 7)));
    assert_eq!(at("https://git.example.org/a/b/pulls/7#issuecomment-1"), Some((Some("a/b".into()), 7)));
    assert_eq!(at("https://git.example.org/a/b/c/-/merge_requests/7"), Some((Some("a/b/c".into()), 7)));
    assert_eq!(at("a/b!7"), Some((None, 7)));
    assert_eq!(at("https://git.example.org/a/b/issues/7"), None);
    assert_eq!(at("https://git.example.org/a/b/pull/0"), None);
}

/// A history with merges, from a list of choices: a commit on the main line, or a branch of one to three commits that is merged.
fn made(choices: &[(bool, u8)]) -> (Vec<(String, Vec<String>)>, String, usize) {
    let mut commits: Vec<(String, Vec<String>)> = vec![("0000".into(), vec![])];
    let (mut head, mut beside) = ("0000".to_owned(), 0);
    for &(merge, length) in choices {
        let mut tip = head.clone();
        if merge {
            for _ in 0..=length % 3 {
                let name = format!("{:04x}", commits.len());
                commits.push((name.clone(), vec![tip]));
                tip = name;
                beside += 1;
            }
        }
        let name = format!("{:04x}", commits.len());
        commits.push((name.clone(), if merge { vec![head, tip] } else { vec![head] }));
        head = name;
    }
    (commits, head, beside)
}

proptest! {
    #[test]
    fn every_commit_beside_comes_in_once(choices in prop::collection::vec((any::<bool>(), any::<u8>()), 0..30)) {
        let (made, head, beside) = made(&choices);
        let commits: Vec<Commit> = made
            .iter()
            .map(|(name, parents)| commit(name, &parents.iter().map(String::as_str).collect::<Vec<_>>(), 1, "Merge branch 'x'", ""))
            .collect();
        let all = read(&commits, &head);
        let mut places: Vec<usize> = all.changes.iter().flat_map(|change| change.commits.clone()).collect();
        places.sort_unstable();
        prop_assert_eq!(places.len(), beside);
        places.dedup();
        prop_assert_eq!(places.len(), beside);
        for change in &all.changes {
            for (at, place) in change.commits.iter().enumerate() {
                let parents = &commits[*place].parents;
                let later = change.commits[at..].iter().any(|other| parents.contains(&commits[*other].sha));
                prop_assert!(!later, "a child stands before its parent");
            }
        }
        prop_assert_eq!(all.changes.len() + all.direct.len(), 1 + choices.len());
    }

    #[test]
    fn any_message_is_read(subject in "\\PC{0,80}", body in "(\\PC{0,40}\n){0,4}") {
        let _ = one(&subject, &body);
        let _ = merged(&subject, &body);
        let _ = (locator(&subject), change_address(&subject));
    }
}
