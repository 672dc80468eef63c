//! Records of the image as the metadata log keeps them: Kafka's metadata records in KRaft's frame.

use super::Record;

/// Why a value of the metadata log is not a record of the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodecError(pub String);
impl std::fmt::Display for CodecError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for CodecError {}

/// The values of one batch of the metadata log, one per record, in order. Their keys are null.
pub fn encode_records(records: &[Record]) -> Vec<Vec<u8>> {
    let _ = records;
    todo!()
}

/// Reads one value of the metadata log. `Ok(None)` for a record that is valid and says nothing about the image.
pub fn decode(value: &[u8]) -> Result<Option<Record>, CodecError> {
    let _ = value;
    todo!()
}
