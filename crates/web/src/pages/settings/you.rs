//! What a person manages for themselves: the sessions in which they are signed in, tokens for programs, and a password.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use desk::sheet::Cell;
use desk::{FieldError, Refusal};
use schemars::JsonSchema;
use serde::Deserialize;
use store::sign_in::{Scope, SignInRefused, Token, Way};
use uuid::Uuid;

use super::tabs;
use crate::door::Peer;
use crate::frame::Frame;
use crate::guard::Signed;
use crate::pages::Visit;
use crate::pages::change::{FormPage, begin, done, draw, fields_of, posted, read, team_field};
use crate::{App, Html};

#[derive(Template)]
#[template(path = "pages/you.html")]
struct YouPage<'a> {
    csrf: &'a str,
    sessions: Vec<SessionRow>,
    tokens: Vec<TokenRow>,
    fresh: Option<&'a str>,
    token_form: Html,
    has_password: bool,
    password_form: Html,
}

struct SessionRow {
    id: Uuid,
    agent: String,
    way: &'static str,
    began: Html,
    seen: Html,
    here: bool,
}

struct TokenRow {
    id: Uuid,
    name: String,
    scope: String,
    made: Html,
    used: Html,
    state: Html,
    alive: bool,
}

/// A new password. Whoever has one says it first.
#[derive(Deserialize, JsonSchema)]
struct PasswordInput {
    /// The one that you have now.
    #[serde(default)]
    #[schemars(title = "Present password")]
    present: Option<String>,
    /// At least 12 characters; four or more unrelated words make a good one.
    #[schemars(title = "New password")]
    password: String,
}

/// What stands in the two forms of the page, and what was wrong with it.
#[derive(Default)]
struct Typed<'a> {
    token: &'a [(String, String)],
    token_refusal: Option<&'a Refusal>,
    password_refusal: Option<&'a Refusal>,
    fresh: Option<&'a str>,
}

/// The page.
pub(crate) async fn show(State(app): State<App>, Signed(session): Signed) -> Response {
    match Visit::new(app, session, "/settings", None).await {
        Ok(visit) => page(&visit, &Typed::default()).await,
        Err(response) => response,
    }
}

async fn page(visit: &Visit, typed: &Typed<'_>) -> Response {
    let refusal = typed.token_refusal.or(typed.password_refusal);
    let status = refusal.and_then(|refusal| StatusCode::from_u16(refusal.status()).ok()).unwrap_or(StatusCode::OK);
    let drawn = whole(visit, typed).await.and_then(|body| {
        let frame =
            Frame { title: "What is yours here?", over: "Settings", scope: tabs("/settings")?, ..Frame::default() };
        Ok((frame, body))
    });
    visit.answer_with(status, drawn)
}

async fn whole(visit: &Visit, typed: &Typed<'_>) -> Result<Html, Refusal> {
    let (store, me, now) = (visit.desk.store(), visit.session.viewer.person, visit.desk.now());
    let sessions = store.sessions_of(me, now).await?;
    let time = |at: jiff::Timestamp| visit.pen.cell(&Cell::Time(at.as_second()));
    let sessions = sessions.into_iter().map(|one| SessionRow {
        id: one.id,
        way: way_word(one.way),
        began: time(one.began),
        seen: time(one.seen),
        here: one.id == visit.session.id,
        agent: if one.agent.is_empty() { "an unnamed browser".to_owned() } else { one.agent },
    });
    let tokens = store.tokens_of(me).await?;
    let has_password = store.has_password(me).await?;
    Html::of(&YouPage {
        csrf: &visit.session.csrf,
        sessions: sessions.collect(),
        tokens: tokens.iter().map(|token| token_row(visit, token)).collect(),
        fresh: typed.fresh,
        token_form: token_form(visit, typed)?,
        has_password,
        password_form: password_form(visit, has_password, typed.password_refusal)?,
    })
}

const fn way_word(way: Way) -> &'static str {
    match way {
        Way::Link => "by a link",
        Way::Password => "by password",
        Way::Company => "by the company’s sign-in",
    }
}

fn token_row(visit: &Visit, token: &Token) -> TokenRow {
    let time = |at: jiff::Timestamp| visit.pen.cell(&Cell::Time(at.as_second()));
    let ended = token.revoked_at.is_some();
    let alive = !ended && visit.desk.now() < token.expires_at;
    let state = if ended {
        Html::text("revoked")
    } else if alive {
        time(token.expires_at)
    } else {
        Html::text("expired")
    };
    TokenRow {
        id: token.id,
        name: token.scope.name.clone(),
        scope: scope_words(&token.scope),
        made: time(token.created_at),
        used: token.used_at.map_or_else(|| Html::text("never"), time),
        state,
        alive,
    }
}

/// What a token may do, in words.
fn scope_words(scope: &Scope) -> String {
    let flags = [
        (scope.read, "read"),
        (scope.write, "write"),
        (scope.administer, "administer"),
        (scope.people, "records about people"),
        (scope.assistant, "for an assistant"),
    ];
    let mut words: Vec<String> = flags.iter().filter(|(on, _)| *on).map(|(_, word)| (*word).to_owned()).collect();
    if !scope.teams.is_empty() {
        words.push(format!("only {}", scope.teams.join(", ")));
    }
    words.join(", ")
}

fn token_form(visit: &Visit, typed: &Typed<'_>) -> Result<Html, Refusal> {
    let mut fields = fields_of::<Scope>();
    team_field(&mut fields, "teams", visit.desk.organisation());
    if visit.desk.organisation().teams().is_empty() {
        fields.retain(|field| field.name != "teams");
    }
    let form = FormPage { title: "", over: "", action: "/settings/tokens", back: "", button: "Make a token", fields };
    draw(visit, &form, typed.token, typed.token_refusal)
}

