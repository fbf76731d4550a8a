//! The steps that bring a database from one program's shape to the next. A step that was released is never changed.

mod m0001_ground;
mod m0002_upkeep;
mod m0003_directory;
mod m0004_work;
mod m0005_seats;
mod m0006_boxes;

use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// Every step, oldest first.
pub(super) struct Migrations;

impl MigratorTrait for Migrations {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_ground::Step),
            Box::new(m0002_upkeep::Step),
            Box::new(m0003_directory::Step),
            Box::new(m0004_work::Step),
            Box::new(m0005_seats::Step),
            Box::new(m0006_boxes::Step),
        ]
    }
}
