import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.GroupSubscribedToTopicException;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/** Groups whose members come and go. */
class GroupChecks {
    private static final int PARTITIONS = 6;

    static void into(Map<String, Checks.Body> all) {
        for (String assignor : List.of("Range", "RoundRobin", "Sticky", "CooperativeSticky")) {
            all.put("members come and go with " + assignor, c -> comeAndGo(c, "org.apache.kafka.clients.consumer." + assignor + "Assignor"));
        }
        all.put("static members", GroupChecks::staticMembers);
        all.put("a fenced static member", GroupChecks::fenced);
        all.put("a member that stops polling", GroupChecks::stopsPolling);
        all.put("topics by pattern and new partitions", GroupChecks::pattern);
        all.put("groups as an administrator sees them", GroupChecks::administered);
        all.put("removing static members", GroupChecks::removed);
    }

    /** A consumer in a thread that polls, counts and commits until it is told to leave. */
    static class Member implements ConsumerRebalanceListener {
        final KafkaConsumer<byte[], byte[]> consumer;
        final Map<String, AtomicInteger> seen;
        final Set<TopicPartition> assigned = ConcurrentHashMap.newKeySet();
        volatile boolean leaving;
        volatile Throwable failure;
        volatile int generation = -1;
        final Thread thread;

        Member(Checks c, Map<String, AtomicInteger> seen, Object subscription, Object... pairs) {
            this.seen = seen;
            consumer = new KafkaConsumer<>(c.consumerProperties(pairs), new org.apache.kafka.common.serialization.ByteArrayDeserializer(),
                new org.apache.kafka.common.serialization.ByteArrayDeserializer());
            thread = new Thread(() -> run(subscription));
            thread.setDaemon(true);
            thread.start();
        }

        @SuppressWarnings("unchecked")
        private void run(Object subscription) {
            try (consumer) {
                if (subscription instanceof Pattern) {
                    consumer.subscribe((Pattern) subscription, this);
                } else {
                    consumer.subscribe((Collection<String>) subscription, this);
                }
                while (!leaving) {
                    for (ConsumerRecord<byte[], byte[]> r : consumer.poll(Duration.ofMillis(50))) {
                        seen.computeIfAbsent(r.topic() + "-" + r.partition() + "@" + r.offset(), k -> new AtomicInteger()).incrementAndGet();
                    }
                    generation = consumer.groupMetadata().generationId();
                }
                consumer.commitSync();
            } catch (Throwable t) {
                failure = t;
            }
            assigned.clear();
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            assigned.addAll(partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            consumer.commitSync();
            partitions.forEach(assigned::remove);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            partitions.forEach(assigned::remove);
        }

        void leave() throws Exception {
            leaving = true;
            thread.join(Checks.WAIT.toMillis());
            Checks.holds(!thread.isAlive(), "a member does not end");
            if (failure != null) {
                throw new AssertionError("a member failed", failure);
            }
        }
    }

    /** Every partition has exactly one of the members, and each of them some. */
    private static void share(int partitions, Member... members) throws Exception {
        Checks.until("a share for each of " + members.length, () -> {
            List<TopicPartition> all = new ArrayList<>();
            for (Member m : members) {
                if (m.failure != null) {
                    throw new AssertionError("a member failed", m.failure);
                }
                if (m.assigned.isEmpty()) {
                    return false;
                }
                all.addAll(m.assigned);
            }
            return all.size() == partitions && new HashSet<>(all).size() == partitions;
        });
    }

    private static void fillAll(Checks c, String topic, int n) throws Exception {
        for (int p = 0; p < PARTITIONS; p++) {
            c.fill(topic, p, n);
        }
    }

    static void comeAndGo(Checks c, String assignor) throws Exception {
        String topic = c.topic("t", PARTITIONS);
        Map<String, AtomicInteger> seen = new ConcurrentHashMap<>();
        Object[] pairs = {"group.id", c.name, "partition.assignment.strategy", assignor};
        fillAll(c, topic, 20);
        Member a = new Member(c, seen, List.of(topic), pairs);
        Checks.until("the first records", () -> seen.size() == 120);
        Member b = new Member(c, seen, List.of(topic), pairs);
        share(PARTITIONS, a, b);
        Member d = new Member(c, seen, List.of(topic), pairs);
        share(PARTITIONS, a, b, d);
        fillAll(c, topic, 20);
        Checks.until("more records", () -> seen.size() == 240);
        ConsumerGroupDescription described = Checks.get(c.admin.describeConsumerGroups(List.of(c.name)).describedGroups().get(c.name));
        Checks.same(3, described.members().size(), "members");
        Checks.same(GroupState.STABLE, described.groupState(), "state");
        Checks.same(6, described.members().stream().mapToInt(m -> m.assignment().topicPartitions().size()).sum(), "partitions described");
        a.leave();
        share(PARTITIONS, b, d);
        b.leave();
        share(PARTITIONS, d);
        fillAll(c, topic, 20);
        Checks.until("the last records", () -> seen.size() == 360);
        d.leave();
        List<String> twice = seen.entrySet().stream().filter(e -> e.getValue().get() > 1).map(Map.Entry::getKey).collect(Collectors.toList());
        Checks.same(List.of(), twice, "records read twice");
        Map<TopicPartition, OffsetAndMetadata> offsets = Checks.get(c.admin.listConsumerGroupOffsets(c.name).partitionsToOffsetAndMetadata());
        Checks.same(360L, offsets.values().stream().mapToLong(OffsetAndMetadata::offset).sum(), "committed");
    }

