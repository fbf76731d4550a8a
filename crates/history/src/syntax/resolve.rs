//! From an import as written to the file of the repository that it names, where that can be told.

use rustc_hash::FxHashMap;

/// The paths of a repository, ready to be asked for.
#[derive(Debug, Default)]
pub struct PathSet {
    paths: Vec<String>,
    exact: FxHashMap<String, usize>,
    /// By file name, in order.
    by_name: FxHashMap<String, Vec<usize>>,
}

impl PathSet {
    /// Takes in the paths of a tree.
    pub fn new<I, P>(paths: I) -> Self
    where
        I: IntoIterator<Item = P>,
        P: Into<String>,
    {
        let mut set = Self { paths: paths.into_iter().map(Into::into).collect(), ..Self::default() };
        set.paths.sort_unstable();
        set.paths.dedup();
        for (place, path) in set.paths.iter().enumerate() {
            set.exact.insert(path.clone(), place);
            let name = path.rsplit('/').next().unwrap_or(path);
            set.by_name.entry(name.to_owned()).or_default().push(place);
        }
        set
    }

    /// The path, when the tree has it.
    fn get(&self, path: &str) -> Option<&str> {
        self.exact.get(path).and_then(|place| self.paths.get(*place)).map(String::as_str)
    }

    /// The first of these paths that the tree has.
    fn first_of<I: IntoIterator<Item = String>>(&self, paths: I) -> Option<String> {
        paths.into_iter().find_map(|path| self.get(&path).map(str::to_owned))
    }

    /// The one path that ends with these parts; of several the one nearest to `from`, none when two are as near.
    fn by_suffix(&self, suffix: &str, from: &str) -> Option<String> {
        let name = suffix.rsplit('/').next()?;
        let mut best: Option<(usize, &str)> = None;
        let mut tied = false;
        for place in self.by_name.get(name)?.iter().take(512) {
            let path = self.paths.get(*place)?.as_str();
            let ends = path.strip_suffix(suffix).is_some_and(|before| before.is_empty() || before.ends_with('/'));
            if !ends {
                continue;
            }
            let near = common_folders(path, from);
            match best {
                Some((most, _)) if most > near => {}
                Some((most, _)) if most == near => tied = true,
                _ => (best, tied) = (Some((near, path)), false),
            }
        }
        best.filter(|_| !tied).map(|(_, path)| path.to_owned())
    }
}

/// The file that an import names; none when it is outside of the repository or cannot be told.
///
/// `path` is the importing file, `raw` what [`super::ImportFound::target_raw`] says.
#[must_use]
pub fn resolve_imports(paths: &PathSet, path: &str, raw: &str, language: Option<&str>) -> Option<String> {
    let found = match language? {
        "Rust" => rust(paths, path, raw),
        "Python" => python(paths, path, raw),
        "JavaScript" | "TypeScript" | "TSX" => web(paths, path, raw),
        "C" | "C++" => include(paths, path, raw),
        "Java" | "Kotlin" | "Scala" => packaged(paths, path, raw),
        "PHP" => php(paths, path, raw),
        "Ruby" => ruby(paths, path, raw),
        "Shell" => beside(paths, path, raw),
        _ => None,
    };
    found.filter(|found| found != path)
}

/// `mod x` is a file beside or below; `crate::a::b`, `self::`, `super::` go down from the crate's root or the module's folder.
fn rust(paths: &PathSet, path: &str, raw: &str) -> Option<String> {
    let folder = module_folder(path);
    let modules = |base: &str| [format!("{base}.rs"), format!("{base}/mod.rs")];
    if let Some(name) = raw.strip_prefix("mod ") {
        return paths.first_of(modules(&join(&folder, name)));
    }
    let mut parts: Vec<&str> = raw.split("::").map(str::trim).collect();
    let mut base = match *parts.first()? {
        "crate" => crate_root(paths, path)?,
        "self" => folder,
        "super" => parent(&folder).to_owned(),
        name => {
            let below = paths.first_of(modules(&join(&folder, name)));
            return below.or_else(|| {
                let root = crate_of(paths, path, name)?;
                descend(paths, parent(&root), parts.get(1..)?).or(Some(root))
            });
        }
    };
    parts.remove(0);
    while parts.first() == Some(&"super") {
        base = parent(&base).to_owned();
        parts.remove(0);
    }
    descend(paths, &base, &parts).or_else(|| root_file(paths, &base))
}

/// The deepest module file that a path of names reaches.
fn descend(paths: &PathSet, base: &str, parts: &[&str]) -> Option<String> {
    (1..=parts.len()).rev().find_map(|length| {
        let below = join(base, &parts.get(..length)?.join("/"));
        paths.first_of([format!("{below}.rs"), format!("{below}/mod.rs")])
    })
}

/// The folder in which a Rust file's child modules live.
fn module_folder(path: &str) -> String {
    let folder = parent(path);
    match path.rsplit('/').next() {
        Some("mod.rs" | "lib.rs" | "main.rs" | "build.rs") | None => folder.to_owned(),
        Some(name) => join(folder, name.strip_suffix(".rs").unwrap_or(name)),
    }
}

/// The folder of the nearest `lib.rs` or `main.rs` above.
fn crate_root(paths: &PathSet, path: &str) -> Option<String> {
    let mut folder = parent(path);
    loop {
        if paths.first_of([join(folder, "lib.rs"), join(folder, "main.rs")]).is_some() {
            return Some(folder.to_owned());
        }
        if folder.is_empty() {
            return None;
        }
        folder = parent(folder);
    }
}

fn root_file(paths: &PathSet, folder: &str) -> Option<String> {
    paths
        .first_of(["lib.rs", "main.rs", "mod.rs"].map(|name| join(folder, name)))
        .or_else(|| paths.first_of([format!("{folder}.rs")]))
}

