//! Who is who: one-time links, passwords, sessions, and tokens for programs. Secrets are kept as hashes; each is shown once.

mod passwords;
mod sessions;
mod tokens;

pub use passwords::{SHORTEST_PASSWORD, SignInRefused};
pub use sessions::{Session, Way};
pub use tokens::{Scope, Token};

/// A secret as it lies in the database. Secrets have 128 random bits or more, so one round of a fast hash is enough.
fn hashed(secret: &str) -> String {
    blake3::hash(secret.as_bytes()).to_hex().to_string()
}
