//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod consumer_group_regular_expression_key {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ConsumerGroupRegularExpressionKey {
        pub group_id: String,
        pub regular_expression: String,
    }
    impl Element for ConsumerGroupRegularExpressionKey {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group_id = r.string(f)?;
            x.regular_expression = r.string(f)?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.group_id, f)?;
            w.string(&self.regular_expression, f)?;
            Ok(())
        }
    }

    message!(ConsumerGroupRegularExpressionKey, 16, 0, 0, i16::MAX);
}

pub mod consumer_group_regular_expression_value {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ConsumerGroupRegularExpressionValue {
        pub topics: Vec<String>,
        pub version: i64,
        pub timestamp: i64,
    }
    impl Element for ConsumerGroupRegularExpressionValue {
        const MIN_SIZE: usize = 18;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topics = r.array(v, f)?;
            x.version = r.i64()?;
            x.timestamp = r.i64()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.topics, v, f)?;
            w.i64(self.version);
            w.i64(self.timestamp);
            w.u8(0);
            Ok(())
        }
    }

    message!(ConsumerGroupRegularExpressionValue, 16, 0, 0, 0);
}
