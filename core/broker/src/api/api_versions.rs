//! ApiVersions: what is served. A client sends it first, perhaps in a version that is not known here; it is answered in the oldest
//! form then, which every client reads.

use super::{Body, Node, RequestContext, TABLE};
use std::sync::Arc;
use wellhead_base::Code;
use wellhead_net::{Answer, Frame};
use wellhead_wire::DecodeError;
use wellhead_wire::headers::encode_response;
use wellhead_wire::messages::api_versions_response::{ApiVersion, FinalizedFeatureKey, SupportedFeatureKey};
use wellhead_wire::messages::{ApiVersionsRequest, ApiVersionsResponse};

pub(super) fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: ApiVersionsRequest = body.decode(&context)?;
    let valid = context.version() < 3 || name_valid(&request.client_software_name) && name_valid(&request.client_software_version);
    let code = if valid { Code::NO_ERROR } else { Code::INVALID_REQUEST };
    tracing::debug!(peer = %context.peer, client = context.client_id(), software = request.client_software_name, version = request.client_software_version, "client");
    let mut response = response(code);
    if code.is_ok() {
        let features = node.metadata.image().features();
        response.finalized_features_epoch = node.metadata.offset();
        for f in features {
            response.supported_features.push(SupportedFeatureKey { name: f.name.into(), min_version: f.min, max_version: f.max });
            response.finalized_features.push(FinalizedFeatureKey { name: f.name.into(), max_version_level: f.level, min_version_level: f.level });
        }
    }
    Ok(context.answer(&response))
}

/// The answer to a version that is not known.
pub(super) fn unsupported(context: RequestContext) -> Answer {
    match encode_response(&response(Code::UNSUPPORTED_VERSION), 0, context.header.correlation_id) {
        Ok(bytes) => Answer::Now(Frame::from(bytes)),
        Err(e) => Answer::Close(format!("ApiVersions cannot be answered: {e}").into()),
    }
}

fn response(code: Code) -> ApiVersionsResponse {
    let api_keys = TABLE
        .iter()
        .map(|(key, _)| {
            let api = key.api();
            ApiVersion { api_key: *key as i16, min_version: api.advertised_min(), max_version: api.max }
        })
        .collect();
    ApiVersionsResponse { error_code: code.get(), api_keys, ..ApiVersionsResponse::default() }
}

/// Kafka's rule for a client's software name and version: letters, digits, `-` and `.`, beginning and ending with a letter or digit.
fn name_valid(s: &str) -> bool {
    let b = s.as_bytes();
    let word = |c: &u8| c.is_ascii_alphanumeric();
    b.first().is_some_and(word) && b.last().is_some_and(word) && b.iter().all(|c| word(c) || matches!(c, b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::name_valid;

    #[test]
    fn software_names_are_kafkas() {
        for good in ["librdkafka", "2.16.0", "a", "kafka-python", "confluent-kafka-python-2.1"] {
            assert!(name_valid(good), "{good}");
        }
        for bad in ["", "-a", "a.", "a b", "ä"] {
            assert!(!name_valid(bad), "{bad}");
        }
    }
}
