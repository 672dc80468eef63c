//go:build cgo

package kafka

import (
	"strings"
	"time"
)

// AdminOption is an option of one or more operations of AdminClient. Which options an operation takes is its own type, so that a
// wrong one does not compile.
type AdminOption interface {
	set(*adminOptions)
}

func gather[T AdminOption](options []T) adminOptions {
	var o adminOptions
	for _, option := range options {
		option.set(&o)
	}
	return o
}

// The options of each operation.
type (
	CreateTopicsAdminOption interface {
		AdminOption
		createTopics()
	}
	DeleteTopicsAdminOption interface {
		AdminOption
		deleteTopics()
	}
	CreatePartitionsAdminOption interface {
		AdminOption
		createPartitions()
	}
	DeleteRecordsAdminOption interface {
		AdminOption
		deleteRecords()
	}
	DescribeTopicsAdminOption interface {
		AdminOption
		describeTopics()
	}
	DescribeClusterAdminOption interface {
		AdminOption
		describeCluster()
	}
	DescribeConfigsAdminOption interface {
		AdminOption
		describeConfigs()
	}
	AlterConfigsAdminOption interface {
		AdminOption
		alterConfigs()
	}
	ListConsumerGroupsAdminOption interface {
		AdminOption
		listConsumerGroups()
	}
	DescribeConsumerGroupsAdminOption interface {
		AdminOption
		describeConsumerGroups()
	}
	DeleteConsumerGroupsAdminOption interface {
		AdminOption
		deleteConsumerGroups()
	}
	ListConsumerGroupOffsetsAdminOption interface {
		AdminOption
		listConsumerGroupOffsets()
	}
	AlterConsumerGroupOffsetsAdminOption interface {
		AdminOption
		alterConsumerGroupOffsets()
	}
	ListOffsetsAdminOption interface {
		AdminOption
		listOffsets()
	}
)

// AdminOptionRequestTimeout bounds the whole operation on this side.
type AdminOptionRequestTimeout struct{ d time.Duration }

// SetAdminRequestTimeout bounds the whole operation on this side; 60 s unless set, and the context's deadline if that is earlier.
func SetAdminRequestTimeout(t time.Duration) AdminOptionRequestTimeout {
	return AdminOptionRequestTimeout{t}
}

func (o AdminOptionRequestTimeout) set(all *adminOptions)    { all.requestTimeout = o.d }
func (AdminOptionRequestTimeout) createTopics()              {}
func (AdminOptionRequestTimeout) deleteTopics()              {}
func (AdminOptionRequestTimeout) createPartitions()          {}
func (AdminOptionRequestTimeout) deleteRecords()             {}
func (AdminOptionRequestTimeout) describeTopics()            {}
func (AdminOptionRequestTimeout) describeCluster()           {}
func (AdminOptionRequestTimeout) describeConfigs()           {}
func (AdminOptionRequestTimeout) alterConfigs()              {}
func (AdminOptionRequestTimeout) listConsumerGroups()        {}
func (AdminOptionRequestTimeout) describeConsumerGroups()    {}
func (AdminOptionRequestTimeout) deleteConsumerGroups()      {}
func (AdminOptionRequestTimeout) listConsumerGroupOffsets()  {}
func (AdminOptionRequestTimeout) alterConsumerGroupOffsets() {}
func (AdminOptionRequestTimeout) listOffsets()               {}

// AdminOptionOperationTimeout bounds how long the broker takes.
type AdminOptionOperationTimeout struct{ d time.Duration }

// SetAdminOperationTimeout bounds how long the broker takes to make it so on all nodes.
func SetAdminOperationTimeout(t time.Duration) AdminOptionOperationTimeout {
	return AdminOptionOperationTimeout{t}
}

func (o AdminOptionOperationTimeout) set(all *adminOptions) { all.operationTimeout = o.d }
func (AdminOptionOperationTimeout) createTopics()           {}
func (AdminOptionOperationTimeout) deleteTopics()           {}
func (AdminOptionOperationTimeout) createPartitions()       {}
func (AdminOptionOperationTimeout) deleteRecords()          {}

// AdminOptionValidateOnly changes nothing and tells what would happen.
type AdminOptionValidateOnly struct{ only bool }

// SetAdminValidateOnly changes nothing and tells what would happen.
func SetAdminValidateOnly(validateOnly bool) AdminOptionValidateOnly {
	return AdminOptionValidateOnly{validateOnly}
}

func (o AdminOptionValidateOnly) set(all *adminOptions) { all.validateOnly = o.only }
func (AdminOptionValidateOnly) createTopics()           {}
func (AdminOptionValidateOnly) createPartitions()       {}
func (AdminOptionValidateOnly) alterConfigs()           {}

// IsolationLevel says which transactional records count.
type IsolationLevel int

