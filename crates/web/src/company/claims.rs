//! What the provider says of somebody: from the ID token, and from its userinfo endpoint where a provider keeps to the letter and leaves
//! everything but the subject out of the token.

use std::collections::HashMap;

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenClaims,
    IdTokenFields, StandardErrorResponse, StandardTokenResponse, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Every claim beside the standard ones: groups stand under the name that the company gave them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct More {
    #[serde(flatten)]
    all: HashMap<String, Value>,
}

impl AdditionalClaims for More {}

type Fields = IdTokenFields<
    More,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

/// The client, whose ID tokens carry [`More`].
pub(super) type Client = openidconnect::Client<
    More,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

pub(super) type TokenClaims = IdTokenClaims<More, CoreGenderClaim>;
pub(super) type InfoClaims = UserInfoClaims<More, CoreGenderClaim>;

/// What matters here of all that the provider says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) email: Option<String>,
    pub(super) verified: bool,
    /// The groups, when the provider says anything about them.
    pub(super) groups: Option<Vec<String>>,
}

impl Said {
    /// As the ID token says it.
    pub(super) fn in_token(claims: &TokenClaims, groups: &str) -> Self {
        let email = claims.email().map(|email| email.to_string());
        let verified = claims.email_verified() == Some(true);
        Self { email, verified, groups: groups_of(claims.additional_claims(), groups) }
    }

    /// As the userinfo endpoint says it.
    pub(super) fn in_info(claims: &InfoClaims, groups: &str) -> Self {
        let email = claims.email().map(|email| email.to_string());
        let verified = claims.email_verified() == Some(true);
        Self { email, verified, groups: groups_of(claims.additional_claims(), groups) }
    }

    /// Whether nothing is left to ask for.
    pub(super) const fn is_whole(&self, groups: bool) -> bool {
        self.email.is_some() && (!groups || self.groups.is_some())
    }

    /// With what the other says where this says nothing. An address and its being verified come from one mouth.
    pub(super) fn or(self, other: Self) -> Self {
        let groups = self.groups.or(other.groups);
        if self.email.is_some() { Self { groups, ..self } } else { Self { groups, ..other } }
    }
}

/// The groups under a claim: a list of texts, or one text.
fn groups_of(more: &More, claim: &str) -> Option<Vec<String>> {
    match more.all.get(claim)? {
        Value::String(one) => Some(vec![one.clone()]),
        Value::Array(all) => Some(all.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
        _ => None,
    }
}
