//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ZkMigrationStateRecord {
    pub zk_migration_state: i8,
}
impl Element for ZkMigrationStateRecord {
    const MIN_SIZE: usize = 2;
    fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.zk_migration_state = r.i8()?;
        r.skip_tags()?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
        w.i8(self.zk_migration_state);
        w.u8(0);
        Ok(())
    }
}

message!(ZkMigrationStateRecord, 21, 0, 0, 0);