    static void staticMembers(Checks c) throws Exception {
        String topic = c.topic("t", PARTITIONS);
        Map<String, AtomicInteger> seen = new ConcurrentHashMap<>();
        java.util.function.Function<String, Member> member = id -> new Member(c, seen, List.of(topic), "group.id", c.name, "group.instance.id", id, "session.timeout.ms", 30000);
        Member one = member.apply("one");
        Member two = member.apply("two");
        share(PARTITIONS, one, two);
        Checks.until("one generation of both", () -> one.generation > 0 && one.generation == two.generation);
        int generation = two.generation;
        Set<TopicPartition> had = new HashSet<>(one.assigned);
        // It goes and comes back: nobody else notices.
        one.leave();
        Member again = member.apply("one");
        share(PARTITIONS, again, two);
        Checks.same(had, new HashSet<>(again.assigned), "what it had before");
        Checks.same(generation, two.generation, "generation");
        ConsumerGroupDescription described = Checks.get(c.admin.describeConsumerGroups(List.of(c.name)).describedGroups().get(c.name));
        Checks.same(Set.of("one", "two"), described.members().stream().map(m -> m.groupInstanceId().orElse("")).collect(Collectors.toSet()), "instances");
        fillAll(c, topic, 10);
        Checks.until("records", () -> seen.size() == 60);
        again.leave();
        two.leave();
    }

    static void fenced(Checks c) throws Exception {
        String topic = c.topic("t", PARTITIONS);
        Map<String, AtomicInteger> seen = new ConcurrentHashMap<>();
        Member first = new Member(c, seen, List.of(topic), "group.id", c.name, "group.instance.id", "same");
        share(PARTITIONS, first);
        Member second = new Member(c, seen, List.of(topic), "group.id", c.name, "group.instance.id", "same");
        Checks.until("the first to be fenced", () -> first.failure != null);
        Checks.holds(first.failure instanceof FencedInstanceIdException, "it failed with " + first.failure);
        share(PARTITIONS, second);
        second.leave();
    }

    static void stopsPolling(Checks c) throws Exception {
        String topic = c.topic("t", PARTITIONS);
        Map<String, AtomicInteger> seen = new ConcurrentHashMap<>();
        KafkaConsumer<byte[], byte[]> idle = c.consumer("group.id", c.name, "max.poll.interval.ms", 1000, "session.timeout.ms", 6000);
        idle.subscribe(List.of(topic));
        Checks.until("its assignment", () -> {
            idle.poll(Duration.ofMillis(50));
            return idle.assignment().size() == PARTITIONS;
        });
        Member other = new Member(c, seen, List.of(topic), "group.id", c.name);
        share(PARTITIONS, other);
        Checks.fails(CommitFailedException.class, () -> {
            idle.commitSync(Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(0)));
            return null;
        });
        other.leave();
    }

    static void pattern(Checks c) throws Exception {
        String first = c.topic("p1", 2);
        Map<String, AtomicInteger> seen = new ConcurrentHashMap<>();
        Member m = new Member(c, seen, Pattern.compile(Pattern.quote(c.name) + "-p.*"), "group.id", c.name, "metadata.max.age.ms", 200);
        share(2, m);
        c.topic("p2", 3);
        c.topic("other", 1);
        share(5, m);
        Checks.get(c.admin.createPartitions(Map.of(first, NewPartitions.increaseTo(4))).all());
        share(7, m);
        c.fill(first, 3, 5);
        Checks.until("records of a new partition", () -> seen.size() == 5);
        m.leave();
    }

