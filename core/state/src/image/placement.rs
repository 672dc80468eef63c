//! Who leads and who holds a partition, where a client wants that to be otherwise: elections and reassignments. With one node every
//! partition is led and held by it, so that nothing ever changes; what is asked for is checked as Kafka's controller does. The
//! messages do not repeat the topic's name, as Kafka's do: a request may name 250,000 partitions of a topic with a long name.

use super::{Image, refuse};
use wellhead_base::{Code, Error};

impl Image {
    /// ElectLeaders for one partition: the error says that there is no such partition, or that it has the leader that it should have.
    pub fn elect_leader(&self, topic: &str, partition: i32) -> Error {
        if self.topic(topic).is_none() {
            return refuse(Code::UNKNOWN_TOPIC_OR_PART, "No such topic.");
        }
        match self.partition(topic, partition) {
            None => refuse(Code::UNKNOWN_TOPIC_OR_PART, "No such partition."),
            Some(_) => refuse(Code::ELECTION_NOT_NEEDED, "Leader election not needed for topic partition."),
        }
    }

    /// AlterPartitionReassignments for one partition; `replicas` None takes a reassignment back. What may be asked for is what is.
    pub fn reassign(&self, topic: &str, partition: i32, replicas: Option<&[i32]>) -> Result<(), Error> {
        if self.topic(topic).is_none() {
            return Err(refuse(Code::UNKNOWN_TOPIC_OR_PART, "Unable to find the topic."));
        }
        if self.partition(topic, partition).is_none() {
            return Err(refuse(Code::UNKNOWN_TOPIC_OR_PART, "Unable to find the partition."));
        }
        match replicas {
            None => Err(refuse(Code::NO_REASSIGNMENT_IN_PROGRESS, "No partition reassignment is in progress.")),
            Some(replicas) => self.check_assignment(replicas, None),
        }
    }
}
