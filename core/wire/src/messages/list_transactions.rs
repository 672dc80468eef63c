//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod list_transactions_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct ListTransactionsRequest {
        pub state_filters: Vec<String>,
        pub producer_id_filters: Vec<i64>,
        pub duration_filter: i64,
        pub transactional_id_pattern: Option<String>,
    }
    impl Default for ListTransactionsRequest {
        fn default() -> Self {
            Self {
                state_filters: Default::default(),
                producer_id_filters: Default::default(),
                duration_filter: -1,
                transactional_id_pattern: Default::default(),
            }
        }
    }
    impl Element for ListTransactionsRequest {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.state_filters = r.array(v, f)?;
            x.producer_id_filters = r.array(v, f)?;
            if v >= 1 {
                x.duration_filter = r.i64()?;
            }
            if v == 2 {
                x.transactional_id_pattern = r.opt_string(f, true)?;
            }
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.state_filters, v, f)?;
            w.array(&self.producer_id_filters, v, f)?;
            if v >= 1 {
                w.i64(self.duration_filter);
            } else {
                absent(self.duration_filter == -1, "duration_filter", v)?;
            }
            if v == 2 {
                w.opt_string(self.transactional_id_pattern.as_deref(), f, true, "transactional_id_pattern")?;
            } else {
                absent(self.transactional_id_pattern.is_none(), "transactional_id_pattern", v)?;
            }
            w.u8(0);
            Ok(())
        }
    }

    message!(ListTransactionsRequest, 66, 0, 2, 0);
    impl Request for ListTransactionsRequest {
        type Response = crate::messages::ListTransactionsResponse;
    }
}

pub mod list_transactions_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ListTransactionsResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub unknown_state_filters: Vec<String>,
        pub transaction_states: Vec<TransactionState>,
    }
    impl Element for ListTransactionsResponse {
        const MIN_SIZE: usize = 9;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            x.unknown_state_filters = r.array(v, f)?;
            x.transaction_states = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            w.array(&self.unknown_state_filters, v, f)?;
            w.array(&self.transaction_states, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TransactionState {
        pub transactional_id: String,
        pub producer_id: i64,
        pub transaction_state: String,
    }
    impl Element for TransactionState {
        const MIN_SIZE: usize = 11;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.transactional_id = r.string(f)?;
            x.producer_id = r.i64()?;
            x.transaction_state = r.string(f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.transactional_id, f)?;
            w.i64(self.producer_id);
            w.string(&self.transaction_state, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(ListTransactionsResponse, 66, 0, 2, 0);
}
