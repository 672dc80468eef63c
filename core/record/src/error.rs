//! What can be wrong with a batch.

use std::fmt;
use wellhead_base::Code;

/// Why bytes are not a batch that may be used, or why a batch cannot be built.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BatchError {
    /// The bytes end before the batch does; with `need` bytes in all the next step can be taken (the header, or the whole batch).
    Incomplete { need: usize },
    /// Not format 2: 0 and 1 are the message sets of before Kafka 0.11, which are not read; others do not exist.
    BadMagic(i8),
    /// The length field is below a header's rest or beyond what a batch may have.
    BadLength(i32),
    /// The stored CRC-32C is not that of the bytes.
    BadCrc { stored: u32, computed: u32 },
    /// Codec bits that no codec has.
    UnknownCodec(u8),
    /// A count that the bytes cannot hold, or that contradicts the last offset delta.
    BadCount { records: i32, last_offset_delta: i32 },
    /// The header's fields contradict each other.
    BadHeader(&'static str),
    /// A record is not what its lengths say, or breaks the rule named.
    BadRecord(&'static str),
    /// The compressed bytes are not what their codec writes.
    BadCompression(&'static str),
    /// More bytes than the caller, or the format, allows.
    TooLarge { max: usize },
    /// A batch without records was asked for and no last offset delta was given for it.
    Empty,
}

impl BatchError {
    /// The code that a broker answers and a client reports.
    pub fn code(self) -> Code {
        match self {
            Self::Incomplete { .. } | Self::BadLength(_) | Self::BadCrc { .. } | Self::BadCompression(_) => Code::INVALID_MSG,
            Self::BadMagic(_) => Code::UNSUPPORTED_FOR_MESSAGE_FORMAT,
            Self::UnknownCodec(_) => Code::UNSUPPORTED_COMPRESSION_TYPE,
            Self::BadCount { .. } | Self::BadHeader(_) | Self::BadRecord(_) | Self::Empty => Code::INVALID_RECORD,
            Self::TooLarge { .. } => Code::MSG_SIZE_TOO_LARGE,
        }
    }
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Incomplete { need } => write!(f, "the record batch is cut off: {need} bytes are needed"),
            Self::BadMagic(m @ (0 | 1)) => {
                write!(f, "message format {m} of before Kafka 0.11 is not supported; only record batches of format 2 are")
            }
            Self::BadMagic(m) => write!(f, "{m} is no message format"),
            Self::BadLength(n) => write!(f, "a record batch cannot have the length {n}"),
            Self::BadCrc { stored, computed } => {
                write!(f, "the record batch is damaged: its CRC-32C is {computed:08x} and {stored:08x} is stored")
            }
            Self::UnknownCodec(c) => write!(f, "{c} is no compression codec"),
            Self::BadCount { records, last_offset_delta } => {
                write!(f, "the record count {records} does not fit the batch's bytes and last offset delta {last_offset_delta}")
            }
            Self::BadHeader(what) => write!(f, "the record batch's header is wrong: {what}"),
            Self::BadRecord(what) => write!(f, "a record is wrong: {what}"),
            Self::BadCompression(codec) => write!(f, "the {codec} data of the record batch is damaged"),
            Self::TooLarge { max } => write!(f, "the records take more than the {max} bytes that are allowed"),
            Self::Empty => f.write_str("a record batch needs records"),
        }
    }
}
impl std::error::Error for BatchError {}
impl From<BatchError> for wellhead_base::Error {
    fn from(e: BatchError) -> Self {
        Self::new(e.code(), e.to_string())
    }
}
