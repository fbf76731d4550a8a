//! The programs of PostgreSQL that write and read a whole database. A password goes through the environment, never into a list of arguments.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::StoreError;

/// `pg_dump` of the database at `address` into the file `to`.
pub(super) fn dump(address: &str, to: &Path) -> Result<(), StoreError> {
    let mut command = program("pg_dump", address);
    command.args(["--format=custom", "--no-owner", "--no-privileges"]).arg("--file").arg(to);
    run("pg_dump", command)
}

/// `pg_restore` of the file `from` into the database at `address`: all of it, or nothing.
pub(super) fn load(address: &str, from: &Path) -> Result<(), StoreError> {
    let mut command = program("pg_restore", address);
    command.args(["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]).arg(from);
    run("pg_restore", command)
}

#[expect(clippy::disallowed_methods, reason = "the one place of this crate where a program is started")]
fn program(name: &str, address: &str) -> Command {
    let (address, password) = without_password(address);
    let mut command = Command::new(found(name));
    command.arg("--no-password").arg("--dbname").arg(address);
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    command
}

/// Debian keeps some of the programs out of the path.
fn found(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    if std::env::split_paths(&path).any(|folder| folder.join(name).is_file()) {
        return PathBuf::from(name);
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut there: Vec<_> =
        versions.map(|version| version.path().join("bin").join(name)).filter(|path| path.is_file()).collect();
    there.sort();
    there.pop().unwrap_or_else(|| PathBuf::from(name))
}

fn run(name: &'static str, mut command: Command) -> Result<(), StoreError> {
    let ended = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).output();
    let ended = ended.map_err(|source| missing(name, source))?;
    if ended.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&ended.stderr).trim().to_owned();
    if said.contains("No space left") {
        return Err(StoreError::Full);
    }
    Err(StoreError::Unreachable(said))
}

fn missing(name: &'static str, source: io::Error) -> StoreError {
    let source = if source.kind() == io::ErrorKind::NotFound {
        let why = "it is not installed; install the client programs of PostgreSQL, of the server's version or newer";
        io::Error::new(io::ErrorKind::NotFound, why)
    } else {
        source
    };
    StoreError::Io { doing: "start", path: PathBuf::from(name), source }
}

/// An address without its password, and the password.
fn without_password(address: &str) -> (String, Option<String>) {
    let split = || {
        let (scheme, rest) = address.split_once("://")?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, behind) = rest.split_at(end);
        let (user, host) = authority.rsplit_once('@')?;
        let (user, password) = user.split_once(':')?;
        Some((format!("{scheme}://{user}@{host}{behind}"), Some(decoded(password))))
    };
    split().unwrap_or_else(|| (address.to_owned(), None))
}

/// A text with its `%41`s as the bytes that they stand for.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let coded = (*first == b'%').then(|| behind.get(..2)).flatten().and_then(|two| std::str::from_utf8(two).ok());
        match coded.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = behind.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{missing, without_password};

    #[test]
    fn passwords_leave_the_address() {
        let told = |address| without_password(address);
        assert_eq!(
            told("postgres://ann:p%40ss:x@db.example:5432/main?sslmode=require"),
            ("postgres://ann@db.example:5432/main?sslmode=require".to_owned(), Some("p@ss:x".to_owned()))
        );
        for plain in ["postgres://ann@db/main", "postgres://db/main", "postgres://db"] {
            assert_eq!(told(plain), (plain.to_owned(), None));
        }
    }

    #[test]
    fn a_missing_program_says_what_to_install() {
        let said = missing("pg_dump", std::io::ErrorKind::NotFound.into()).to_string();
        assert!(said.starts_with("cannot start pg_dump: it is not installed; install the client programs"), "{said}");
    }
}
