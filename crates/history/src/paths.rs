//! What a path is for, judged by its name alone.
//!
//! These functions run for every changed path of a history: they allocate at most one lower-case copy of the path.
//! `.gitattributes` (`linguist-generated`, `linguist-vendored`) comes first where the caller has it; here are only names.

#[cfg(test)]
mod tests;

use crate::languages::{self, Kind};
use crate::rows::Role;

/// What a path is for.
///
/// The first of these that fits: other people's code, written by a program, test, prose, build, settings, code, data.
#[must_use]
pub fn role(path: &str) -> Role {
    let lower = path.to_ascii_lowercase();
    let (folders, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let original = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let kind = languages::by_path(path).map(|language| language.kind);
    if within(folders, VENDORED) {
        Role::Vendored
    } else if is_lock_name(name) || is_generated(folders, name) {
        Role::Generated
    } else if is_test(folders, name, original, kind) {
        Role::Test
    } else if is_docs(folders, name, extension, kind) {
        Role::Docs
    } else if is_build(&lower, folders, name, kind) {
        Role::Build
    } else if BINARY.contains(&extension) || (kind == Some(Kind::Config) && within(folders, DATA_FOLDERS)) {
        Role::Data
    } else {
        by_kind(folders, name, kind)
    }
}

/// Whether the path is a lock file: exact versions written by a package manager.
#[must_use]
pub fn is_lock_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    is_lock_name(name) || is_lock_name(&name.to_ascii_lowercase())
}

fn is_lock_name(name: &str) -> bool {
    LOCKS.contains(&name)
}

fn by_kind(folders: &str, name: &str, kind: Option<Kind>) -> Role {
    let program = !name.contains('.') && within(folders, &["bin", "scripts", "script", "sbin", "libexec"]);
    let setting = name.starts_with('.') || name.ends_with("rc");
    match kind {
        Some(Kind::Code) => Role::Code,
        Some(Kind::Docs) => Role::Docs,
        Some(Kind::Build) => Role::Build,
        Some(Kind::Config) => Role::Config,
        Some(Kind::Data) => Role::Data,
        None => match (setting, program) {
            (true, _) => Role::Config,
            (false, true) => Role::Code,
            (false, false) => Role::Data,
        },
    }
}

fn is_generated(folders: &str, name: &str) -> bool {
    within(folders, GENERATED_FOLDERS)
        || ends_with_any(name, GENERATED_ENDS)
        || name.contains(".generated.")
        || name.contains("_generated.")
        || name.starts_with("zz_generated")
}

fn is_test(folders: &str, name: &str, original: &str, kind: Option<Kind>) -> bool {
    if within(folders, TEST_FOLDERS) {
        return !name.starts_with("readme");
    }
    if within(folders, &["spec", "specs"]) && kind == Some(Kind::Code) {
        return true;
    }
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    let original_stem = original.split_once('.').map_or(original, |(stem, _)| stem);
    let code = kind == Some(Kind::Code);
    (code
        && (stem == "test"
            || stem == "tests"
            || stem == "conftest"
            || stem.starts_with("test_")
            || ends_with_any(stem, &["_test", "_tests", "_spec", "-test", "-spec"])
            || ends_with_any(original_stem, &["Test", "Tests", "TestCase", "Spec", "Specs"])
            || (original_stem.len() > 2 && original_stem.ends_with("IT") && name.ends_with(".java"))))
        || [".test.", ".tests.", ".spec.", ".e2e.", ".cy."].iter().any(|part| name.contains(part))
        || ends_with_any(name, &[".snap", ".feature", ".bats"])
        || name.starts_with("jest.config")
        || name.starts_with("playwright.config")
        || name == "pytest.ini"
}

fn is_docs(folders: &str, name: &str, extension: &str, kind: Option<Kind>) -> bool {
    if within(folders, &["docs", "doc", "documentation", "man", "adr", "adrs"]) {
        return true;
    }
    if is_manifest(name) {
        return false;
    }
    kind == Some(Kind::Docs)
        || (DOCS_STEMS.iter().any(|stem| name.starts_with(stem)) && (extension.is_empty() || extension == "txt"))
}

