//! Tests of manifests, against cases worked by hand.

use super::{ManifestFound, is_manifest, read, resolve};

/// Name, requirement, resolved, kind; a star before names that are not direct.
#[track_caller]
fn check(path: &str, content: &str, expected: &[(&str, &str, Option<&str>, &str)]) -> Vec<ManifestFound> {
    let found = read(path, content.as_bytes()).expect("known").expect("well formed");
    let mut rows: Vec<_> = found
        .iter()
        .map(|entry| {
            let star = if entry.direct { "" } else { "*" };
            (format!("{star}{}", entry.name), entry.requirement.as_str(), entry.resolved.as_deref(), entry.kind)
        })
        .collect();
    let mut expected: Vec<_> = expected.iter().map(|(name, a, b, c)| ((*name).to_owned(), *a, *b, *c)).collect();
    // The order of a JSON object is not a promise of its parser.
    rows.sort();
    expected.sort();
    assert_eq!(rows, expected, "{path}");
    found
}

#[test]
fn cargo_tables_are_read() {
    let source = r#"
[dependencies]
serde = { version = "1", features = ["derive"] }
other = { package = "real", path = "../real" }
shared.workspace = true
[dev-dependencies]
insta = "1.4"
[target.'cfg(unix)'.build-dependencies]
cc = "1"
[workspace.dependencies]
axum = "0.8"
"#;
    check(
        "a/Cargo.toml",
        source,
        &[
            ("real", "path:../real", None, "runtime"),
            ("serde", "1", None, "runtime"),
            ("shared", "workspace", None, "runtime"),
            ("insta", "1.4", None, "dev"),
            ("axum", "0.8", None, "runtime"),
            ("cc", "1", None, "build"),
        ],
    );
    check(
        "Cargo.lock",
        "[[package]]\nname = \"serde\"\nversion = \"1.0.9\"\n",
        &[("*serde", "", Some("1.0.9"), "runtime")],
    );
}

#[test]
fn npm_files_are_read() {
    let source = r#"{"dependencies": {"react": "^18"}, "devDependencies": {"@types/node": "~20.1"}}"#;
    check("package.json", source, &[("react", "^18", None, "runtime"), ("@types/node", "~20.1", None, "dev")]);
    let source = r#"{"packages": {"": {}, "node_modules/react": {"version": "18.2.0"},
        "node_modules/a/node_modules/@b/c": {"version": "1.0.0", "dev": true}}}"#;
    check(
        "package-lock.json",
        source,
        &[("*@b/c", "", Some("1.0.0"), "dev"), ("*react", "", Some("18.2.0"), "runtime")],
    );
    let source = r#"{"dependencies": {"a": {"version": "1.0.0", "dependencies": {"b": {"version": "2.0.0"}}}}}"#;
    check("package-lock.json", source, &[("*a", "", Some("1.0.0"), "runtime"), ("*b", "", Some("2.0.0"), "runtime")]);
    let source = "# yarn lockfile v1\n\n\"@b/c@^1.0\", \"@b/c@^1.1\":\n  version \"1.2.0\"\n  resolved \"x\"\n\nreact@^18:\n  version \"18.2.0\"\n";
    check("yarn.lock", source, &[("*@b/c", "", Some("1.2.0"), "runtime"), ("*react", "", Some("18.2.0"), "runtime")]);
    let source = "__metadata:\n  version: 6\n\n\"react@npm:^18\":\n  version: 18.2.0\n";
    check("yarn.lock", source, &[("*react", "", Some("18.2.0"), "runtime")]);
    let source = "lockfileVersion: '9.0'\npackages:\n  react@18.2.0: {}\n  '@b/c@1.0.0(react@18.2.0)':\n    dev: true\n  /old/2.0.0: {}\n";
    check(
        "pnpm-lock.yaml",
        source,
        &[
            ("*old", "", Some("2.0.0"), "runtime"),
            ("*@b/c", "", Some("1.0.0"), "dev"),
            ("*react", "", Some("18.2.0"), "runtime"),
        ],
    );
}

