import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What Kafka's own Java clients must find at a broker, one named check each. main(BOOTSTRAP, NAME) runs one and prints what failed.
 * Every check uses topics and groups of its own, so that the order does not matter. All waits have one bound, WAIT, which only a
 * hang reaches. The checks hold at Apache Kafka too; where the two differ on purpose, a check asks `wellhead`.
 */
public class Checks {
    static final Duration WAIT = Duration.ofSeconds(40);

    interface Body {
        void run(Checks c) throws Exception;
    }

    interface Call {
        Object run() throws Exception;
    }

    final String bootstrap;
    /** The name of this run of the check, for topics and groups. */
    final String name;
    final Admin admin;
    private final List<AutoCloseable> open = new ArrayList<>();

    private Checks(String bootstrap, String check) {
        this.bootstrap = bootstrap;
        this.name = check.replaceAll("[^A-Za-z]+", "-") + "-" + Long.toString(System.nanoTime(), 36);
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrap, "default.api.timeout.ms", 30000));
    }

    static final Map<String, Body> ALL = new LinkedHashMap<>();

    static {
        RecordChecks.into(ALL);
        PositionChecks.into(ALL);
        GroupChecks.into(ALL);
        AdminChecks.into(ALL);
        RefusalChecks.into(ALL);
    }

    public static void main(String[] args) throws Exception {
        Body body = ALL.get(args[1]);
        if (body == null) {
            throw new IllegalArgumentException("no check \"" + args[1] + "\"; there are " + ALL.keySet());
        }
        Checks c = new Checks(args[0], args[1]);
        try {
            body.run(c);
        } finally {
            c.close();
        }
        System.out.println("ok");
    }

    private void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        admin.close(Duration.ofSeconds(5));
    }

    <T extends AutoCloseable> T keep(T closeable) {
        open.add(closeable);
        return closeable;
    }

    // Clients. Pairs are property and value in turn.

    private static Map<String, Object> properties(Object... pairs) {
        Map<String, Object> out = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            out.put((String) pairs[i], pairs[i + 1]);
        }
        return out;
    }

    KafkaProducer<byte[], byte[]> producer(Object... pairs) {
        Map<String, Object> p = properties("bootstrap.servers", bootstrap, "linger.ms", 5, "delivery.timeout.ms", 30000, "request.timeout.ms", 15000);
        p.putAll(properties(pairs));
        KafkaProducer<byte[], byte[]> made = new KafkaProducer<>(p, new ByteArraySerializer(), new ByteArraySerializer());
        keep(() -> made.close(Duration.ofSeconds(5)));
        return made;
    }

    Map<String, Object> consumerProperties(Object... pairs) {
        Map<String, Object> p = properties("bootstrap.servers", bootstrap, "auto.offset.reset", "earliest", "enable.auto.commit", false,
            "heartbeat.interval.ms", 100, "fetch.max.wait.ms", 100);
        p.putAll(properties(pairs));
        return p;
    }

    KafkaConsumer<byte[], byte[]> consumer(Object... pairs) {
        return keep(new KafkaConsumer<>(consumerProperties(pairs), new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    }

    // Topics and records.

    /** Makes a topic of this check; pairs are its configs. */
    String topic(String suffix, int partitions, String... pairs) throws Exception {
        String topic = name + "-" + suffix;
        Map<String, String> configs = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            configs.put(pairs[i], pairs[i + 1]);
        }
        get(admin.createTopics(List.of(new NewTopic(topic, partitions, (short) -1).configs(configs))).all());
        return topic;
    }

    static byte[] bytes(String s) {
        return s.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] b) {
        return b == null ? null : new String(b, StandardCharsets.UTF_8);
    }

    /** Sends all and waits until they are acknowledged. */
    static List<RecordMetadata> send(KafkaProducer<byte[], byte[]> producer, List<ProducerRecord<byte[], byte[]>> records) throws Exception {
        List<Future<RecordMetadata>> sent = records.stream().map(producer::send).toList();
        producer.flush();
        List<RecordMetadata> out = new ArrayList<>();
        for (Future<RecordMetadata> f : sent) {
            out.add(get(f));
        }
        return out;
    }

    /** `n` records "0", "1", ... on a partition, at times `time + i * step`. */
    void fill(String topic, int partition, int n, long time, long step) throws Exception {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            records.add(new ProducerRecord<>(topic, partition, time + i * step, bytes("key-" + i), bytes(Integer.toString(i))));
        }
        send(producer(), records);
    }

    void fill(String topic, int partition, int n) throws Exception {
        fill(topic, partition, n, System.currentTimeMillis() - n, 1);
    }

    /** Polls until `n` records came. */
    static List<ConsumerRecord<byte[], byte[]>> read(KafkaConsumer<byte[], byte[]> consumer, int n) {
        List<ConsumerRecord<byte[], byte[]>> out = new ArrayList<>();
        long end = System.nanoTime() + WAIT.toNanos();
        while (out.size() < n && System.nanoTime() < end) {
            consumer.poll(Duration.ofMillis(100)).forEach(out::add);
        }
        same(n, out.size(), "records read");
        return out;
    }

    /** The records of partition 0 from its start. */
    List<ConsumerRecord<byte[], byte[]>> readAll(String topic, int n) {
        KafkaConsumer<byte[], byte[]> c = consumer("check.crcs", true);
        TopicPartition at = new TopicPartition(topic, 0);
        c.assign(List.of(at));
        c.seekToBeginning(List.of(at));
        return read(c, n);
    }

    static List<String> values(Collection<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream().map(r -> text(r.value())).collect(Collectors.toList());
    }

    static List<String> numbers(int from, int to) {
        List<String> out = new ArrayList<>();
        for (int i = from; i < to; i++) {
            out.add(Integer.toString(i));
        }
        return out;
    }

    // Expectations.

    static <T> T get(Future<T> f) throws Exception {
        try {
            return f.get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception) {
                throw (Exception) e.getCause();
            }
            throw e;
        }
    }

    static void same(Object expected, Object got, String what) {
        boolean equal = expected instanceof byte[] ? Arrays.equals((byte[]) expected, (byte[]) got) : Objects.equals(expected, got);
        if (!equal) {
            throw new AssertionError(what + ": expected " + show(expected) + ", got " + show(got));
        }
    }

    static void holds(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }

    private static String show(Object o) {
        String s = o instanceof byte[] ? text((byte[]) o) : String.valueOf(o);
        return s.length() > 500 ? s.substring(0, 500) + "..." : s;
    }

    /** `call` fails with exactly this kind of exception, which is returned. */
    static <E extends Exception> E fails(Class<E> kind, Call call) {
        Object got;
        try {
            got = call.run();
        } catch (Exception e) {
            Throwable cause = e;
            while (!kind.isInstance(cause) && cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (kind.isInstance(cause)) {
                return kind.cast(cause);
            }
            throw new AssertionError("expected " + kind.getSimpleName() + ", got " + e, e);
        }
        throw new AssertionError("expected " + kind.getSimpleName() + ", but it succeeded with " + show(got));
    }

    static void until(String what, Supplier<Boolean> done) throws Exception {
        long end = System.nanoTime() + WAIT.toNanos();
        while (!done.get()) {
            holds(System.nanoTime() < end, "waited too long for " + what);
            Thread.sleep(20);
        }
    }
}
