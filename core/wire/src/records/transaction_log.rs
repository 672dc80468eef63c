//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod transaction_log_key {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TransactionLogKey {
        pub transactional_id: String,
    }
    impl Element for TransactionLogKey {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.transactional_id = r.string(f)?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.transactional_id, f)?;
            Ok(())
        }
    }

    message!(TransactionLogKey, 0, 0, 0, i16::MAX);
}

pub mod transaction_log_value {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct TransactionLogValue {
        pub producer_id: i64,
        pub previous_producer_id: i64,
        pub next_producer_id: i64,
        pub producer_epoch: i16,
        pub next_producer_epoch: i16,
        pub transaction_timeout_ms: i32,
        pub transaction_status: i8,
        pub transaction_partitions: Option<Vec<PartitionsSchema>>,
        pub transaction_last_update_timestamp_ms: i64,
        pub transaction_start_timestamp_ms: i64,
        pub client_transaction_version: i16,
    }
    impl Default for TransactionLogValue {
        fn default() -> Self {
            Self {
                producer_id: Default::default(),
                previous_producer_id: -1,
                next_producer_id: -1,
                producer_epoch: Default::default(),
                next_producer_epoch: -1,
                transaction_timeout_ms: Default::default(),
                transaction_status: Default::default(),
                transaction_partitions: Some(Vec::new()),
                transaction_last_update_timestamp_ms: Default::default(),
                transaction_start_timestamp_ms: Default::default(),
                client_transaction_version: Default::default(),
            }
        }
    }
    impl Element for TransactionLogValue {
        const MIN_SIZE: usize = 33;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.producer_id = r.i64()?;
            x.producer_epoch = r.i16()?;
            x.transaction_timeout_ms = r.i32()?;
            x.transaction_status = r.i8()?;
            x.transaction_partitions = r.opt_array(v, f, true)?;
            x.transaction_last_update_timestamp_ms = r.i64()?;
            x.transaction_start_timestamp_ms = r.i64()?;
            if f {
                let mut t = r.tags()?;
                while let Some(tag) = r.next_tag(&mut t)? {
                    match tag {
                        0 if v == 1 => x.previous_producer_id = r.i64()?,
                        1 if v == 1 => x.next_producer_id = r.i64()?,
                        2 if v == 1 => x.client_transaction_version = r.i16()?,
                        3 if v == 1 => x.next_producer_epoch = r.i16()?,
                        _ => r.skip_tag(),
                    }
                    r.end_tag(&t)?;
                }
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i64(self.producer_id);
            if !(v == 1) {
                absent(self.previous_producer_id == -1, "previous_producer_id", v)?;
            }
            if !(v == 1) {
                absent(self.next_producer_id == -1, "next_producer_id", v)?;
            }
            w.i16(self.producer_epoch);
            if !(v == 1) {
                absent(self.next_producer_epoch == -1, "next_producer_epoch", v)?;
            }
            w.i32(self.transaction_timeout_ms);
            w.i8(self.transaction_status);
            w.opt_array(self.transaction_partitions.as_deref(), v, f, true, "transaction_partitions")?;
            w.i64(self.transaction_last_update_timestamp_ms);
            w.i64(self.transaction_start_timestamp_ms);
            if !(v == 1) {
                absent(self.client_transaction_version == 0, "client_transaction_version", v)?;
            }
            if f {
                let t = w.tags();
                if v == 1 && self.previous_producer_id != -1 {
                    let at = w.tag(t, 0);
                    w.i64(self.previous_producer_id);
                    w.end_tag(at)?;
                }
                if v == 1 && self.next_producer_id != -1 {
                    let at = w.tag(t, 1);
                    w.i64(self.next_producer_id);
                    w.end_tag(at)?;
                }
                if v == 1 && self.client_transaction_version != 0 {
                    let at = w.tag(t, 2);
                    w.i16(self.client_transaction_version);
                    w.end_tag(at)?;
                }
                if v == 1 && self.next_producer_epoch != -1 {
                    let at = w.tag(t, 3);
                    w.i16(self.next_producer_epoch);
                    w.end_tag(at)?;
                }
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PartitionsSchema {
        pub topic: String,
        pub partition_ids: Vec<i32>,
    }
    impl Element for PartitionsSchema {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic = r.string(f)?;
            x.partition_ids = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.topic, f)?;
            w.array(&self.partition_ids, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(TransactionLogValue, 0, 0, 1, 1);
}
