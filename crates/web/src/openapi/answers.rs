//! What can come of an operation: its answer, and the problems that it really has. No operation has a "default": whoever compares the
//! document with the program shall find each status by its name.

use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::link::Link;
use utoipa::openapi::schema::{Object, Schema, Type};
use utoipa::openapi::{Header, Response, ResponseBuilder, Responses, ResponsesBuilder};

use super::reference;

/// The media type of problems.
const PROBLEM: &str = "application/problem+json";

/// What can come of any request, with what it means.
const OF_ALL: [(&str, &str); 6] = [
    ("401", "Not signed in: no token, or one that is unknown, revoked or over"),
    ("403", "Not allowed: you may not, or the token's scope does not reach so far"),
    ("421", "The request is addressed to another host"),
    ("429", "Too many requests; `Retry-After` says in how many seconds to ask again"),
    ("500", "A fault of Mainstay, logged under `id`"),
    ("503", "It cannot be answered now, or takes too long; try again"),
];
/// What more can come of a request with a body.
const OF_BODIES: [(&str, &str); 3] = [
    ("400", "The body is not JSON, or the address cannot be read"),
    ("413", "The body is over 1 MiB"),
    ("415", "The body is not sent as `application/json`"),
];

/// The answers of one operation, begun with what can come of any.
pub(super) struct Answers(ResponsesBuilder);

impl Answers {
    /// An operation that answers with the schema of that name.
    pub(super) fn of(schema: &str) -> Self {
        Self::begin().with("200", Self::json(schema).build())
    }

    /// An operation that answers with a record, whose version is the `ETag`.
    pub(super) fn of_record() -> Self {
        Self::begin().with("200", Self::record().build())
    }

    /// An operation that makes a record, and where that leads.
    pub(super) fn of_made_record() -> Self {
        let leads = ["get_record", "put_record", "archive_record", "record_history", "record_readers"];
        let link = |to: &str| {
            let link = Link::builder().operation_id(to).parameter("kind", "$response.body#/kind");
            link.parameter("id", "$response.body#/id").build()
        };
        let made = leads.iter().fold(Self::record(), |made, to| made.link(*to, link(to)));
        Self::begin().with("201", made.build())
    }

    /// An operation that makes something with the schema of that name.
    pub(super) fn of_made(schema: &str) -> Self {
        Self::begin().with("201", Self::json(schema).build())
    }

    fn record() -> ResponseBuilder {
        let tag = header(Type::String, "The version, to be sent back as `If-Match`");
        Self::json("Record").header("ETag", tag)
    }

    /// An operation that answers with nothing but that it is done.
    pub(super) fn of_nothing() -> Self {
        Self::begin().with("204", ResponseBuilder::new().description("Done").build())
    }

    fn begin() -> Self {
        Self(ResponsesBuilder::new()).problems(&OF_ALL)
    }

    fn json(schema: &str) -> ResponseBuilder {
        let content = ContentBuilder::new().schema(Some(reference(schema))).build();
        ResponseBuilder::new().description("The answer").content("application/json", content)
    }

    fn with(self, status: &str, response: Response) -> Self {
        Self(self.0.response(status, response))
    }

    fn problems(self, all: &[(&str, &str)]) -> Self {
        all.iter().fold(self, |answers, (status, about)| answers.with(status, problem(status, about)))
    }

    /// It takes a body.
    pub(super) fn takes_body(self) -> Self {
        self.problems(&OF_BODIES)
    }

    /// Its address names something that may not be there for the asker.
    pub(super) fn at(self, about: &str) -> Self {
        self.problems(&[("400", "The address cannot be read"), ("404", about)])
    }

    /// It names something that may not be there for the asker.
    pub(super) fn names(self, about: &str) -> Self {
        self.problems(&[("404", about)])
    }

    /// What it is asked may be wrong.
    pub(super) fn may_be_wrong(self) -> Self {
        self.problems(&[("422", "The question or the input is wrong; `fields` says where")])
    }

    /// Somebody else may have been faster.
    pub(super) fn may_clash(self) -> Self {
        self.problems(&[("409", "Somebody else wrote since; `meanwhile` says what")])
    }

    pub(super) fn build(self) -> Responses {
        self.0.build()
    }
}

fn problem(status: &str, about: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(reference("Problem"))).build();
    let response = ResponseBuilder::new().description(about).content(PROBLEM, content);
    match status {
        "429" => response.header("Retry-After", header(Type::Integer, "Seconds")).build(),
        _ => response.build(),
    }
}

fn header(of: Type, about: &str) -> Header {
    HeaderBuilder::new().schema(Some(Schema::from(Object::with_type(of)))).description(Some(about)).build()
}
