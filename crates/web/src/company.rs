//! The company's sign-in (OpenID Connect): authorization code with PKCE, a nonce and a state that is kept here, used once and forgotten
//! after ten minutes. What it proves is an address that the provider has verified; whose it is, the store says.

mod claims;
mod settings;
mod teams;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use openidconnect::core::{CoreAuthenticationFlow, CoreJwsSigningAlgorithm};
use openidconnect::{
    AccessToken, AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, LogoutRequest,
    Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, ProviderMetadataWithLogout, RedirectUrl,
    Scope, SubjectIdentifier, TokenResponse as _,
};

pub use settings::{OidcError, OidcSettings};
pub use teams::GroupRule;
pub(crate) use teams::settle;

use self::claims::{Client, InfoClaims, Said};

/// Seconds in which somebody comes back from the provider.
const COMES_BACK: i64 = 10 * 60;
/// Seconds for which the provider's description is believed.
const BELIEVED: i64 = 10 * 60;
/// Sign-ins under way at most; the oldest go first.
const UNDER_WAY: usize = 10_000;
/// Time for an answer of the provider.
const ANSWER_TIME: Duration = Duration::from_secs(10);

/// The company's provider.
#[derive(Debug)]
pub(crate) struct Company {
    settings: OidcSettings,
    http: reqwest::Client,
    pending: Mutex<HashMap<String, Pending>>,
    provider: Mutex<Option<(i64, ProviderMetadataWithLogout)>>,
}

/// A sign-in under way.
#[derive(Debug)]
struct Pending {
    nonce: String,
    verifier: String,
    browser: String,
    to: String,
    since: i64,
}

/// What a sign-in begins with: random texts, at least 128 bits each.
#[derive(Debug)]
pub(crate) struct Secrets {
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) verifier: String,
    /// Stays in the browser, so that nobody finishes what another began.
    pub(crate) browser: String,
}

/// What comes back from the provider.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Back<'a> {
    pub(crate) state: &'a str,
    pub(crate) code: Option<&'a str>,
    pub(crate) error: Option<&'a str>,
    pub(crate) browser: Option<&'a str>,
}

/// Somebody whom the provider knows.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Known {
    /// Their address, verified by the provider.
    pub(crate) email: String,
    /// Their groups, when the provider says anything about them.
    pub(crate) groups: Option<Vec<String>>,
    /// The page that they wanted.
    pub(crate) to: String,
}

impl Company {
    pub(crate) fn new(settings: OidcSettings) -> Result<Self, OidcError> {
        // A provider that sends us elsewhere is not followed.
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(ANSWER_TIME).build();
        let http = http.map_err(|error| OidcError::Settings(error.to_string()))?;
        Ok(Self { settings, http, pending: Mutex::default(), provider: Mutex::default() })
    }

