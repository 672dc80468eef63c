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
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.processor.TimestampExtractor;

/** Kafka Streams over the same records as core/streams/examples/measure.rs: Measure WORKLOAD BOOTSTRAP TOPIC RECORDS. One JSON line. */
public class Measure {
    static final JsonFactory JSON = new JsonFactory();
    static final AtomicLong SEEN = new AtomicLong();

    /** The fields that the workloads use, read by Jackson's streaming parser: its fastest way. */
    record Click(String user, long amount, long ts) {}

    static Click parse(byte[] value) {
        String user = null;
        long amount = 0;
        long ts = 0;
        try (JsonParser p = JSON.createParser(value)) {
            p.nextToken();
            while (p.nextToken() == JsonToken.FIELD_NAME) {
                String name = p.currentName();
                p.nextToken();
                switch (name) {
                    case "user" -> user = p.getText();
                    case "amount" -> amount = p.getLongValue();
                    case "ts" -> ts = p.getLongValue();
                    default -> p.skipChildren();
                }
            }
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
        return new Click(user, amount, ts);
    }

    /** The event time is in the record's timestamp already; every record passes here once, which is where they are counted. */
    public static class Time implements TimestampExtractor {
        @Override
        public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
            SEEN.incrementAndGet();
            return record.timestamp();
        }
    }

    public static void main(String[] args) throws Exception {
        String workload = args[0];
        String bootstrap = args[1];
        String topic = args[2];
        long records = Long.parseLong(args[3]);
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
                    .count(Materialized.as(store(args)))
                    .toStream()
                    .to(out, Produced.with(Serdes.String(), Serdes.Long()));
            case "count" -> s.mapValues(Measure::parse)
                    .groupByKey(Grouped.with(Serdes.String(), null))
                    .count(Materialized.as(store(args)))
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
            default -> throw new IllegalArgumentException(workload);
        }
        Properties p = new Properties();
        p.put(StreamsConfig.APPLICATION_ID_CONFIG, "measure-ks-" + workload + "-" + ProcessHandle.current().pid());
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
        p.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 20);
        long begun = System.nanoTime();
        KafkaStreams app = new KafkaStreams(b.build(), p);
        app.start();
        long half = 0;
        long last = -1;
        long quiet = 0;
        while (SEEN.get() < records) {
            Thread.sleep(5);
            if (half == 0 && SEEN.get() >= records / 2) {
                half = System.nanoTime();
            }
            if (SEEN.get() != last) {
                last = SEEN.get();
                quiet = System.nanoTime();
            } else if (System.nanoTime() - quiet > 120_000_000_000L) {
                throw new IllegalStateException("stuck at " + last);
            }
        }
        // Closing commits; it is part of the work, as the commit is on the other side.
        app.close(Duration.ofSeconds(60));
        double seconds = (System.nanoTime() - begun) / 1e9;
        double warm = (System.nanoTime() - half) / 1e9;
        double cpu = ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
        String memory = Files.readAllLines(java.nio.file.Path.of("/proc/self/status")).stream().filter(l -> l.startsWith("VmHWM")).findFirst().orElse("0 0 kB");
        double mb = Double.parseDouble(memory.replaceAll("[^0-9]", "")) / 1024;
        System.out.println(new com.fasterxml.jackson.databind.ObjectMapper().writeValueAsString(Map.of(
                "side", "kafka-streams", "workload", workload, "records", records, "seconds", seconds, "per_second", records / seconds,
                "per_second_warm", records / 2 / warm, "cpu_us_per_record", cpu * 1e6 / records, "memory_mb", mb)));
        System.exit(0);
    }

    /** A name for the store, so that the key and value types are Strings and Longs. */
    static String store(String[] args) {
        return "counts-" + args[0];
    }
}
