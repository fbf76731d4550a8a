//! Who Git's own settings say that the user of this machine is.

use gix::config::File;

/// Name and address of `user.name` and `user.email` in the settings of the system and of the user; none for what is not set or cannot be
/// read.
#[must_use]
pub fn identity() -> (Option<String>, Option<String>) {
    let Ok(settings) = File::from_globals() else { return (None, None) };
    let text = |name: &str| {
        settings.string(name).map(|text| text.to_string().trim().to_owned()).filter(|text| !text.is_empty())
    };
    (text("user.name"), text("user.email"))
}
