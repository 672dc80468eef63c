//go:build cgo

package kafka

import "context"

// ConsumerGroupListing is one group in a list.
type ConsumerGroupListing struct {
	GroupID               string
	IsSimpleConsumerGroup bool
	State                 ConsumerGroupState
	Type                  ConsumerGroupType
}

// ListConsumerGroupsResult has the groups of the brokers that answered, and the errors of those that did not.
type ListConsumerGroupsResult struct {
	Valid  []ConsumerGroupListing
	Errors []error
}

// ListConsumerGroups lists the groups of all brokers.
func (a *AdminClient) ListConsumerGroups(ctx context.Context, options ...ListConsumerGroupsAdminOption) (ListConsumerGroupsResult, error) {
	o := gather(options)
	states, types := []string{}, []string{}
	for _, s := range o.states {
		states = append(states, s.String())
	}
	for _, t := range o.types {
		types = append(types, t.String())
	}
	type listing struct {
		Groups []struct {
			GroupID      string `json:"group_id"`
			ProtocolType string `json:"protocol_type"`
			State, Type  string
		}
		Errors []errorJSON
	}
	found, err := call[listing](ctx, a, o, "list_groups", object{"states": states, "types": types})
	if err != nil {
		return ListConsumerGroupsResult{}, err
	}
	var out ListConsumerGroupsResult
	for _, g := range found.Groups {
		state, _ := ConsumerGroupStateFromString(g.State)
		out.Valid = append(out.Valid, ConsumerGroupListing{
			GroupID: g.GroupID, IsSimpleConsumerGroup: g.ProtocolType == "", State: state, Type: ConsumerGroupTypeFromString(g.Type),
		})
	}
	for _, e := range found.Errors {
		out.Errors = append(out.Errors, e.value())
	}
	return out, nil
}

// MemberAssignment is what a member of a group reads.
type MemberAssignment struct {
	TopicPartitions []TopicPartition
}

// MemberDescription is one member of a group.
type MemberDescription struct {
	ClientID        string
	GroupInstanceID string
	ConsumerID      string
	Host            string
	Assignment      MemberAssignment
}

// ConsumerGroupDescription is one group.
type ConsumerGroupDescription struct {
	GroupID               string
	Error                 Error
	IsSimpleConsumerGroup bool
	PartitionAssignor     string
	State                 ConsumerGroupState
	Type                  ConsumerGroupType
	Coordinator           Node
	Members               []MemberDescription
	AuthorizedOperations  []ACLOperation
}

// DescribeConsumerGroupsResult has one description per group.
type DescribeConsumerGroupsResult struct {
	ConsumerGroupDescriptions []ConsumerGroupDescription
}

// DescribeConsumerGroups tells of groups and their members.
func (a *AdminClient) DescribeConsumerGroups(ctx context.Context, groups []string, options ...DescribeConsumerGroupsAdminOption) (DescribeConsumerGroupsResult, error) {
	type description struct {
		Name         string
		Error        *errorJSON
		State        string
		ProtocolType string `json:"protocol_type"`
		Protocol     string
		Members      []struct {
			MemberID        string  `json:"member_id"`
			GroupInstanceID *string `json:"group_instance_id"`
			ClientID        string  `json:"client_id"`
			ClientHost      string  `json:"client_host"`
			Assignment      []partitionJSON
		}
		Coordinator brokerJSON
	}
	all, err := call[[]description](ctx, a, gather(options), "describe_groups", object{"groups": groups})
	if err != nil {
		return DescribeConsumerGroupsResult{}, err
	}
	var out DescribeConsumerGroupsResult
	for _, g := range all {
		state, _ := ConsumerGroupStateFromString(g.State)
		d := ConsumerGroupDescription{
			GroupID: g.Name, Error: g.Error.value(), IsSimpleConsumerGroup: g.ProtocolType == "", PartitionAssignor: g.Protocol,
			State: state, Type: ConsumerGroupTypeClassic, Coordinator: g.Coordinator.node(),
		}
		for _, m := range g.Members {
			member := MemberDescription{ClientID: m.ClientID, GroupInstanceID: topicOf(m.GroupInstanceID), ConsumerID: m.MemberID, Host: m.ClientHost}
			for i := range m.Assignment {
				p := &m.Assignment[i]
				member.Assignment.TopicPartitions = append(member.Assignment.TopicPartitions,
					TopicPartition{Topic: &p.Topic, Partition: p.Partition, Offset: OffsetInvalid})
			}
			d.Members = append(d.Members, member)
		}
		out.ConsumerGroupDescriptions = append(out.ConsumerGroupDescriptions, d)
	}
	return out, nil
}

