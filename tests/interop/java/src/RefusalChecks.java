import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What Wellhead does not serve: the Java client must say so at once and never wait for its time-out. These hold at Wellhead only;
 * the day one of them is served, its check moves to the others.
 */
class RefusalChecks {
    static final String PREFIX = "not served: ";

    static void into(Map<String, Checks.Body> all) {
        refuse(all, "transactions", TransactionalIdAuthorizationException.class, c -> {
            KafkaProducer<byte[], byte[]> p = c.producer("transactional.id", c.name);
            p.initTransactions();
            return "a transactional producer";
        });
        refuse(all, "groups of the consumer protocol", UnsupportedVersionException.class, c -> {
            // The properties that only classic groups have are left out.
            KafkaConsumer<byte[], byte[]> r = c.keep(new KafkaConsumer<>(Map.of("bootstrap.servers", c.bootstrap, "group.protocol", "consumer", "group.id", c.name),
                new ByteArrayDeserializer(), new ByteArrayDeserializer()));
            r.subscribe(List.of(c.topic("t", 1)));
            return poll(() -> r.poll(Duration.ofMillis(200)));
        });
        refuse(all, "share groups", UnsupportedVersionException.class, c -> {
            KafkaShareConsumer<byte[], byte[]> r = c.keep(new KafkaShareConsumer<>(Map.of("bootstrap.servers", c.bootstrap, "group.id", c.name),
                new ByteArrayDeserializer(), new ByteArrayDeserializer()));
            r.subscribe(List.of(c.topic("t", 1)));
            return poll(() -> r.poll(Duration.ofMillis(200)));
        });
        admin(all, "access control lists", a -> Checks.get(a.describeAcls(AclBindingFilter.ANY).values()));
        admin(all, "quotas", a -> Checks.get(a.describeClientQuotas(ClientQuotaFilter.all()).entities()));
        admin(all, "scram users", a -> Checks.get(a.describeUserScramCredentials().all()));
        admin(all, "making scram users", a -> Checks.get(
            a.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion("u", new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096), "p"))).all()));
        admin(all, "delegation tokens", a -> Checks.get(a.createDelegationToken().delegationToken()));
        admin(all, "listing transactions", a -> Checks.get(a.listTransactions().all()));
        admin(all, "streams groups", a -> Checks.get(a.describeStreamsGroups(Set.of("none")).all()));
    }

    /** Polls until it fails: the share consumer looks at errors only between two polls. */
    private static Object poll(Checks.Call poll) throws Exception {
        long end = System.nanoTime() + Checks.WAIT.toNanos();
        while (System.nanoTime() < end) {
            poll.run();
        }
        return "nothing";
    }

    interface Attempt {
        Object run(Checks c) throws Exception;
    }

    interface AdminAttempt {
        Object run(Admin a) throws Exception;
    }

    private static void refuse(Map<String, Checks.Body> all, String what, Class<? extends Exception> kind, Attempt attempt) {
        all.put(PREFIX + what, c -> {
            long begin = System.nanoTime();
            Exception e = Checks.fails(kind, () -> attempt.run(c));
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            // Half of the shortest time-out there is: not a measure of speed, but of whether one was waited for.
            Checks.holds(took.toMillis() < 15_000, "it was said after " + took + " only: " + e);
            Checks.holds(e.getMessage() != null && !e.getMessage().isBlank(), "an error without words");
            System.out.println(e.getMessage());
        });
    }

    private static void admin(Map<String, Checks.Body> all, String what, AdminAttempt attempt) {
        refuse(all, what, UnsupportedVersionException.class, c -> attempt.run(c.admin));
    }
}
