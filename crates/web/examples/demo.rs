//! Serves the made-up practice, to be looked at: `cargo run -p web --example demo [ADDR:PORT]`.

use std::error::Error;

use desk::{Clock, Entropy, Office};
use web::App;

#[path = "../src/tests/demo.rs"]
mod demo;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let data = std::env::args().nth(2).map_or_else(|| dir.path().to_path_buf(), Into::into);
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:7118".to_owned()).parse()?;
    let office = Office::open(&data, Clock::System, Entropy::system()).await?;
    let viewer = office.local("ada", "ada@localhost").await?;
    let app = App::new(office, [web::entry::<demo::Demo>()]);
    let listener = web::listen(address).await?;
    println!("http://{address}{}", app.sign_in_path(&viewer).await?);
    web::serve(listener, app, async { drop(tokio::signal::ctrl_c().await) }).await?;
    Ok(())
}
