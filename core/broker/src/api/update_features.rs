//! UpdateFeatures: `metadata.version` of a directory that an older Kafka wrote can be raised to ours; everything else is refused.

use super::{Body, Node, RequestContext, code_and_message};
use std::sync::Arc;
use wellhead_net::Answer;
use wellhead_state::image::{FeatureUpdate, UpgradeType};
use wellhead_wire::DecodeError;
use wellhead_wire::messages::update_features_response::UpdatableFeatureResult;
use wellhead_wire::messages::{UpdateFeaturesRequest, UpdateFeaturesResponse};

/// The last version whose answer names each feature.
const VERSION_WITH_RESULTS: i16 = 1;

pub(super) fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: UpdateFeaturesRequest = body.decode(&context)?;
    let version = context.version();
    let updates: Vec<FeatureUpdate> = request
        .feature_updates
        .into_iter()
        .map(|u| {
            let upgrade = match (version, u.upgrade_type, u.allow_downgrade) {
                (0, _, true) | (1.., 2 | 3, _) => UpgradeType::Downgrade,
                (0, _, false) | (_, 1, _) => UpgradeType::Upgrade,
                _ => UpgradeType::Unknown,
            };
            FeatureUpdate { name: u.feature, level: u.max_version_level, upgrade }
        })
        .collect();
    let (node, validate_only) = (node.clone(), request.validate_only);
    Ok(context.later(async move {
        let names: Vec<String> = updates.iter().map(|u| u.name.clone()).collect();
        let done = node.command(move |image, _| image.update_features(&updates, validate_only)).await.and_then(|r| r);
        let (error_code, error_message) = code_and_message(&done);
        let results = if done.is_ok() && version <= VERSION_WITH_RESULTS {
            names.into_iter().map(|feature| UpdatableFeatureResult { feature, error_code: 0, error_message: None }).collect()
        } else {
            Vec::new()
        };
        UpdateFeaturesResponse { throttle_time_ms: 0, error_code, error_message, results }
    }))
}
