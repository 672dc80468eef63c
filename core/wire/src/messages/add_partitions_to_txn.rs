//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod add_partitions_to_txn_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AddPartitionsToTxnRequest {
        pub transactions: Vec<AddPartitionsToTxnTransaction>,
        pub v3_and_below_transactional_id: String,
        pub v3_and_below_producer_id: i64,
        pub v3_and_below_producer_epoch: i16,
        pub v3_and_below_topics: Vec<AddPartitionsToTxnTopic>,
    }
    impl Element for AddPartitionsToTxnRequest {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v >= 4 {
                x.transactions = r.array(v, f)?;
            }
            if v <= 3 {
                x.v3_and_below_transactional_id = r.string(f)?;
            }
            if v <= 3 {
                x.v3_and_below_producer_id = r.i64()?;
            }
            if v <= 3 {
                x.v3_and_below_producer_epoch = r.i16()?;
            }
            if v <= 3 {
                x.v3_and_below_topics = r.array(v, f)?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v >= 4 {
                w.array(&self.transactions, v, f)?;
            } else {
                absent(self.transactions.is_empty(), "transactions", v)?;
            }
            if v <= 3 {
                w.string(&self.v3_and_below_transactional_id, f)?;
            } else {
                absent(self.v3_and_below_transactional_id.is_empty(), "v3_and_below_transactional_id", v)?;
            }
            if v <= 3 {
                w.i64(self.v3_and_below_producer_id);
            } else {
                absent(self.v3_and_below_producer_id == 0, "v3_and_below_producer_id", v)?;
            }
            if v <= 3 {
                w.i16(self.v3_and_below_producer_epoch);
            } else {
                absent(self.v3_and_below_producer_epoch == 0, "v3_and_below_producer_epoch", v)?;
            }
            if v <= 3 {
                w.array(&self.v3_and_below_topics, v, f)?;
            } else {
                absent(self.v3_and_below_topics.is_empty(), "v3_and_below_topics", v)?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AddPartitionsToTxnTransaction {
        pub transactional_id: String,
        pub producer_id: i64,
        pub producer_epoch: i16,
        pub verify_only: bool,
        pub topics: Vec<AddPartitionsToTxnTopic>,
    }
    impl Element for AddPartitionsToTxnTransaction {
        const MIN_SIZE: usize = 14;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.transactional_id = r.string(f)?;
            x.producer_id = r.i64()?;
            x.producer_epoch = r.i16()?;
            x.verify_only = r.bool()?;
            x.topics = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.transactional_id, f)?;
            w.i64(self.producer_id);
            w.i16(self.producer_epoch);
            w.bool(self.verify_only);
            w.array(&self.topics, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AddPartitionsToTxnTopic {
        pub name: String,
        pub partitions: Vec<i32>,
    }
    impl Element for AddPartitionsToTxnTopic {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.partitions = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.array(&self.partitions, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(AddPartitionsToTxnRequest, 24, 0, 5, 3);
    impl Request for AddPartitionsToTxnRequest {
        type Response = crate::messages::AddPartitionsToTxnResponse;
    }
}

pub mod add_partitions_to_txn_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AddPartitionsToTxnResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub results_by_transaction: Vec<AddPartitionsToTxnResult>,
        pub results_by_topic_v3_and_below: Vec<AddPartitionsToTxnTopicResult>,
    }
    impl Element for AddPartitionsToTxnResponse {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            if v >= 4 {
                x.error_code = r.i16()?;
            }
            if v >= 4 {
                x.results_by_transaction = r.array(v, f)?;
            }
            if v <= 3 {
                x.results_by_topic_v3_and_below = r.array(v, f)?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            if v >= 4 {
                w.i16(self.error_code);
            }
            if v >= 4 {
                w.array(&self.results_by_transaction, v, f)?;
            } else {
                absent(self.results_by_transaction.is_empty(), "results_by_transaction", v)?;
            }
            if v <= 3 {
                w.array(&self.results_by_topic_v3_and_below, v, f)?;
            } else {
                absent(self.results_by_topic_v3_and_below.is_empty(), "results_by_topic_v3_and_below", v)?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AddPartitionsToTxnResult {
        pub transactional_id: String,
        pub topic_results: Vec<AddPartitionsToTxnTopicResult>,
    }
    impl Element for AddPartitionsToTxnResult {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.transactional_id = r.string(f)?;
            x.topic_results = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.transactional_id, f)?;
            w.array(&self.topic_results, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AddPartitionsToTxnTopicResult {
        pub name: String,
        pub results_by_partition: Vec<AddPartitionsToTxnPartitionResult>,
    }
    impl Element for AddPartitionsToTxnTopicResult {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.results_by_partition = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.array(&self.results_by_partition, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AddPartitionsToTxnPartitionResult {
        pub partition_index: i32,
        pub partition_error_code: i16,
    }
    impl Element for AddPartitionsToTxnPartitionResult {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.partition_error_code = r.i16()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i16(self.partition_error_code);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(AddPartitionsToTxnResponse, 24, 0, 5, 3);
}
