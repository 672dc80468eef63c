//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).
//! Any record of the metadata log.

use super::*;
use crate::generated::*;

#[derive(Debug, Clone, PartialEq)]
pub enum MetadataRecord {
    RegisterBroker(RegisterBrokerRecord),
    UnregisterBroker(UnregisterBrokerRecord),
    Topic(TopicRecord),
    Partition(PartitionRecord),
    Config(ConfigRecord),
    PartitionChange(PartitionChangeRecord),
    FenceBroker(FenceBrokerRecord),
    UnfenceBroker(UnfenceBrokerRecord),
    RemoveTopic(RemoveTopicRecord),
    DelegationToken(DelegationTokenRecord),
    UserScramCredential(UserScramCredentialRecord),
    FeatureLevel(FeatureLevelRecord),
    ClientQuota(ClientQuotaRecord),
    ProducerIds(ProducerIdsRecord),
    BrokerRegistrationChange(BrokerRegistrationChangeRecord),
    AccessControlEntry(AccessControlEntryRecord),
    RemoveAccessControlEntry(RemoveAccessControlEntryRecord),
    NoOp(NoOpRecord),
    ZkMigrationState(ZkMigrationStateRecord),
    RemoveUserScramCredential(RemoveUserScramCredentialRecord),
    BeginTransaction(BeginTransactionRecord),
    EndTransaction(EndTransactionRecord),
    AbortTransaction(AbortTransactionRecord),
    RemoveDelegationToken(RemoveDelegationTokenRecord),
    RegisterController(RegisterControllerRecord),
    ClearElr(ClearElrRecord),
}

