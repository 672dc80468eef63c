import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Where a consumer stands: seeking, times, resets, commits. */
class PositionChecks {
    private static final long T = 1_600_000_000_000L;

    static void into(Map<String, Checks.Body> all) {
        all.put("seek and position", PositionChecks::seek);
        all.put("offsets by time", PositionChecks::byTime);
        all.put("offset reset", PositionChecks::reset);
        all.put("a log start that moved", PositionChecks::moved);
        all.put("commits with metadata", PositionChecks::commits);
        all.put("list offsets of every kind", PositionChecks::listOffsets);
        all.put("read committed", PositionChecks::readCommitted);
        all.put("small fetches", PositionChecks::smallFetches);
    }

    private static TopicPartition filled(Checks c, int n) throws Exception {
        TopicPartition at = new TopicPartition(c.topic("t", 1), 0);
        c.fill(at.topic(), 0, n, T, 1000);
        return at;
    }

    static void seek(Checks c) throws Exception {
        TopicPartition at = filled(c, 100);
        KafkaConsumer<byte[], byte[]> r = c.consumer("max.poll.records", 10);
        r.assign(List.of(at));
        Checks.same(Map.of(at, 0L), r.beginningOffsets(List.of(at)), "beginning");
        Checks.same(Map.of(at, 100L), r.endOffsets(List.of(at)), "end");
        Checks.same(0L, r.position(at), "position");
        r.seek(at, 42);
        Checks.same(Checks.numbers(42, 52), Checks.values(Checks.read(r, 10)), "records after a seek");
        Checks.same(52L, r.position(at), "position");
        Checks.same(48L, r.currentLag(at).orElse(-1), "lag");
        r.seekToEnd(List.of(at));
        Checks.same(100L, r.position(at), "position at the end");
        r.seekToBeginning(List.of(at));
        r.pause(List.of(at));
        Checks.holds(r.poll(Duration.ofMillis(100)).isEmpty(), "a paused partition was read");
        Checks.same(Set.of(at), r.paused(), "paused");
        r.resume(List.of(at));
        Checks.same(Checks.numbers(0, 100), Checks.values(Checks.read(r, 100)), "all records");
        r.seek(at, new OffsetAndMetadata(7, java.util.Optional.of(0), ""));
        Checks.same("7", Checks.values(Checks.read(r, 10)).get(0), "a seek with a leader epoch");
    }

    static void byTime(Checks c) throws Exception {
        TopicPartition at = filled(c, 100);
        KafkaConsumer<byte[], byte[]> r = c.consumer();
        for (long[] e : new long[][] {{T - 1, 0}, {T, 0}, {T + 1, 1}, {T + 55_500, 56}, {T + 99_000, 99}}) {
            OffsetAndTimestamp found = r.offsetsForTimes(Map.of(at, e[0])).get(at);
            Checks.same(e[1], found.offset(), "offset of time " + (e[0] - T));
            Checks.same(T + e[1] * 1000, found.timestamp(), "its time");
        }
        Checks.same(null, r.offsetsForTimes(Map.of(at, T + 99_001)).get(at), "a time after all");
        r.assign(List.of(at));
        r.seek(at, r.offsetsForTimes(Map.of(at, T + 90_000)).get(at).offset());
        Checks.same(Checks.numbers(90, 100), Checks.values(Checks.read(r, 10)), "records from a time on");
    }

    static void reset(Checks c) throws Exception {
        TopicPartition at = filled(c, 10);
        c.fill(at.topic(), 0, 5);
        for (var e : Map.of("earliest", 0L, "latest", 15L, "by_duration:PT1H", 10L).entrySet()) {
            KafkaConsumer<byte[], byte[]> r = c.consumer("auto.offset.reset", e.getKey());
            r.assign(List.of(at));
            Checks.same(e.getValue(), r.position(at), "position by " + e.getKey());
        }
        KafkaConsumer<byte[], byte[]> none = c.consumer("auto.offset.reset", "none", "group.id", c.name);
        none.assign(List.of(at));
        Checks.fails(NoOffsetForPartitionException.class, () -> none.poll(Checks.WAIT));
        none.seek(at, 1000);
        Checks.fails(OffsetOutOfRangeException.class, () -> none.poll(Checks.WAIT));
        KafkaConsumer<byte[], byte[]> back = c.consumer();
        back.assign(List.of(at));
        back.seek(at, 1000);
        Checks.same("0", Checks.values(Checks.read(back, 15)).get(0), "out of range goes to the reset");
    }

    static void moved(Checks c) throws Exception {
        TopicPartition at = filled(c, 100);
        KafkaConsumer<byte[], byte[]> r = c.consumer();
        r.assign(List.of(at));
        r.seek(at, 10);
        Checks.same(60L, Checks.get(c.admin.deleteRecords(Map.of(at, RecordsToDelete.beforeOffset(60))).lowWatermarks().get(at)).lowWatermark(), "low watermark");
        Checks.same(Checks.numbers(60, 100), Checks.values(Checks.read(r, 40)), "what is left");
        Checks.same(60L, r.beginningOffsets(List.of(at)).get(at), "beginning");
        Checks.same(60L, r.offsetsForTimes(Map.of(at, T)).get(at).offset(), "the first of all times");
        Checks.same(100L, Checks.get(c.admin.deleteRecords(Map.of(at, RecordsToDelete.beforeOffset(-1))).lowWatermarks().get(at)).lowWatermark(), "all deleted");
        Checks.fails(org.apache.kafka.common.errors.OffsetOutOfRangeException.class, () ->
            Checks.get(c.admin.deleteRecords(Map.of(at, RecordsToDelete.beforeOffset(101))).lowWatermarks().get(at)));
        c.fill(at.topic(), 0, 1);
        Checks.same(100L, Checks.read(r, 1).get(0).offset(), "offsets go on");
    }

