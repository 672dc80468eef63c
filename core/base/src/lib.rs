//! What every room shares: ids that must not mix, every limit, the error codes, the one property table and the seam to the
//! environment (clock, randomness, disk). Pure: std only, no threads, no files, no sockets.

pub mod bugs;
pub mod codes;
pub mod env;
pub mod error;
pub mod ids;
pub mod limits;
pub mod meter;
pub mod props;

pub use codes::Code;
pub use error::{Error, Result};
pub use ids::{LeaderEpoch, Offset, PartitionId, ProducerEpoch, ProducerId, TopicId};