impl MetadataRecord {
    /// The record type: Kafka's api key of the record.
    pub fn api_key(&self) -> i16 {
        match self {
            Self::RegisterBroker(_) => 0,
            Self::UnregisterBroker(_) => 1,
            Self::Topic(_) => 2,
            Self::Partition(_) => 3,
            Self::Config(_) => 4,
            Self::PartitionChange(_) => 5,
            Self::FenceBroker(_) => 7,
            Self::UnfenceBroker(_) => 8,
            Self::RemoveTopic(_) => 9,
            Self::DelegationToken(_) => 10,
            Self::UserScramCredential(_) => 11,
            Self::FeatureLevel(_) => 12,
            Self::ClientQuota(_) => 14,
            Self::ProducerIds(_) => 15,
            Self::BrokerRegistrationChange(_) => 17,
            Self::AccessControlEntry(_) => 18,
            Self::RemoveAccessControlEntry(_) => 19,
            Self::NoOp(_) => 20,
            Self::ZkMigrationState(_) => 21,
            Self::RemoveUserScramCredential(_) => 22,
            Self::BeginTransaction(_) => 23,
            Self::EndTransaction(_) => 24,
            Self::AbortTransaction(_) => 25,
            Self::RemoveDelegationToken(_) => 26,
            Self::RegisterController(_) => 27,
            Self::ClearElr(_) => 28,
        }
    }
    /// The newest version of this record.
    pub fn version_max(&self) -> i16 {
        match self {
            Self::RegisterBroker(_) => 4,
            Self::UnregisterBroker(_) => 0,
            Self::Topic(_) => 0,
            Self::Partition(_) => 2,
            Self::Config(_) => 0,
            Self::PartitionChange(_) => 2,
            Self::FenceBroker(_) => 0,
            Self::UnfenceBroker(_) => 0,
            Self::RemoveTopic(_) => 0,
            Self::DelegationToken(_) => 0,
            Self::UserScramCredential(_) => 0,
            Self::FeatureLevel(_) => 0,
            Self::ClientQuota(_) => 0,
            Self::ProducerIds(_) => 0,
            Self::BrokerRegistrationChange(_) => 3,
            Self::AccessControlEntry(_) => 0,
            Self::RemoveAccessControlEntry(_) => 0,
            Self::NoOp(_) => 0,
            Self::ZkMigrationState(_) => 0,
            Self::RemoveUserScramCredential(_) => 0,
            Self::BeginTransaction(_) => 0,
            Self::EndTransaction(_) => 0,
            Self::AbortTransaction(_) => 0,
            Self::RemoveDelegationToken(_) => 0,
            Self::RegisterController(_) => 0,
            Self::ClearElr(_) => 0,
        }
    }
    /// Reads the body; `None` for a record type that is not known.
    pub fn decode_body(r: &mut Reader<'_>, api_key: i16, version: i16) -> Result<Option<Self>, DecodeError> {
        Ok(Some(match api_key {
            0 => Self::RegisterBroker(RegisterBrokerRecord::decode(r, version)?),
            1 => Self::UnregisterBroker(UnregisterBrokerRecord::decode(r, version)?),
            2 => Self::Topic(TopicRecord::decode(r, version)?),
            3 => Self::Partition(PartitionRecord::decode(r, version)?),
            4 => Self::Config(ConfigRecord::decode(r, version)?),
            5 => Self::PartitionChange(PartitionChangeRecord::decode(r, version)?),
            7 => Self::FenceBroker(FenceBrokerRecord::decode(r, version)?),
            8 => Self::UnfenceBroker(UnfenceBrokerRecord::decode(r, version)?),
            9 => Self::RemoveTopic(RemoveTopicRecord::decode(r, version)?),
            10 => Self::DelegationToken(DelegationTokenRecord::decode(r, version)?),
            11 => Self::UserScramCredential(UserScramCredentialRecord::decode(r, version)?),
            12 => Self::FeatureLevel(FeatureLevelRecord::decode(r, version)?),
            14 => Self::ClientQuota(ClientQuotaRecord::decode(r, version)?),
            15 => Self::ProducerIds(ProducerIdsRecord::decode(r, version)?),
            17 => Self::BrokerRegistrationChange(BrokerRegistrationChangeRecord::decode(r, version)?),
            18 => Self::AccessControlEntry(AccessControlEntryRecord::decode(r, version)?),
            19 => Self::RemoveAccessControlEntry(RemoveAccessControlEntryRecord::decode(r, version)?),
            20 => Self::NoOp(NoOpRecord::decode(r, version)?),
            21 => Self::ZkMigrationState(ZkMigrationStateRecord::decode(r, version)?),
            22 => Self::RemoveUserScramCredential(RemoveUserScramCredentialRecord::decode(r, version)?),
            23 => Self::BeginTransaction(BeginTransactionRecord::decode(r, version)?),
            24 => Self::EndTransaction(EndTransactionRecord::decode(r, version)?),
            25 => Self::AbortTransaction(AbortTransactionRecord::decode(r, version)?),
            26 => Self::RemoveDelegationToken(RemoveDelegationTokenRecord::decode(r, version)?),
            27 => Self::RegisterController(RegisterControllerRecord::decode(r, version)?),
            28 => Self::ClearElr(ClearElrRecord::decode(r, version)?),
            _ => return Ok(None),
        }))
    }
    /// Writes the body, without the frame.
    pub fn encode_body(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        match self {
            Self::RegisterBroker(m) => m.encode(w, version),
            Self::UnregisterBroker(m) => m.encode(w, version),
            Self::Topic(m) => m.encode(w, version),
            Self::Partition(m) => m.encode(w, version),
            Self::Config(m) => m.encode(w, version),
            Self::PartitionChange(m) => m.encode(w, version),
            Self::FenceBroker(m) => m.encode(w, version),
            Self::UnfenceBroker(m) => m.encode(w, version),
            Self::RemoveTopic(m) => m.encode(w, version),
            Self::DelegationToken(m) => m.encode(w, version),
            Self::UserScramCredential(m) => m.encode(w, version),
            Self::FeatureLevel(m) => m.encode(w, version),
            Self::ClientQuota(m) => m.encode(w, version),
            Self::ProducerIds(m) => m.encode(w, version),
            Self::BrokerRegistrationChange(m) => m.encode(w, version),
            Self::AccessControlEntry(m) => m.encode(w, version),
            Self::RemoveAccessControlEntry(m) => m.encode(w, version),
            Self::NoOp(m) => m.encode(w, version),
            Self::ZkMigrationState(m) => m.encode(w, version),
            Self::RemoveUserScramCredential(m) => m.encode(w, version),
            Self::BeginTransaction(m) => m.encode(w, version),
            Self::EndTransaction(m) => m.encode(w, version),
            Self::AbortTransaction(m) => m.encode(w, version),
            Self::RemoveDelegationToken(m) => m.encode(w, version),
            Self::RegisterController(m) => m.encode(w, version),
            Self::ClearElr(m) => m.encode(w, version),
        }
    }
}

