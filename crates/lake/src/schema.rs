//! How a fact table is described: one definition gives the Arrow schema, the text of `mainstay sql --schema` and the schema page.

use std::fmt::Write as _;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};

/// What a column holds. The kind decides the Arrow type and how the column is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Hex id of a Git object.
    Id,
    /// A path inside the repository.
    Path,
    /// Other text.
    Text,
    /// A list of texts; null stands for nothing in it.
    Texts,
    /// A list of `{key, value}` pairs.
    Pairs,
    /// A whole number, 64 bits.
    Whole,
    /// A number with a fraction, 64 bits.
    Fraction,
    /// True or false.
    Truth,
    /// A moment in UTC, milliseconds inside. Parquet knows no seconds, and a number without a unit would be read wrongly by others.
    Time,
}

impl Kind {
    /// The Arrow type of the column.
    #[must_use]
    pub fn arrow(self) -> DataType {
        match self {
            Self::Id | Self::Path | Self::Text => DataType::Utf8View,
            Self::Texts => DataType::List(Arc::new(Field::new("item", DataType::Utf8View, false))),
            Self::Pairs => DataType::List(Arc::new(Field::new("item", DataType::Struct(pair_fields()), false))),
            Self::Whole => DataType::Int64,
            Self::Fraction => DataType::Float64,
            Self::Truth => DataType::Boolean,
            Self::Time => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
        }
    }

    /// The word for the kind in the schema's text.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Path => "path",
            Self::Text => "text",
            Self::Texts => "text[]",
            Self::Pairs => "{key, value}[]",
            Self::Whole => "integer",
            Self::Fraction => "number",
            Self::Truth => "boolean",
            Self::Time => "timestamp",
        }
    }
}

/// The fields of one [`Kind::Pairs`] item.
#[must_use]
pub fn pair_fields() -> Fields {
    Fields::from(vec![Field::new("key", DataType::Utf8View, false), Field::new("value", DataType::Utf8View, false)])
}

/// One column of a fact table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The name in SQL.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether a row may have none.
    pub nullable: bool,
    /// One sentence for the reader of the schema.
    pub about: &'static str,
}

/// A fact table. Its first column is always `repo`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableDef {
    /// The name in SQL.
    pub name: &'static str,
    /// One sentence for the reader of the schema.
    pub about: &'static str,
    /// The columns, in the order in which they are stored.
    pub columns: &'static [Column],
}

impl TableDef {
    /// The Arrow schema with the `repo` column.
    #[must_use]
    pub fn arrow(&self) -> SchemaRef {
        Arc::new(Schema::new(self.columns.iter().map(field).collect::<Vec<_>>()))
    }

    /// The Arrow schema of the rows that a writer hands over: everything but `repo`, which the lake adds.
    #[must_use]
    pub fn arrow_without_repo(&self) -> SchemaRef {
        Arc::new(Schema::new(self.columns.iter().skip(1).map(field).collect::<Vec<_>>()))
    }

    /// The column of this name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

fn field(column: &Column) -> Field {
    Field::new(column.name, column.kind.arrow(), column.nullable)
}

/// The schema as text, for people: each table with its sentence, each column with its kind and sentence.
#[must_use]
pub fn schema_text(tables: &[TableDef]) -> String {
    let mut text = String::new();
    for table in tables {
        let name_width = table.columns.iter().map(|c| c.name.len()).max().unwrap_or(0);
        let kind_width = table.columns.iter().map(|c| kind_word(c).len()).max().unwrap_or(0);
        let _ = writeln!(text, "{}\n  {}", table.name, table.about);
        for column in table.columns {
            let _ =
                writeln!(text, "    {:name_width$}  {:kind_width$}  {}", column.name, kind_word(column), column.about);
        }
        text.push('\n');
    }
    text
}

fn kind_word(column: &Column) -> String {
    format!("{}{}", column.kind.word(), if column.nullable { "?" } else { "" })
}
