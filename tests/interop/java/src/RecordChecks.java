import static java.util.Map.entry;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.record.TimestampType;

/** Producing and what comes back of it. */
class RecordChecks {
    static void into(Map<String, Checks.Body> all) {
        for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
            all.put("records with codec " + codec, c -> codec(c, codec));
        }
        all.put("a topic recompresses", RecordChecks::recompression);
        all.put("create time", RecordChecks::createTime);
        all.put("log append time", RecordChecks::logAppendTime);
        all.put("large records", RecordChecks::large);
        all.put("batches are split", RecordChecks::split);
        all.put("idempotent producer", RecordChecks::idempotent);
        all.put("acks", RecordChecks::acks);
        all.put("partitions by key", RecordChecks::byKey);
        all.put("compacted topics want keys", RecordChecks::compacted);
        all.put("topics make themselves", RecordChecks::automatic);
    }

    /** Records of every shape: null, empty and large keys and values, headers that repeat, are null, empty or none. */
    static List<ProducerRecord<byte[], byte[]>> shapes(String topic, long time) {
        List<ProducerRecord<byte[], byte[]>> out = new ArrayList<>();
        Random random = new Random(7);
        byte[] noise = new byte[300_000];
        random.nextBytes(noise);
        List<byte[]> contents = Arrays.asList(null, new byte[0], Checks.bytes("text"), new byte[] {0, 10, 13, -1}, noise);
        List<RecordHeaders> headers = List.of(
            new RecordHeaders(),
            new RecordHeaders(List.of(new RecordHeader("a", Checks.bytes("1")))),
            new RecordHeaders(List.of(new RecordHeader("a", Checks.bytes("1")), new RecordHeader("b", new byte[0]), new RecordHeader("a", (byte[]) null),
                new RecordHeader("a", Checks.bytes("1")), new RecordHeader("", Checks.bytes("no name")), new RecordHeader("\u00e4\u6f22", noise))));
        for (byte[] key : contents) {
            for (byte[] value : contents) {
                for (RecordHeaders h : headers) {
                    out.add(new ProducerRecord<>(topic, 0, time + out.size() * 3L, key, value, h));
                }
            }
        }
        for (int i = 0; i < 1000; i++) {
            out.add(new ProducerRecord<>(topic, 0, time - i, Checks.bytes("key " + i), Checks.bytes("value ".repeat(i % 50))));
        }
        return out;
    }

    static void codec(Checks c, String codec) throws Exception {
        String topic = c.topic("t", 1);
        List<ProducerRecord<byte[], byte[]>> sent = shapes(topic, 1_600_000_000_000L);
        List<RecordMetadata> acked = Checks.send(c.producer("compression.type", codec, "linger.ms", 50, "batch.size", 200_000), sent);
        for (int i = 0; i < sent.size(); i++) {
            Checks.same((long) i, acked.get(i).offset(), "an offset");
            Checks.same(sent.get(i).timestamp(), acked.get(i).timestamp(), "a timestamp acknowledged");
        }
        match(sent, c.readAll(topic, sent.size()));
    }

    private static void match(List<ProducerRecord<byte[], byte[]>> sent, List<ConsumerRecord<byte[], byte[]>> got) {
        for (int i = 0; i < sent.size(); i++) {
            ProducerRecord<byte[], byte[]> s = sent.get(i);
            ConsumerRecord<byte[], byte[]> g = got.get(i);
            Checks.same((long) i, g.offset(), "offset");
            Checks.same(s.key(), g.key(), "key of " + i);
            Checks.same(s.value(), g.value(), "value of " + i);
            Checks.same(s.headers(), g.headers(), "headers of " + i);
            Checks.same(s.timestamp(), g.timestamp(), "timestamp of " + i);
            Checks.same(TimestampType.CREATE_TIME, g.timestampType(), "timestamp type");
            Checks.holds(g.leaderEpoch().isPresent(), "no leader epoch");
        }
    }

    static void recompression(Checks c) throws Exception {
        for (String to : List.of("uncompressed", "gzip", "snappy", "lz4", "zstd")) {
            String topic = c.topic(to, 1, "compression.type", to);
            List<ProducerRecord<byte[], byte[]>> sent = shapes(topic, 1_600_000_000_000L).subList(30, 400);
            Checks.send(c.producer("compression.type", to.equals("gzip") ? "lz4" : "gzip", "linger.ms", 50), sent);
            match(sent, c.readAll(topic, sent.size()));
        }
    }

    static void createTime(Checks c) throws Exception {
        String topic = c.topic("t", 1);
        long now = System.currentTimeMillis();
        List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
        for (long time : new long[] {now, 0, 5, now - 1000, now + 1000}) {
            sent.add(new ProducerRecord<>(topic, 0, time, null, Checks.bytes("x")));
        }
        Checks.send(c.producer(), sent);
        match(sent, c.readAll(topic, sent.size()));
        ProducerRecord<byte[], byte[]> far = new ProducerRecord<>(topic, 0, now + 7_200_000, null, Checks.bytes("from the future"));
        Checks.fails(InvalidTimestampException.class, () -> Checks.send(c.producer(), List.of(far)));
        String strict = c.topic("strict", 1, "message.timestamp.before.max.ms", "60000", "message.timestamp.after.max.ms", "60000");
        for (long time : new long[] {now - 120_000, now + 120_000}) {
            ProducerRecord<byte[], byte[]> out = new ProducerRecord<>(strict, 0, time, null, Checks.bytes("x"));
            Checks.fails(InvalidTimestampException.class, () -> Checks.send(c.producer(), List.of(out)));
        }
    }

    static void logAppendTime(Checks c) throws Exception {
        String topic = c.topic("t", 1, "message.timestamp.type", "LogAppendTime");
        for (String codec : List.of("none", "zstd")) {
            List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                sent.add(new ProducerRecord<>(topic, 0, 1000L * i, null, Checks.bytes("x")));
            }
            long before = System.currentTimeMillis();
            List<RecordMetadata> acked = Checks.send(c.producer("compression.type", codec, "linger.ms", 50), sent);
            long after = System.currentTimeMillis();
            for (RecordMetadata m : acked) {
                Checks.holds(m.timestamp() >= before && m.timestamp() <= after, "acknowledged with time " + m.timestamp());
            }
        }
        for (ConsumerRecord<byte[], byte[]> r : c.readAll(topic, 20)) {
            Checks.same(TimestampType.LOG_APPEND_TIME, r.timestampType(), "timestamp type");
            Checks.holds(r.timestamp() > 1_600_000_000_000L, "read with time " + r.timestamp());
        }
    }

    /** The value with which a batch of one record has exactly this size. */
    private static byte[] filling(int batchBytes) {
        Random random = new Random(3);
        for (int n = batchBytes - 90;; n++) {
            byte[] value = new byte[n];
            int size = MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(1_600_000_000_000L, null, value)).sizeInBytes();
            if (size == batchBytes) {
                random.nextBytes(value);
                return value;
            }
            Checks.holds(size < batchBytes, "no value fills a batch of " + batchBytes);
        }
    }

    static void large(Checks c) throws Exception {
        // 1048588 is Kafka's default of max.message.bytes.
        for (var limit : List.of(entry("", 1_048_588), entry("5000", 5000), entry("8000000", 8_000_000))) {
            String topic = limit.getKey().isEmpty() ? c.topic("default", 1) : c.topic(limit.getKey(), 1, "max.message.bytes", limit.getKey());
            KafkaProducer<byte[], byte[]> p = c.producer("max.request.size", 100_000_000, "buffer.memory", 100_000_000);
            byte[] most = filling(limit.getValue());
            ProducerRecord<byte[], byte[]> fits = new ProducerRecord<>(topic, 0, 1_600_000_000_000L, null, most);
            Checks.send(p, List.of(fits));
            ProducerRecord<byte[], byte[]> over = new ProducerRecord<>(topic, 0, 1_600_000_000_000L, null, Arrays.copyOf(most, most.length + 1));
            Checks.fails(RecordTooLargeException.class, () -> Checks.send(p, List.of(over)));
            // What counts is the size compressed.
            ProducerRecord<byte[], byte[]> zeros = new ProducerRecord<>(topic, 0, 1_600_000_000_000L, null, new byte[most.length * 2]);
            Checks.send(c.producer("max.request.size", 100_000_000, "buffer.memory", 100_000_000, "compression.type", "zstd"), List.of(zeros));
            Checks.send(p, List.of(fits));
            List<ConsumerRecord<byte[], byte[]>> got = c.readAll(topic, 3);
            Checks.same(most, got.get(0).value(), "the largest record");
            Checks.same(most.length * 2, got.get(1).value().length, "the compressed record");
            Checks.same(2L, got.get(2).offset(), "the refused record took no offset");
        }
    }

    /** Batches over the limit whose records are not: the producer is told, splits them and sends them again, in order. */
    static void split(Checks c) throws Exception {
        String topic = c.topic("t", 1, "max.message.bytes", "10000");
        List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            sent.add(new ProducerRecord<>(topic, 0, 1_600_000_000_000L, null, Checks.bytes(Integer.toString(i) + " ".repeat(700))));
        }
        Checks.send(c.producer("linger.ms", 200, "batch.size", 64_000), sent);
        List<String> got = Checks.values(c.readAll(topic, 200)).stream().map(String::strip).toList();
        Checks.same(Checks.numbers(0, 200), got, "order");
    }

    static void idempotent(Checks c) throws Exception {
        String topic = c.topic("t", 1);
        KafkaProducer<byte[], byte[]> p = c.producer("enable.idempotence", true, "max.in.flight.requests.per.connection", 5, "batch.size", 300, "linger.ms", 0);
        List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
        for (String n : Checks.numbers(0, 5000)) {
            sent.add(new ProducerRecord<>(topic, 0, null, Checks.bytes(n)));
        }
        Checks.send(p, sent);
        Checks.same(Checks.numbers(0, 5000), Checks.values(c.readAll(topic, 5000)), "order");
        TopicPartition at = new TopicPartition(topic, 0);
        List<ProducerState> producers = Checks.get(c.admin.describeProducers(List.of(at)).partitionResult(at)).activeProducers();
        Checks.same(1, producers.size(), "producers");
        Checks.same(4999, producers.get(0).lastSequence(), "last sequence");
        Checks.same(0, producers.get(0).producerEpoch(), "epoch");
        Checks.holds(producers.get(0).currentTransactionStartOffset().isEmpty(), "a transaction is open");
    }

    static void acks(Checks c) throws Exception {
        String topic = c.topic("t", 1);
        for (String acks : List.of("0", "1", "all")) {
            RecordMetadata m = Checks.send(c.producer("acks", acks, "enable.idempotence", false), List.of(new ProducerRecord<>(topic, Checks.bytes(acks)))).get(0);
            Checks.same(!acks.equals("0"), m.hasOffset(), "whether acks=" + acks + " brings an offset");
        }
        Checks.same(List.of("0", "1", "all"), Checks.values(c.readAll(topic, 3)), "records");
    }

    static void byKey(Checks c) throws Exception {
        String topic = c.topic("t", 8);
        KafkaProducer<byte[], byte[]> p = c.producer();
        Checks.same(8, p.partitionsFor(topic).size(), "partitions");
        List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            sent.add(new ProducerRecord<>(topic, Checks.bytes("key-" + i % 40), Checks.bytes("" + i)));
        }
        List<RecordMetadata> acked = Checks.send(p, sent);
        for (int i = 40; i < 400; i++) {
            Checks.same(acked.get(i % 40).partition(), acked.get(i).partition(), "the partition of a key");
        }
        Checks.holds(acked.stream().map(RecordMetadata::partition).distinct().count() > 3, "keys are not spread");
        KafkaConsumer<byte[], byte[]> reader = c.consumer();
        reader.assign(reader.partitionsFor(topic).stream().map(i -> new TopicPartition(topic, i.partition())).toList());
        Checks.same(400L, Checks.read(reader, 400).stream().map(r -> new String(r.value(), StandardCharsets.UTF_8)).distinct().count(), "records");
    }

    static void compacted(Checks c) throws Exception {
        String topic = c.topic("t", 1, "cleanup.policy", "compact");
        Checks.fails(InvalidRecordException.class, () -> Checks.send(c.producer(), List.of(new ProducerRecord<>(topic, 0, null, Checks.bytes("no key")))));
        Checks.send(c.producer(), List.of(new ProducerRecord<>(topic, 0, Checks.bytes("k"), null)));
        Checks.same(1, c.readAll(topic, 1).size(), "records");
        // Of a batch with a bad record, the client is told which one it was.
        KafkaProducer<byte[], byte[]> p = c.producer("linger.ms", 300);
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (String key : Arrays.asList("a", null, "b")) {
            sent.add(p.send(new ProducerRecord<>(topic, 0, key == null ? null : Checks.bytes(key), Checks.bytes("v"))));
        }
        p.flush();
        for (int i = 0; i < 3; i++) {
            Future<RecordMetadata> f = sent.get(i);
            KafkaException e = Checks.fails(KafkaException.class, () -> Checks.get(f));
            Checks.same(i == 1, e instanceof InvalidRecordException, "whether record " + i + " is the bad one: " + e);
        }
    }

    static void automatic(Checks c) throws Exception {
        String topic = c.name + "-made";
        Checks.send(c.producer(), List.of(new ProducerRecord<>(topic, Checks.bytes("x"))));
        Checks.same(1, c.readAll(topic, 1).size(), "records");
        // A consumer may ask not to.
        KafkaConsumer<byte[], byte[]> no = c.consumer("allow.auto.create.topics", false);
        String none = c.name + "-none";
        Checks.holds(Optional.ofNullable(no.partitionsFor(none)).orElse(List.of()).isEmpty(), "a topic that was not to be made");
        Checks.fails(UnknownTopicOrPartitionException.class, () -> Checks.get(c.admin.describeTopics(List.of(none)).allTopicNames()));
    }
}
