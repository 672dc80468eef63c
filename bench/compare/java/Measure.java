import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Kafka Streams over the same records as core/streams/examples/measure: Measure WORKLOAD BOOTSTRAP TOPIC RECORDS, or Measure restore BOOTSTRAP TOPIC
 * RECORDS, one JSON line each; or Measure app WORKLOAD BOOTSTRAP TOPIC, until it is killed.
 */
public class Measure {
    static final JsonFactory JSON = new JsonFactory();
    static final AtomicLong SEEN = new AtomicLong();

    /** The fields that the workloads use, read by Jackson's streaming parser: its fastest way. */
    record Click(String user, long amount, long ts, long sent) {}

    static Click parse(byte[] value) {
        String user = null;
        long amount = 0;
        long ts = 0;
        long sent = 0;
        try (JsonParser p = JSON.createParser(value)) {
            p.nextToken();
            while (p.nextToken() == JsonToken.FIELD_NAME) {
                String name = p.currentName();
                p.nextToken();
                switch (name) {
                    case "user" -> user = p.getText();
                    case "amount" -> amount = p.getLongValue();
                    case "ts" -> ts = p.getLongValue();
                    case "sent" -> sent = p.getLongValue();
                    default -> p.skipChildren();
                }
            }
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
        return new Click(user, amount, ts, sent);
    }

    /** The event time is in the record's timestamp already; every record passes here once, which is where they are counted. */
    public static class Time implements TimestampExtractor {
        @Override
        public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
            SEEN.incrementAndGet();
            return record.timestamp();
        }
    }

    static StreamsBuilder plan(String workload, String topic) {
        String out = topic + "-" + workload;
        StreamsBuilder b = new StreamsBuilder();
        KStream<String, byte[]> s = b.stream(topic, Consumed.with(Serdes.String(), Serdes.ByteArray()).withTimestampExtractor(new Time()));
        Duration ten = Duration.ofSeconds(10);
        switch (workload) {
            case "stateless" -> s.mapValues(Measure::parse)
                    .filter((k, c) -> c.amount() < 550)
                    .mapValues(c -> "{\"user\":\"" + c.user() + "\",\"twice\":" + c.amount() * 2 + "}")
                    .to(out, Produced.with(Serdes.String(), Serdes.String()));
            case "words" -> s.map((k, v) -> org.apache.kafka.streams.KeyValue.pair(parse(v).user(), v))
                    .groupByKey(Grouped.with(Serdes.String(), Serdes.ByteArray()))
                    .count(Materialized.as("counts-" + workload))
                    .toStream()
                    .to(out, Produced.with(Serdes.String(), Serdes.Long()));
            case "count" -> s.mapValues(Measure::parse)
                    .groupByKey(Grouped.with(Serdes.String(), null))
                    .count(Materialized.as("counts-" + workload))
                    .toStream()
                    .to(out, Produced.with(Serdes.String(), Serdes.Long()));
            case "tumbling" -> s.mapValues(Measure::parse)
                    .groupByKey(Grouped.with(Serdes.String(), null))
                    .windowedBy(TimeWindows.ofSizeWithNoGrace(ten))
                    .count()
                    .toStream((w, n) -> w.key() + "@" + w.window().start())
                    .to(out, Produced.with(Serdes.String(), Serdes.Long()));
            case "hop" -> s.mapValues(Measure::parse)
                    .groupByKey(Grouped.with(Serdes.String(), null))
                    .windowedBy(TimeWindows.ofSizeWithNoGrace(ten).advanceBy(Duration.ofSeconds(2)))
                    .count()
                    .suppress(Suppressed.untilWindowCloses(Suppressed.BufferConfig.unbounded()))
                    .toStream((w, n) -> w.key() + "@" + w.window().start())
                    .to(out, Produced.with(Serdes.String(), Serdes.Long()));
            case "session" -> s.mapValues(Measure::parse)
                    .groupByKey(Grouped.with(Serdes.String(), null))
                    .windowedBy(SessionWindows.ofInactivityGapWithNoGrace(Duration.ofMillis(500)))
                    .count()
                    .suppress(Suppressed.untilWindowCloses(Suppressed.BufferConfig.unbounded()))
                    .toStream((w, n) -> w.key() + "@" + w.window().start())
                    .to(out, Produced.with(Serdes.String(), Serdes.Long()));
            case "join" -> {
                KTable<String, String> users = b.table(topic + "-users", Consumed.with(Serdes.String(), Serdes.String()));
                s.mapValues(Measure::parse)
                        .join(users, (c, u) -> u.contains("\"tier\":\"gold\"") ? "{\"amount\":" + c.amount() + ",\"tier\":\"gold\"}" : "")
                        .filter((k, v) -> !v.isEmpty())
                        .to(out, Produced.with(Serdes.String(), Serdes.String()));
            }
            case "pass" -> s.mapValues(Measure::parse)
                    .filter((k, c) -> c.amount() < 550)
                    .mapValues(c -> "{\"user\":\"" + c.user() + "\",\"sent\":" + c.sent() + "}")
                    .to(out, Produced.with(Serdes.String(), Serdes.String()));
            default -> throw new IllegalArgumentException(workload);
        }
        return b;
    }