fn password_form(visit: &Visit, has_one: bool, refusal: Option<&Refusal>) -> Result<Html, Refusal> {
    let mut fields = fields_of::<PasswordInput>();
    fields.retain(|field| has_one || field.name != "present");
    for field in &mut fields {
        field.required = true;
    }
    let button = if has_one { "Change the password" } else { "Set a password" };
    let form = FormPage { title: "", over: "", action: "/settings/password", back: "", button, fields };
    draw(visit, &form, &[], refusal)
}

/// Ends a session of the person.
pub(crate) async fn end_session(
    State(app): State<App>,
    Signed(session): Signed,
    Path(id): Path<Uuid>,
    body: Bytes,
) -> Response {
    let visit = match Visit::new(app, session, "/settings", None).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let ended = async {
        posted(&visit, &body)?;
        Ok(visit.desk.store().end_session(visit.session.viewer.person, id, visit.desk.now()).await?)
    };
    ended_with(&visit, ended.await, "The session is ended.")
}

/// What a person is told after something of theirs was ended, or was not.
fn ended_with(visit: &Visit, ended: Result<(), Refusal>, told: &str) -> Response {
    match ended {
        Ok(()) => done(visit, told, "/settings"),
        Err(refusal) => visit.refuse(refusal),
    }
}

/// Makes a token and shows it, once.
pub(crate) async fn make_token(State(app): State<App>, Signed(session): Signed, body: Bytes) -> Response {
    let visit = match Visit::new(app, session, "/settings", None).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let typed = match posted(&visit, &body) {
        Ok(typed) => typed,
        Err(refusal) => return visit.refuse(refusal),
    };
    let made = async {
        let scope: Scope = read(&typed)?;
        let store = visit.desk.store();
        Ok(store.new_token(visit.session.viewer.person, &scope, visit.desk.now()).await?.1)
    };
    match made.await {
        Ok(secret) => page(&visit, &Typed { fresh: Some(&secret), ..Typed::default() }).await,
        Err(refusal @ Refusal::Bug { .. }) => visit.refuse(refusal),
        Err(refusal) => page(&visit, &Typed { token: &typed, token_refusal: Some(&refusal), ..Typed::default() }).await,
    }
}

/// Ends a token of the person.
pub(crate) async fn revoke_token(
    State(app): State<App>,
    Signed(session): Signed,
    Path(id): Path<Uuid>,
    body: Bytes,
) -> Response {
    let visit = match Visit::new(app, session, "/settings", None).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let ended = async {
        posted(&visit, &body)?;
        Ok(visit.desk.store().revoke_token(visit.session.viewer.person, id, visit.desk.now()).await?)
    };
    ended_with(&visit, ended.await, "The token is revoked; whoever uses it is refused from now on.")
}

/// Sets a password. Other sessions end: somebody else may have opened them.
pub(crate) async fn set_password(
    State(app): State<App>,
    Signed(session): Signed,
    peer: Peer,
    _headers: HeaderMap,
    body: Bytes,
) -> Response {
    let visit = match Visit::new(app, session, "/settings", None).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let typed = match posted(&visit, &body) {
        Ok(typed) => typed,
        Err(refusal) => return visit.refuse(refusal),
    };
    match change_password(&visit, &typed, &peer.address).await {
        Ok(()) => done(&visit, "The password is set, and your other sessions are ended.", "/settings"),
        Err(refusal @ Refusal::Bug { .. }) => visit.refuse(refusal),
        Err(refusal) => page(&visit, &Typed { password_refusal: Some(&refusal), ..Typed::default() }).await,
    }
}

async fn change_password(visit: &Visit, typed: &[(String, String)], from: &str) -> Result<(), Refusal> {
    let input: PasswordInput = read(typed)?;
    let (store, me, now) = (visit.desk.store(), visit.session.viewer.person, visit.desk.now());
    if store.has_password(me).await? {
        confirm(visit, input.present.as_deref().unwrap_or_default(), from).await?;
    }
    let mut write = begin(visit).await?;
    write.set_password(me, &input.password).await?;
    write.keep().await?;
    for other in store.sessions_of(me, now).await? {
        if other.id != visit.session.id {
            store.end_session(me, other.id, now).await?;
        }
    }
    Ok(())
}

/// Whether the present password is right.
async fn confirm(visit: &Visit, present: &str, from: &str) -> Result<(), Refusal> {
    let me = visit.desk.organisation().person(visit.session.viewer.person);
    let email = me.map(|person| person.email.clone()).unwrap_or_default();
    let beside = |message: String| Refusal::fields(vec![FieldError::new("present", message)]);
    match visit.desk.store().check_password(&email, present, from, visit.desk.now()).await {
        Ok(_) => Ok(()),
        Err(SignInRefused::Wrong) => Err(beside("This is not your present password.".to_owned())),
        Err(SignInRefused::Wait { seconds }) => Err(beside(format!("Too many wrong ones; wait {seconds} seconds."))),
        Err(SignInRefused::Store(error)) => Err(error.into()),
    }
}

/// Takes the password away.
pub(crate) async fn remove_password(State(app): State<App>, Signed(session): Signed, body: Bytes) -> Response {
    let visit = match Visit::new(app, session, "/settings", None).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let removed = async {
        posted(&visit, &body)?;
        let mut write = begin(&visit).await?;
        write.remove_password(visit.session.viewer.person).await?;
        write.keep().await?;
        Ok::<_, Refusal>(())
    };
    match removed.await {
        Ok(()) => {
            done(&visit, "You have no password any more; links and the company’s sign-in still work.", "/settings")
        }
        Err(refusal) => visit.refuse(refusal),
    }
}
