//! CRC-32C (Castagnoli), the checksum of a batch.

/// The CRC-32C of `data`, with the processor's carry-less multiply or CRC instructions where it has them.
#[inline]
pub fn crc32c(data: &[u8]) -> u32 {
    crc_fast::crc32_iscsi(data)
}