#[test]
fn python_files_are_read() {
    let source = r#"
[project]
dependencies = ["requests[socks] >= 2.0, < 3 ; python_version > '3.8'", "flask"]
[project.optional-dependencies]
test = ["pytest==7.1"]
[build-system]
requires = ["hatchling"]
[dependency-groups]
lint = ["ruff~=0.5", { include-group = "x" }]
[tool.poetry.dependencies]
python = "^3.9"
django = { version = "^4.2" }
"#;
    check(
        "pyproject.toml",
        source,
        &[
            ("requests", ">= 2.0, < 3", None, "runtime"),
            ("flask", "", None, "runtime"),
            ("pytest", "==7.1", Some("7.1"), "dev"),
            ("ruff", "~=0.5", None, "dev"),
            ("hatchling", "", None, "build"),
            ("django", "^4.2", None, "runtime"),
        ],
    );
    let source =
        "# comment\n-r base.txt\nDjango==4.2 # why\nrequests>=2 \\\n  ,<3 --hash=sha256:x\n./local\ngit+https://x\n";
    check(
        "requirements-dev.txt",
        source,
        &[("Django", "==4.2", Some("4.2"), "runtime"), ("requests", ">=2 ,<3", None, "runtime")],
    );
    check("uv.lock", "[[package]]\nname = \"flask\"\nversion = \"3.0\"\n", &[("*flask", "", Some("3.0"), "runtime")]);
}

#[test]
fn go_modules_are_read() {
    let source =
        "module x\ngo 1.22\nrequire a.b/c v1.2.3\nrequire (\n\td.e/f v0.1.0 // indirect\n)\nreplace a.b/c => ../c\n";
    check(
        "go.mod",
        source,
        &[("a.b/c", "v1.2.3", Some("v1.2.3"), "runtime"), ("*d.e/f", "v0.1.0", Some("v0.1.0"), "runtime")],
    );
}

#[test]
fn jvm_files_are_read() {
    let source = "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><properties><v>5.1</v></properties><dependencies>
        <dependency><groupId>org.a</groupId><artifactId>b</artifactId><version>${v}</version></dependency>
        <dependency><groupId>junit</groupId><artifactId>junit</artifactId><scope>test</scope></dependency></dependencies></project>";
    check("pom.xml", source, &[("org.a:b", "5.1", None, "runtime"), ("junit:junit", "", None, "dev")]);
    let source = "plugins {\n  id(\"org.x\") version \"1.0\"\n}\ndependencies {\n  implementation(\"a:b:1.2\")\n  testImplementation 'c:d:3@jar'\n  // api 'e:f:1'\n  api platform(\"g:h:4\")\n  kapt libs.some\n}\n";
    check(
        "build.gradle.kts",
        source,
        &[
            ("org.x", "1.0", None, "build"),
            ("a:b", "1.2", None, "runtime"),
            ("c:d", "3", None, "dev"),
            ("g:h", "4", None, "runtime"),
        ],
    );
    let source = "[versions]\nk = \"1.9\"\n[libraries]\na = { module = \"x:y\", version.ref = \"k\" }\nb = \"p:q:2\"\n[plugins]\nc = { id = \"r\", version = \"3\" }\n";
    check(
        "gradle/libs.versions.toml",
        source,
        &[("x:y", "1.9", None, "runtime"), ("p:q", "2", None, "runtime"), ("r", "3", None, "build")],
    );
    let source = "# x\na:b:1.2=compileClasspath,testCompileClasspath\nc:d:3=testRuntimeClasspath\nempty=x\n";
    check("gradle.lockfile", source, &[("*a:b", "", Some("1.2"), "runtime"), ("*c:d", "", Some("3"), "dev")]);
}

