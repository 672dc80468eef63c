//! Features: what Kafka agrees on within a cluster. Owns: which of them are known here and in which levels, and UpdateFeatures. The
//! one that is known is `metadata.version`; others that Kafka wrote into a directory are kept (`Record::Feature`) and not offered.

use super::{Decision, Image, METADATA_VERSION, Record, refuse};
use wellhead_base::{Code, Error};

/// A feature that is known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    pub name: &'static str,
    /// The levels that it may have, and the one that it has.
    pub min: i16,
    pub max: i16,
    pub level: i16,
}

/// `UpdateFeatures.UpgradeType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpgradeType {
    Unknown,
    Upgrade,
    /// A downgrade, safe or not: none is possible here.
    Downgrade,
}

/// One feature of UpdateFeatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeatureUpdate {
    pub name: String,
    pub level: i16,
    pub upgrade: UpgradeType,
}

impl Image {
    /// The features that are known here. A log without a record yet will begin with the newest level.
    pub fn features(&self) -> [Feature; 1] {
        let (name, newest) = METADATA_VERSION;
        let level = self.features.get(name).copied().unwrap_or(newest);
        // What a directory of Kafka's says is not lowered, and raised only when an administrator asks for it.
        [Feature { name, min: level.min(newest), max: level.max(newest), level }]
    }

    /// All of `updates`, or an error and none of them, as Kafka does it.
    pub fn update_features(&self, updates: &[FeatureUpdate], validate_only: bool) -> Decision<Result<(), Error>> {
        let mut records = Vec::new();
        for update in updates {
            match self.update_feature(update) {
                Ok(record) => records.extend(record),
                Err(why) => {
                    let why = format!(
                        "The update failed for all features since the following feature had an error: Invalid update version {} for feature {}. {why}",
                        update.level, update.name
                    );
                    return Decision { records: Vec::new(), response: Err(refuse(Code::INVALID_UPDATE_VERSION, why)) };
                }
            }
        }
        if validate_only {
            records.clear();
        }
        Decision { records, response: Ok(()) }
    }

    /// The record that it takes, none where the feature has that level already.
    fn update_feature(&self, update: &FeatureUpdate) -> Result<Option<Record>, String> {
        if update.upgrade == UpgradeType::Unknown {
            return Err("The controller does not support the given upgrade type.".into());
        }
        if update.level < 0 {
            return Err("A feature version cannot be less than 0.".into());
        }
        let Some(feature) = self.features().into_iter().find(|f| f.name == update.name) else {
            // Level 0 is "not there", which is so.
            return if update.level == 0 {
                Ok(None)
            } else {
                Err(format!("Local controller {} does not support this feature.", self.settings.node_id))
            };
        };
        if !(feature.min..=feature.max).contains(&update.level) {
            return Err(format!("Local controller {} only supports versions {}-{}", self.settings.node_id, feature.min, feature.max));
        }
        match update.level.cmp(&feature.level) {
            std::cmp::Ordering::Equal => Ok(None),
            std::cmp::Ordering::Greater if update.upgrade == UpgradeType::Upgrade => {
                Ok(Some(Record::Feature { name: feature.name.to_owned(), level: update.level }))
            }
            std::cmp::Ordering::Greater => Err("Can't downgrade to a newer version.".into()),
            std::cmp::Ordering::Less => {
                Err("Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.".into())
            }
        }
    }
}
