//! `WITH (name = value, ...)`: options that are each read once, and what a source or a sink is by them.
//!
//! Owns: the names of the options and of the formats. Formats with a schema take it from an option: `schema` is the text of an Avro schema
//! and `schema_file` a file with it; `descriptors` is a serialised FileDescriptorSet in base64 and `descriptors_file` a file with its bytes
//! (`protoc --include_imports --descriptor_set_out=file`), of which `message` names one. The key's are `key_schema` and so on.

use super::Options;
use crate::expr::{Scalar, parse_duration};
use crate::format::{Format, from_base64};
use crate::types::nearest;
use wellhead_base::{Code, Error, Result};

const FORMATS: [&str; 9] = ["raw", "text", "json", "csv", "int64", "int32", "double", "avro", "protobuf"];

/// Options, each read once; what is left over is a mistake.
pub(super) struct Reader<'a> {
    with: &'a Options,
    known: Vec<&'static str>,
}
impl<'a> Reader<'a> {
    pub fn new(with: &'a Options) -> Reader<'a> {
        Reader { with, known: Vec::new() }
    }
    fn get(&mut self, name: &'static str) -> Option<&'a Scalar> {
        self.known.push(name);
        self.with.iter().find(|(n, _)| n == name).map(|(_, v)| v)
    }
    fn wrong<T>(name: &str, want: &str, got: &Scalar) -> Result<T> {
        Err(Error::invalid_arg(format!("the option {name} is {want}, not {got}")))
    }
    pub fn text(&mut self, name: &'static str) -> Result<Option<String>> {
        match self.get(name) {
            None => Ok(None),
            Some(Scalar::String(s)) => Ok(Some(s.clone())),
            Some(other) => Self::wrong(name, "a text", other),
        }
    }
    pub fn int(&mut self, name: &'static str) -> Result<Option<i64>> {
        match self.get(name) {
            None => Ok(None),
            Some(Scalar::Int(i)) => Ok(Some(*i)),
            Some(other) => Self::wrong(name, "a whole number", other),
        }
    }
    pub fn bool(&mut self, name: &'static str) -> Result<Option<bool>> {
        match self.get(name) {
            None => Ok(None),
            Some(Scalar::Bool(b)) => Ok(Some(*b)),
            Some(other) => Self::wrong(name, "true or false", other),
        }
    }
    pub fn duration(&mut self, name: &'static str) -> Result<Option<i64>> {
        match self.get(name) {
            None => Ok(None),
            Some(Scalar::String(s)) => parse_duration(s).map(Some),
            Some(other) => Self::wrong(name, "a length of time as '10 seconds'", other),
        }
    }
    /// The value's format.
    pub fn value_format(&mut self) -> Result<Option<Format>> {
        self.format(["format", "schema", "schema_file", "schema_id", "framed", "descriptors", "descriptors_file", "message", "delimiter"])
    }
    pub fn key_format(&mut self) -> Result<Option<Format>> {
        self.format([
            "key_format",
            "key_schema",
            "key_schema_file",
            "key_schema_id",
            "key_framed",
            "key_descriptors",
            "key_descriptors_file",
            "key_message",
            "key_delimiter",
        ])
    }
    /// A format, and the options that some formats need: they are read only with a format that has them, so that others are left over.
    fn format(&mut self, names: [&'static str; 9]) -> Result<Option<Format>> {
        let [format, schema, schema_file, schema_id, framed, descriptors, descriptors_file, message, delimiter] = names;
        let Some(text) = self.text(format)? else { return Ok(None) };
        Ok(Some(match text.to_ascii_lowercase().as_str() {
            "raw" | "bytes" => Format::Raw,
            "text" | "string" | "kafka" => Format::Text,
            "json" => Format::Json,
            "csv" | "delimited" => {
                let given = self.text(delimiter)?;
                let delimiter = match given.as_deref().map(|d| (d.chars().next(), d.chars().count())) {
                    None => ',',
                    Some((Some(c), 1)) => c,
                    Some(_) => return Err(Error::invalid_arg(format!("the option {delimiter} is one character"))),
                };
                Format::Csv { delimiter }
            }
            "int64" | "long" => Format::Int64,
            "int32" => Format::Int32,
            "double" => Format::Double,
            "avro" => {
                let schema = match self.inline_or_file(schema, schema_file)? {
                    Some(Given::Inline(text)) => text,
                    Some(Given::File(path, bytes)) => String::from_utf8(bytes).map_err(|_| Error::invalid_arg(format!("{path} is not UTF-8")))?,
                    None => {
                        return Err(Error::invalid_arg(format!("the format avro needs its schema: {schema} = '...' or {schema_file} = 'bid.avsc'")));
                    }
                };
                let schema_id = match self.int(schema_id)? {
                    None => None,
                    Some(id) => Some(u32::try_from(id).map_err(|_| Error::invalid_arg(format!("the option {schema_id} cannot be {id}")))?),
                };
                let framed = self.bool(framed)?.unwrap_or(schema_id.is_some());
                Format::Avro { schema, framed, schema_id }
            }
            "protobuf" => {
                let descriptors = match self.inline_or_file(descriptors, descriptors_file)? {
                    Some(Given::Inline(text)) => from_base64(&text).map_err(|e| Error::invalid_arg(format!("the option {descriptors}: {e}")))?,
                    Some(Given::File(_, bytes)) => bytes,
                    None => {
                        return Err(Error::invalid_arg(format!(
                            "the format protobuf needs what protoc writes: {descriptors_file} = 'bid.desc', or {descriptors} = '...' in base64"
                        )));
                    }
                };
                let Some(message) = self.text(message)? else {
                    return Err(Error::invalid_arg(format!("the format protobuf needs the name of its message: {message} = 'shop.Bid'")));
                };
                Format::Protobuf { descriptors, message }
            }
            other => {
                let near = nearest(other, &FORMATS).map(|n| format!("; did you mean '{n}'?")).unwrap_or_default();
                return Err(Error::invalid_arg(format!("'{text}' is no format of SQL's: {}{near}", FORMATS.join(", "))));
            }
        }))
    }
    fn inline_or_file(&mut self, inline: &'static str, file: &'static str) -> Result<Option<Given>> {
        let text = self.text(inline)?;
        let Some(path) = self.text(file)? else { return Ok(text.map(Given::Inline)) };
        if text.is_some() {
            return Err(Error::invalid_arg(format!("{inline} and {file} are both given: one is enough")));
        }
        let bytes = std::fs::read(&path).map_err(|e| Error::new(Code::FS, format!("the option {file}: {path} cannot be read: {e}")))?;
        Ok(Some(Given::File(path, bytes)))
    }
    pub fn finish(self) -> Result<()> {
        match self.with.iter().find(|(n, _)| !self.known.contains(&n.as_str())) {
            None => Ok(()),
            Some((n, _)) => {
                let near = nearest(n, &self.known).map(|n| format!("; did you mean {n}?")).unwrap_or_default();
                Err(Error::invalid_arg(format!("there is no option {n} here: {}{near}", self.known.join(", "))))
            }
        }
    }
}

enum Given {
    Inline(String),
    File(String, Vec<u8>),
}
