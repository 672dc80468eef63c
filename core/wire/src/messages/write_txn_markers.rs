//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod write_txn_markers_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct WriteTxnMarkersRequest {
        pub markers: Vec<WritableTxnMarker>,
    }
    impl Element for WriteTxnMarkersRequest {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.markers = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.markers, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct WritableTxnMarker {
        pub producer_id: i64,
        pub producer_epoch: i16,
        pub transaction_result: bool,
        pub topics: Vec<WritableTxnMarkerTopic>,
        pub coordinator_epoch: i32,
        pub transaction_version: i8,
    }
    impl Element for WritableTxnMarker {
        const MIN_SIZE: usize = 17;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.producer_id = r.i64()?;
            x.producer_epoch = r.i16()?;
            x.transaction_result = r.bool()?;
            x.topics = r.array(v, f)?;
            x.coordinator_epoch = r.i32()?;
            if v == 2 {
                x.transaction_version = r.i8()?;
            }
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i64(self.producer_id);
            w.i16(self.producer_epoch);
            w.bool(self.transaction_result);
            w.array(&self.topics, v, f)?;
            w.i32(self.coordinator_epoch);
            if v == 2 {
                w.i8(self.transaction_version);
            }
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct WritableTxnMarkerTopic {
        pub name: String,
        pub partition_indexes: Vec<i32>,
    }
    impl Element for WritableTxnMarkerTopic {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.partition_indexes = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.array(&self.partition_indexes, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(WriteTxnMarkersRequest, 27, 1, 2, 1);
    impl Request for WriteTxnMarkersRequest {
        type Response = crate::messages::WriteTxnMarkersResponse;
    }
}

pub mod write_txn_markers_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct WriteTxnMarkersResponse {
        pub markers: Vec<WritableTxnMarkerResult>,
    }
    impl Element for WriteTxnMarkersResponse {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.markers = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.markers, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct WritableTxnMarkerResult {
        pub producer_id: i64,
        pub topics: Vec<WritableTxnMarkerTopicResult>,
    }
    impl Element for WritableTxnMarkerResult {
        const MIN_SIZE: usize = 10;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.producer_id = r.i64()?;
            x.topics = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i64(self.producer_id);
            w.array(&self.topics, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct WritableTxnMarkerTopicResult {
        pub name: String,
        pub partitions: Vec<WritableTxnMarkerPartitionResult>,
    }
    impl Element for WritableTxnMarkerTopicResult {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.partitions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.array(&self.partitions, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct WritableTxnMarkerPartitionResult {
        pub partition_index: i32,
        pub error_code: i16,
    }
    impl Element for WritableTxnMarkerPartitionResult {
        const MIN_SIZE: usize = 7;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.error_code = r.i16()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i16(self.error_code);
            w.u8(0);
            Ok(())
        }
    }

    message!(WriteTxnMarkersResponse, 27, 1, 2, 1);
}