    static void administered(Checks c) throws Exception {
        String topic = c.topic("t", PARTITIONS);
        TopicPartition at = new TopicPartition(topic, 0);
        fillAll(c, topic, 5);
        Map<String, AtomicInteger> seen = new ConcurrentHashMap<>();
        Member m = new Member(c, seen, List.of(topic), "group.id", c.name, "client.id", "the-client");
        Checks.until("records", () -> seen.size() == 30);
        var admin = c.admin;
        Checks.holds(Checks.get(admin.listGroups().all()).stream().anyMatch(g -> g.groupId().equals(c.name)), "the group is not listed");
        var options = new org.apache.kafka.clients.admin.ListGroupsOptions().inGroupStates(Set.of(GroupState.STABLE)).withTypes(Set.of(org.apache.kafka.common.GroupType.CLASSIC));
        Checks.holds(Checks.get(admin.listGroups(options).all()).stream().anyMatch(g -> g.groupId().equals(c.name)), "the group is not listed as stable");
        options = new org.apache.kafka.clients.admin.ListGroupsOptions().inGroupStates(Set.of(GroupState.EMPTY));
        Checks.holds(Checks.get(admin.listGroups(options).all()).stream().noneMatch(g -> g.groupId().equals(c.name)), "the group is listed as empty");
        ConsumerGroupDescription d = Checks.get(admin.describeConsumerGroups(List.of(c.name)).describedGroups().get(c.name));
        var member = d.members().iterator().next();
        Checks.same("the-client", member.clientId(), "client id");
        Checks.same("/127.0.0.1", member.host(), "host");
        Checks.same("range", d.partitionAssignor(), "assignor");
        Checks.same(6, member.assignment().topicPartitions().size(), "assignment");
        Checks.holds(d.coordinator().port() > 0, "coordinator");
        Checks.same(c.name, Checks.get(admin.describeClassicGroups(List.of(c.name)).describedGroups().get(c.name)).groupId(), "as a classic group");
        Checks.fails(GroupNotEmptyException.class, () -> Checks.get(admin.deleteConsumerGroups(List.of(c.name)).all()));
        Checks.fails(UnknownMemberIdException.class, () -> Checks.get(admin.alterConsumerGroupOffsets(c.name, Map.of(at, new OffsetAndMetadata(1))).all()));
        Checks.fails(GroupSubscribedToTopicException.class, () -> Checks.get(admin.deleteConsumerGroupOffsets(c.name, Set.of(at)).partitionResult(at)));
        m.leave();
        Checks.same(GroupState.EMPTY, Checks.get(admin.describeConsumerGroups(List.of(c.name)).describedGroups().get(c.name)).groupState(), "state");
        Checks.get(admin.alterConsumerGroupOffsets(c.name, Map.of(at, new OffsetAndMetadata(2, "by hand"))).all());
        Checks.same("by hand", Checks.get(admin.listConsumerGroupOffsets(c.name).partitionsToOffsetAndMetadata()).get(at).metadata(), "metadata");
        Checks.get(admin.deleteConsumerGroupOffsets(c.name, Set.of(at)).partitionResult(at));
        Checks.holds(!Checks.get(admin.listConsumerGroupOffsets(c.name).partitionsToOffsetAndMetadata()).containsKey(at), "a deleted offset is there");
        Checks.get(admin.deleteConsumerGroups(List.of(c.name)).all());
        Checks.fails(GroupIdNotFoundException.class, () -> Checks.get(admin.deleteConsumerGroups(List.of(c.name)).all()));
        Checks.fails(GroupIdNotFoundException.class, () -> Checks.get(admin.describeConsumerGroups(List.of(c.name)).all()));
        Checks.same(Collections.emptyMap(), Checks.get(admin.listConsumerGroupOffsets(c.name).partitionsToOffsetAndMetadata()), "offsets of a deleted group");
    }

    static void removed(Checks c) throws Exception {
        String topic = c.topic("t", PARTITIONS);
        Map<String, AtomicInteger> seen = new ConcurrentHashMap<>();
        Member one = new Member(c, seen, List.of(topic), "group.id", c.name, "group.instance.id", "one", "session.timeout.ms", 30000);
        Member two = new Member(c, seen, List.of(topic), "group.id", c.name, "group.instance.id", "two", "session.timeout.ms", 30000);
        share(PARTITIONS, one, two);
        one.leave();
        Checks.get(c.admin.removeMembersFromConsumerGroup(c.name, new RemoveMembersFromConsumerGroupOptions(Set.of(new MemberToRemove("one")))).all());
        share(PARTITIONS, two);
        Checks.fails(UnknownMemberIdException.class, () -> Checks.get(
            c.admin.removeMembersFromConsumerGroup(c.name, new RemoveMembersFromConsumerGroupOptions(Set.of(new MemberToRemove("none")))).memberResult(new MemberToRemove("none"))));
        two.leave();
        Checks.get(c.admin.removeMembersFromConsumerGroup(c.name, new RemoveMembersFromConsumerGroupOptions()).all());
        Checks.same(GroupState.EMPTY, Checks.get(c.admin.describeConsumerGroups(List.of(c.name)).describedGroups().get(c.name)).groupState(), "state");
    }
}
