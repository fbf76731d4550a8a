//! The language of a file whose name does not tell: its interpreter line, an editor's mode line, and the few extensions that several languages share.

use super::{by_interpreter, by_language, by_path};

/// Bytes of a file that are looked at.
const HEAD: usize = 4096;

/// The language of a file by name, then interpreter line, then content; none when nothing tells.
#[must_use]
pub fn language(path: &str, content: &[u8]) -> Option<&'static str> {
    let head = content.get(..HEAD).unwrap_or(content);
    let named = by_path(path).map(|language| language.name);
    match named {
        Some("C") if path.ends_with(".h") => Some(header(head)),
        Some("Objective-C") if !looks_like_objective_c(head) => Some("MATLAB"),
        Some("Prolog") | Some("Perl") if path.ends_with(".pl") => Some(perl_or_prolog(head)),
        Some("F#") if path.ends_with(".fs") && has(head, b"void main") => Some("GLSL"),
        Some("TypeScript") if path.ends_with(".ts") && (starts(head, b"<?xml") || starts(head, b"<TS")) => Some("XML"),
        Some("Verilog") if has(head, b"fn main") => Some("V"),
        Some("Text") | None => interpreter(head).or_else(|| mode_line(head)).or_else(|| opening(head)).or(named),
        Some(_) => named,
    }
}

/// The program of a `#!` line: `/usr/bin/env -S python3 -u` gives Python.
fn interpreter(head: &[u8]) -> Option<&'static str> {
    let line = first_line(head)?;
    let mut words = line.strip_prefix("#!")?.split_whitespace();
    let mut program = words.next()?.rsplit('/').next()?;
    if program == "env" {
        program = words.find(|word| !word.starts_with('-') && !word.contains('='))?;
    }
    by_interpreter(&program.rsplit('/').next()?.to_ascii_lowercase()).map(|language| language.name)
}

/// Emacs' `-*- mode: python -*-` and Vim's `vim: set ft=python:` on one of the first two lines.
fn mode_line(head: &[u8]) -> Option<&'static str> {
    let text = std::str::from_utf8(head.get(..256).unwrap_or(head)).ok()?;
    text.lines().take(2).find_map(|line| {
        let mode = match line.split_once("-*-") {
            Some((_, rest)) => {
                let inner = rest.split_once("-*-")?.0.trim();
                inner.split(';').find_map(|part| part.trim().strip_prefix("mode:")).unwrap_or(inner).trim()
            }
            None => line.split_once("ft=").or_else(|| line.split_once("filetype="))?.1.split([' ', ':']).next()?,
        };
        let mode = mode.to_ascii_lowercase();
        match mode.as_str() {
            "c++" | "cpp" => Some("C++"),
            "c" => Some("C"),
            "makefile" | "make" => Some("Makefile"),
            "javascript" => Some("JavaScript"),
            other => by_interpreter(other).map(|language| language.name),
        }
    })
}

/// Openings that say what a file is.
fn opening(head: &[u8]) -> Option<&'static str> {
    const OPENINGS: &[(&[u8], &str)] = &[
        (b"<?php", "PHP"),
        (b"<?xml", "XML"),
        (b"<!DOCTYPE html", "HTML"),
        (b"<!doctype html", "HTML"),
        (b"<html", "HTML"),
    ];
    OPENINGS
        .iter()
        .find(|(start, _)| starts(head, start))
        .and_then(|(_, name)| by_language(name))
        .map(|found| found.name)
}

/// A header is C++ when it says so.
fn header(head: &[u8]) -> &'static str {
    const CPP: &[&[u8]] = &[
        b"namespace ",
        b"template <",
        b"template<",
        b"public:",
        b"private:",
        b"std::",
        b"\nclass ",
        b"virtual ",
        b"constexpr ",
    ];
    const OBJECTIVE_C: &[&[u8]] = &[b"@interface", b"@protocol", b"@class", b"#import"];
    if OBJECTIVE_C.iter().any(|word| has(head, word)) {
        "Objective-C"
    } else if CPP.iter().any(|word| has(head, word)) {
        "C++"
    } else {
        "C"
    }
}

fn looks_like_objective_c(head: &[u8]) -> bool {
    [&b"#import"[..], b"#include", b"@implementation", b"@interface", b"//", b"/*"].iter().any(|word| has(head, word))
}

fn perl_or_prolog(head: &[u8]) -> &'static str {
    if has(head, b":-") && !has(head, b"use strict") && !has(head, b"my $") { "Prolog" } else { "Perl" }
}

fn first_line(head: &[u8]) -> Option<&str> {
    let end = memchr::memchr(b'\n', head).unwrap_or(head.len());
    std::str::from_utf8(head.get(..end)?).ok()
}

fn starts(head: &[u8], word: &[u8]) -> bool {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start().starts_with(word)
}

fn has(head: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(head, word).is_some()
}