#[test]
fn ruby_php_and_dotnet_are_read() {
    let source = "source 'x'\ngem 'rails', '~> 7.0', '>= 7.0.1'\ngroup :development, :test do\n  gem \"rspec\", require: false\nend\ngem 'puma' # c\n";
    check(
        "Gemfile",
        source,
        &[("rails", "~> 7.0, >= 7.0.1", None, "runtime"), ("rspec", "", None, "dev"), ("puma", "", None, "runtime")],
    );
    let source = "GEM\n  specs:\n    rails (7.0.4)\n      rack (>= 2)\n    rack (2.2)\n\nDEPENDENCIES\n  rails\n";
    check("Gemfile.lock", source, &[("*rails", "", Some("7.0.4"), "runtime"), ("*rack", "", Some("2.2"), "runtime")]);
    let source = r#"{"require": {"php": ">=8", "ext-json": "*", "a/b": "^1"}, "require-dev": {"c/d": "2"}}"#;
    check("composer.json", source, &[("a/b", "^1", None, "runtime"), ("c/d", "2", None, "dev")]);
    check(
        "composer.lock",
        r#"{"packages": [{"name": "a/b", "version": "v1.1"}]}"#,
        &[("*a/b", "", Some("v1.1"), "runtime")],
    );
    let source = "<Project><ItemGroup><PackageReference Include=\"A.B\" Version=\"1.0\"/><PackageReference Include=\"C\" PrivateAssets=\"all\"><Version>2</Version></PackageReference></ItemGroup></Project>";
    check("src/App.csproj", source, &[("A.B", "1.0", None, "runtime"), ("C", "2", None, "build")]);
    check(
        "Directory.Packages.props",
        "<Project><ItemGroup><PackageVersion Include=\"A.B\" Version=\"1.0\"/></ItemGroup></Project>",
        &[("A.B", "1.0", None, "runtime")],
    );
    let source = r#"{"version": 1, "dependencies": {"net8.0": {"A.B": {"type": "Direct", "resolved": "1.0.0"}, "P": {"type": "Project"}}}}"#;
    check("packages.lock.json", source, &[("*A.B", "", Some("1.0.0"), "runtime")]);
}

#[test]
fn delivery_files_are_read() {
    let source = "ARG V=3.1\nFROM --platform=x rust:1.80 AS build\nFROM build\nFROM scratch\nfrom reg.io:5000/a/b:$V\nFROM d@sha256:ab\n";
    check(
        "deploy/Dockerfile.prod",
        source,
        &[
            ("rust", "1.80", None, "runtime"),
            ("reg.io:5000/a/b", "3.1", None, "runtime"),
            ("d", "sha256:ab", Some("sha256:ab"), "runtime"),
        ],
    );
    check(
        "docker-compose.yml",
        "services:\n  db:\n    image: postgres:16\n  app:\n    build: .\n",
        &[("postgres", "16", None, "runtime")],
    );
    let source = "jobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n      - uses: ./local\n      - run: x\n    uses: o/r/.github/workflows/w.yml@main\n";
    check(
        ".github/workflows/ci.yml",
        source,
        &[("actions/checkout", "v4", None, "build"), ("o/r/.github/workflows/w.yml", "main", None, "build")],
    );
    let source = "terraform {\n  required_providers {\n    aws = {\n      source  = \"hashicorp/aws\"\n      version = \"~> 5.0\"\n    }\n    google = \"1.0\"\n  }\n}\nresource \"x\" \"y\" {\n  a = \"b\"\n}\n";
    check("main.tf", source, &[("hashicorp/aws", "~> 5.0", None, "build"), ("google", "1.0", None, "build")]);
    check(
        ".tool-versions",
        "nodejs 20.1.0\n# x\nruby 3.2\n",
        &[("nodejs", "20.1.0", None, "build"), ("ruby", "3.2", None, "build")],
    );
}

