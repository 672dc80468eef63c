//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod describe_transactions_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribeTransactionsRequest {
        pub transactional_ids: Vec<String>,
    }
    impl Element for DescribeTransactionsRequest {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.transactional_ids = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.transactional_ids, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(DescribeTransactionsRequest, 65, 0, 0, 0);
    impl Request for DescribeTransactionsRequest {
        type Response = crate::messages::DescribeTransactionsResponse;
    }
}

pub mod describe_transactions_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribeTransactionsResponse {
        pub throttle_time_ms: i32,
        pub transaction_states: Vec<TransactionState>,
    }
    impl Element for DescribeTransactionsResponse {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.transaction_states = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.array(&self.transaction_states, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TransactionState {
        pub error_code: i16,
        pub transactional_id: String,
        pub transaction_state: String,
        pub transaction_timeout_ms: i32,
        pub transaction_start_time_ms: i64,
        pub producer_id: i64,
        pub producer_epoch: i16,
        pub topics: Vec<TopicData>,
    }
    impl Element for TransactionState {
        const MIN_SIZE: usize = 28;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            x.transactional_id = r.string(f)?;
            x.transaction_state = r.string(f)?;
            x.transaction_timeout_ms = r.i32()?;
            x.transaction_start_time_ms = r.i64()?;
            x.producer_id = r.i64()?;
            x.producer_epoch = r.i16()?;
            x.topics = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.error_code);
            w.string(&self.transactional_id, f)?;
            w.string(&self.transaction_state, f)?;
            w.i32(self.transaction_timeout_ms);
            w.i64(self.transaction_start_time_ms);
            w.i64(self.producer_id);
            w.i16(self.producer_epoch);
            w.array(&self.topics, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicData {
        pub topic: String,
        pub partitions: Vec<i32>,
    }
    impl Element for TopicData {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic = r.string(f)?;
            x.partitions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.topic, f)?;
            w.array(&self.partitions, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(DescribeTransactionsResponse, 65, 0, 0, 0);
}
