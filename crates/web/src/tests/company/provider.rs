//! A small provider on loopback: it describes itself, signs tokens with a key of its own, checks the client's secret and the PKCE verifier,
//! and lies when a test asks for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Json, Redirect, Response};
use axum::routing::{get, post};
use chrono::{DateTime, TimeDelta, Utc};
use jiff::Timestamp;
use openidconnect::core::{
    CoreGenderClaim, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
    CoreRsaPrivateSigningKey,
};
use openidconnect::{
    AdditionalClaims, Audience, EndUserEmail, IdToken, IdTokenClaims, IssuerUrl, JsonWebKeyId, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, PrivateSigningKey as _, StandardClaims, SubjectIdentifier,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A key for this test alone; it opens nothing.
const KEY: &str = include_str!("provider.pem");
/// `mainstay:hush`, as a client says its name and secret.
const CLIENT: &str = "Basic bWFpbnN0YXk6aHVzaA==";

/// The claims beside the standard ones.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Groups {
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<Vec<String>>,
}

impl AdditionalClaims for Groups {}

type Token = IdToken<Groups, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

/// What the provider says; by default it says the truth of Grace, all of it in the token, and nothing of groups.
#[derive(Debug, Clone)]
pub(in crate::tests) struct Lie {
    pub(in crate::tests) nonce: Option<String>,
    pub(in crate::tests) email: String,
    pub(in crate::tests) verified: Option<bool>,
    pub(in crate::tests) audience: String,
    /// The signature is another text's.
    pub(in crate::tests) forged: bool,
    pub(in crate::tests) expired: bool,
    pub(in crate::tests) groups: Option<Vec<String>>,
    /// The token names nobody but by the subject; the rest is asked for at the userinfo endpoint.
    pub(in crate::tests) terse: bool,
    /// The userinfo endpoint speaks of another person.
    pub(in crate::tests) another: bool,
}

impl Default for Lie {
    fn default() -> Self {
        Self {
            nonce: None,
            email: "Grace@Example.org".to_owned(),
            verified: Some(true),
            audience: "mainstay".to_owned(),
            forged: false,
            expired: false,
            groups: None,
            terse: false,
            another: false,
        }
    }
}

#[derive(Debug, Clone)]
pub(in crate::tests) struct Provider {
    issuer: String,
    now: Arc<Mutex<Timestamp>>,
    lie: Arc<Mutex<Lie>>,
    /// Of each code the nonce and the challenge; a code is used once.
    codes: Arc<Mutex<HashMap<String, (String, String)>>>,
}

impl Provider {
    pub(in crate::tests) async fn start(now: Timestamp) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let provider = Self { issuer, now: Arc::new(Mutex::new(now)), lie: Arc::default(), codes: Arc::default() };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(describe))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .route("/userinfo", get(info))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    pub(in crate::tests) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(in crate::tests) fn lies(&self, lie: impl FnOnce(&mut Lie)) {
        lie(&mut self.lie.lock().unwrap());
    }

    /// It is as late here as that.
    pub(in crate::tests) fn at(&self, now: Timestamp) {
        *self.now.lock().unwrap() = now;
    }

    pub(in crate::tests) fn tells_the_truth(&self) {
        *self.lie.lock().unwrap() = Lie::default();
    }

    /// Somebody signs in here; gives the path by which they come back.
    pub(in crate::tests) async fn visit(&self, address: &str) -> String {
        assert!(address.starts_with(&format!("{}/authorize?", self.issuer)), "{address}");
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let answer = http.get(address).send().await.unwrap();
        let back = answer.headers()["location"].to_str().unwrap();
        back.strip_prefix("http://127.0.0.1:7117").unwrap().to_owned()
    }

    fn key() -> CoreRsaPrivateSigningKey {
        CoreRsaPrivateSigningKey::from_pem(KEY, Some(JsonWebKeyId::new("one".to_owned()))).unwrap()
    }
}

