//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod alter_partition_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct AlterPartitionRequest {
        pub broker_id: i32,
        pub broker_epoch: i64,
        pub topics: Vec<TopicData>,
    }
    impl Default for AlterPartitionRequest {
        fn default() -> Self {
            Self {
                broker_id: Default::default(),
                broker_epoch: -1,
                topics: Default::default(),
            }
        }
    }
    impl Element for AlterPartitionRequest {
        const MIN_SIZE: usize = 14;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.broker_id = r.i32()?;
            x.broker_epoch = r.i64()?;
            x.topics = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.broker_id);
            w.i64(self.broker_epoch);
            w.array(&self.topics, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicData {
        pub topic_id: TopicId,
        pub partitions: Vec<PartitionData>,
    }
    impl Element for TopicData {
        const MIN_SIZE: usize = 18;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic_id = r.uuid()?;
            x.partitions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.uuid(self.topic_id);
            w.array(&self.partitions, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PartitionData {
        pub partition_index: i32,
        pub leader_epoch: i32,
        pub new_isr: Vec<i32>,
        pub new_isr_with_epochs: Vec<BrokerState>,
        pub leader_recovery_state: i8,
        pub partition_epoch: i32,
    }
    impl Element for PartitionData {
        const MIN_SIZE: usize = 15;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.leader_epoch = r.i32()?;
            if v == 2 {
                x.new_isr = r.array(v, f)?;
            }
            if v == 3 {
                x.new_isr_with_epochs = r.array(v, f)?;
            }
            x.leader_recovery_state = r.i8()?;
            x.partition_epoch = r.i32()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i32(self.leader_epoch);
            if v == 2 {
                w.array(&self.new_isr, v, f)?;
            } else {
                absent(self.new_isr.is_empty(), "new_isr", v)?;
            }
            if v == 3 {
                w.array(&self.new_isr_with_epochs, v, f)?;
            } else {
                absent(self.new_isr_with_epochs.is_empty(), "new_isr_with_epochs", v)?;
            }
            w.i8(self.leader_recovery_state);
            w.i32(self.partition_epoch);
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct BrokerState {
        pub broker_id: i32,
        pub broker_epoch: i64,
    }
    impl Default for BrokerState {
        fn default() -> Self {
            Self {
                broker_id: Default::default(),
                broker_epoch: -1,
            }
        }
    }
    impl Element for BrokerState {
        const MIN_SIZE: usize = 13;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.broker_id = r.i32()?;
            x.broker_epoch = r.i64()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.broker_id);
            w.i64(self.broker_epoch);
            w.u8(0);
            Ok(())
        }
    }

    message!(AlterPartitionRequest, 56, 2, 3, 0);
    impl Request for AlterPartitionRequest {
        type Response = crate::messages::AlterPartitionResponse;
    }
}

pub mod alter_partition_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AlterPartitionResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub topics: Vec<TopicData>,
    }
    impl Element for AlterPartitionResponse {
        const MIN_SIZE: usize = 8;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            x.topics = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            w.array(&self.topics, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicData {
        pub topic_id: TopicId,
        pub partitions: Vec<PartitionData>,
    }
    impl Element for TopicData {
        const MIN_SIZE: usize = 18;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic_id = r.uuid()?;
            x.partitions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.uuid(self.topic_id);
            w.array(&self.partitions, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PartitionData {
        pub partition_index: i32,
        pub error_code: i16,
        pub leader_id: i32,
        pub leader_epoch: i32,
        pub isr: Vec<i32>,
        pub leader_recovery_state: i8,
        pub partition_epoch: i32,
    }
    impl Element for PartitionData {
        const MIN_SIZE: usize = 21;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.error_code = r.i16()?;
            x.leader_id = r.i32()?;
            x.leader_epoch = r.i32()?;
            x.isr = r.array(v, f)?;
            x.leader_recovery_state = r.i8()?;
            x.partition_epoch = r.i32()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i16(self.error_code);
            w.i32(self.leader_id);
            w.i32(self.leader_epoch);
            w.array(&self.isr, v, f)?;
            w.i8(self.leader_recovery_state);
            w.i32(self.partition_epoch);
            w.u8(0);
            Ok(())
        }
    }

    message!(AlterPartitionResponse, 56, 2, 3, 0);
}