    /** Its documented settings for a high rate, or with `quick` for a low latency. */
    static Properties properties(String application, String bootstrap, boolean quick) throws Exception {
        Properties p = new Properties();
        p.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
        p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
        p.put(StreamsConfig.STATE_DIR_CONFIG, Files.createTempDirectory("measure-ks").toString());
        p.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1000);
        p.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 64 << 20);
        p.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        p.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 10000);
        p.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), 64 << 20);
        p.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 262144);
        p.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), quick ? 0 : 20);
        return p;
    }

    public static void main(String[] args) throws Exception {
        if (args[0].equals("app")) {
            KafkaStreams app = new KafkaStreams(
                    plan(args[1], args[3]).build(), properties("app-ks-" + args[1] + "-" + ProcessHandle.current().pid(), args[2], true));
            app.start();
            while (app.state() != KafkaStreams.State.RUNNING) {
                Thread.sleep(5);
            }
            System.out.println("running");
            Thread.sleep(3_600_000);
            return;
        }
        if (args[0].equals("restore")) {
            restore(args[1], args[2], Long.parseLong(args[3]));
            System.exit(0);
        }
        run(args[0], args[1], args[2], Long.parseLong(args[3]));
        System.exit(0);
    }

    /** Works through the topic; `SEEN` counts. */
    static void await(long records) throws Exception {
        long last = -1;
        long quiet = 0;
        while (SEEN.get() < records) {
            Thread.sleep(5);
            if (SEEN.get() != last) {
                last = SEEN.get();
                quiet = System.nanoTime();
            } else if (System.nanoTime() - quiet > 120_000_000_000L) {
                throw new IllegalStateException("stuck at " + last);
            }
        }
    }

    static double megabytes() throws Exception {
        String memory = Files.readAllLines(java.nio.file.Path.of("/proc/self/status")).stream().filter(l -> l.startsWith("VmHWM")).findFirst().orElse("0 0 kB");
        return Double.parseDouble(memory.replaceAll("[^0-9]", "")) / 1024;
    }

    static void print(Map<String, Object> figures) throws Exception {
        System.out.println(new com.fasterxml.jackson.databind.ObjectMapper().writeValueAsString(figures));
    }

    /** The state of a count by key comes back from its changelog, into a directory that is empty. */
    static void restore(String bootstrap, String topic, long records) throws Exception {
        String application = "restore-ks-" + ProcessHandle.current().pid();
        KafkaStreams first = new KafkaStreams(plan("count", topic).build(), properties(application, bootstrap, false));
        first.start();
        await(records);
        first.close(Duration.ofSeconds(60));
        AtomicLong restored = new AtomicLong();
        AtomicLong from = new AtomicLong(Long.MAX_VALUE);
        AtomicLong to = new AtomicLong();
        KafkaStreams again = new KafkaStreams(plan("count", topic).build(), properties(application, bootstrap, false));
        again.setGlobalStateRestoreListener(new StateRestoreListener() {
            @Override
            public void onRestoreStart(TopicPartition partition, String store, long start, long end) {
                from.accumulateAndGet(System.nanoTime(), Math::min);
            }

            @Override
            public void onBatchRestored(TopicPartition partition, String store, long end, long n) {}

            @Override
            public void onRestoreEnd(TopicPartition partition, String store, long total) {
                restored.addAndGet(total);
                to.accumulateAndGet(System.nanoTime(), Math::max);
            }
        });
        long begun = System.nanoTime();
        again.start();
        while (again.state() != KafkaStreams.State.RUNNING || restored.get() < records) {
            Thread.sleep(1);
            if (System.nanoTime() - begun > 120_000_000_000L) {
                throw new IllegalStateException(restored.get() + " came back");
            }
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        again.close(Duration.ofSeconds(60));
        print(Map.of("side", "kafka-streams", "workload", "restore", "keys", records, "seconds", seconds,
                "restore_seconds", (to.get() - from.get()) / 1e9, "memory_mb", megabytes()));
    }

    static void run(String workload, String bootstrap, String topic, long records) throws Exception {
        Properties p = properties("measure-ks-" + workload + "-" + ProcessHandle.current().pid(), bootstrap, false);
        long begun = System.nanoTime();
        KafkaStreams app = new KafkaStreams(plan(workload, topic).build(), p);
        app.start();
        await(records / 2);
        long half = System.nanoTime();
        await(records);
        // Closing commits; it is part of the work, as the commit is on the other side.
        app.close(Duration.ofSeconds(60));
        double seconds = (System.nanoTime() - begun) / 1e9;
        double warm = (System.nanoTime() - half) / 1e9;
        double cpu = ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
        print(Map.of("side", "kafka-streams", "workload", workload, "records", records, "seconds", seconds, "per_second", records / seconds,
                "per_second_warm", records / 2 / warm, "cpu_us_per_record", cpu * 1e6 / records, "memory_mb", megabytes()));
    }
}
