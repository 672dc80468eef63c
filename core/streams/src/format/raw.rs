//! The bytes themselves, one column of type bytes.

use super::column::Rows;
use super::{Decoded, Decoder, Encoder, one_column, one_field};
use crate::types::{Field, Type};
use arrow_array::{Array, ArrayRef, cast::AsArray};
use wellhead_base::Result;

pub(super) struct Raw {
    fields: Vec<Field>,
}
impl Raw {
    pub fn new(fields: &[Field]) -> Result<Raw> {
        one_field("raw", fields, &[Type::Bytes])?;
        Ok(Raw { fields: fields.to_vec() })
    }
}
impl Decoder for Raw {
    fn decode(&mut self, payloads: &[Option<&[u8]>]) -> Decoded {
        let mut rows = Rows::new(&self.fields, payloads.len());
        for p in payloads {
            let outcome = match (p, rows.columns.first_mut()) {
                (Some(bytes), Some(column)) => column.bytes(bytes).map_err(str::to_owned),
                _ => Ok(()),
            };
            rows.end(outcome);
        }
        rows.finish()
    }
}
impl Encoder for Raw {
    fn encode(&mut self, columns: &[ArrayRef], out: &mut Vec<u8>, ends: &mut Vec<usize>) -> Result<()> {
        let column = one_column(&self.fields, columns)?.as_binary::<i32>();
        for row in 0..column.len() {
            if column.is_valid(row) {
                out.extend_from_slice(column.value(row));
            }
            ends.push(out.len());
        }
        Ok(())
    }
}
