//! How records of internal topics wrap their messages.
//!
//! - Coordinators (`__consumer_offsets` and its kin): a key is `type: i16 | body`, the type being the message's api key and the body in
//!   version 0; a value is `version: i16 | body`.
//! - The metadata log: `frame version: uvarint (1) | record type: uvarint | version: uvarint | body`, in the value; there is no key.

use crate::generated::Message;
use crate::primitives::{DecodeError, EncodeError, Reader, Writer};
use crate::records::MetadataRecord;
use bytes::Bytes;

/// The version of the frame around metadata records.
pub const METADATA_FRAME_VERSION: u32 = 1;

/// A coordinator record's key with its type before it.
pub fn encode_key<M: Message>(key: &M) -> Result<Bytes, EncodeError> {
    let mut w = Writer::with_capacity(64);
    w.i16(M::API_KEY);
    key.encode(&mut w, M::MIN_VERSION)?;
    Ok(w.into_bytes())
}

/// A coordinator record's value with its version before it.
pub fn encode_value<M: Message>(value: &M, version: i16) -> Result<Bytes, EncodeError> {
    let mut w = Writer::with_capacity(128);
    w.i16(version);
    value.encode(&mut w, version)?;
    Ok(w.into_bytes())
}

/// Which type of key `key` is: its first two bytes. Compare with `OffsetCommitKey::API_KEY` and so on.
pub fn key_type(key: &[u8]) -> Result<i16, DecodeError> {
    Reader::from_slice(key).i16()
}

/// Reads a coordinator record's key. A type other than `M`'s is a version error.
pub fn decode_key<M: Message>(key: &[u8]) -> Result<M, DecodeError> {
    let mut r = Reader::from_slice(key);
    let ty = r.i16()?;
    if ty != M::API_KEY {
        return Err(DecodeError::Version { message: M::NAME, version: ty });
    }
    let m = M::decode(&mut r, M::MIN_VERSION)?;
    r.finish()?;
    Ok(m)
}

/// Reads a coordinator record's value, in the version that it names. Bytes fields are copies.
pub fn decode_value<M: Message>(value: &[u8]) -> Result<M, DecodeError> {
    let mut r = Reader::from_slice(value);
    let version = r.i16()?;
    let m = M::decode(&mut r, version)?;
    r.finish()?;
    Ok(m)
}

impl MetadataRecord {
    /// The record in its frame, in the newest version.
    pub fn encode(&self) -> Result<Bytes, EncodeError> {
        self.encode_version(self.version_max())
    }
    /// The record in its frame.
    pub fn encode_version(&self, version: i16) -> Result<Bytes, EncodeError> {
        let mut w = Writer::with_capacity(64);
        w.uvarint(METADATA_FRAME_VERSION);
        w.uvarint(u32::from(self.api_key().cast_unsigned()));
        w.uvarint(u32::from(version.cast_unsigned()));
        self.encode_body(&mut w, version)?;
        Ok(w.into_bytes())
    }
    /// Reads a framed record. A type or version of a newer Kafka is an error: metadata must not be half understood.
    pub fn decode(value: &[u8]) -> Result<Self, DecodeError> {
        let mut r = Reader::from_slice(value);
        let mut word = |message| {
            let n = r.uvarint()?;
            i16::try_from(n).map_err(|_| DecodeError::Version { message, version: i16::MAX })
        };
        let frame = word("metadata record frame")?;
        if frame != METADATA_FRAME_VERSION as i16 {
            return Err(DecodeError::Version { message: "metadata record frame", version: frame });
        }
        let (api_key, version) = (word("metadata record type")?, word("metadata record")?);
        let record =
            Self::decode_body(&mut r, api_key, version)?.ok_or(DecodeError::Version { message: "metadata record type", version: api_key })?;
        r.finish()?;
        Ok(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{GroupMetadataKey, LegacyOffsetCommitKey, NoOpRecord, OffsetCommitKey, OffsetCommitValue, TopicRecord};
    use wellhead_base::TopicId;

    #[test]
    fn coordinator_records_begin_with_type_and_version() {
        let key = OffsetCommitKey { group: "g".to_owned(), topic: "t".to_owned(), partition: 7 };
        let b = encode_key(&key).expect("a key");
        // As Kafka writes it: type 1, then classic strings.
        assert_eq!(b[..], [0, 1, 0, 1, b'g', 0, 1, b't', 0, 0, 0, 7]);
        assert_eq!(key_type(&b), Ok(OffsetCommitKey::API_KEY));
        assert_eq!(decode_key::<OffsetCommitKey>(&b), Ok(key));
        assert!(decode_key::<GroupMetadataKey>(&b).is_err());
        assert!(decode_key::<LegacyOffsetCommitKey>(&b).is_err());
        assert!(decode_key::<OffsetCommitKey>(&b[..b.len() - 1]).is_err());
        assert!(key_type(&b[..1]).is_err());

        let value = OffsetCommitValue { offset: 5, metadata: "m".to_owned(), commit_timestamp: 9, ..Default::default() };
        for version in OffsetCommitValue::MIN_VERSION..=OffsetCommitValue::MAX_VERSION {
            let b = encode_value(&value, version).expect("a value");
            assert_eq!(b[..2], version.to_be_bytes());
            assert_eq!(decode_value::<OffsetCommitValue>(&b), Ok(value.clone()));
            let longer = [&b[..], &[0]].concat();
            assert_eq!(decode_value::<OffsetCommitValue>(&longer), Err(DecodeError::Trailing(1)));
        }
    }

    #[test]
    fn metadata_records_begin_with_frame_type_and_version() {
        let record = MetadataRecord::from(TopicRecord { name: "t".to_owned(), topic_id: TopicId::METADATA });
        let b = record.encode().expect("a record");
        assert_eq!(b[..3], [1, TopicRecord::API_KEY as u8, 0]);
        assert_eq!(MetadataRecord::decode(&b), Ok(record));
        let noop = MetadataRecord::from(NoOpRecord::default());
        assert_eq!(noop.encode().expect("a record")[..], [1, 20, 0, 0]);
        for bad in [&[][..], &[2, 20, 0, 0], &[1, 99, 0, 0], &[1, 20, 1, 0], &[1, 20, 0, 0, 0], &[1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0]] {
            assert!(MetadataRecord::decode(bad).is_err(), "{bad:?}");
        }
    }
}