#[test]
fn broken_manifests_say_where() {
    let cases = [
        ("Cargo.toml", "[dependencies]\na = \n", Some(2)),
        ("package.json", "{\n \"a\": \n", Some(3)),
        ("pom.xml", "<a>\n</b>", Some(2)),
        ("go.mod", "module x\nrequire (\n\ta v1\n", Some(2)),
        ("pnpm-lock.yaml", "packages:\n  a: [\n", None),
        ("yarn.lock", "<<<<<<< HEAD\n", Some(1)),
    ];
    for (path, content, line) in cases {
        let error = read(path, content.as_bytes()).expect("known").expect_err(path);
        assert!(line.is_none() || error.line == line, "{path}: {error:?}");
        assert!(!error.reason.is_empty() && !error.reason.contains('\n'));
    }
    assert_eq!(read("go.mod", b"module x\n\xff").expect("known").expect_err("bytes").line, Some(2));
}

#[test]
fn bombs_are_refused() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let before = format!("*a{}, ", level - 1).repeat(9);
        bomb.push_str(&format!("a{level}: &a{level} [{}]\n", before.trim_end_matches(", ")));
    }
    assert!(read("pnpm-lock.yaml", bomb.as_bytes()).expect("known").is_err());
    assert!(read("package.json", "[".repeat(100_000).as_bytes()).expect("known").is_err());
    assert!(read("docker-compose.yml", "[".repeat(100_000).as_bytes()).expect("known").is_err());
    assert!(read("Cargo.toml", format!("a = {}", "[".repeat(100_000)).as_bytes()).expect("known").is_err());
    let deep = format!("{}{}", "<a>".repeat(20_000), "</a>".repeat(20_000));
    assert!(read("pom.xml", deep.as_bytes()).expect("known").is_ok_and(|found| found.is_empty()));
}

#[test]
fn lock_files_resolve_what_is_asked() {
    let file = |path: &str, content: &str| {
        (path.to_owned(), read(path, content.as_bytes()).expect("known").expect("well formed"))
    };
    let mut all = vec![
        file(
            "Cargo.lock",
            "[[package]]\nname = \"a\"\nversion = \"1.9.0\"\n[[package]]\nname = \"a\"\nversion = \"2.0.0\"\n",
        ),
        file("crates/x/Cargo.toml", "[dependencies]\na = \"1\"\nb = \"1\"\n"),
        file("web/package.json", "{\"dependencies\": {\"a\": \"1\"}}"),
    ];
    resolve(&mut all);
    let resolved: Vec<_> = all[1].1.iter().map(|entry| entry.resolved.as_deref()).collect();
    assert_eq!(resolved, [Some("1.9.0"), None]);
    assert_eq!(all[2].1[0].resolved, None);
}

#[test]
fn other_files_are_no_manifests() {
    assert!(
        ["src/main.rs", "cargo.toml.bak", "data/compose/x.yml", "requirements.md"]
            .into_iter()
            .all(|path| !is_manifest(path))
    );
    assert!(["x/Cargo.toml", "requirements/x/requirements.txt", "Dockerfile"].into_iter().all(is_manifest));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn any_bytes_give_an_answer(content in proptest::prelude::any::<Vec<u8>>(), text in "[ -~\n]{0,200}") {
        for path in [
            "Cargo.toml", "pyproject.toml", "libs.versions.toml", "package.json", "package-lock.json", "packages.lock.json", "composer.lock",
            "Pipfile.lock", "yarn.lock", "pnpm-lock.yaml", "go.mod", "Gemfile", "Gemfile.lock", ".tool-versions", "gradle.lockfile", "pom.xml",
            "a.csproj", "build.gradle", "Dockerfile", "requirements.txt", "main.tf", "compose.yaml", ".github/workflows/a.yml",
        ] {
            assert!(read(path, &content).is_some());
            assert!(read(path, text.as_bytes()).is_some());
        }
    }
}
