//! Why the desk says no: three kinds, each mapped once to a page, a problem+json or an exit code at the edge.

use std::error::Error;
use std::sync::Arc;

use crate::records::Meanwhile;

/// What is wrong with one field of an ask or an input.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct FieldError {
    /// The field's name, dotted where it is nested (`impact.low`).
    pub field: String,
    /// What is wrong, as a sentence that can stand beside the field.
    pub message: String,
}

impl FieldError {
    /// `message` about `field`.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// Why a refused request was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The input or the question is wrong.
    Invalid,
    /// There is no such thing.
    NotFound,
    /// The viewer may not.
    NotAllowed,
    /// Somebody else was faster, or holds it.
    Conflict,
    /// Another process is working on it.
    Busy,
}

/// The answer no.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Refusal {
    /// The user can mend it.
    #[error("{message}")]
    Refused {
        /// Which kind of no.
        reason: Reason,
        /// What was wrong; a lower-case fragment without a full stop.
        message: String,
        /// How to mend it; a sentence.
        hint: Option<String>,
        /// What is wrong with which field.
        fields: Vec<FieldError>,
        /// What somebody else wrote since the asker looked.
        meanwhile: Option<Box<Meanwhile>>,
    },
    /// The world does not answer now; trying again may help.
    #[error("{message}")]
    Unavailable {
        /// What could not be reached; a lower-case fragment.
        message: String,
        /// What to do meanwhile.
        hint: Option<String>,
        /// Whether it is likely to pass by itself, so that a page may try again.
        passing: bool,
    },
    /// A fault of this program. Logged once at the edge with an id that the user is shown.
    #[error("{message}")]
    Bug {
        /// What was being done.
        message: String,
        /// What went wrong below.
        #[source]
        source: Option<Arc<dyn Error + Send + Sync>>,
    },
}

impl Refusal {
    fn refused(reason: Reason, message: impl Into<String>) -> Self {
        Self::Refused { reason, message: message.into(), hint: None, fields: Vec::new(), meanwhile: None }
    }

    /// The input or the question is wrong.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::refused(Reason::Invalid, message)
    }

    /// There is no such thing.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::refused(Reason::NotFound, message)
    }

    /// The viewer may not.
    pub fn not_allowed(message: impl Into<String>) -> Self {
        Self::refused(Reason::NotAllowed, message)
    }

    /// Somebody else was faster.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::refused(Reason::Conflict, message)
    }

    /// Another process is working on it.
    pub fn busy(message: impl Into<String>) -> Self {
        Self::refused(Reason::Busy, message)
    }

    /// Fields are wrong; the message counts them, each field says its own.
    #[must_use]
    pub fn fields(fields: Vec<FieldError>) -> Self {
        let message = match fields.as_slice() {
            [one] => format!("`{}`: {}", one.field, one.message),
            many => format!("{} fields need another look", many.len()),
        };
        Self::Refused { reason: Reason::Invalid, message, hint: None, fields, meanwhile: None }
    }

    /// The world does not answer now.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::Unavailable { message: message.into(), hint: None, passing: false }
    }

    /// The world does not answer now, and most likely does in a moment.
    pub fn away(message: impl Into<String>) -> Self {
        Self::Unavailable { message: message.into(), hint: None, passing: true }
    }

    /// Whether it is likely to pass by itself.
    #[must_use]
    pub const fn passes(&self) -> bool {
        matches!(self, Self::Unavailable { passing: true, .. } | Self::Refused { reason: Reason::Busy, .. })
    }

    /// A fault of this program.
    pub fn bug(message: impl Into<String>, source: impl Error + Send + Sync + 'static) -> Self {
        Self::Bug { message: message.into(), source: Some(Arc::new(source)) }
    }

    /// A fault of this program that no error of another part caused.
    pub fn fault(message: impl Into<String>) -> Self {
        Self::Bug { message: message.into(), source: None }
    }

    /// The same refusal, saying what to do. A bug takes no hint.
    #[must_use]
    pub fn hint(mut self, text: impl Into<String>) -> Self {
        match &mut self {
            Self::Refused { hint, .. } | Self::Unavailable { hint, .. } => *hint = Some(text.into()),
            Self::Bug { .. } => {}
        }
        self
    }

    /// The same refusal, showing what somebody else wrote since the asker looked.
    #[must_use]
    pub fn meanwhile(mut self, found: Option<Meanwhile>) -> Self {
        if let Self::Refused { meanwhile, .. } = &mut self {
            *meanwhile = found.map(Box::new);
        }
        self
    }

    /// What somebody else wrote since the asker looked.
    #[must_use]
    pub fn what_changed(&self) -> Option<&Meanwhile> {
        match self {
            Self::Refused { meanwhile, .. } => meanwhile.as_deref(),
            _ => None,
        }
    }

    /// What to do, when there is something.
    #[must_use]
    pub fn what_to_do(&self) -> Option<&str> {
        match self {
            Self::Refused { hint, .. } | Self::Unavailable { hint, .. } => hint.as_deref(),
            Self::Bug { .. } => None,
        }
    }

    /// What is wrong with which field.
    #[must_use]
    pub fn field_errors(&self) -> &[FieldError] {
        match self {
            Self::Refused { fields, .. } => fields,
            _ => &[],
        }
    }

    /// The exit code of a command that ends in this refusal.
    ///
    /// 65 bad input data, 69 a source is unavailable, 70 a bug, 75 busy or overtaken, 77 not allowed.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Refused { reason, .. } => match reason {
                Reason::Invalid | Reason::NotFound => 65,
                Reason::NotAllowed => 77,
                Reason::Conflict | Reason::Busy => 75,
            },
            Self::Unavailable { .. } => 69,
            Self::Bug { .. } => 70,
        }
    }

    /// The HTTP status of an answer that carries this refusal.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Refused { reason, .. } => match reason {
                Reason::Invalid => 422,
                Reason::NotFound => 404,
                Reason::NotAllowed => 403,
                Reason::Conflict => 409,
                Reason::Busy => 503,
            },
            Self::Unavailable { .. } => 503,
            Self::Bug { .. } => 500,
        }
    }

    /// One word for programs: `invalid`, `not_found`, `not_allowed`, `conflict`, `busy`, `unavailable`, `bug`.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Refused { reason, .. } => match reason {
                Reason::Invalid => "invalid",
                Reason::NotFound => "not_found",
                Reason::NotAllowed => "not_allowed",
                Reason::Conflict => "conflict",
                Reason::Busy => "busy",
            },
            Self::Unavailable { .. } => "unavailable",
            Self::Bug { .. } => "bug",
        }
    }
}