async fn describe(State(provider): State<Provider>) -> Json<Value> {
    let at = |path: &str| format!("{}{path}", provider.issuer);
    Json(json!({
        "issuer": provider.issuer,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "jwks_uri": at("/keys"),
        "userinfo_endpoint": at("/userinfo"),
        "end_session_endpoint": at("/leave"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "HS256"],
    }))
}

async fn keys() -> Json<CoreJsonWebKeySet> {
    Json(CoreJsonWebKeySet::new(vec![Provider::key().as_verification_key()]))
}

async fn authorize(State(provider): State<Provider>, Query(asked): Query<HashMap<String, String>>) -> Redirect {
    assert_eq!(asked["client_id"], "mainstay");
    assert_eq!((asked["response_type"].as_str(), asked["code_challenge_method"].as_str()), ("code", "S256"));
    assert!(asked["scope"].split(' ').any(|scope| scope == "openid") && asked["scope"].contains("email"));
    let mut codes = provider.codes.lock().unwrap();
    let code = format!("code{}", codes.len());
    codes.insert(code.clone(), (asked["nonce"].clone(), asked["code_challenge"].clone()));
    Redirect::to(&format!("{}?code={code}&state={}", asked["redirect_uri"], asked["state"]))
}

async fn token(
    State(provider): State<Provider>,
    headers: HeaderMap,
    Form(asked): Form<HashMap<String, String>>,
) -> Response {
    let client = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let known = provider.codes.lock().unwrap().remove(asked["code"].as_str());
    let proves = |challenge: &str| {
        let verifier = PkceCodeVerifier::new(asked["code_verifier"].clone());
        PkceCodeChallenge::from_code_verifier_sha256(&verifier).as_str() == challenge
    };
    match known {
        Some((nonce, challenge)) if client == Some(CLIENT) && proves(&challenge) => {
            let token = provider.sign(nonce);
            Json(json!({ "access_token": "opaque", "token_type": "Bearer", "id_token": token })).into_response()
        }
        _ => (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response(),
    }
}

async fn info(State(provider): State<Provider>, headers: HeaderMap) -> Response {
    if headers.get(header::AUTHORIZATION).is_none_or(|token| token != "Bearer opaque") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let lie = provider.lie.lock().unwrap().clone();
    let mut said = json!({ "sub": if lie.another { "4712" } else { "4711" }, "email": lie.email });
    if let Some(verified) = lie.verified {
        said["email_verified"] = json!(verified);
    }
    if let Some(groups) = lie.groups {
        said["groups"] = json!(groups);
    }
    Json(said).into_response()
}

impl Provider {
    fn sign(&self, nonce: String) -> String {
        let lie = self.lie.lock().unwrap().clone();
        let now: DateTime<Utc> = DateTime::from_timestamp_micros(self.now.lock().unwrap().as_microsecond()).unwrap();
        let until = now + TimeDelta::minutes(if lie.expired { -5 } else { 60 });
        let mut person = StandardClaims::new(SubjectIdentifier::new("4711".to_owned()));
        if !lie.terse {
            person = person.set_email(Some(EndUserEmail::new(lie.email))).set_email_verified(lie.verified);
        }
        let claims = IdTokenClaims::new(
            IssuerUrl::new(self.issuer.clone()).unwrap(),
            vec![Audience::new(lie.audience)],
            until,
            now,
            person,
            Groups { groups: lie.groups.filter(|_| !lie.terse) },
        )
        .set_nonce(Some(Nonce::new(lie.nonce.unwrap_or(nonce))));
        let alg = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
        let text = Token::new(claims, &Self::key(), alg, None, None).unwrap().to_string();
        if lie.forged { forged(&text) } else { text }
    }
}

/// The same words with another signature.
fn forged(token: &str) -> String {
    let (words, signature) = token.rsplit_once('.').unwrap();
    let other: String = signature.chars().rev().collect();
    format!("{words}.{other}")
}