// ConsumerGroupResult is the outcome for one group.
type ConsumerGroupResult struct {
	Group string
	Error Error
}

// String is the group, with the error if there is one.
func (g ConsumerGroupResult) String() string {
	if g.Error.code == ErrNoError {
		return g.Group
	}
	return g.Group + " (" + g.Error.str + ")"
}

// DeleteConsumerGroupsResult has one outcome per group.
type DeleteConsumerGroupsResult struct {
	ConsumerGroupResults []ConsumerGroupResult
}

// DeleteConsumerGroups deletes groups that have no members.
func (a *AdminClient) DeleteConsumerGroups(ctx context.Context, groups []string, options ...DeleteConsumerGroupsAdminOption) (DeleteConsumerGroupsResult, error) {
	all, err := call[[]outcomeJSON](ctx, a, gather(options), "delete_groups", object{"groups": groups})
	if err != nil {
		return DeleteConsumerGroupsResult{}, err
	}
	var out DeleteConsumerGroupsResult
	for _, o := range all {
		out.ConsumerGroupResults = append(out.ConsumerGroupResults, ConsumerGroupResult{Group: o.Name, Error: o.Error.value()})
	}
	return out, nil
}

// ConsumerGroupTopicPartitions is a group with partitions; as an argument nil partitions mean all of them.
type ConsumerGroupTopicPartitions struct {
	Group      string
	Partitions []TopicPartition
}

// String is the group with its partitions.
func (g ConsumerGroupTopicPartitions) String() string {
	s := g.Group
	for _, p := range g.Partitions {
		s += " " + p.String()
	}
	return s
}

// ListConsumerGroupOffsetsResult has the offsets of one group.
type ListConsumerGroupOffsetsResult struct {
	ConsumerGroupsTopicPartitions []ConsumerGroupTopicPartitions
}

// AlterConsumerGroupOffsetsResult has the outcomes for one group.
type AlterConsumerGroupOffsetsResult struct {
	ConsumerGroupsTopicPartitions []ConsumerGroupTopicPartitions
}

func oneGroup(groups []ConsumerGroupTopicPartitions) (ConsumerGroupTopicPartitions, error) {
	if len(groups) != 1 {
		return ConsumerGroupTopicPartitions{}, errorf(ErrInvalidArg, "expected one group, not %d", len(groups))
	}
	return groups[0], nil
}

// ListConsumerGroupOffsets tells what a group committed. One group at a time.
func (a *AdminClient) ListConsumerGroupOffsets(ctx context.Context, groups []ConsumerGroupTopicPartitions, options ...ListConsumerGroupOffsetsAdminOption) (ListConsumerGroupOffsetsResult, error) {
	var out ListConsumerGroupOffsetsResult
	o := gather(options)
	g, err := oneGroup(groups)
	if err != nil {
		return out, err
	}
	request := object{"group": g.Group, "require_stable": o.requireStable}
	if g.Partitions != nil {
		if request["partitions"], err = toJSON(g.Partitions); err != nil {
			return out, err
		}
	}
	all, err := call[[]partitionJSON](ctx, a, o, "list_group_offsets", request)
	if err != nil {
		return out, err
	}
	out.ConsumerGroupsTopicPartitions = []ConsumerGroupTopicPartitions{{Group: g.Group, Partitions: fromJSON(all)}}
	return out, nil
}

// AlterConsumerGroupOffsets commits offsets for a group that has no members. One group at a time.
func (a *AdminClient) AlterConsumerGroupOffsets(ctx context.Context, groups []ConsumerGroupTopicPartitions, options ...AlterConsumerGroupOffsetsAdminOption) (AlterConsumerGroupOffsetsResult, error) {
	var out AlterConsumerGroupOffsetsResult
	g, err := oneGroup(groups)
	if err != nil {
		return out, err
	}
	list, err := toJSON(g.Partitions)
	if err != nil {
		return out, err
	}
	all, err := call[[]partitionJSON](ctx, a, gather(options), "alter_group_offsets", object{"group": g.Group, "partitions": list})
	if err != nil {
		return out, err
	}
	out.ConsumerGroupsTopicPartitions = []ConsumerGroupTopicPartitions{{Group: g.Group, Partitions: fromJSON(all)}}
	return out, nil
}
