import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ElectionNotNeededException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicaAssignmentException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.InvalidUpdateVersionException;
import org.apache.kafka.common.errors.NoReassignmentInProgressException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What an administrator does. */
class AdminChecks {
    static void into(Map<String, Checks.Body> all) {
        all.put("topics come and go", AdminChecks::topics);
        all.put("topics that cannot be", AdminChecks::refused);
        all.put("topic configs", AdminChecks::topicConfigs);
        all.put("broker configs", AdminChecks::brokerConfigs);
        all.put("more partitions", AdminChecks::partitions);
        all.put("many topics", AdminChecks::manyTopics);
        all.put("log directories", AdminChecks::logDirs);
        all.put("the cluster", AdminChecks::cluster);
        all.put("the quorum", AdminChecks::quorum);
        all.put("leaders and reassignments", AdminChecks::placement);
        all.put("features", AdminChecks::features);
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    private static Config configs(Checks c, ConfigResource r) throws Exception {
        DescribeConfigsOptions options = new DescribeConfigsOptions().includeSynonyms(true).includeDocumentation(true);
        return Checks.get(c.admin.describeConfigs(List.of(r), options).all()).get(r);
    }

    private static String value(Checks c, ConfigResource r, String name) {
        try {
            return String.valueOf(configs(c, r).get(name).value());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void alter(Checks c, ConfigResource r, Object... ops) throws Exception {
        List<AlterConfigOp> list = new ArrayList<>();
        for (int i = 0; i < ops.length; i += 3) {
            list.add(new AlterConfigOp(new ConfigEntry((String) ops[i + 1], (String) ops[i + 2]), (AlterConfigOp.OpType) ops[i]));
        }
        Checks.get(c.admin.incrementalAlterConfigs(Map.of(r, list)).all());
    }

    static void topics(Checks c) throws Exception {
        String a = c.name + "-a";
        String b = c.name + "-b";
        CreateTopicsResult made = c.admin.createTopics(List.of(new NewTopic(a, 3, (short) 1).configs(Map.of("retention.ms", "1234")), new NewTopic(b, java.util.Optional.empty(), java.util.Optional.empty())));
        Checks.same(3, Checks.get(made.numPartitions(a)), "partitions");
        Checks.same(1, Checks.get(made.replicationFactor(a)), "replication factor");
        Checks.same("1234", Checks.get(made.config(a)).get("retention.ms").value(), "a config of the answer");
        Uuid id = Checks.get(made.topicId(a));
        Checks.get(made.all());
        Map<String, TopicDescription> described = Checks.get(c.admin.describeTopics(List.of(a, b), new DescribeTopicsOptions().includeAuthorizedOperations(true)).allTopicNames());
        TopicDescription d = described.get(a);
        Checks.same(id, d.topicId(), "id");
        Checks.same(3, d.partitions().size(), "partitions described");
        Checks.holds(!d.isInternal() && d.partitions().get(2).leader() != null && d.partitions().get(2).isr().size() == 1, "described as " + d);
        Checks.same(Set.of(AclOperation.ALTER, AclOperation.ALTER_CONFIGS, AclOperation.CREATE, AclOperation.DELETE, AclOperation.DESCRIBE,
            AclOperation.DESCRIBE_CONFIGS, AclOperation.READ, AclOperation.WRITE), d.authorizedOperations(), "operations");
        Checks.same(a, Checks.get(c.admin.describeTopics(TopicCollection.ofTopicIds(List.of(id))).allTopicIds()).get(id).name(), "by id");
        Checks.holds(Checks.get(c.admin.listTopics().names()).containsAll(List.of(a, b)), "not listed");
        Checks.same(id, Checks.get(c.admin.listTopics(new ListTopicsOptions().listInternal(true)).namesToListings()).get(a).topicId(), "id listed");
        Checks.get(c.admin.createTopics(List.of(new NewTopic(c.name + "-only", 2, (short) 1)), new CreateTopicsOptions().validateOnly(true)).all());
        Checks.fails(UnknownTopicOrPartitionException.class, () -> Checks.get(c.admin.describeTopics(List.of(c.name + "-only")).allTopicNames()));
        Checks.get(c.admin.deleteTopics(List.of(b)).all());
        Checks.get(c.admin.deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all());
        Checks.fails(UnknownTopicOrPartitionException.class, () -> Checks.get(c.admin.deleteTopics(List.of(b)).all()));
        Checks.fails(UnknownTopicIdException.class, () -> Checks.get(c.admin.deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all()));
        // A name lives again, with another id and nothing of the old one's records.
        for (int round = 0; round < 3; round++) {
            Checks.get(c.admin.createTopics(List.of(new NewTopic(b, 1, (short) 1))).all());
            c.fill(b, 0, round + 1);
            Checks.same(Checks.numbers(0, round + 1), Checks.values(c.readAll(b, round + 1)), "records of the topic made again");
            Checks.get(c.admin.deleteTopics(List.of(b)).all());
        }
    }

    static void refused(Checks c) throws Exception {
        String there = c.topic("there", 1);
        Map<NewTopic, Class<? extends Exception>> cases = new HashMap<>();
        String n = c.name;
        cases.put(new NewTopic(there, 1, (short) 1), TopicExistsException.class);
        cases.put(new NewTopic("no spaces " + n, 1, (short) 1), InvalidTopicException.class);
        cases.put(new NewTopic("x".repeat(250), 1, (short) 1), InvalidTopicException.class);
        cases.put(new NewTopic("..", 1, (short) 1), InvalidTopicException.class);
        cases.put(new NewTopic(n + "-1", 0, (short) 1), InvalidPartitionsException.class);
        cases.put(new NewTopic(n + "-2", 1, (short) 3), InvalidReplicationFactorException.class);
        cases.put(new NewTopic(n + "-3", 1, (short) 0), InvalidReplicationFactorException.class);
        cases.put(new NewTopic(n + "-4", Map.of(0, List.of(1234))), InvalidReplicaAssignmentException.class);
        cases.put(new NewTopic(n + "-5", 1, (short) 1).configs(Map.of("no.such.config", "1")), InvalidConfigurationException.class);
        cases.put(new NewTopic(n + "-6", 1, (short) 1).configs(Map.of("retention.ms", "soon")), InvalidConfigurationException.class);
        cases.put(new NewTopic(n + "-7", 1, (short) 1).configs(Map.of("cleanup.policy", "burn")), InvalidConfigurationException.class);
        var results = c.admin.createTopics(cases.keySet()).values();
        for (var e : cases.entrySet()) {
            Exception said = Checks.fails(e.getValue(), () -> Checks.get(results.get(e.getKey().name())));
            Checks.holds(said.getMessage() != null && said.getMessage().length() > 10, "the refusal of " + e.getKey() + " says only " + said.getMessage());
        }
        Set<String> names = Checks.get(c.admin.listTopics().names());
        Checks.same(List.of(), cases.keySet().stream().map(NewTopic::name).filter(t -> !t.equals(there) && names.contains(t)).collect(Collectors.toList()), "made all the same");
    }

    static void topicConfigs(Checks c) throws Exception {
        ConfigResource r = resource(c.topic("t", 1, "retention.ms", "5000"));
        Config all = configs(c, r);
        // Every topic config of Kafka 4.3.1, with Kafka's defaults.
        Map<String, String> defaults = new HashMap<>();
        for (String line : ("cleanup.policy=delete compression.gzip.level=-1 compression.lz4.level=9 compression.type=producer compression.zstd.level=3 "
            + "delete.retention.ms=86400000 file.delete.delay.ms=60000 flush.messages=9223372036854775807 flush.ms=9223372036854775807 index.interval.bytes=4096 "
            + "max.compaction.lag.ms=9223372036854775807 max.message.bytes=1048588 message.timestamp.after.max.ms=3600000 message.timestamp.before.max.ms=9223372036854775807 "
            + "message.timestamp.type=CreateTime min.cleanable.dirty.ratio=0.5 min.compaction.lag.ms=0 min.insync.replicas=1 preallocate=false retention.bytes=-1 "
            + "segment.bytes=1073741824 segment.index.bytes=10485760 segment.jitter.ms=0 segment.ms=604800000 unclean.leader.election.enable=false").split(" ")) {
            defaults.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
        }
        for (var e : defaults.entrySet()) {
            ConfigEntry entry = all.get(e.getKey());
            Checks.holds(entry != null, e.getKey() + " is not described");
            Checks.same(e.getValue(), entry.value(), e.getKey());
            // Kafka sets one of them on the whole cluster when it is formatted.
            Checks.holds(entry.isDefault() || e.getKey().equals("min.insync.replicas"), e.getKey() + " is not said to be a default");
            Checks.holds(!entry.isReadOnly() && !entry.isSensitive(), e.getKey() + " is " + entry);
            Checks.holds(entry.documentation() != null && entry.type() != ConfigEntry.ConfigType.UNKNOWN, e.getKey() + " without documentation or type");
        }
        ConfigEntry retention = all.get("retention.ms");
        Checks.same(ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG, retention.source(), "source");
        Checks.same("retention.ms", retention.synonyms().get(0).name(), "first synonym");
        Checks.same(ConfigEntry.ConfigSource.DEFAULT_CONFIG, retention.synonyms().get(retention.synonyms().size() - 1).source(), "last synonym");

        alter(c, r, AlterConfigOp.OpType.SET, "retention.bytes", "77", AlterConfigOp.OpType.DELETE, "retention.ms", null, AlterConfigOp.OpType.APPEND, "cleanup.policy", "compact");
        all = configs(c, r);
        Checks.same("77", all.get("retention.bytes").value(), "set");
        Checks.same("604800000", all.get("retention.ms").value(), "deleted");
        Checks.same(Set.of("compact", "delete"), Set.of(all.get("cleanup.policy").value().split(",")), "appended");
        alter(c, r, AlterConfigOp.OpType.SUBTRACT, "cleanup.policy", "delete");
        Checks.same("compact", configs(c, r).get("cleanup.policy").value(), "subtracted");
        Checks.fails(InvalidConfigurationException.class, () -> {
            alter(c, r, AlterConfigOp.OpType.SET, "retention.bytes", "much");
            return null;
        });
        Checks.fails(InvalidConfigurationException.class, () -> {
            alter(c, r, AlterConfigOp.OpType.SET, "no.such.config", "1");
            return null;
        });
        Checks.fails(UnknownTopicOrPartitionException.class, () -> {
            alter(c, resource(c.name + "-none"), AlterConfigOp.OpType.SET, "retention.bytes", "1");
            return null;
        });
        Checks.fails(UnknownTopicOrPartitionException.class, () -> configs(c, resource(c.name + "-none")));
        Checks.same("77", configs(c, r).get("retention.bytes").value(), "after refusals");
        // It has consequences: what is larger than the new limit is refused at once.
        alter(c, r, AlterConfigOp.OpType.SET, "cleanup.policy", "delete", AlterConfigOp.OpType.SET, "max.message.bytes", "1000");
        Checks.fails(org.apache.kafka.common.errors.RecordTooLargeException.class, () ->
            Checks.send(c.producer(), List.of(new org.apache.kafka.clients.producer.ProducerRecord<>(r.name(), new byte[2000]))));
    }

    static void brokerConfigs(Checks c) throws Exception {
        int id = Checks.get(c.admin.describeCluster().nodes()).iterator().next().id();
        ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(id));
        ConfigResource everywhere = new ConfigResource(ConfigResource.Type.BROKER, "");
        Config all = configs(c, broker);
        for (String name : List.of("node.id", "log.retention.hours", "num.partitions", "message.max.bytes", "auto.create.topics.enable", "advertised.listeners", "listeners", "log.dirs")) {
            Checks.holds(all.get(name) != null, name + " is not described");
        }
        Checks.holds(all.get("node.id").isReadOnly(), "node.id may be changed");
        try {
            alter(c, everywhere, AlterConfigOp.OpType.SET, "log.retention.ms", "86400001");
            Config topic;
            // In Kafka a broker hears of it a moment later.
            ConfigResource made = resource(c.topic("u", 1));
            Checks.until("the topic to take the brokers' default", () -> value(c, made, "retention.ms").equals("86400001"));
            topic = configs(c, made);
            Checks.same(ConfigEntry.ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG, topic.get("retention.ms").source(), "source");
            alter(c, broker, AlterConfigOp.OpType.SET, "log.retention.ms", "86400002");
            Checks.until("the broker's own", () -> value(c, broker, "log.retention.ms").equals("86400002"));
            Checks.same("86400001", configs(c, everywhere).get("log.retention.ms").value(), "the default");
        } finally {
            alter(c, broker, AlterConfigOp.OpType.DELETE, "log.retention.ms", null);
            alter(c, everywhere, AlterConfigOp.OpType.DELETE, "log.retention.ms", null);
        }
        Checks.fails(org.apache.kafka.common.errors.ApiException.class, () -> {
            alter(c, broker, AlterConfigOp.OpType.SET, "node.id", "7");
            return null;
        });
        Collection<ConfigResource> resources = Checks.get(c.admin.listConfigResources().all());
        Checks.holds(resources.contains(broker), "the broker is not among " + resources.size() + " config resources");
    }

    static void partitions(Checks c) throws Exception {
        String topic = c.topic("t", 2);
        c.fill(topic, 1, 5);
        Checks.get(c.admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(5))).all());
        Checks.same(5, Checks.get(c.admin.describeTopics(List.of(topic)).allTopicNames()).get(topic).partitions().size(), "partitions");
        Checks.fails(InvalidPartitionsException.class, () -> Checks.get(c.admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(3))).all()));
        Checks.fails(InvalidPartitionsException.class, () -> Checks.get(c.admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(5))).all()));
        Checks.fails(UnknownTopicOrPartitionException.class, () -> Checks.get(c.admin.createPartitions(Map.of(c.name + "-none", NewPartitions.increaseTo(5))).all()));
        c.fill(topic, 4, 5);
        var reader = c.consumer();
        reader.assign(List.of(new TopicPartition(topic, 1), new TopicPartition(topic, 4)));
        Checks.read(reader, 10);
    }

    /** More topics than one page of DescribeTopicPartitions holds. */
    static void manyTopics(Checks c) throws Exception {
        List<NewTopic> topics = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            topics.add(new NewTopic(c.name + "-" + i, 20, (short) 1));
        }
        Checks.get(c.admin.createTopics(topics).all());
        TreeSet<String> names = topics.stream().map(NewTopic::name).collect(Collectors.toCollection(TreeSet::new));
        var all = Checks.get(c.admin.describeTopics(names, new DescribeTopicsOptions().partitionSizeLimitPerResponse(130)).allTopicNames());
        Checks.same(names, new TreeSet<>(all.keySet()), "topics described");
        Checks.same(3000, all.values().stream().mapToInt(t -> t.partitions().size()).sum(), "partitions described");
        Checks.get(c.admin.deleteTopics(names).all());
    }

    static void logDirs(Checks c) throws Exception {
        String topic = c.topic("t", 2);
        c.fill(topic, 1, 100);
        int id = Checks.get(c.admin.describeCluster().nodes()).iterator().next().id();
        Map<String, LogDirDescription> dirs = Checks.get(c.admin.describeLogDirs(List.of(id)).allDescriptions()).get(id);
        Checks.same(1, dirs.size(), "directories");
        LogDirDescription d = dirs.values().iterator().next();
        Checks.same(null, d.error(), "error");
        Checks.holds(d.totalBytes().getAsLong() > 0 && d.usableBytes().getAsLong() > 0, "no sizes of the disk");
        var replica = d.replicaInfos().get(new TopicPartition(topic, 1));
        Checks.holds(replica != null && replica.size() > 1000 && replica.offsetLag() == 0 && !replica.isFuture(), "replica " + replica);
    }

    static void cluster(Checks c) throws Exception {
        var d = c.admin.describeCluster(new org.apache.kafka.clients.admin.DescribeClusterOptions().includeAuthorizedOperations(true));
        Checks.same(22, Checks.get(d.clusterId()).length(), "length of the cluster id");
        Checks.same(1, Checks.get(d.nodes()).size(), "nodes");
        Checks.holds(Checks.get(d.controller()) != null, "no controller");
        Checks.holds(Checks.get(d.authorizedOperations()).contains(AclOperation.CREATE), "operations");
        var features = Checks.get(c.admin.describeFeatures().featureMetadata());
        Checks.holds(features.supportedFeatures() != null && features.finalizedFeatures() != null, "features");
        var resources = Checks.get(c.admin.listConfigResources(Set.of(ConfigResource.Type.TOPIC), new org.apache.kafka.clients.admin.ListConfigResourcesOptions()).all());
        String topic = c.topic("t", 1);
        Checks.holds(!resources.contains(resource(topic)), "a topic of the future");
        Checks.holds(Checks.get(c.admin.listConfigResources().all()).contains(resource(topic)), "a topic is not listed");
    }

    static void quorum(Checks c) throws Exception {
        var before = Checks.get(c.admin.describeMetadataQuorum().quorumInfo());
        c.topic("t", 1);
        var q = Checks.get(c.admin.describeMetadataQuorum().quorumInfo());
        int node = Checks.get(c.admin.describeCluster().nodes()).iterator().next().id();
        Checks.same(node, q.leaderId(), "leader");
        Checks.same(1, q.voters().size(), "voters");
        Checks.same(node, q.voters().get(0).replicaId(), "voter");
        Checks.holds(q.highWatermark() > before.highWatermark(), "a topic was made and the log stayed at " + q.highWatermark());
        Checks.holds(q.voters().get(0).logEndOffset() >= q.highWatermark(), "the end is before the high watermark");
        Checks.holds(q.voters().get(0).lastCaughtUpTimestamp().isPresent(), "caught up at no time");
        Checks.holds(q.nodes().containsKey(node), "its address");
    }

    static void placement(Checks c) throws Exception {
        String topic = c.topic("t", 2);
        TopicPartition there = new TopicPartition(topic, 1);
        TopicPartition gone = new TopicPartition(topic, 7);
        for (ElectionType type : ElectionType.values()) {
            var elected = Checks.get(c.admin.electLeaders(type, Set.of(there, gone)).partitions());
            Checks.holds(elected.get(there).orElseThrow() instanceof ElectionNotNeededException, "elected " + elected.get(there));
            Checks.holds(elected.get(gone).orElseThrow() instanceof UnknownTopicOrPartitionException, "elected " + elected.get(gone));
        }
        Checks.holds(!Checks.get(c.admin.electLeaders(ElectionType.PREFERRED, null).partitions()).containsKey(there), "elected among all");
        int node = Checks.get(c.admin.describeCluster().nodes()).iterator().next().id();
        Checks.get(c.admin.alterPartitionReassignments(Map.of(there, Optional.of(new NewPartitionReassignment(List.of(node))))).all());
        Checks.fails(InvalidReplicaAssignmentException.class,
            () -> Checks.get(c.admin.alterPartitionReassignments(Map.of(there, Optional.of(new NewPartitionReassignment(List.of(node, node + 77))))).all()));
        Checks.fails(NoReassignmentInProgressException.class, () -> Checks.get(c.admin.alterPartitionReassignments(Map.of(there, Optional.empty())).all()));
        Checks.fails(UnknownTopicOrPartitionException.class, () -> Checks.get(c.admin.alterPartitionReassignments(Map.of(gone, Optional.empty())).all()));
        Checks.same(Map.of(), Checks.get(c.admin.listPartitionReassignments(Set.of(there)).reassignments()), "under way");
    }

    static void features(Checks c) throws Exception {
        String name = "metadata.version";
        var told = Checks.get(c.admin.describeFeatures().featureMetadata());
        short level = told.finalizedFeatures().get(name).maxVersionLevel();
        Checks.holds(told.finalizedFeaturesEpoch().isPresent(), "no epoch");
        Checks.same(true, told.supportedFeatures().get(name).minVersion() <= level && level <= told.supportedFeatures().get(name).maxVersion(), "supported");
        update(c, name, level);
        Checks.fails(InvalidUpdateVersionException.class, () -> {
            update(c, name, (short) 999);
            return "a level of the future";
        });
        Checks.fails(InvalidUpdateVersionException.class, () -> {
            update(c, "no.such.feature", (short) 1);
            return "an unknown feature";
        });
    }

    private static void update(Checks c, String name, short level) throws Exception {
        FeatureUpdate update = new FeatureUpdate(level, FeatureUpdate.UpgradeType.UPGRADE);
        Checks.get(c.admin.updateFeatures(Map.of(name, update), new UpdateFeaturesOptions()).all());
    }
}
