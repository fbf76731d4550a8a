//! The data folder: where it is, and what is opened of it.

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use desk::{Clock, Entropy, Office, Viewer};
use lake::Lake;
use store::{Keys, Place};

use crate::exit;
use crate::failure::Failure;

/// The data folder of this run.
#[derive(Debug, Clone)]
pub(crate) struct Home {
    pub(crate) data: PathBuf,
    /// Where the facts are: a folder, or an address.
    lake: PathBuf,
    /// Where people and records are.
    database: Place,
}

impl Home {
    /// The data folder that the command line names, or the platform's.
    pub(crate) fn of(matches: &ArgMatches) -> Result<Self, Failure> {
        let chosen = matches.get_one::<PathBuf>("data").cloned();
        let platform = || directories::ProjectDirs::from("", "", "mainstay").map(|dirs| dirs.data_dir().to_owned());
        let data = chosen.or_else(platform).ok_or_else(|| {
            Failure::new(exit::INPUT_OUTPUT, "this system names no folder for data").hint("Say where: --data DIR.")
        })?;
        Self::at(data, matches)
    }

    /// A data folder at `data`; where facts and people are, the command line may say.
    pub(crate) fn at(data: PathBuf, matches: &ArgMatches) -> Result<Self, Failure> {
        std::fs::create_dir_all(&data).map_err(|error| {
            Failure::new(exit::INPUT_OUTPUT, format!("cannot make the data folder {}: {error}", data.display()))
        })?;
        let lake = matches.get_one::<PathBuf>("lake").cloned().unwrap_or_else(|| data.join("lake"));
        let database = match matches.get_one::<String>("database") {
            Some(address) => Place::parse(address).map_err(desk::Refusal::from)?,
            None => Place::of_folder(&data),
        };
        Ok(Self { data, lake, database })
    }

    /// The lake, with what SQL needs to know of paths.
    pub(crate) fn lake(&self) -> Result<Lake, Failure> {
        Ok(Lake::open_at(
            &self.lake,
            lake::Hooks { role: Some(|path| history::paths::role(path).word()), ..lake::Hooks::default() },
        )?)
    }

    /// As [`Self::lake`]; a manifest that cannot be understood is put aside, since the repositories are to be read again.
    pub(crate) fn lake_mended(&self) -> Result<Lake, Failure> {
        if let Some(aside) = Lake::put_bad_manifest_aside(&self.lake)? {
            eprintln!("the lake's manifest cannot be understood; it is now {aside}");
        }
        self.lake()
    }

    /// Facts, people and records, without a look at who is there.
    pub(crate) async fn bare_office(&self) -> Result<Office, Failure> {
        let (entropy, keys) = (Entropy::system(), self.keys_or_none());
        Ok(Office::open_with(self.lake()?, keys, &self.database, Clock::System, entropy).await?)
    }

    /// The keys of sealed records; none, and a word about it, when they cannot be had: everything else works without.
    fn keys_or_none(&self) -> Keys {
        self.keys().unwrap_or_else(|failure| {
            eprintln!("sealed records stay sealed: {}", failure.message());
            Keys::default()
        })
    }

    /// What is wrong with the keys of sealed records.
    pub(crate) fn trouble_with_keys(&self) -> Option<String> {
        self.keys().err().map(|failure| failure.message())
    }

    /// The keys of sealed records: of the file or the command that the environment names, else of the data folder.
    fn keys(&self) -> Result<Keys, Failure> {
        let refused = |error| Failure::from(desk::Refusal::from(error));
        if let Some(command) = std::env::var_os("MAINSTAY_KEY_COMMAND") {
            return Keys::parse(&answer_of(&command)?).map_err(refused);
        }
        match std::env::var_os("MAINSTAY_KEY_FILE") {
            Some(_) => Keys::read_file(&self.key_path()).map_err(refused),
            None => Keys::of_file(&self.key_path(), &Entropy::system()).map_err(refused),
        }
    }

    /// Where the key of sealed records is.
    pub(crate) fn key_path(&self) -> PathBuf {
        std::env::var_os("MAINSTAY_KEY_FILE").map_or_else(|| self.data.join("key"), PathBuf::from)
    }

    /// Where the facts are.
    pub(crate) fn lake_path(&self) -> &Path {
        &self.lake
    }

    /// Facts, people and records, and whoever started the program as somebody who looks.
    pub(crate) async fn office(&self) -> Result<(Office, Viewer), Failure> {
        let office = self.bare_office().await?;
        let (name, email) = identity();
        let viewer = office.owner(&name, &email).await?;
        let taken = office.take_in(&self.data, &viewer).await?;
        if taken > 0 {
            eprintln!(
                "{taken} acts of the old journal are in the database now; the journal is kept as records.jsonl.taken-in"
            );
        }
        Ok((office, viewer))
    }

    /// Where people and records are.
    pub(crate) const fn database(&self) -> &Place {
        &self.database
    }

    pub(crate) fn path(&self) -> &Path {
        &self.data
    }
}

/// What a command of the shell prints.
#[expect(
    clippy::disallowed_methods,
    reason = "the command is the administrator's own: it fetches the key from where they keep it"
)]
fn answer_of(command: &std::ffi::OsStr) -> Result<String, Failure> {
    let said = std::process::Command::new("sh").arg("-c").arg(command).output();
    let failed = |why: String| Failure::new(exit::UNAVAILABLE, format!("MAINSTAY_KEY_COMMAND failed: {why}"));
    let said = said.map_err(|error| failed(error.to_string()))?;
    if !said.status.success() {
        return Err(failed(String::from_utf8_lossy(&said.stderr).trim().to_owned()));
    }
    String::from_utf8(said.stdout).map_err(|_| failed("it printed no text".to_owned()))
}

/// Name and address of whoever started the program: as Git's own settings have them, else the machine's user.
fn identity() -> (String, String) {
    let user = std::env::var("USER").or_else(|_| std::env::var("USERNAME")).unwrap_or_else(|_| "you".to_owned());
    let (name, email) = history::identity();
    let email = email.unwrap_or_else(|| format!("{}@localhost", user.to_lowercase().replace(char::is_whitespace, ".")));
    (name.unwrap_or(user), email)
}

/// Seconds since the epoch.
pub(crate) fn now() -> i64 {
    Clock::System.now().as_second()
}

/// A runtime for commands that ask the lake or serve.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
