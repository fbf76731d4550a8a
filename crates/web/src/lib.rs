//! The faces: pages, API and MCP tools, mounted from the registry of the desk. Only this crate knows HTTP and the page's frame.

#[cfg(test)]
extern crate self as web;

mod api;
mod app;
mod assets;
mod company;
mod door;
mod error;
mod frame;
mod guard;
mod html;
mod icons;
mod limits;
pub mod mcp;
mod openapi;
mod page;
mod pages;
pub mod pen;
mod scim;
mod serve;
mod sessions;
mod sql;
#[cfg(test)]
mod tests;

pub use app::App;
pub use company::{GroupRule, OidcError, OidcSettings};
pub use door::{Door, NoPublicUrl, PublicUrl};
pub use html::Html;
pub use page::{Entry, Page, entry};
pub use pen::Pen;
pub use serve::{ServeError, listen, listen_at, serve};
