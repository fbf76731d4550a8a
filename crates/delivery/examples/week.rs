//! The practices of the stage at a real address, with a clock that is moved from outside: what `e2e/week.mjs` plays a team's week at. Not for
//! use: whoever reaches it may have a link. Listens on a loopback address and takes lines:
//!
//!     link NAME              prints a sign-in link of Ann, Ben, Cy or Dee
//!     advance SECONDS        moves the clock, and prints where it stands
//!
//! and ends with the input.

use std::io::BufRead as _;
use std::net::{Ipv4Addr, SocketAddr};

use desk::{Clock, Entropy, Office};
use jiff::civil::date;
use testkit::company::Company;
use testkit::founding::PersonId;
use web::App;

const NAMES: [&str; 4] = ["Ann", "Ben", "Cy", "Dee"];

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let clock = Clock::set_at("2026-03-02T08:00:00Z".parse()?);
    let office = Office::open(folder.path(), clock.clone(), Entropy::seeded(7)).await?;
    let people = found(&office).await?;
    let app = App::new(office, delivery::practices());
    let listener = web::listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
    let address = listener.local_addr()?;
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let served = tokio::spawn(web::serve(listener, app.clone(), async move {
        let _ = ended.await;
    }));
    let (tell, mut lines) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if tell.send(line).is_err() {
                return;
            }
        }
    });
    while let Some(line) = lines.recv().await {
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["advance", seconds] => {
                clock.advance(seconds.parse()?);
                println!("now {}", clock.now());
            }
            ["link", name] => {
                let place = NAMES.iter().position(|one| one == name).ok_or("nobody of that name")?;
                link(&app, address, name, people[place]).await?;
            }
            _ => println!("not understood: {line}"),
        }
    }
    let _ = end.send(());
    served.await??;
    Ok(())
}

async fn link(app: &App, at: SocketAddr, name: &str, person: PersonId) -> Result<(), Box<dyn std::error::Error>> {
    let viewer = app.office().viewer(person).await?;
    println!("link {name} http://{at}{}", app.sign_in_path(&viewer).await?);
    Ok(())
}

/// Ann leads payments, Ben and Cy are in it, Dee is in another team; payments has finished about four items a week for four months.
async fn found(office: &Office) -> Result<Vec<PersonId>, Box<dyn std::error::Error>> {
    let [ann, ben, cy, dee] = NAMES;
    let company = Company::since(date(2025, 1, 1)).lead(ann).member(ben).member(cy).outsider(dee);
    let founded = company.found(office).await;
    let week = [1, 0, 2, 1, 0, 0, 0];
    let counts: Vec<u32> = week.iter().copied().cycle().take(17 * 7).collect();
    testkit::work::finished_of(office, founded.teams[0], &counts, date(2026, 3, 1)).await?;
    Ok(founded.people)
}
