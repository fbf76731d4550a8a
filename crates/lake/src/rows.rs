//! From columns to structs: a serde deserializer that walks the rows of record batches.

use std::fmt;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimeUnit,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use datafusion::arrow::record_batch::RecordBatch;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use crate::error::SqlError;

/// Every row of the batches as a struct.
pub(crate) fn collect<T: DeserializeOwned>(batches: &[RecordBatch]) -> Result<Vec<T>, SqlError> {
    let mut rows = Vec::with_capacity(batches.iter().map(RecordBatch::num_rows).sum());
    for batch in batches {
        let schema = batch.schema();
        let columns: Vec<(&str, &ArrayRef)> =
            schema.fields().iter().map(|field| field.name().as_str()).zip(batch.columns()).collect();
        for row in 0..batch.num_rows() {
            rows.push(T::deserialize(Row { columns: &columns, row }).map_err(|error| SqlError::Shape(error.0))?);
        }
    }
    Ok(rows)
}

/// Why a row does not fit.
#[derive(Debug)]
struct Misfit(String);

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Misfit {}

impl de::Error for Misfit {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// One row: a struct or map by column names, a tuple by position.
#[derive(Clone, Copy)]
struct Row<'a> {
    columns: &'a [(&'a str, &'a ArrayRef)],
    row: usize,
}

impl<'de> Deserializer<'de> for Row<'de> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_map(Fields { row: self, next: 0 })
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_seq(Fields { row: self, next: 0 })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        tuple_struct map struct enum identifier ignored_any
    }
}

struct Fields<'a> {
    row: Row<'a>,
    next: usize,
}

impl<'a> Fields<'a> {
    fn cell(&mut self) -> Option<(&'a str, Cell<'a>)> {
        let &(name, array) = self.row.columns.get(self.next)?;
        self.next += 1;
        Some((name, Cell { array, row: self.row.row }))
    }
}

impl<'a> MapAccess<'a> for Fields<'a> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>, Misfit> {
        match self.row.columns.get(self.next) {
            Some((name, _)) => seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<S::Value, Misfit> {
        let (name, cell) = self.cell().ok_or_else(|| Misfit("a column is missing".to_owned()))?;
        seed.deserialize(cell).map_err(|error| Misfit(format!("column `{name}`: {error}")))
    }
}

impl<'a> SeqAccess<'a> for Fields<'a> {
    type Error = Misfit;

    fn next_element_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<Option<S::Value>, Misfit> {
        self.cell().map(|(_, cell)| seed.deserialize(cell)).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.row.columns.len() - self.next)
    }
}

/// One value of one column.
#[derive(Clone, Copy)]
struct Cell<'a> {
    array: &'a dyn Array,
    row: usize,
}

impl<'de> Deserializer<'de> for Cell<'de> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let Self { array, row } = self;
        if array.is_null(row) {
            return visitor.visit_unit();
        }
        match array.data_type() {
            DataType::Boolean => visitor.visit_bool(array.as_boolean().value(row)),
            DataType::Int8 => visitor.visit_i8(array.as_primitive::<Int8Type>().value(row)),
            DataType::Int16 => visitor.visit_i16(array.as_primitive::<Int16Type>().value(row)),
            DataType::Int32 => visitor.visit_i32(array.as_primitive::<Int32Type>().value(row)),
            DataType::Int64 => visitor.visit_i64(array.as_primitive::<Int64Type>().value(row)),
            DataType::UInt8 => visitor.visit_u8(array.as_primitive::<UInt8Type>().value(row)),
            DataType::UInt16 => visitor.visit_u16(array.as_primitive::<UInt16Type>().value(row)),
            DataType::UInt32 => visitor.visit_u32(array.as_primitive::<UInt32Type>().value(row)),
            DataType::UInt64 => visitor.visit_u64(array.as_primitive::<UInt64Type>().value(row)),
            DataType::Float32 => visitor.visit_f32(array.as_primitive::<Float32Type>().value(row)),
            DataType::Float64 => visitor.visit_f64(array.as_primitive::<Float64Type>().value(row)),
            DataType::Date32 => visitor.visit_i32(array.as_primitive::<Date32Type>().value(row)),
            DataType::Timestamp(unit, _) => visitor.visit_i64(seconds(array, row, *unit)),
            DataType::Utf8 => visitor.visit_borrowed_str(array.as_string::<i32>().value(row)),
            DataType::LargeUtf8 => visitor.visit_borrowed_str(array.as_string::<i64>().value(row)),
            DataType::Utf8View => visitor.visit_borrowed_str(array.as_string_view().value(row)),
            DataType::Dictionary(_, _) => {
                let dictionary = array.as_any_dictionary();
                let key = dictionary.normalized_keys().get(row).copied().unwrap_or_default();
                Cell { array: dictionary.values(), row: key }.deserialize_any(visitor)
            }
            DataType::List(_) => {
                let list = array.as_list::<i32>();
                let (start, end) = (list.value_offsets().get(row), list.value_offsets().get(row + 1));
                let range = as_index(start)..as_index(end);
                visitor.visit_seq(Items { values: list.values(), range })
            }
            DataType::Struct(_) => {
                let parts = array.as_struct();
                let columns: Vec<(&str, &ArrayRef)> = parts.column_names().into_iter().zip(parts.columns()).collect();
                visitor.visit_map(StructFields { columns, row, next: 0 })
            }
            DataType::Null => visitor.visit_unit(),
            other => Err(Misfit(format!("a value of type {other} has no counterpart; cast it in the statement"))),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if self.array.is_null(self.row) { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    /// A text is the name of a unit variant.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        struct Text<'a>(&'a str);
        impl Visitor<'_> for Text<'_> {
            type Value = String;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a text that names a `{}`", self.0)
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
                Ok(text.to_owned())
            }
        }
        let text = self.deserialize_any(Text(name))?;
        de::value::StringDeserializer::<Misfit>::new(text).deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

fn as_index(offset: Option<&i32>) -> usize {
    offset.and_then(|&offset| usize::try_from(offset).ok()).unwrap_or_default()
}

fn seconds(array: &dyn Array, row: usize, unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => array.as_primitive::<TimestampSecondType>().value(row),
        TimeUnit::Millisecond => array.as_primitive::<TimestampMillisecondType>().value(row).div_euclid(1_000),
        TimeUnit::Microsecond => array.as_primitive::<TimestampMicrosecondType>().value(row).div_euclid(1_000_000),
        TimeUnit::Nanosecond => array.as_primitive::<TimestampNanosecondType>().value(row).div_euclid(1_000_000_000),
    }
}

/// The items of a list.
struct Items<'a> {
    values: &'a ArrayRef,
    range: std::ops::Range<usize>,
}

impl<'a> SeqAccess<'a> for Items<'a> {
    type Error = Misfit;

    fn next_element_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<Option<S::Value>, Misfit> {
        self.range.next().map(|row| seed.deserialize(Cell { array: self.values, row })).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.range.len())
    }
}

/// The fields of a struct inside a list.
struct StructFields<'a> {
    columns: Vec<(&'a str, &'a ArrayRef)>,
    row: usize,
    next: usize,
}

impl<'a> MapAccess<'a> for StructFields<'a> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>, Misfit> {
        match self.columns.get(self.next) {
            Some((name, _)) => seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<S::Value, Misfit> {
        let &(_, array) = self.columns.get(self.next).ok_or_else(|| Misfit("a field is missing".to_owned()))?;
        self.next += 1;
        seed.deserialize(Cell { array, row: self.row })
    }
}
