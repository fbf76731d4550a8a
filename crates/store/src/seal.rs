//! Sealed bodies: XChaCha20-Poly1305 with a data key for each record, which is wrapped by a master key that does not lie in the database.

use std::fmt;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, RwLock};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::StoreError;
use crate::chance::{Chance, Dice, hex};

/// A key of 256 bits.
type Secret = [u8; 32];
/// Bytes of a nonce, at the head of each sealed text.
const NONCE: usize = 24;

#[derive(Clone)]
struct Master {
    id: String,
    secret: Secret,
}

impl Master {
    fn new(secret: Secret) -> Self {
        let id = blake3::derive_key("mainstay 2026 master key id", &secret);
        Self { id: hex(id.get(..4).unwrap_or_default()), secret }
    }
}

/// The master keys, newest first. Clones share them; without any, sealed bodies stay sealed.
#[derive(Clone, Default)]
pub struct Keys {
    ring: Arc<RwLock<Vec<Master>>>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Keys").field(&self.ids()).finish()
    }
}

impl Keys {
    /// The keys in a text: one a line, 64 hex digits, newest first.
    ///
    /// # Errors
    /// Sealed, naming the line that is no key; never its content.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        let lines =
            text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let key = |(number, line): (usize, &str)| {
            let secret: Option<Secret> = unhex(line).and_then(|bytes| bytes.try_into().ok());
            let wrong = || StoreError::Sealed(format!("line {} of the key is not 64 hex digits", number + 1));
            secret.map(Master::new).ok_or_else(wrong)
        };
        let keys: Result<Vec<_>, _> = lines.map(key).collect();
        Ok(Self { ring: Arc::new(RwLock::new(keys?)) })
    }

    /// The keys of a file; when it is not there, one is made with `chance` and written with mode 0600.
    ///
    /// # Errors
    /// When the file cannot be read or written, or holds something else.
    pub fn of_file(path: &Path, chance: &dyn Chance) -> Result<Self, StoreError> {
        if !path.exists() {
            let mut secret = [0; 32];
            chance.fill(&mut secret);
            write_secret(path, &format!("{}\n", hex(&secret)))?;
        }
        Self::read_file(path)
    }

    /// The keys of a file that is there.
    ///
    /// # Errors
    /// When it cannot be read, or holds something else.
    pub fn read_file(path: &Path) -> Result<Self, StoreError> {
        let text = std::fs::read_to_string(path).map_err(|source| StoreError::Io {
            doing: "read the key",
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text)
    }

    /// The ids of the keys, newest first.
    #[must_use]
    pub fn ids(&self) -> Vec<String> {
        self.all().into_iter().map(|master| master.id).collect()
    }

    /// The text of a key file that holds these keys.
    pub(crate) fn text(&self) -> String {
        self.all().iter().map(|master| format!("{}\n", hex(&master.secret))).collect()
    }

    /// A ring with a fresh master key before these; nobody seals with it yet.
    pub(crate) fn with_fresh(&self, dice: &Dice) -> Self {
        let mut ring = self.all();
        ring.insert(0, Master::new(dice.bytes()));
        Self { ring: Arc::new(RwLock::new(ring)) }
    }

    /// The newest key alone.
    pub(crate) fn newest_alone(&self) -> Self {
        Self { ring: Arc::new(RwLock::new(self.all().into_iter().take(1).collect())) }
    }

    /// Uses the keys of `other` from now on, in every clone: after a rotation in another process.
    pub fn take(&self, other: &Self) {
        let fresh = other.all();
        *self.ring.write().unwrap_or_else(std::sync::PoisonError::into_inner) = fresh;
    }

    fn all(&self) -> Vec<Master> {
        self.ring.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    fn newest(&self) -> Result<Master, StoreError> {
        let none = || StoreError::Sealed("there is no key to seal with".to_owned());
        self.all().into_iter().next().ok_or_else(none)
    }

    /// A fresh data key, wrapped: the master key's id and the wrapped text.
    pub(crate) fn fresh(&self, dice: &Dice, about: &str) -> Result<(DataKey, Wrapped), StoreError> {
        let key = DataKey(dice.bytes());
        let wrapped = self.wrap(dice, &key, about)?;
        Ok((key, wrapped))
    }

    /// Wraps a data key with the newest master key.
    pub(crate) fn wrap(&self, dice: &Dice, key: &DataKey, about: &str) -> Result<Wrapped, StoreError> {
        let master = self.newest()?;
        Ok(Wrapped { key_id: master.id, text: lock(&master.secret, dice, about, &key.0)? })
    }

    /// Opens a wrapped data key.
    pub(crate) fn unwrap(&self, wrapped: &Wrapped, about: &str) -> Result<DataKey, StoreError> {
        let missing = || StoreError::Sealed(format!("key {} is wanted to open this, and is not here", wrapped.key_id));
        let master = self.all().into_iter().find(|master| master.id == wrapped.key_id).ok_or_else(missing)?;
        let bytes = unlock(&master.secret, about, &wrapped.text)?;
        bytes.try_into().map(DataKey).map_err(|_| StoreError::Damaged("a data key of another length".to_owned()))
    }
}

/// Writes a file that its owner alone can read, as a whole.
///
/// # Errors
/// When it cannot be written; the file is then as it was.
pub fn write_secret(path: &Path, text: &str) -> Result<(), StoreError> {
    let failed = |source| StoreError::Io { doing: "write the key", path: path.to_owned(), source };
    let beside = path.with_extension("new");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    std::fs::rename(&beside, path).map_err(failed)
}

/// The key of one record.
pub(crate) struct DataKey(Secret);

/// A data key as it lies in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrapped {
    pub(crate) key_id: String,
    pub(crate) text: String,
}

impl DataKey {
    /// Seals `plain`; `about` binds what it belongs to.
    pub(crate) fn seal(&self, dice: &Dice, about: &str, plain: &str) -> Result<String, StoreError> {
        lock(&self.0, dice, about, plain.as_bytes())
    }

    /// Opens what [`Self::seal`] gave for the same `about`.
    pub(crate) fn open(&self, about: &str, sealed: &str) -> Result<String, StoreError> {
        let bytes = unlock(&self.0, about, sealed)?;
        String::from_utf8(bytes).map_err(|_| StoreError::Damaged("a sealed body is no text".to_owned()))
    }
}

fn lock(secret: &Secret, dice: &Dice, about: &str, plain: &[u8]) -> Result<String, StoreError> {
    let nonce: [u8; NONCE] = dice.bytes();
    let cipher = XChaCha20Poly1305::new(secret.into());
    let sealed = cipher
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: about.as_bytes() })
        .map_err(|_| StoreError::fault("seal a body"))?;
    Ok(format!("{}{}", hex(&nonce), hex(&sealed)))
}

fn unlock(secret: &Secret, about: &str, text: &str) -> Result<Vec<u8>, StoreError> {
    let damaged =
        || StoreError::Damaged(format!("the sealed body of {about} is not what was written, or the key is another"));
    let bytes = unhex(text).ok_or_else(damaged)?;
    let (nonce, sealed) = bytes.split_at_checked(NONCE).ok_or_else(damaged)?;
    let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| damaged())?;
    let cipher = XChaCha20Poly1305::new(secret.into());
    cipher.decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: about.as_bytes() }).map_err(|_| damaged())
}

pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| (byte as char).to_digit(16).and_then(|value| u8::try_from(value).ok());
    digits.chunks_exact(2).map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?)).collect()
}