impl From<RegisterBrokerRecord> for MetadataRecord {
    fn from(m: RegisterBrokerRecord) -> Self {
        Self::RegisterBroker(m)
    }
}
impl From<UnregisterBrokerRecord> for MetadataRecord {
    fn from(m: UnregisterBrokerRecord) -> Self {
        Self::UnregisterBroker(m)
    }
}
impl From<TopicRecord> for MetadataRecord {
    fn from(m: TopicRecord) -> Self {
        Self::Topic(m)
    }
}
impl From<PartitionRecord> for MetadataRecord {
    fn from(m: PartitionRecord) -> Self {
        Self::Partition(m)
    }
}
impl From<ConfigRecord> for MetadataRecord {
    fn from(m: ConfigRecord) -> Self {
        Self::Config(m)
    }
}
impl From<PartitionChangeRecord> for MetadataRecord {
    fn from(m: PartitionChangeRecord) -> Self {
        Self::PartitionChange(m)
    }
}
impl From<FenceBrokerRecord> for MetadataRecord {
    fn from(m: FenceBrokerRecord) -> Self {
        Self::FenceBroker(m)
    }
}
impl From<UnfenceBrokerRecord> for MetadataRecord {
    fn from(m: UnfenceBrokerRecord) -> Self {
        Self::UnfenceBroker(m)
    }
}
impl From<RemoveTopicRecord> for MetadataRecord {
    fn from(m: RemoveTopicRecord) -> Self {
        Self::RemoveTopic(m)
    }
}
impl From<DelegationTokenRecord> for MetadataRecord {
    fn from(m: DelegationTokenRecord) -> Self {
        Self::DelegationToken(m)
    }
}
impl From<UserScramCredentialRecord> for MetadataRecord {
    fn from(m: UserScramCredentialRecord) -> Self {
        Self::UserScramCredential(m)
    }
}
impl From<FeatureLevelRecord> for MetadataRecord {
    fn from(m: FeatureLevelRecord) -> Self {
        Self::FeatureLevel(m)
    }
}
impl From<ClientQuotaRecord> for MetadataRecord {
    fn from(m: ClientQuotaRecord) -> Self {
        Self::ClientQuota(m)
    }
}
impl From<ProducerIdsRecord> for MetadataRecord {
    fn from(m: ProducerIdsRecord) -> Self {
        Self::ProducerIds(m)
    }
}
impl From<BrokerRegistrationChangeRecord> for MetadataRecord {
    fn from(m: BrokerRegistrationChangeRecord) -> Self {
        Self::BrokerRegistrationChange(m)
    }
}
impl From<AccessControlEntryRecord> for MetadataRecord {
    fn from(m: AccessControlEntryRecord) -> Self {
        Self::AccessControlEntry(m)
    }
}
impl From<RemoveAccessControlEntryRecord> for MetadataRecord {
    fn from(m: RemoveAccessControlEntryRecord) -> Self {
        Self::RemoveAccessControlEntry(m)
    }
}
impl From<NoOpRecord> for MetadataRecord {
    fn from(m: NoOpRecord) -> Self {
        Self::NoOp(m)
    }
}
impl From<ZkMigrationStateRecord> for MetadataRecord {
    fn from(m: ZkMigrationStateRecord) -> Self {
        Self::ZkMigrationState(m)
    }
}
impl From<RemoveUserScramCredentialRecord> for MetadataRecord {
    fn from(m: RemoveUserScramCredentialRecord) -> Self {
        Self::RemoveUserScramCredential(m)
    }
}
impl From<BeginTransactionRecord> for MetadataRecord {
    fn from(m: BeginTransactionRecord) -> Self {
        Self::BeginTransaction(m)
    }
}
impl From<EndTransactionRecord> for MetadataRecord {
    fn from(m: EndTransactionRecord) -> Self {
        Self::EndTransaction(m)
    }
}
impl From<AbortTransactionRecord> for MetadataRecord {
    fn from(m: AbortTransactionRecord) -> Self {
        Self::AbortTransaction(m)
    }
}
impl From<RemoveDelegationTokenRecord> for MetadataRecord {
    fn from(m: RemoveDelegationTokenRecord) -> Self {
        Self::RemoveDelegationToken(m)
    }
}
impl From<RegisterControllerRecord> for MetadataRecord {
    fn from(m: RegisterControllerRecord) -> Self {
        Self::RegisterController(m)
    }
}
impl From<ClearElrRecord> for MetadataRecord {
    fn from(m: ClearElrRecord) -> Self {
        Self::ClearElr(m)
    }
}