/// The root file of a crate of the same repository, by its folder's name.
fn crate_of(paths: &PathSet, path: &str, name: &str) -> Option<String> {
    let dashed = name.replace('_', "-");
    [name, dashed.as_str()].iter().find_map(|name| paths.by_suffix(&format!("{name}/src/lib.rs"), path))
}

/// Leading dots go up; then the module, its package, or the module that holds the name.
fn python(paths: &PathSet, path: &str, raw: &str) -> Option<String> {
    let dots = raw.bytes().take_while(|byte| *byte == b'.').count();
    let names: Vec<&str> = raw.get(dots..)?.split('.').filter(|name| !name.is_empty()).collect();
    let candidates = |base: &str| [format!("{base}.py"), format!("{base}/__init__.py"), format!("{base}.pyi")];
    if dots > 0 {
        let mut base = parent(path);
        for _ in 1..dots {
            base = parent(base);
        }
        return (0..=names.len().min(64)).rev().find_map(|length| {
            let below = names.get(..length)?.join("/");
            paths
                .first_of(candidates(&join(base, &below)))
                .or_else(|| paths.first_of([join(&join(base, &below), "__init__.py")]))
        });
    }
    // The name itself, then the module that holds it; a single name is sought beside the importing file and at the root.
    let least = names.len().saturating_sub(1).max(1);
    (least..=names.len()).rev().find_map(|length| {
        let below = names.get(..length)?.join("/");
        let near = paths.first_of(candidates(&join(parent(path), &below)));
        let at_root =
            || paths.first_of(candidates(&below)).or_else(|| paths.first_of(candidates(&format!("src/{below}"))));
        let anywhere = || {
            let deep = below.contains('/');
            candidates(&below).iter().filter(|_| deep).find_map(|suffix| paths.by_suffix(suffix, path))
        };
        near.or_else(at_root).or_else(anywhere)
    })
}

/// Relative targets, with the endings that bundlers and compilers try.
fn web(paths: &PathSet, path: &str, raw: &str) -> Option<String> {
    if !raw.starts_with('.') {
        return None;
    }
    let raw = raw.split(['?', '#']).next()?;
    let base = normal(parent(path), raw)?;
    // TypeScript writes `./a.js` for the file `a.ts`.
    let bare = [".js", ".mjs", ".cjs", ".jsx"].iter().find_map(|ending| base.strip_suffix(ending)).map(str::to_owned);
    const ENDINGS: [&str; 14] =
        ["", ".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".json", ".vue", ".svelte", ".css"];
    let direct = ENDINGS.iter().map(|ending| format!("{base}{ending}"));
    let index = ["ts", "tsx", "js", "jsx", "mjs"].iter().map(|ending| join(&base, &format!("index.{ending}")));
    let typed = bare.into_iter().flat_map(|bare| ["ts", "tsx", "mts", "cts"].map(|ending| format!("{bare}.{ending}")));
    paths.first_of(direct.chain(index).chain(typed))
}

/// Beside the file, then at the root and `include`, then the one header with such an ending.
fn include(paths: &PathSet, path: &str, raw: &str) -> Option<String> {
    let near = normal(parent(path), raw);
    let fixed = near.into_iter().chain([raw.to_owned(), format!("include/{raw}"), format!("src/{raw}")]);
    paths.first_of(fixed).or_else(|| paths.by_suffix(raw.trim_start_matches("../"), path))
}

/// `a.b.C` is a file `a/b/C.*`; a member or an inner class is in its class's file.
fn packaged(paths: &PathSet, path: &str, raw: &str) -> Option<String> {
    let names: Vec<&str> = raw.trim_end_matches(".*").trim_end_matches("._").split('.').map(str::trim).collect();
    let least = 2.max(names.len().saturating_sub(2));
    (least..=names.len()).rev().find_map(|length| {
        let below = names.get(..length)?.join("/");
        ["java", "kt", "scala"].iter().find_map(|ending| paths.by_suffix(&format!("{below}.{ending}"), path))
    })
}

/// A path, or a class by PSR-4: the longest ending of its name that one file has.
fn php(paths: &PathSet, path: &str, raw: &str) -> Option<String> {
    if raw.ends_with(".php") {
        return beside(paths, path, raw);
    }
    let names: Vec<&str> = raw.split('\\').filter(|name| !name.is_empty()).collect();
    (0..names.len().saturating_sub(1)).find_map(|from| {
        let below = names.get(from..)?.join("/");
        paths.by_suffix(&format!("{below}.php"), path)
    })
}

fn ruby(paths: &PathSet, path: &str, raw: &str) -> Option<String> {
    let file = if raw.ends_with(".rb") { raw.to_owned() } else { format!("{raw}.rb") };
    let near = normal(parent(path), &file);
    let fixed = near.into_iter().chain([format!("lib/{file}"), format!("app/{file}"), file.clone()]);
    paths.first_of(fixed).or_else(|| if file.contains('/') { paths.by_suffix(&file, path) } else { None })
}

fn beside(paths: &PathSet, path: &str, raw: &str) -> Option<String> {
    let raw = raw.trim_start_matches('/');
    paths.first_of(normal(parent(path), raw).into_iter().chain([raw.to_owned()]))
}

/// A relative path from a folder, with `.` and `..` worked out; none when it leaves the repository.
fn normal(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn join(folder: &str, name: &str) -> String {
    match (folder, name) {
        ("", name) => name.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, name) => format!("{folder}/{name}"),
    }
}

fn common_folders(a: &str, b: &str) -> usize {
    parent(a).split('/').zip(parent(b).split('/')).take_while(|(a, b)| a == b).count()
}