const (
	// IsolationLevelReadUncommitted: all records.
	IsolationLevelReadUncommitted = IsolationLevel(0)
	// IsolationLevelReadCommitted: those of committed transactions.
	IsolationLevelReadCommitted = IsolationLevel(1)
)

// AdminOptionIsolationLevel says which records count.
type AdminOptionIsolationLevel struct{ level IsolationLevel }

// SetAdminIsolationLevel says which records count.
func SetAdminIsolationLevel(level IsolationLevel) AdminOptionIsolationLevel {
	return AdminOptionIsolationLevel{level}
}

func (o AdminOptionIsolationLevel) set(all *adminOptions) {
	all.readCommitted = o.level == IsolationLevelReadCommitted
}
func (AdminOptionIsolationLevel) listOffsets() {}

// AdminOptionRequireStableOffsets waits for offsets of transactions under way.
type AdminOptionRequireStableOffsets struct{ stable bool }

// SetAdminRequireStableOffsets waits for offsets of transactions under way.
func SetAdminRequireStableOffsets(val bool) AdminOptionRequireStableOffsets {
	return AdminOptionRequireStableOffsets{val}
}

func (o AdminOptionRequireStableOffsets) set(all *adminOptions)   { all.requireStable = o.stable }
func (AdminOptionRequireStableOffsets) listConsumerGroupOffsets() {}

// AdminOptionMatchConsumerGroupStates lists only groups in these states.
type AdminOptionMatchConsumerGroupStates struct{ states []ConsumerGroupState }

// SetAdminMatchConsumerGroupStates lists only groups in these states.
func SetAdminMatchConsumerGroupStates(states []ConsumerGroupState) AdminOptionMatchConsumerGroupStates {
	return AdminOptionMatchConsumerGroupStates{states}
}

func (o AdminOptionMatchConsumerGroupStates) set(all *adminOptions) { all.states = o.states }
func (AdminOptionMatchConsumerGroupStates) listConsumerGroups()     {}

// AdminOptionMatchConsumerGroupTypes lists only groups of these types.
type AdminOptionMatchConsumerGroupTypes struct{ types []ConsumerGroupType }

// SetAdminMatchConsumerGroupTypes lists only groups of these types.
func SetAdminMatchConsumerGroupTypes(types []ConsumerGroupType) AdminOptionMatchConsumerGroupTypes {
	return AdminOptionMatchConsumerGroupTypes{types}
}

func (o AdminOptionMatchConsumerGroupTypes) set(all *adminOptions) { all.types = o.types }
func (AdminOptionMatchConsumerGroupTypes) listConsumerGroups()     {}

// AdminOptionIncludeAuthorizedOperations asks for the operations that are allowed.
type AdminOptionIncludeAuthorizedOperations struct{ include bool }

// SetAdminOptionIncludeAuthorizedOperations asks for the operations that are allowed. There is no authorization yet: nothing is told.
func SetAdminOptionIncludeAuthorizedOperations(val bool) AdminOptionIncludeAuthorizedOperations {
	return AdminOptionIncludeAuthorizedOperations{val}
}

func (o AdminOptionIncludeAuthorizedOperations) set(all *adminOptions) {
	all.includeOperations = o.include
}
func (AdminOptionIncludeAuthorizedOperations) describeTopics()         {}
func (AdminOptionIncludeAuthorizedOperations) describeCluster()        {}
func (AdminOptionIncludeAuthorizedOperations) describeConsumerGroups() {}

// A word table: the value is the place.
func wordOf(words []string, n int) string {
	if n >= 0 && n < len(words) {
		return words[n]
	}
	return words[0]
}

func placeOf(words []string, word string) int {
	for i, w := range words {
		if strings.EqualFold(w, word) {
			return i
		}
	}
	return -1
}

// ConsumerGroupState is the state of a group.
type ConsumerGroupState int

const (
	ConsumerGroupStateUnknown ConsumerGroupState = iota
	ConsumerGroupStatePreparingRebalance
	ConsumerGroupStateCompletingRebalance
	ConsumerGroupStateStable
	ConsumerGroupStateDead
	ConsumerGroupStateEmpty
)

var groupStates = []string{"Unknown", "PreparingRebalance", "CompletingRebalance", "Stable", "Dead", "Empty"}

func (t ConsumerGroupState) String() string { return wordOf(groupStates, int(t)) }

// ConsumerGroupStateFromString reads a state's name; unknown ones are Unknown.
func ConsumerGroupStateFromString(stateString string) (ConsumerGroupState, error) {
	return ConsumerGroupState(max(placeOf(groupStates, stateString), 0)), nil
}

// ConsumerGroupType is the protocol of a group.
type ConsumerGroupType int

const (
	ConsumerGroupTypeUnknown ConsumerGroupType = iota
	ConsumerGroupTypeConsumer
	ConsumerGroupTypeClassic
)