    static void commits(Checks c) throws Exception {
        TopicPartition at = filled(c, 10);
        TopicPartition other = new TopicPartition(at.topic(), 0);
        KafkaConsumer<byte[], byte[]> r = c.consumer("group.id", c.name);
        r.assign(List.of(at));
        Checks.same(null, r.committed(Set.of(at)).get(at), "nothing committed");
        Checks.read(r, 10);
        r.commitSync(Map.of(at, new OffsetAndMetadata(4, java.util.Optional.of(0), "a note \u00e4\u6f22")));
        OffsetAndMetadata got = r.committed(Set.of(other)).get(other);
        Checks.same(new OffsetAndMetadata(4, java.util.Optional.of(0), "a note \u00e4\u6f22"), got, "commit");
        List<Exception> failed = new ArrayList<>();
        boolean[] done = {false};
        r.commitAsync((offsets, e) -> {
            done[0] = true;
            if (e != null) {
                failed.add(e);
            }
        });
        Checks.until("the asynchronous commit", () -> {
            r.poll(Duration.ofMillis(10));
            return done[0];
        });
        Checks.same(List.of(), failed, "failures");
        Checks.same(10L, r.committed(Set.of(at)).get(at).offset(), "commit of all");
        r.commitSync(Map.of(at, new OffsetAndMetadata(1, "x".repeat(4096))));
        Checks.fails(OffsetMetadataTooLarge.class, () -> {
            r.commitSync(Map.of(at, new OffsetAndMetadata(2, "x".repeat(4097))));
            return null;
        });
        Checks.same(1L, r.committed(Set.of(at)).get(at).offset(), "the refused commit changed nothing");
        // A commit with auto commit at close.
        KafkaConsumer<byte[], byte[]> auto = c.consumer("group.id", c.name + "-auto", "enable.auto.commit", true);
        auto.subscribe(List.of(at.topic()));
        Checks.read(auto, 10);
        auto.close();
        Map<TopicPartition, OffsetAndMetadata> all = Checks.get(c.admin.listConsumerGroupOffsets(c.name + "-auto").partitionsToOffsetAndMetadata());
        Checks.same(10L, all.get(at).offset(), "auto commit");
    }

    static void listOffsets(Checks c) throws Exception {
        TopicPartition at = filled(c, 50);
        // The largest time is not the last one.
        c.fill(at.topic(), 0, 10, T + 10, 0);
        TopicPartition empty = new TopicPartition(c.topic("empty", 1), 0);
        var specs = new java.util.LinkedHashMap<OffsetSpec, long[]>();
        specs.put(OffsetSpec.earliest(), new long[] {0, -1, 0});
        specs.put(OffsetSpec.latest(), new long[] {60, -1, 0});
        specs.put(OffsetSpec.maxTimestamp(), new long[] {49, T + 49_000, -1});
        specs.put(OffsetSpec.forTimestamp(T + 10_000), new long[] {10, T + 10_000, -1});
        specs.put(OffsetSpec.forTimestamp(T + 49_001), new long[] {-1, -1, -1});
        specs.put(OffsetSpec.earliestLocal(), new long[] {0, -1, 0});
        specs.put(OffsetSpec.latestTiered(), new long[] {-1, -1, -1});
        for (var e : specs.entrySet()) {
            var found = Checks.get(c.admin.listOffsets(Map.of(at, e.getKey())).partitionResult(at));
            Checks.same(e.getValue()[0], found.offset(), e.getKey().getClass().getSimpleName() + " offset");
            Checks.same(e.getValue()[1], found.timestamp(), e.getKey().getClass().getSimpleName() + " timestamp");
            var nothing = Checks.get(c.admin.listOffsets(Map.of(empty, e.getKey())).partitionResult(empty));
            Checks.same(e.getValue()[2], nothing.offset(), e.getKey().getClass().getSimpleName() + " of an empty partition");
        }
        TopicPartition none = new TopicPartition(c.name + "-none", 0);
        Checks.fails(UnknownTopicOrPartitionException.class, () -> {
            try (var quick = org.apache.kafka.clients.admin.Admin.create(Map.of("bootstrap.servers", c.bootstrap, "default.api.timeout.ms", 3000, "request.timeout.ms", 2000))) {
                return Checks.get(quick.listOffsets(Map.of(none, OffsetSpec.latest())).partitionResult(none));
            }
        });
    }

    static void readCommitted(Checks c) throws Exception {
        TopicPartition at = filled(c, 20);
        KafkaConsumer<byte[], byte[]> r = c.consumer("isolation.level", "read_committed");
        r.assign(List.of(at));
        Checks.same(Checks.numbers(0, 20), Checks.values(Checks.read(r, 20)), "records");
        Checks.same(20L, r.endOffsets(List.of(at)).get(at), "last stable offset");
    }

    /** Many partitions and limits that hold one batch at most: everything still comes. */
    static void smallFetches(Checks c) throws Exception {
        String topic = c.topic("t", 20);
        for (int p = 0; p < 20; p++) {
            c.fill(topic, p, 30);
        }
        KafkaConsumer<byte[], byte[]> r = c.consumer("fetch.max.bytes", 1, "max.partition.fetch.bytes", 1, "max.poll.records", 7);
        List<TopicPartition> all = new ArrayList<>();
        for (int p = 0; p < 20; p++) {
            all.add(new TopicPartition(topic, p));
        }
        r.assign(all);
        Set<String> seen = new java.util.HashSet<>();
        for (ConsumerRecord<byte[], byte[]> record : Checks.read(r, 600)) {
            Checks.holds(seen.add(record.partition() + "@" + record.offset()), "a record came twice");
        }
    }
}
