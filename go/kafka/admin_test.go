//go:build cgo

package kafka

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestAdminTopicsAndConfigs(t *testing.T) {
	b := testBroker(t)
	a, err := NewAdminClient(&ConfigMap{"bootstrap.servers": b.BootstrapServers()})
	must(t, err)
	defer a.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	results, err := a.CreateTopics(ctx, []TopicSpecification{
		{Topic: "made", NumPartitions: 2, ReplicationFactor: 1, Config: map[string]string{"retention.ms": "-1"}},
		{Topic: "not a name", NumPartitions: 1},
	}, SetAdminOperationTimeout(10*time.Second), SetAdminRequestTimeout(20*time.Second))
	must(t, err)
	if results[0].Error.Code() != ErrNoError || results[1].Error.Code() == ErrNoError || results[0].String() != "made" {
		t.Error(results)
	}
	results, err = a.CreateTopics(ctx, []TopicSpecification{{Topic: "only", NumPartitions: 1}}, SetAdminValidateOnly(true))
	if err != nil || results[0].Error.Code() != ErrNoError {
		t.Error(results, err)
	}
	results, err = a.CreatePartitions(ctx, []PartitionsSpecification{{Topic: "made", IncreaseTo: 4}})
	if err != nil || results[0].Error.Code() != ErrNoError {
		t.Error(results, err)
	}
	m, err := a.GetMetadata(nil, true, 10_000)
	must(t, err)
	if _, there := m.Topics["only"]; there || len(m.Topics["made"].Partitions) != 4 {
		t.Errorf("%+v", m.Topics)
	}
	described, err := a.DescribeTopics(ctx, NewTopicCollectionOfTopicNames([]string{"made"}))
	if err != nil || len(described.TopicDescriptions) != 1 || len(described.TopicDescriptions[0].Partitions) != 4 || described.TopicDescriptions[0].Partitions[3].Leader == nil {
		t.Errorf("%+v %v", described, err)
	}
	cluster, err := a.DescribeCluster(ctx)
	if err != nil || *cluster.ClusterID == "" || len(cluster.Nodes) != 1 || cluster.Controller == nil {
		t.Errorf("%+v %v", cluster, err)
	}
	if id, err := a.ClusterID(ctx); err != nil || id != *cluster.ClusterID {
		t.Error(id, err)
	}
	resource := ConfigResource{Type: ResourceTopic, Name: "made"}
	configs, err := a.DescribeConfigs(ctx, []ConfigResource{resource})
	if err != nil || configs[0].Type != ResourceTopic || configs[0].Config["retention.ms"].Value != "-1" || configs[0].Config["retention.ms"].IsDefault || configs[0].Config["retention.ms"].Source != ConfigSourceDynamicTopic {
		t.Errorf("%+v %v", configs, err)
	}
	resource.Config = StringMapToIncrementalConfigEntries(map[string]string{"retention.ms": "5000"}, map[string]AlterConfigOpType{"retention.ms": AlterConfigOpTypeSet})
	if configs, err = a.IncrementalAlterConfigs(ctx, []ConfigResource{resource}); err != nil || configs[0].Error.Code() != ErrNoError {
		t.Error(configs, err)
	}
	configs, err = a.DescribeConfigs(ctx, []ConfigResource{{Type: ResourceTopic, Name: "made"}, {Type: ResourceTopic, Name: "none"}})
	if err != nil || configs[0].Config["retention.ms"].Value != "5000" || configs[1].Error.Code() == ErrNoError {
		t.Errorf("%+v %v", configs, err)
	}
	p := testProducer(t, b, nil)
	fill(t, p, "made", 0, 0, 100)
	deleted, err := a.DeleteRecords(ctx, []TopicPartition{at("made", 0, 40)})
	if err != nil || deleted.DeleteRecordsResults[0].DeletedRecords == nil || deleted.DeleteRecordsResults[0].DeletedRecords.LowWatermark != 40 {
		t.Errorf("%+v %v", deleted, err)
	}
	one := to("made", 0)
	offsets, err := a.ListOffsets(ctx, map[TopicPartition]OffsetSpec{one: EarliestOffsetSpec}, SetAdminIsolationLevel(IsolationLevelReadCommitted))
	if err != nil || offsets.ResultInfos[one].Offset != 40 || offsets.ResultInfos[one].Error.Code() != ErrNoError {
		t.Errorf("%+v %v", offsets, err)
	}
	results, err = a.DeleteTopics(ctx, []string{"made", "none"})
	if err != nil || results[0].Error.Code() != ErrNoError || results[1].Error.Code() != ErrUnknownTopicOrPart {
		t.Error(results, err)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := a.DeleteTopics(ended, []string{"x"}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	a.Close()
	a.Close()
	if _, err := a.DescribeCluster(ctx); !errors.Is(err, ErrState) {
		t.Error(err)
	}
}

func TestAdminGroups(t *testing.T) {
	b := testBroker(t)
	fill(t, testProducer(t, b, nil), "read", 0, 0, 10)
	c := testConsumer(t, b, "readers", nil)
	must(t, c.Subscribe("read", nil))
	next(t, c)
	a, err := NewAdminClientFromConsumer(c)
	must(t, err)
	defer a.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	described, err := a.DescribeConsumerGroups(ctx, []string{"readers"})
	must(t, err)
	if g := described.ConsumerGroupDescriptions[0]; g.State != ConsumerGroupStateStable || len(g.Members) != 1 || len(g.Members[0].Assignment.TopicPartitions) != 1 || g.Error.Code() != ErrNoError {
		t.Errorf("%+v", g)
	}
	must(t, c.Close())
	listed, err := a.ListConsumerGroups(ctx)
	if err != nil || len(listed.Valid) != 1 || listed.Valid[0].GroupID != "readers" || len(listed.Errors) != 0 {
		t.Errorf("%+v %v", listed, err)
	}
	if listed, err = a.ListConsumerGroups(ctx, SetAdminMatchConsumerGroupStates([]ConsumerGroupState{ConsumerGroupStateStable})); err != nil || len(listed.Valid) != 0 {
		t.Errorf("%+v %v", listed, err)
	}
	offsets, err := a.ListConsumerGroupOffsets(ctx, []ConsumerGroupTopicPartitions{{Group: "readers"}}, SetAdminRequireStableOffsets(true))
	if err != nil || len(offsets.ConsumerGroupsTopicPartitions[0].Partitions) != 1 || offsets.ConsumerGroupsTopicPartitions[0].Partitions[0].Offset != 1 {
		t.Errorf("%+v %v", offsets, err)
	}
	altered, err := a.AlterConsumerGroupOffsets(ctx, []ConsumerGroupTopicPartitions{{Group: "readers", Partitions: []TopicPartition{at("read", 0, 7)}}})
	if err != nil || altered.ConsumerGroupsTopicPartitions[0].Partitions[0].Error != nil {
		t.Errorf("%+v %v", altered, err)
	}
	again := testConsumer(t, b, "readers", nil)
	must(t, again.Subscribe("read", nil))
	if m := next(t, again); m.TopicPartition.Offset != 7 {
		t.Error(m)
	}
	must(t, again.Close())
	deleted, err := a.DeleteConsumerGroups(ctx, []string{"readers", "none"})
	if err != nil || deleted.ConsumerGroupResults[0].Error.Code() != ErrNoError || deleted.ConsumerGroupResults[1].Error.Code() == ErrNoError {
		t.Errorf("%+v %v", deleted, err)
	}
	if _, err := a.ListConsumerGroupOffsets(ctx, nil); !errors.Is(err, ErrInvalidArg) {
		t.Error(err)
	}
}
