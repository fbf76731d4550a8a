//! The company's sign-in (OpenID Connect).

/// Placeholder until configured.
#[derive(Debug)]
pub(crate) struct Company {}

impl Company {
    #[expect(clippy::unused_self, reason = "the provider will know")]
    pub(crate) fn leave_href(&self) -> Option<String> {
        None
    }
}
