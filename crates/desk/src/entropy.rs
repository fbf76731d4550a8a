//! The one source of randomness: the operating system's in a running program, a seed in a test.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// A cryptographic generator shared by the whole office. Clones draw from the same stream.
#[derive(Clone)]
pub struct Entropy {
    rng: Arc<Mutex<StdRng>>,
    seed: u64,
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entropy")
    }
}

impl Entropy {
    /// Seeded by the operating system; simulations use a fixed seed so that the same question gets the same answer.
    #[must_use]
    pub fn system() -> Self {
        Self { rng: Arc::new(Mutex::new(rand::make_rng())), seed: 0x6d61_696e_7374_6179 }
    }

    /// Everything follows from `seed`. For tests and the demo.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self { rng: Arc::new(Mutex::new(StdRng::seed_from_u64(seed))), seed }
    }

    /// `N` fresh bytes, fit for secrets when the entropy is the system's.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
        bytes
    }

    /// `N` fresh bytes as lower-case hex.
    #[must_use]
    pub fn hex<const N: usize>(&self) -> String {
        self.bytes::<N>().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// A generator for one simulation: the same `purpose` gives the same stream.
    #[must_use]
    pub fn stream(&self, purpose: &str) -> StdRng {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.seed.to_le_bytes());
        hasher.update(purpose.as_bytes());
        StdRng::from_seed(*hasher.finalize().as_bytes())
    }
}

impl store::Chance for Entropy {
    fn fill(&self, bytes: &mut [u8]) {
        self.rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
    }
}
