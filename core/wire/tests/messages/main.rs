//! Every message against Kafka's own bytes (`vectors`), against another implementation (`oracle`), against hostile bytes (`hostile`);
//! the generated code against its schema (`freshness`); the table of APIs against what Kafka 4.3.1 says of itself (`apis`); frames of
//! real clients (`clients`).

mod apis;
mod arbitrary;
mod clients;
mod convert;
mod freshness;
#[path = "../../generator/mod.rs"]
mod generator;
mod hostile;
#[rustfmt::skip]
mod json;
mod oracle;
mod vectors;
