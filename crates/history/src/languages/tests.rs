//! Tests of languages, against cases worked by hand.

use proptest::prelude::{ProptestConfig, any, proptest};

use super::{all, by_language, comments, language, language_by_name};

#[test]
fn names_tell_languages() {
    let cases = [
        ("a/b.rs", Some("Rust")),
        ("A.PY", Some("Python")),
        ("x.d.ts", Some("TypeScript")),
        ("x.tsx", Some("TSX")),
        ("Dockerfile", Some("Dockerfile")),
        ("docker/Dockerfile.alpine", Some("Dockerfile")),
        ("Makefile", Some("Makefile")),
        ("Makefile.am", Some("Makefile")),
        ("CMakeLists.txt", Some("CMake")),
        ("Gemfile", Some("Ruby")),
        ("go.mod", Some("Go Module")),
        (".gitignore", Some("Ignore List")),
        ("build.gradle.kts", Some("Kotlin")),
        ("README", Some("Text")),
        ("nothing", None),
        ("x.unknownext", None),
        ("", None),
    ];
    for (path, expected) in cases {
        assert_eq!(language_by_name(path), expected, "{path}");
    }
}

#[test]
fn interpreter_lines_tell_languages() {
    let cases: [(&str, &[u8], Option<&str>); 9] = [
        ("run", b"#!/bin/sh\necho", Some("Shell")),
        ("run", b"#!/usr/bin/env python3.12\n", Some("Python")),
        ("run", b"#!/usr/bin/env -S node --flag\n", Some("JavaScript")),
        ("run", b"#! /usr/bin/perl -w\n", Some("Perl")),
        ("run", b"# -*- mode: ruby -*-\n", Some("Ruby")),
        ("run", b"# vim: set ft=python :\n", Some("Python")),
        ("run", b"<?xml version='1.0'?>", Some("XML")),
        ("run", b"\x7fELF\x00\x01", None),
        ("a.rs", b"#!/bin/sh\n", Some("Rust")),
    ];
    for (path, content, expected) in cases {
        assert_eq!(language(path, content), expected, "{path} {content:?}");
    }
}

#[test]
fn content_splits_shared_extensions() {
    assert_eq!(language("a.h", b"int f(void);\n"), Some("C"));
    assert_eq!(language("a.h", b"namespace x { class Y; }\n"), Some("C++"));
    assert_eq!(language("a.h", b"@interface Foo\n"), Some("Objective-C"));
    assert_eq!(language("a.m", b"% area\nx = 1\n"), Some("MATLAB"));
    assert_eq!(language("a.pl", b"parent(a, b) :- child(b, a).\n"), Some("Prolog"));
    assert_eq!(language("a.pl", b"use strict;\n"), Some("Perl"));
}

#[test]
fn the_table_has_sixty_languages() {
    let names: Vec<_> = all().collect();
    assert!(names.len() >= 60, "{}", names.len());
    let mut unique = names.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), names.len());
    assert!(names.iter().all(|name| by_language(name).is_some()));
}

#[test]
fn tokens_find_comments() {
    let text = "x = \"# no\" -- yes\n{- a\nb -} y -- z";
    let found: Vec<_> = comments(Some("Haskell"), text.as_bytes())
        .into_iter()
        .map(|range| &text[range.start as usize..range.end as usize])
        .collect();
    assert_eq!(found, ["-- yes", "{- a\nb -}", "-- z"]);
}

#[test]
fn word_tokens_stand_alone() {
    let text = b"REM yes\nremote no\n";
    let found: Vec<_> = comments(Some("Batchfile"), text).iter().map(|range| (range.start, range.end)).collect();
    assert_eq!(found, [(0, 7)]);
}

#[test]
fn strings_end_with_their_line() {
    let text = b"say \"it\nx # yes\n";
    let found: Vec<_> = comments(Some("Perl"), text).iter().map(|range| (range.start, range.end)).collect();
    assert_eq!(found, [(10, 15)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn comments_never_overlap(content in any::<Vec<u8>>()) {
        for name in all() {
            let mut last = 0;
            for range in comments(Some(name), &content) {
                assert!(last <= range.start && range.start < range.end && range.end as usize <= content.len());
                last = range.end;
            }
        }
    }
}