fn is_build(path: &str, folders: &str, name: &str, kind: Option<Kind>) -> bool {
    kind == Some(Kind::Build)
        || is_manifest(name)
        || BUILD_NAMES.contains(&name)
        || BUILD_STARTS.iter().any(|start| name.starts_with(start))
        || within(
            folders,
            &[
                ".github",
                ".circleci",
                ".buildkite",
                ".ci",
                "ci",
                ".gitlab",
                ".azure-pipelines",
                ".woodpecker",
                "helm",
                "charts",
                "k8s",
                "kubernetes",
                "terraform",
            ],
        )
        || path.starts_with(".cargo/")
}

/// Files that name a project's dependencies or say how it is built.
fn is_manifest(name: &str) -> bool {
    MANIFESTS.contains(&name)
        || (name.starts_with("requirements") && name.ends_with(".txt"))
        || name.starts_with("cmakelists")
}

/// Whether one of the folders of a path is one of these names.
fn within(folders: &str, names: &[&str]) -> bool {
    folders.split('/').any(|folder| names.contains(&folder))
}

fn ends_with_any(text: &str, ends: &[&str]) -> bool {
    ends.iter().any(|end| text.ends_with(end))
}

const VENDORED: &[&str] = &[
    "vendor",
    "vendors",
    "vendored",
    "_vendor",
    "third_party",
    "third-party",
    "thirdparty",
    "3rdparty",
    "3rd_party",
    "node_modules",
    "bower_components",
    "extern",
    "externals",
    "external",
    "pods",
    "carthage",
    "godeps",
    "jspm_packages",
];
const LOCKS: &[&str] = &[
    "cargo.lock",
    "Cargo.lock",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lockb",
    "bun.lock",
    "deno.lock",
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
    "pipfile.lock",
    "Pipfile.lock",
    "go.sum",
    "go.work.sum",
    "gemfile.lock",
    "Gemfile.lock",
    "composer.lock",
    "packages.lock.json",
    "project.assets.json",
    "paket.lock",
    "gradle.lockfile",
    "buildscript-gradle.lockfile",
    "podfile.lock",
    "Podfile.lock",
    "cartfile.resolved",
    "Cartfile.resolved",
    "package.resolved",
    "Package.resolved",
    "mix.lock",
    "rebar.lock",
    "pubspec.lock",
    "flake.lock",
    "conan.lock",
    "stack.yaml.lock",
    "cabal.project.freeze",
    "shard.lock",
    ".terraform.lock.hcl",
    "module.bazel.lock",
    "MODULE.bazel.lock",
    "chart.lock",
    "Chart.lock",
    "pixi.lock",
    "elm-stuff",
    "manifest.toml.lock",
    "gradle-wrapper.properties",
];
const GENERATED_FOLDERS: &[&str] = &[
    "dist",
    "generated",
    "__generated__",
    "autogen",
    "codegen-out",
    ".next",
    "target",
    "__pycache__",
    "__snapshots__",
];
const GENERATED_ENDS: &[&str] = &[
    ".min.js",
    ".min.css",
    ".min.mjs",
    ".bundle.js",
    ".js.map",
    ".css.map",
    ".pb.go",
    "_pb2.py",
    "_pb2.pyi",
    "_pb2_grpc.py",
    ".pb.cc",
    ".pb.h",
    ".pb.rs",
    "_pb.js",
    "_pb.d.ts",
    ".pb.swift",
    ".pbobjc.h",
    ".pbobjc.m",
    ".g.dart",
    ".freezed.dart",
    ".designer.cs",
    ".g.cs",
    ".g.i.cs",
    ".gen.go",
    "_gen.go",
    "_string.go",
    ".gen.ts",
    "_generated.rs",
    ".tsbuildinfo",
    ".pyc",
];
const TEST_FOLDERS: &[&str] = &[
    "test",
    "tests",
    "__tests__",
    "__mocks__",
    "testing",
    "testdata",
    "test-data",
    "test_data",
    "testutil",
    "testutils",
    "testlib",
    "testkit",
    "fixtures",
    "fixture",
    "__fixtures__",
    "e2e",
    "integration-tests",
    "integration_tests",
    "integrationtest",
    "androidtest",
    "unittests",
    "unit-tests",
    "cypress",
    "mocks",
    "benches",
    "t",
    "qa",
    "golden",
    "conformance",
];
const DOCS_STEMS: &[&str] = &[
    "readme",
    "changelog",
    "changes",
    "license",
    "licence",
    "copying",
    "authors",
    "contributing",
    "contributors",
    "notice",
    "security",
    "code_of_conduct",
    "history",
    "news",
    "install",
    "maintainers",
    "governance",
    "patents",
    "thanks",
    "todo",
    "credits",
    "releases",
];
const MANIFESTS: &[&str] = &[
    "cargo.toml",
    "package.json",
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "pipfile",
    "environment.yml",
    "go.mod",
    "go.work",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "settings.gradle",
    "settings.gradle.kts",
    "gradle.properties",
    "libs.versions.toml",
    "gemfile",
    "composer.json",
    "directory.packages.props",
    "directory.build.props",
    "directory.build.targets",
    "packages.config",
    "global.json",
    "nuget.config",
    "build.sbt",
    "build.sc",
    "package.swift",
    "podfile",
    "cartfile",
    "mix.exs",
    "rebar.config",
    "pubspec.yaml",
    "stack.yaml",
    "conanfile.txt",
    "conanfile.py",
    "vcpkg.json",
    "shard.yml",
    "dune-project",
    "build.zig",
    "build.zig.zon",
    "meson_options.txt",
    "deno.json",
    "lerna.json",
    "turbo.json",
    "nx.json",
    "pnpm-workspace.yaml",
];
const BUILD_NAMES: &[&str] = &[
    "build.rs",
    "rakefile",
    "jenkinsfile",
    "procfile",
    "configure",
    "configure.ac",
    "configure.in",
    "autogen.sh",
    "bootstrap.sh",
    "gradlew",
    "gradlew.bat",
    "mvnw",
    "mvnw.cmd",
    "gulpfile.js",
    "gruntfile.js",
    "makefile.pl",
    "build.pl",
    "build.xml",
    ".gitlab-ci.yml",
    ".travis.yml",
    "appveyor.yml",
    ".appveyor.yml",
    ".drone.yml",
    "cloudbuild.yaml",
    "netlify.toml",
    "vercel.json",
    "fly.toml",
    "skaffold.yaml",
    "tox.ini",
    "noxfile.py",
    "rust-toolchain",
    "rust-toolchain.toml",
    ".tool-versions",
    ".nvmrc",
    ".python-version",
    ".ruby-version",
    "clippy.toml.in",
    "build.sh",
    "compile.sh",
    "release.sh",
    "deploy.sh",
    ".dockerignore",
    "kustomization.yaml",
    "chart.yaml",
];
const BUILD_STARTS: &[&str] = &[
    "dockerfile",
    "containerfile",
    "docker-compose",
    "compose.y",
    "makefile",
    "gnumakefile",
    "azure-pipelines",
    "bitbucket-pipelines",
    "webpack.",
    "rollup.config",
    "vite.config",
    "esbuild.",
    "babel.config",
    "tsup.config",
    "metro.config",
    "buildspec",
];
const DATA_FOLDERS: &[&str] = &[
    "data",
    "assets",
    "resources",
    "res",
    "static",
    "public",
    "locales",
    "locale",
    "i18n",
    "translations",
    "images",
    "img",
    "media",
];
const BINARY: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "bmp", "ico", "icns", "webp", "avif", "tiff", "tif", "psd", "svg", "pdf", "ps", "eps",
    "ttf", "otf", "woff", "woff2", "eot", "mp3", "mp4", "wav", "ogg", "webm", "mov", "avi", "flac", "zip", "gz", "tgz",
    "bz2", "xz", "zst", "tar", "7z", "rar", "jar", "war", "ear", "class", "dll", "so", "dylib", "exe", "o", "a", "lib",
    "bin", "dat", "db", "sqlite", "parquet", "csv", "tsv", "xls", "xlsx", "doc", "docx", "ppt", "pptx", "wasm", "pem",
    "crt", "key", "p12", "jks", "po", "pot", "mo", "patch", "diff", "geojson", "jsonl", "ndjson",
];
