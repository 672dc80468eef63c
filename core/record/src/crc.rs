//! CRC-32C (Castagnoli), the checksum of a batch.

/// The CRC-32C of `data`, with the processor's carry-less multiply or CRC instructions where it has them.
#[inline]
pub fn crc32c(data: &[u8]) -> u32 {
    crc_fast::crc32_iscsi(data)
}

/// The same over bytes that come in pieces.
#[derive(Clone)]
pub struct Crc32c(crc_fast::Digest);
impl Default for Crc32c {
    fn default() -> Self {
        Self::new()
    }
}
impl Crc32c {
    pub fn new() -> Self {
        Crc32c(crc_fast::Digest::new(crc_fast::CrcAlgorithm::Crc32Iscsi))
    }
    pub fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }
    pub fn finish(&self) -> u32 {
        self.0.finalize() as u32
    }
}
