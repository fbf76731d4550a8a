//! Passwords: Argon2id with the parameters that OWASP advises (19 MiB, 2 rounds, 1 lane; Password Storage Cheat Sheet, 2023), at least
//! twelve characters, none that is easily guessed; and growing delays after five failures, per account and per address.

use argon2::password_hash::CustomizedPasswordHasher as _;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordVerifier as _, Version};
use jiff::Timestamp;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};

use crate::people::folded;
use crate::rows::{attempts, passwords};
use crate::{Actor, PersonId, Store, StoreError, Write};

/// Fewest characters of a password.
pub const SHORTEST_PASSWORD: usize = 12;
/// Most characters of a password.
const LONGEST_PASSWORD: usize = 256;
/// Failures before the first delay.
const FREE_FAILURES: i64 = 5;
/// Longest delay, seconds.
const LONGEST_DELAY: i64 = 15 * 60;
/// Seconds after which failures are forgotten.
const FORGOTTEN: i64 = 24 * 3600;

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInRefused {
    /// The address and the password do not belong together; which of them is wrong is not said.
    #[error("this address and password do not belong together")]
    Wrong,
    /// Too many failures.
    #[error("too many failed sign-ins; try again in {seconds} s")]
    Wait {
        /// Seconds to wait.
        seconds: i64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn hasher() -> Result<Argon2<'static>, StoreError> {
    let params = Params::new(19_456, 2, 1, None).map_err(|_| StoreError::fault("set up the password hash"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str, salt: &[u8]) -> Result<String, StoreError> {
    let params = Params::new(19_456, 2, 1, None).map_err(|_| StoreError::fault("set up the password hash"))?;
    let made: Result<PasswordHash, _> =
        hasher()?.hash_password_customized(password.as_bytes(), salt, Some("argon2id"), None, params);
    made.map(|hash| hash.to_string()).map_err(|_| StoreError::fault("hash a password"))
}

fn fits(password: &str, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return false };
    hasher().is_ok_and(|hasher| hasher.verify_password(password.as_bytes(), &hash).is_ok())
}

/// What is wrong with a password for somebody of that name and address.
fn weak(password: &str, about: &[&str]) -> Option<String> {
    let chars = password.chars().count();
    if !(SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&chars) {
        return Some(format!("A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; this has {chars}."));
    }
    let guessed = zxcvbn::zxcvbn(password, about);
    (guessed.guesses_log10() < 8.0).then(|| {
        "This is among the first that somebody would try. Four or more unrelated words make a good one.".to_owned()
    })
}

impl Write {
    /// Gives somebody a password.
    ///
    /// # Errors
    /// Refused when it is too short or easily guessed; not found when there is nobody by that id.
    pub async fn set_password(&mut self, person: PersonId, password: &str) -> Result<(), StoreError> {
        let organisation = self.organisation().await?;
        let who = organisation.person(person).ok_or_else(|| StoreError::missing("person", &person.to_string(), []))?;
        if let Some(message) = weak(password, &[who.name.as_str(), who.email.as_str()]) {
            return Err(StoreError::field("password", message));
        }
        let (secret, salt) = (password.to_owned(), self.store.dice.bytes::<16>());
        let hash = off_the_loop(move || hash(&secret, &salt)).await??;
        let row = passwords::Model { person_id: person.0, hash, changed_at: self.at().as_microsecond() };
        passwords::Entity::delete_by_id(person.0).exec(self.on()).await?;
        row.into_active_model().reset_all().insert(self.on()).await?;
        self.note("password.set", person, None, None);
        Ok(())
    }

    /// Takes somebody's password away.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn remove_password(&mut self, person: PersonId) -> Result<(), StoreError> {
        passwords::Entity::delete_by_id(person.0).exec(self.on()).await?;
        self.note("password.remove", person, None, None);
        Ok(())
    }
}

/// Hashing takes tens of milliseconds of a core: not on a thread that serves others.
async fn off_the_loop<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| StoreError::because("hash a password", error))
}

impl Store {
    /// Whether anybody has a password: only then is the form shown.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has_passwords(&self) -> Result<bool, StoreError> {
        Ok(passwords::Entity::find().one(self.database.on()).await?.is_some())
    }

    /// Whether that person has a password.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has_password(&self, person: PersonId) -> Result<bool, StoreError> {
        Ok(passwords::Entity::find_by_id(person.0).one(self.database.on()).await?.is_some())
    }

    /// Whose address and password these are. `from` is the network address that asks.
    ///
    /// # Errors
    /// Wrong, or wait: after five failures of an account or an address each further one doubles the delay, up to a quarter of an hour.
    pub async fn check_password(
        &self,
        email: &str,
        password: &str,
        from: &str,
        now: Timestamp,
    ) -> Result<PersonId, SignInRefused> {
        let counters = [format!("account {}", folded(email)), format!("address {from}")];
        for counter in &counters {
            if let Some(seconds) = self.delay(counter, now).await? {
                return Err(SignInRefused::Wait { seconds });
            }
        }
        let organisation = self.organisation().await?;
        let person = organisation.by_email(email).map(|person| person.id);
        let row = match person {
            Some(person) => {
                passwords::Entity::find_by_id(person.0).one(self.database.on()).await.map_err(StoreError::from)?
            }
            None => None,
        };
        // Somebody who is not there takes as long as somebody who is.
        let known = row.is_some();
        let (secret, salt) = (password.to_owned(), self.dice.bytes::<16>());
        let fits = off_the_loop(move || match row {
            Some(row) => fits(&secret, &row.hash),
            None => hash(&secret, &salt).is_err(),
        });
        let right = fits.await? && known;
        let mut write = self.write(person.map_or(Actor::System, Actor::Person), now).await?;
        for counter in &counters {
            write.count_attempt(counter, right).await?;
        }
        if !right {
            // The audit stays when a person is erased: it holds ids, never an address.
            let whose = person.map_or_else(|| "nobody".to_owned(), |person| person.to_string());
            write.note("sign_in.failed", whose, None, None);
        }
        write.keep().await?;
        person.filter(|_| right).ok_or(SignInRefused::Wrong)
    }

    async fn delay(&self, counter: &str, now: Timestamp) -> Result<Option<i64>, StoreError> {
        let Some(row) = attempts::Entity::find_by_id(counter).one(self.database.on()).await? else { return Ok(None) };
        let since = now.as_second() - row.last_at / 1_000_000;
        let over = row.failures - FREE_FAILURES;
        if over < 0 || since >= FORGOTTEN {
            return Ok(None);
        }
        let delay =
            1_i64.checked_shl(u32::try_from(over).unwrap_or(u32::MAX)).unwrap_or(LONGEST_DELAY).clamp(1, LONGEST_DELAY);
        Ok((since < delay).then(|| delay - since))
    }
}

impl Write {
    async fn count_attempt(&self, counter: &str, right: bool) -> Result<(), StoreError> {
        let old = attempts::Entity::find_by_id(counter).one(self.on()).await?;
        attempts::Entity::delete_by_id(counter).exec(self.on()).await?;
        if right {
            return Ok(());
        }
        let fresh = |row: &attempts::Model| (self.at().as_microsecond() - row.last_at) / 1_000_000 < FORGOTTEN;
        let failures = old.filter(fresh).map_or(0, |row| row.failures) + 1;
        let row = attempts::Model { name: counter.to_owned(), failures, last_at: self.at().as_microsecond() };
        row.into_active_model().reset_all().insert(self.on()).await?;
        Ok(())
    }
}
