//! What generated code stands on: the traits of messages and the one macro that makes a struct a message.

pub(crate) use crate::primitives::absent;
pub use crate::primitives::{DecodeError, Element, EncodeError, Reader, Writer};
pub use bytes::Bytes;
pub use wellhead_base::TopicId;

/// A message of the protocol, or a record of an internal topic. The same functions exist as inherent ones, so that callers need not
/// import the trait.
pub trait Message: Element + Default + Clone + PartialEq + std::fmt::Debug {
    const NAME: &'static str;
    /// The API's key, or the record's type; -1 for headers and other data.
    const API_KEY: i16;
    const MIN_VERSION: i16;
    /// The newest version, also when Kafka calls it unstable; what is served is in `APIS`.
    const MAX_VERSION: i16;
    /// `i16::MAX` when no version is flexible.
    const FLEXIBLE_FROM: i16;
    /// Reads the body. Bytes may remain in the reader after it.
    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::Version { message: Self::NAME, version });
        }
        Self::read(r, version, version >= Self::FLEXIBLE_FROM)
    }
    /// Writes the body. After an error the writer holds a part of it.
    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::Version { message: Self::NAME, version });
        }
        self.write(w, version, version >= Self::FLEXIBLE_FROM)
    }
}

/// A request, and what answers it.
pub trait Request: Message {
    type Response: Message;
}

macro_rules! message {
    ($name:ident, $key:expr, $min:expr, $max:expr, $flexible:expr) => {
        impl Message for $name {
            const NAME: &'static str = stringify!($name);
            const API_KEY: i16 = $key;
            const MIN_VERSION: i16 = $min;
            const MAX_VERSION: i16 = $max;
            const FLEXIBLE_FROM: i16 = $flexible;
        }
        impl $name {
            pub const API_KEY: i16 = $key;
            pub const MIN_VERSION: i16 = $min;
            pub const MAX_VERSION: i16 = $max;
            /// Reads the body. Bytes may remain in the reader after it.
            pub fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
                <Self as Message>::decode(r, version)
            }
            /// Writes the body. After an error the writer holds a part of it.
            pub fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
                <Self as Message>::encode(self, w, version)
            }
        }
    };
}
pub(crate) use message;
