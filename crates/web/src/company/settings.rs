//! What an administrator says about the company's provider, and why somebody is not signed in by it.

use super::GroupRule;

/// The claim that names somebody's groups when nothing else is said.
const GROUPS: &str = "groups";

/// The company's provider. From the environment: `MAINSTAY_OIDC_ISSUER`, `MAINSTAY_OIDC_CLIENT_ID`, `MAINSTAY_OIDC_CLIENT_SECRET`,
/// `MAINSTAY_OIDC_REDIRECT_BASE`; for groups `MAINSTAY_OIDC_TEAMS`, `MAINSTAY_OIDC_GROUPS_CLAIM`, `MAINSTAY_OIDC_SCOPES`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct OidcSettings {
    /// The issuer, as it names itself (`https://login.example.org`).
    pub issuer: String,
    /// The name that this place has there.
    pub client_id: String,
    /// Its secret; none for a public client.
    pub client_secret: Option<String>,
    /// Where people reach this place (`https://mainstay.example.org`); they come back to `/sign_in/back` under it.
    pub redirect_base: String,
    /// Which group makes somebody what in which team; empty when groups mean nothing here.
    pub teams: Vec<GroupRule>,
    /// The claim that names the groups.
    pub groups_claim: String,
    /// What is asked for beside `openid`, `email` and `profile`; some providers name groups only when asked for `groups`.
    pub scopes: Vec<String>,
}

impl std::fmt::Debug for OidcSettings {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OidcSettings")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// Why the company's sign-in does not sign somebody in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OidcError {
    /// The settings cannot be used.
    #[error("the company's sign-in is not set up well: {0}")]
    Settings(String),
    /// The provider does not answer as it should.
    #[error("the company's sign-in does not answer: {0}")]
    Unreachable(String),
    /// This sign-in was not begun here, was finished already, took longer than ten minutes, or is another browser's.
    #[error("this sign-in was not begun here, or took longer than ten minutes")]
    NotBegun,
    /// The provider said no.
    #[error("the company's sign-in said no ({0})")]
    Denied(String),
    /// What came does not prove who it is.
    #[error("what the company's sign-in sent does not hold: {0}")]
    NotProven(String),
    /// The provider names no address.
    #[error("the company's sign-in named no address")]
    NoAddress,
    /// The provider has not verified the address.
    #[error("the company's sign-in has not verified the address {0}")]
    NotVerified(String),
}

impl OidcSettings {
    /// The settings that `variable` gives by name; none when no issuer is named.
    ///
    /// # Errors
    /// When one of them is missing, or an address is neither `https://` nor on this machine.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, OidcError> {
        let get = |name: &str| variable(&format!("MAINSTAY_OIDC_{name}")).filter(|text| !text.trim().is_empty());
        let need =
            |name: &str| get(name).ok_or_else(|| OidcError::Settings(format!("MAINSTAY_OIDC_{name} is missing")));
        let Some(issuer) = get("ISSUER") else { return Ok(None) };
        let redirect_base = need("REDIRECT_BASE")?.trim_end_matches('/').to_owned();
        for address in [&issuer, &redirect_base] {
            if !is_safe(address) {
                return Err(OidcError::Settings(format!("`{address}` does not begin with https://")));
            }
        }
        let scopes = get("SCOPES").unwrap_or_default();
        Ok(Some(Self {
            issuer,
            client_id: need("CLIENT_ID")?,
            client_secret: get("CLIENT_SECRET"),
            redirect_base,
            teams: GroupRule::parse_all(&get("TEAMS").unwrap_or_default())?,
            groups_claim: get("GROUPS_CLAIM").unwrap_or_else(|| GROUPS.to_owned()),
            scopes: scopes.split([' ', ',']).filter(|scope| !scope.is_empty()).map(str::to_owned).collect(),
        }))
    }
}

/// Whether what is sent there stays between us: over TLS, or on this machine.
fn is_safe(address: &str) -> bool {
    let here = |host: &str| {
        ["localhost", "127.0.0.1", "[::1]"].contains(&host.rsplit_once(':').map_or(host, |(name, _)| name))
    };
    address.starts_with("https://")
        || address.strip_prefix("http://").is_some_and(|rest| here(rest.split('/').next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_whole_or_not() {
        let all = [
            ("MAINSTAY_OIDC_ISSUER", "https://login.example.org"),
            ("MAINSTAY_OIDC_CLIENT_ID", "mainstay"),
            ("MAINSTAY_OIDC_REDIRECT_BASE", "http://localhost:7117/"),
        ];
        let of = |pairs: &[(&str, &str)]| {
            let pairs: Vec<(String, String)> = pairs.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect();
            OidcSettings::from_variables(move |name| pairs.iter().find(|(n, _)| n == name).map(|(_, t)| t.clone()))
        };
        let settings = of(&all).unwrap().unwrap();
        assert_eq!(
            (settings.redirect_base.as_str(), settings.client_secret.as_deref()),
            ("http://localhost:7117", None)
        );
        assert_eq!(of(&[]), Ok(None));
        assert!(of(&all[..2]).unwrap_err().to_string().contains("MAINSTAY_OIDC_REDIRECT_BASE is missing"));
        let open = [("MAINSTAY_OIDC_ISSUER", "http://login.example.org"), all[1], all[2]];
        assert!(of(&open).unwrap_err().to_string().contains("https://"));
        assert_eq!((settings.groups_claim.as_str(), settings.teams.len(), settings.scopes.len()), ("groups", 0, 0));
        let more =
            [all[0], all[1], all[2], ("MAINSTAY_OIDC_TEAMS", "devs=shop"), ("MAINSTAY_OIDC_SCOPES", "groups roles")];
        let more = of(&more).unwrap().unwrap();
        assert_eq!(
            (more.teams[0].team.as_str(), more.scopes.as_slice()),
            ("shop", ["groups".to_owned(), "roles".to_owned()].as_slice())
        );
        let wrong = [all[0], all[1], all[2], ("MAINSTAY_OIDC_TEAMS", "devs")];
        assert!(of(&wrong).unwrap_err().to_string().contains("group=team"));
        let secret = OidcSettings { client_secret: Some("hush".to_owned()), ..settings };
        assert!(!format!("{secret:?}").contains("hush"));
    }
}