    /// Begins a sign-in that leads to the page `to`; gives the address at the provider.
    pub(crate) async fn begin(&self, secrets: Secrets, to: &str, now: Timestamp) -> Result<String, OidcError> {
        let client = self.client(now).await?;
        let verifier = PkceCodeVerifier::new(secrets.verifier.clone());
        let (state, nonce) = (secrets.state.clone(), secrets.nonce.clone());
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let scopes = ["email", "profile"].into_iter().chain(self.settings.scopes.iter().map(String::as_str));
        let (address, ..) = client
            .authorize_url(flow, move || CsrfToken::new(state), move || Nonce::new(nonce))
            .add_scopes(scopes.map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        self.remember(secrets, to, now.as_second());
        Ok(address.to_string())
    }

    fn remember(&self, secrets: Secrets, to: &str, now: i64) {
        let mut pending = held(&self.pending);
        pending.retain(|_, one| now - one.since < COMES_BACK);
        if pending.len() >= UNDER_WAY
            && let Some(oldest) = pending.iter().min_by_key(|(_, one)| one.since).map(|(state, _)| state.clone())
        {
            pending.remove(&oldest);
        }
        let Secrets { state, nonce, verifier, browser } = secrets;
        pending.insert(state, Pending { nonce, verifier, browser, to: to.to_owned(), since: now });
    }

    /// Finishes a sign-in: whom the provider knows, if all of it holds. A state is used up whatever comes of it.
    pub(crate) async fn finish(&self, back: Back<'_>, now: Timestamp) -> Result<Known, OidcError> {
        let pending = held(&self.pending).remove(back.state).ok_or(OidcError::NotBegun)?;
        if now.as_second() - pending.since >= COMES_BACK || back.browser != Some(pending.browser.as_str()) {
            return Err(OidcError::NotBegun);
        }
        let code = match (back.error, back.code) {
            (Some(error), _) => return Err(OidcError::Denied(plain(error))),
            (None, Some(code)) => code,
            (None, None) => return Err(OidcError::NotBegun),
        };
        let said = self.said(code, &pending, now).await?;
        let email = said.email.ok_or(OidcError::NoAddress)?;
        if !said.verified {
            return Err(OidcError::NotVerified(email));
        }
        Ok(Known { email, groups: said.groups, to: pending.to })
    }

    /// The mapping from groups to teams.
    pub(crate) fn rules(&self) -> &[GroupRule] {
        &self.settings.teams
    }

    async fn said(&self, code: &str, pending: &Pending, now: Timestamp) -> Result<Said, OidcError> {
        let client = self.client(now).await?;
        let asked = client.exchange_code(AuthorizationCode::new(code.to_owned())).map_err(unproven)?;
        let asked = asked.set_pkce_verifier(PkceCodeVerifier::new(pending.verifier.clone()));
        let answer = asked.request_async(&self.http).await.map_err(unproven)?;
        let token = answer.id_token().ok_or_else(|| OidcError::NotProven("no ID token came".to_owned()))?;
        let at = chrono::DateTime::from_timestamp_micros(now.as_microsecond()).unwrap_or_default();
        let verifier = client.id_token_verifier().set_time_fn(move || at);
        let claims = token.claims(&verifier, &Nonce::new(pending.nonce.clone())).map_err(unproven)?;
        if let Some(expected) = claims.access_token_hash() {
            let (alg, key) = (token.signing_alg().map_err(unproven)?, token.signing_key(&verifier).map_err(unproven)?);
            let found = AccessTokenHash::from_token(answer.access_token(), alg, key).map_err(unproven)?;
            if found != *expected {
                return Err(OidcError::NotProven("the access token is another's".to_owned()));
            }
        }
        let said = Said::in_token(claims, &self.settings.groups_claim);
        if said.is_whole(!self.settings.teams.is_empty()) {
            return Ok(said);
        }
        Ok(said.or(self.asked(&client, answer.access_token(), claims.subject()).await?))
    }

    /// What the userinfo endpoint says of the same person; nothing when there is none.
    async fn asked(&self, client: &Client, token: &AccessToken, who: &SubjectIdentifier) -> Result<Said, OidcError> {
        let Ok(request) = client.user_info(token.clone(), Some(who.clone())) else { return Ok(Said::default()) };
        let claims: InfoClaims = request.request_async(&self.http).await.map_err(unproven)?;
        Ok(Said::in_info(&claims, &self.settings.groups_claim))
    }

    async fn client(&self, now: Timestamp) -> Result<Client, OidcError> {
        let settings = &self.settings;
        let redirect = RedirectUrl::new(format!("{}/sign_in/back", settings.redirect_base));
        let redirect = redirect.map_err(|error| OidcError::Settings(error.to_string()))?;
        let provider = self.provider(now).await?;
        let secret = settings.client_secret.clone().map(ClientSecret::new);
        let id = ClientId::new(settings.client_id.clone());
        Ok(openidconnect::Client::from_provider_metadata(provider, id, secret).set_redirect_uri(redirect))
    }

    /// The provider's description of itself. Tokens signed with a shared secret are not taken.
    async fn provider(&self, now: Timestamp) -> Result<ProviderMetadataWithLogout, OidcError> {
        let fresh = |held: &Option<(i64, ProviderMetadataWithLogout)>| {
            held.as_ref().filter(|(at, _)| now.as_second() - at < BELIEVED).map(|(_, provider)| provider.clone())
        };
        if let Some(provider) = fresh(&held(&self.provider)) {
            return Ok(provider);
        }
        let issuer = IssuerUrl::new(self.settings.issuer.clone());
        let issuer = issuer.map_err(|error| OidcError::Settings(error.to_string()))?;
        let found = ProviderMetadataWithLogout::discover_async(issuer, &self.http).await;
        let found = found.map_err(|error| OidcError::Unreachable(chain(&error)))?;
        let signed = |alg: &CoreJwsSigningAlgorithm| {
            use CoreJwsSigningAlgorithm as Alg;
            !matches!(alg, Alg::HmacSha256 | Alg::HmacSha384 | Alg::HmacSha512 | Alg::None)
        };
        let algs = found.id_token_signing_alg_values_supported().iter().filter(|alg| signed(alg)).cloned().collect();
        let found = found.set_id_token_signing_alg_values_supported(algs);
        *held(&self.provider) = Some((now.as_second(), found.clone()));
        Ok(found)
    }

    /// Where somebody signs out at the provider, when it has such a place and was asked before.
    pub(crate) fn leave_href(&self) -> Option<String> {
        let provider = held(&self.provider);
        let place = provider.as_ref()?.1.additional_metadata().end_session_endpoint.clone()?;
        let request = LogoutRequest::from(place).set_client_id(ClientId::new(self.settings.client_id.clone()));
        Some(request.http_get_url().to_string())
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unproven(error: impl std::error::Error) -> OidcError {
    OidcError::NotProven(chain(&error))
}

/// An error with its causes in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(one) = cause {
        text.push_str(&format!(": {one}"));
        cause = one.source();
    }
    text
}

/// A provider's word about an error, made harmless.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(60).collect()
}