var groupTypes = []string{"Unknown", "Consumer", "Classic"}

func (t ConsumerGroupType) String() string { return wordOf(groupTypes, int(t)) }

// ConsumerGroupTypeFromString reads a type's name; unknown ones are Unknown.
func ConsumerGroupTypeFromString(typeString string) ConsumerGroupType {
	return ConsumerGroupType(max(placeOf(groupTypes, typeString), 0))
}

// ResourceType is what a configuration belongs to. The numbers are Kafka's of configuration resources.
type ResourceType int

const (
	ResourceUnknown = ResourceType(0)
	ResourceAny     = ResourceType(1)
	ResourceTopic   = ResourceType(2)
	ResourceGroup   = ResourceType(3)
	ResourceBroker  = ResourceType(4)
)

var resourceTypes = []string{"Unknown", "Any", "Topic", "Group", "Broker"}

func (t ResourceType) String() string { return wordOf(resourceTypes, int(t)) }

// wire is Kafka's number of a configuration's owner, where a group is 32.
func (t ResourceType) wire() int {
	if t == ResourceGroup {
		return 32
	}
	return int(t)
}

// UnmarshalJSON reads Kafka's number.
func (t *ResourceType) UnmarshalJSON(text []byte) error {
	if string(text) == "32" {
		*t = ResourceGroup
		return nil
	}
	*t = ResourceUnknown
	if len(text) == 1 && text[0] >= '0' && text[0] <= '4' {
		*t = ResourceType(text[0] - '0')
	}
	return nil
}

// ResourceTypeFromString reads a resource type's name.
func ResourceTypeFromString(typeString string) (ResourceType, error) {
	if n := placeOf(resourceTypes, typeString); n > 0 {
		return ResourceType(n), nil
	}
	return ResourceUnknown, errorf(ErrInvalidArg, "there is no resource type %q", typeString)
}

// ConfigSource tells where an entry's value comes from. The numbers are librdkafka's, which are Kafka's.
type ConfigSource int

const (
	ConfigSourceUnknown ConfigSource = iota
	ConfigSourceDynamicTopic
	ConfigSourceDynamicBroker
	ConfigSourceDynamicDefaultBroker
	ConfigSourceStaticBroker
	ConfigSourceDefault
	_
	_
	ConfigSourceGroup
)

var configSources = []string{"Unknown", "DynamicTopicConfig", "DynamicBrokerConfig", "DynamicDefaultBrokerConfig", "StaticBrokerConfig", "DefaultConfig", "DynamicBrokerLoggerConfig", "DynamicClientMetricsConfig", "DynamicGroupConfig"}

func (t ConfigSource) String() string { return wordOf(configSources, int(t)) }

// AlterOperation is how AlterConfigs sets: there is one way.
type AlterOperation int

// AlterOperationSet sets.
const AlterOperationSet = AlterOperation(0)

func (o AlterOperation) String() string { return "Set" }

// AlterConfigOpType is what IncrementalAlterConfigs does to an entry.
type AlterConfigOpType int

const (
	// AlterConfigOpTypeSet sets the value.
	AlterConfigOpTypeSet AlterConfigOpType = iota
	// AlterConfigOpTypeDelete goes back to the default.
	AlterConfigOpTypeDelete
	// AlterConfigOpTypeAppend adds to a list.
	AlterConfigOpTypeAppend
	// AlterConfigOpTypeSubtract takes from a list.
	AlterConfigOpTypeSubtract
)

func (o AlterConfigOpType) String() string {
	return wordOf([]string{"Set", "Delete", "Append", "Subtract"}, int(o))
}

// ACLOperation is an operation that can be allowed.
type ACLOperation int

var aclOperations = []string{"Unknown", "Any", "All", "Read", "Write", "Create", "Delete", "Alter", "Describe", "ClusterAction", "DescribeConfigs", "AlterConfigs", "IdempotentWrite"}

const (
	ACLOperationUnknown ACLOperation = iota
	ACLOperationAny
	ACLOperationAll
	ACLOperationRead
	ACLOperationWrite
	ACLOperationCreate
	ACLOperationDelete
	ACLOperationAlter
	ACLOperationDescribe
	ACLOperationClusterAction
	ACLOperationDescribeConfigs
	ACLOperationAlterConfigs
	ACLOperationIdempotentWrite
)

func (o ACLOperation) String() string { return wordOf(aclOperations, int(o)) }

// ACLOperationFromString reads an operation's name.
func ACLOperationFromString(aclOperationString string) (ACLOperation, error) {
	if n := placeOf(aclOperations, aclOperationString); n > 0 {
		return ACLOperation(n), nil
	}
	return ACLOperationUnknown, errorf(ErrInvalidArg, "there is no operation %q", aclOperationString)
}
