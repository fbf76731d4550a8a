//! The table of languages: names, extensions, file names, interpreters and comment tokens.
//!
//! One row a language, words separated by spaces, all lower case. The first row that claims an extension keeps it.

/// What a language is used for, for a path's role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Programs, queries, markup and styles that make up a product.
    Code,
    /// Prose.
    Docs,
    /// Settings.
    Config,
    /// Build and delivery.
    Build,
    /// Content.
    Data,
}

/// One language.
#[derive(Debug, Clone)]
pub(crate) struct Language {
    /// The name shown.
    pub(crate) name: &'static str,
    /// What it is used for.
    pub(crate) kind: Kind,
    /// Extensions without the leading dot.
    pub(crate) extensions: Vec<&'static str>,
    /// Whole file names.
    pub(crate) files: Vec<&'static str>,
    /// Programs named in an interpreter line.
    pub(crate) interpreters: Vec<&'static str>,
    /// Tokens that open a comment to the end of the line.
    pub(crate) line: Vec<&'static str>,
    /// Tokens that open and close a block comment.
    pub(crate) block: Vec<(&'static str, &'static str)>,
    /// Characters that open and close a string.
    pub(crate) quotes: &'static str,
}

type Row = (&'static str, Kind, &'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

/// The table, split into words.
pub(super) fn languages() -> Vec<Language> {
    ROWS.iter()
        .map(|(name, kind, extensions, files, interpreters, line, block, quotes)| {
            let mut tokens = block.split_whitespace();
            let mut pairs = Vec::new();
            while let (Some(open), Some(close)) = (tokens.next(), tokens.next()) {
                pairs.push((open, close));
            }
            Language {
                name,
                kind: *kind,
                extensions: extensions.split_whitespace().collect(),
                files: files.split_whitespace().collect(),
                interpreters: interpreters.split_whitespace().collect(),
                line: line.split_whitespace().collect(),
                block: pairs,
                quotes,
            }
        })
        .collect()
}

use Kind::{Build, Code, Config, Data, Docs};

/// Name, kind, extensions, file names, interpreters, line comments, block comments (open close …), quotes.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    // with a grammar
    ("Rust", Code, "rs", "", "rust-script cargo", "//", "/* */", "\""),
    ("Python", Code, "py pyi pyw pyx pxd", "sconstruct sconscript wscript", "python pypy python2 python3 uv", "#", "", "\"'"),
    ("JavaScript", Code, "js mjs cjs jsx es6 jsm", "jakefile", "node nodejs bun", "//", "/* */", "\"'`"),
    ("TypeScript", Code, "ts mts cts", "", "ts-node tsx deno", "//", "/* */", "\"'`"),
    ("TSX", Code, "tsx", "", "", "//", "/* */", "\"'`"),
    ("Go", Code, "go", "", "", "//", "/* */", "\"`"),
    ("Java", Code, "java jav", "", "", "//", "/* */", "\""),
    ("Kotlin", Code, "kt kts ktm", "", "kotlin", "//", "/* */", "\""),
    ("C", Code, "c h cats idc", "", "tcc", "//", "/* */", "\""),
    ("C++", Code, "cc cpp cxx c++ hh hpp hxx h++ inl ipp tcc tpp ixx cppm cu cuh ino", "", "", "//", "/* */", "\""),
    ("C#", Code, "cs csx cake", "", "dotnet-script", "//", "/* */", "\""),
    ("Ruby", Code, "rb rbw rake gemspec ru podspec thor jbuilder rabl", "rakefile gemfile guardfile capfile vagrantfile podfile fastfile brewfile appraisals dangerfile", "ruby jruby rake", "#", "=begin =end", "\"'"),
    ("PHP", Code, "php phtml php3 php4 php5 phps", "", "php", "// #", "/* */", "\"'"),
    ("Scala", Code, "scala sc sbt", "", "scala", "//", "/* */", "\""),
    ("Swift", Code, "swift", "", "swift", "//", "/* */", "\""),
    ("Shell", Code, "sh bash zsh ksh bats ebuild", ".bashrc .bash_profile .profile .zshrc .bash_aliases pkgbuild apkbuild", "sh bash zsh ksh dash ash", "#", "", "\"'"),
    // other programming languages
    ("Ada", Code, "adb ads ada", "", "", "--", "", "\""),
    ("Agda", Code, "agda", "", "", "--", "{- -}", "\""),
    ("Assembly", Code, "asm s nasm", "", "", "; #", "/* */", "\"'"),
    ("AWK", Code, "awk gawk", "", "awk gawk mawk", "#", "", "\""),
    ("Ballerina", Code, "bal", "", "", "//", "", "\""),
    ("Batchfile", Code, "bat cmd", "", "", "rem ::", "", ""),
    ("Clojure", Code, "clj cljs cljc edn", "", "bb clojure", ";", "", "\""),
    ("COBOL", Code, "cob cbl cpy", "", "", "*>", "", "\"'"),
    ("CoffeeScript", Code, "coffee litcoffee", "cakefile", "coffee", "#", "### ###", "\"'"),
    ("Common Lisp", Code, "lisp lsp cl asd", "", "sbcl", ";", "#| |#", "\""),
    ("Crystal", Code, "cr", "", "crystal", "#", "", "\""),
    ("CSS", Code, "css", "", "", "", "/* */", "\"'"),
    ("Cypher", Code, "cypher cyp", "", "", "//", "/* */", "\"'"),
    ("D", Code, "d di", "", "rdmd", "//", "/* */ /+ +/", "\"`"),
    ("Dart", Code, "dart", "", "dart", "//", "/* */", "\"'"),
    ("Elixir", Code, "ex exs", "", "elixir", "#", "", "\""),
    ("Elm", Code, "elm", "", "", "--", "{- -}", "\""),
    ("Emacs Lisp", Code, "el", ".emacs", "emacs", ";", "", "\""),
    ("Erlang", Code, "erl hrl escript", "rebar.config", "escript", "%", "", "\""),
    ("F#", Code, "fs fsi fsx", "", "", "//", "(* *)", "\""),
    ("Fish", Code, "fish", "", "fish", "#", "", "\"'"),
    ("Forth", Code, "fth 4th forth", "", "gforth", "\\", "", ""),
    ("Fortran", Code, "f f77 f90 f95 f03 f08 for ftn", "", "", "!", "", "\"'"),
    ("GDScript", Code, "gd", "", "", "#", "", "\"'"),
    ("Gleam", Code, "gleam", "", "", "//", "", "\""),
    ("GLSL", Code, "glsl vert frag geom comp tesc tese", "", "", "//", "/* */", ""),
    ("GraphQL", Code, "graphql gql graphqls", "", "", "#", "", "\""),
    ("Groovy", Code, "groovy gvy gy", "", "groovy", "//", "/* */", "\"'"),
    ("Haskell", Code, "hs lhs hsc", "", "runhaskell runghc", "--", "{- -}", "\""),
    ("Haxe", Code, "hx", "", "", "//", "/* */", "\"'"),
    ("HLSL", Code, "hlsl fx fxh", "", "", "//", "/* */", ""),
    ("HTML", Code, "html htm xhtml", "", "", "", "<!-- -->", ""),
    ("Idris", Code, "idr", "", "", "--", "{- -}", "\""),
    ("Jinja", Code, "j2 jinja jinja2 tera", "", "", "", "{# #}", ""),
    ("Julia", Code, "jl", "", "julia", "#", "#= =#", "\""),
    ("Jupyter Notebook", Code, "ipynb", "", "", "", "", ""),
    ("Less", Code, "less", "", "", "//", "/* */", "\"'"),
    ("Lua", Code, "lua rockspec luau", "", "lua luajit", "--", "--[[ ]]", "\"'"),
    ("MATLAB", Code, "matlab mlx", "", "", "%", "%{ %}", "\"'"),
    ("Mojo", Code, "mojo", "", "mojo", "#", "", "\"'"),
    ("Nim", Code, "nim nims nimble", "", "nim", "#", "#[ ]#", "\""),
    ("Objective-C", Code, "m", "", "", "//", "/* */", "\""),
    ("Objective-C++", Code, "mm", "", "", "//", "/* */", "\""),
    ("OCaml", Code, "ml mli mll mly", "", "ocaml", "", "(* *)", "\""),
    ("Pascal", Code, "pas pp dpr lpr", "", "", "//", "{ } (* *)", "'"),
    ("Perl", Code, "pl pm t pod", "cpanfile", "perl", "#", "=pod =cut", "\"'"),
    ("PL/SQL", Code, "pls plsql pkb pks", "", "", "--", "/* */", "'"),
    ("PowerShell", Code, "ps1 psm1 psd1", "", "pwsh powershell", "#", "<# #>", "\"'"),
    ("Prolog", Code, "pro prolog", "", "swipl", "%", "/* */", "\"'"),
    ("Protocol Buffers", Code, "proto", "", "", "//", "/* */", "\""),
    ("PureScript", Code, "purs", "", "", "--", "{- -}", "\""),
    ("QML", Code, "qml", "", "", "//", "/* */", "\"'"),
    ("R", Code, "r rmd", ".rprofile", "rscript", "#", "", "\"'"),
    ("Racket", Code, "rkt", "", "racket", ";", "#| |#", "\""),
    ("Raku", Code, "raku rakumod p6", "", "raku", "#", "", "\"'"),
    ("ReScript", Code, "res resi", "", "", "//", "/* */", "\"`"),
    ("Sass", Code, "sass", "", "", "//", "/* */", "\"'"),
    ("Scheme", Code, "scm ss sld", "", "guile", ";", "#| |#", "\""),
    ("SCSS", Code, "scss", "", "", "//", "/* */", "\"'"),
    ("Solidity", Code, "sol", "", "", "//", "/* */", "\"'"),
    ("SQL", Code, "sql ddl dml", "", "", "--", "/* */", "'"),
    ("Standard ML", Code, "sml sig", "", "", "", "(* *)", "\""),
    ("Starlark", Build, "bzl star", "build build.bazel workspace workspace.bazel module.bazel tiltfile", "", "#", "", "\"'"),
    ("Stylus", Code, "styl", "", "", "//", "/* */", "\"'"),
    ("Svelte", Code, "svelte", "", "", "//", "<!-- --> /* */", ""),
    ("SystemVerilog", Code, "sv svh", "", "", "//", "/* */", "\""),
    ("Tcl", Code, "tcl", "", "tclsh wish", "#", "", "\""),
    ("Thrift", Code, "thrift", "", "", "// #", "/* */", "\""),
    ("Twig", Code, "twig", "", "", "", "{# #}", ""),
    ("V", Code, "vv vsh", "", "v", "//", "/* */", "'"),
    ("Vala", Code, "vala vapi", "", "", "//", "/* */", "\""),
    ("Verilog", Code, "v vh", "", "", "//", "/* */", "\""),
    ("VHDL", Code, "vhd vhdl", "", "", "--", "", "\""),
    ("Vim Script", Code, "vim", ".vimrc vimrc", "", "\"", "", "'"),
    ("Visual Basic .NET", Code, "vb vbs bas", "", "", "'", "", "\""),
    ("Vue", Code, "vue", "", "", "//", "<!-- --> /* */", ""),
    ("WebAssembly", Code, "wat wast", "", "", ";;", "(; ;)", "\""),
    ("WGSL", Code, "wgsl", "", "", "//", "/* */", ""),
    ("Zig", Code, "zig", "", "", "//", "", "\""),
    // templates
    ("ERB", Code, "erb", "", "", "", "<!-- -->", ""),
    ("Handlebars", Code, "hbs handlebars mustache", "", "", "", "{{! }} <!-- -->", ""),
    ("HAML", Code, "haml", "", "", "-#", "", ""),
    ("Pug", Code, "pug jade", "", "", "//", "", ""),
    ("Razor", Code, "cshtml razor", "", "", "", "@* *@ <!-- -->", ""),
    ("XSLT", Code, "xsl xslt", "", "", "", "<!-- -->", ""),
    // build and delivery
    ("CMake", Build, "cmake", "cmakelists.txt", "", "#", "#[[ ]]", "\""),
    ("Dockerfile", Build, "dockerfile containerfile", "dockerfile containerfile", "", "#", "", "\"'"),
    ("Gradle", Build, "gradle", "", "", "//", "/* */", "\"'"),
    ("HCL", Build, "tf hcl tfvars nomad", "", "", "# //", "/* */", "\""),
    ("Just", Build, "just", "justfile .justfile", "just", "#", "", "\"'"),
    ("M4", Build, "m4 ac", "", "", "dnl #", "", ""),
    ("Makefile", Build, "mk mak makefile", "makefile gnumakefile kbuild", "make", "#", "", ""),
    ("Meson", Build, "", "meson.build meson_options.txt meson.options", "", "#", "", "'"),
    ("Ninja", Build, "ninja", "", "", "#", "", ""),
    ("Nix", Build, "nix", "", "", "#", "/* */", "\""),
    ("MSBuild", Build, "csproj fsproj vbproj vcxproj props targets sln slnx proj", "", "", "", "<!-- -->", ""),
    ("Bicep", Build, "bicep", "", "", "//", "/* */", "'"),
    ("Dhall", Config, "dhall", "", "", "--", "{- -}", "\""),
    ("Jenkinsfile", Build, "", "jenkinsfile", "", "//", "/* */", "\"'"),
    ("Procfile", Build, "", "procfile", "", "#", "", ""),
    // settings
    ("INI", Config, "ini cfg conf cnf prefs desktop service editorconfig gitconfig", ".editorconfig .gitconfig .gitmodules .npmrc .flake8 .pylintrc .coveragerc", "", "# ;", "", "\""),
    ("JSON", Config, "json json5 jsonc webmanifest jsonl ndjson geojson", ".eslintrc .babelrc .prettierrc .stylelintrc .jshintrc composer.lock pipfile.lock flake.lock deno.lock", "", "//", "/* */", "\""),
    ("TOML", Config, "toml", "cargo.lock poetry.lock uv.lock pdm.lock pipfile", "", "#", "", "\"'"),
    ("YAML", Config, "yml yaml", ".clang-format .clang-tidy pubspec.lock", "", "#", "", "\"'"),
    ("Java Properties", Config, "properties", "", "", "# !", "", ""),
    ("Dotenv", Config, "env", ".env", "", "#", "", "\"'"),
    ("Ignore List", Config, "", ".gitignore .dockerignore .npmignore .eslintignore .prettierignore .hgignore .gitattributes .git-blame-ignore-revs .mailmap codeowners", "", "#", "", ""),
    ("Go Module", Build, "", "go.mod go.sum go.work go.work.sum", "", "//", "", ""),
    ("XML", Config, "xml xsd wsdl plist xaml resx nuspec config storyboard xib dtd", "", "", "", "<!-- -->", ""),
    ("Cue", Config, "cue", "", "", "//", "", "\""),
    ("Jsonnet", Config, "jsonnet libsonnet", "", "", "// #", "/* */", "\"'"),
    ("Nginx", Config, "nginx nginxconf", "nginx.conf", "", "#", "", "\"'"),
    // prose
    ("Markdown", Docs, "md markdown mkd mdx qmd", "", "", "", "<!-- -->", ""),
    ("reStructuredText", Docs, "rst rest", "", "", "", "", ""),
    ("AsciiDoc", Docs, "adoc asciidoc asc", "", "", "//", "//// ////", ""),
    ("Org", Docs, "org", "", "", "#", "", ""),
    ("TeX", Docs, "tex ltx sty cls bib", "", "", "%", "", ""),
    ("Typst", Docs, "typ", "", "", "//", "/* */", "\""),
    ("Texinfo", Docs, "texi texinfo", "", "", "@c", "", ""),
    ("Textile", Docs, "textile", "", "", "", "", ""),
    ("Roff", Docs, "roff man 1 2 3 4 5 6 7 8", "", "", ".\\\"", "", ""),
    ("PlantUML", Docs, "puml plantuml", "", "", "'", "/' '/", ""),
    ("Mermaid", Docs, "mmd mermaid", "", "", "%%", "", ""),
    ("DOT", Docs, "dot gv", "", "", "// #", "/* */", "\""),
    ("Structurizr DSL", Docs, "dsl", "", "", "// #", "/* */", "\""),
    ("Text", Docs, "txt text", "readme license licence copying authors changelog changes news notice install todo contributing maintainers thanks", "", "", "", ""),
    // content
    ("CSV", Data, "csv tsv psv", "", "", "", "", ""),
    ("Gettext Catalog", Data, "po pot", "", "", "#", "", "\""),
    ("SVG", Data, "svg", "", "", "", "<!-- -->", ""),
    ("Diff", Data, "diff patch", "", "", "", "", ""),
];
