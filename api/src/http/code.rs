//! The codes of `errors[].extensions.code`, each with the HTTP status it has when nothing was executed. Clients
//! build on these names, so none may be renamed; what a caller can mend in a deed is a problem, not one of these.

use axum::http::StatusCode;

/// Declares the codes, their text and their status in one table.
macro_rules! codes {
    ($($(#[$doc:meta])+ $variant:ident = $text:literal, $status:ident;)+) => {
        /// Why a request, or a part of it, was not answered.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])+ $variant),+ }

        impl Code {
            /// Every code, in the order of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The text clients see.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The HTTP status of a request that ended with this code before anything was executed.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status),+ }
            }

            /// The code with this text.
            #[must_use]
            pub fn find(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.as_str() == text)
            }
        }
    };
}

codes! {
    /// The JSON or the GraphQL document cannot be read.
    ParseFailed = "PARSE_FAILED", BAD_REQUEST;
    /// The document does not fit the schema.
    ValidationFailed = "VALIDATION_FAILED", BAD_REQUEST;
    /// A parameter, a variable or an argument has the wrong type or form.
    BadUserInput = "BAD_USER_INPUT", BAD_REQUEST;
    /// The request asks for more than one request may.
    LimitExceeded = "LIMIT_EXCEEDED", BAD_REQUEST;
    /// No caller, or a token that does not hold.
    Unauthenticated = "UNAUTHENTICATED", UNAUTHORIZED;
    /// The caller is known and may not.
    Forbidden = "FORBIDDEN", FORBIDDEN;
    /// Nothing is here, or nothing that this caller may see.
    NotFound = "NOT_FOUND", NOT_FOUND;
    /// Another request has been, or is still, in the way.
    Conflict = "CONFLICT", CONFLICT;
    /// What is stored is newer than what was sent.
    Stale = "STALE", CONFLICT;
    /// The body is longer than the server reads.
    PayloadTooLarge = "PAYLOAD_TOO_LARGE", PAYLOAD_TOO_LARGE;
    /// Too many requests from this caller.
    RateLimited = "RATE_LIMITED", TOO_MANY_REQUESTS;
    /// The answer took longer than the setting allows: 504 and not 503, because the same request sent
    /// again would take as long, and a balancer must not take the process out of service for it.
    Timeout = "TIMEOUT", GATEWAY_TIMEOUT;
    /// The service, or a part that the answer needs, is not there for the moment.
    Unavailable = "UNAVAILABLE", SERVICE_UNAVAILABLE;
    /// A fault of ours.
    Internal = "INTERNAL", INTERNAL_SERVER_ERROR;
    /// A sealed value was changed or damaged where it is stored; it is on record.
    Damaged = "DAMAGED", INTERNAL_SERVER_ERROR;
    /// An upload is not what its digest says; of `POST /files` only.
    DigestMismatch = "DIGEST_MISMATCH", BAD_REQUEST;
}
