/* Threads over one handle: a close while others are in a call, and the descriptor of what waits. Nothing may hang, crash or touch
   freed memory; ffi/tests/c_program.rs runs it under AddressSanitizer and bounds its time. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>

#include "common.h"

/* Nobody is there: calls that wait for a cluster wait until they are closed. */
static const char NOWHERE[] = "embedded:nobody-is-here";

/* --- a close while a call is in it --- */

typedef struct {
    const char *name;
    int kind;
    int32_t (*call)(uint64_t h);
} waiting;

static int32_t reports(uint64_t h) {
    uint64_t b = 0;
    wh_view v;
    int32_t code;
    /* A failed record or a trouble of the connection may be told before. */
    while ((code = wh_producer_reports(h, 10, -1, &b, &v, &err)) == 0 && b != 0)
        OK(wh_batch_free(b, &err));
    return code;
}
static int32_t flush(uint64_t h) {
    uint64_t left;
    return wh_producer_flush(h, -1, &left, &err);
}
static int32_t metadata(uint64_t h) {
    uint64_t b = 0;
    return wh_metadata(h, NULL, 0, -1, &b, NULL, &err);
}
static int32_t poll_events(uint64_t h) {
    uint64_t b = 0;
    int32_t code;
    while ((code = wh_consumer_poll(h, 10, 1000, -1, &b, NULL, &err)) == 0 && b != 0)
        OK(wh_batch_free(b, &err));
    return code;
}
static const wh_partition P = {.topic_len = 1, .offset = 1, .metadata_len = -1};
static int32_t commit(uint64_t h) {
    uint64_t b = 0;
    return wh_consumer_commit(h, &P, 1, (const uint8_t *)"t", 1, 1, -1, &b, NULL, &err);
}
static int32_t committed(uint64_t h) {
    uint64_t b = 0;
    return wh_consumer_offsets(h, WH_OFFSETS_COMMITTED, &P, 1, (const uint8_t *)"t", 1, -1, &b, NULL, &err);
}
static int32_t for_times(uint64_t h) {
    uint64_t b = 0;
    return wh_consumer_offsets(h, WH_OFFSETS_FOR_TIMES, &P, 1, (const uint8_t *)"t", 1, -1, &b, NULL, &err);
}
static int32_t watermarks(uint64_t h) {
    int64_t low, high;
    return wh_consumer_watermarks(h, 0, &P, (const uint8_t *)"t", 1, -1, &low, &high, &err);
}
static int32_t admin_call(uint64_t h) {
    uint64_t b = 0;
    return wh_admin_call(h, TEXT("metadata"), TEXT("{}"), -1, &b, NULL, &err);
}

static const waiting waits[] = {
    {"wh_producer_reports", PRODUCER, reports}, {"wh_producer_flush", PRODUCER, flush},       {"wh_metadata", PRODUCER, metadata},
    {"wh_consumer_poll", CONSUMER, poll_events}, {"wh_consumer_commit", CONSUMER, commit},     {"wh_consumer_offsets", CONSUMER, committed},
    {"wh_consumer_offsets", CONSUMER, for_times}, {"wh_consumer_watermarks", CONSUMER, watermarks}, {"wh_metadata", CONSUMER, metadata},
    {"wh_admin_call", ADMIN, admin_call},       {"wh_metadata", ADMIN, metadata},
};
enum { WAITS = sizeof waits / sizeof waits[0] };

typedef struct {
    const waiting *what;
    uint64_t h;
    int entered, returned;
} in_call;

static void *enter(void *p) {
    in_call *c = p;
    __atomic_store_n(&c->entered, 1, __ATOMIC_SEQ_CST);
    int32_t code = c->what->call(c->h);
    /* It may have begun after the close; then the handle says so. A batch less than nothing is also an end. */
    (void)code;
    __atomic_store_n(&c->returned, 1, __ATOMIC_SEQ_CST);
    return NULL;
}

static void close_while_calls_wait(void) {
    in_call calls[WAITS];
    pthread_t threads[WAITS];
    uint64_t handles[3] = {open_client(PRODUCER, NOWHERE), open_client(CONSUMER, NOWHERE), open_client(ADMIN, NOWHERE)};
    wh_send send = {.token = 1, .key_len = -1, .value_len = -1, .topic_len = 1, .partition = -1};
    int16_t result = 77;
    OK(wh_producer_send_batch(handles[0], (const uint8_t *)"t", 1, &send, 1, &result, &err));
    for (int i = 0; i < WAITS; i++) {
        uint64_t h = handles[waits[i].kind == PRODUCER ? 0 : waits[i].kind == CONSUMER ? 1 : 2];
        calls[i] = (in_call){&waits[i], h, 0, 0};
        CHECK(pthread_create(&threads[i], NULL, enter, &calls[i]) == 0);
    }
    for (int i = 0; i < WAITS; i++)
        while (!__atomic_load_n(&calls[i].entered, __ATOMIC_SEQ_CST))
            usleep(1000);
    usleep(50000); /* Most are in the call by now; those that are not find it closed, which is as good. */
    OK(wh_producer_close(handles[0], 0, &err));
    wh_consumer_close(handles[1], 100, &err); /* Nobody is there to say goodbye to. */
    OK(wh_admin_close(handles[2], &err));
    for (int i = 0; i < WAITS; i++) {
        for (int ms = 0; !__atomic_load_n(&calls[i].returned, __ATOMIC_SEQ_CST); ms++) {
            if (ms == 60000) {
                printf("%s does not return after the close of its handle\n", waits[i].name);
                fflush(stdout);
                abort();
            }
            usleep(1000);
        }
        pthread_join(threads[i], NULL);
    }
}

/* --- everything at once --- */

enum { SHARED = 6, THREADS = 4, TURNS = 400 };
static uint64_t shared_handles[SHARED];
static unsigned base_seed;
static char broker_address[4096];

static void *hammer(void *p) {
    unsigned seed = base_seed + (unsigned)(uintptr_t)p;
    for (int i = 0; i < TURNS; i++) {
        uint64_t h = __atomic_load_n(&shared_handles[rand_r(&seed) % SHARED], __ATOMIC_SEQ_CST), b = 0, n;
        wh_view v;
        int16_t result;
        int32_t a, c;
        const uint8_t *t = (const uint8_t *)"hammered";
        wh_send send = {.token = 1, .key_len = -1, .value_len = 8, .topic_len = 8, .partition = -1};
        wh_partition part = {.topic_len = 8, .metadata_len = -1};
        switch (rand_r(&seed) % 14) {
        case 0: case 1: case 2: wh_producer_send_batch(h, t, 8, &send, 1, &result, &err); break;
        case 3: wh_producer_reports(h, 10, 1, &b, &v, &err); break;
        case 4: wh_producer_flush(h, 1, &n, &err); break;
        case 5: wh_producer_purge(h, 1, 1, &err); break;
        case 6: case 7: wh_consumer_poll(h, 10, 1000, 1, &b, &v, &err); break;
        case 8: wh_consumer_assign(h, WH_ASSIGN_REPLACE, &part, 1, t, 8, &err); break;
        case 9: wh_consumer_subscribe(h, &part, 1, t, 8, &err); break;
        case 10: wh_consumer_commit(h, NULL, 0, NULL, 0, 0, 0, &b, &v, &err); break;
        case 11: wh_consumer_membership(h, &a, &c, &err); break;
        case 12: wh_event_fd(h, &a, &err); break;
        default: wh_consumer_offsets(h, WH_OFFSETS_POSITION, &part, 1, t, 8, 1, &b, &v, &err); break;
        }
        if (b != 0) {
            /* What a batch points to is there until it is freed, whatever became of its client. */
            unsigned sum = 0;
            for (size_t k = 0; k < v.arena_len; k++)
                sum += v.arena[k];
            __asm__ volatile("" ::"r"(sum));
            OK(wh_batch_free(b, &err));
        }
    }
    return NULL;
}

static void open_and_close_under_load(const char *address) {
    pthread_t threads[THREADS];
    for (int i = 0; i < SHARED; i++)
        shared_handles[i] = open_client(i % 2 ? PRODUCER : CONSUMER, address);
    for (intptr_t i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, hammer, (void *)i) == 0);
    unsigned seed = base_seed;
    for (int i = 0; i < 60; i++) {
        int k = rand_r(&seed) % SHARED;
        uint64_t old = __atomic_exchange_n(&shared_handles[k], open_client(k % 2 ? PRODUCER : CONSUMER, address), __ATOMIC_SEQ_CST);
        OK(close_any(k % 2 ? PRODUCER : CONSUMER, old));
        CHECK(close_any(k % 2 ? PRODUCER : CONSUMER, old) == STATE);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < SHARED; i++)
        OK(close_any(i % 2 ? PRODUCER : CONSUMER, shared_handles[i]));
}

/* --- the descriptor --- */

static int readable(int fd, int timeout_ms) {
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, timeout_ms);
}

static void the_descriptor(const char *address) {
    uint64_t producer = open_client(PRODUCER, address), consumer = open_client(CONSUMER, address), b = 0, left;
    wh_view v;
    int32_t fd = -1, again = -1, other = -1;
    OK(wh_event_fd(producer, &fd, &err));
    OK(wh_event_fd(producer, &again, &err));
    OK(wh_event_fd(consumer, &other, &err));
    CHECK(fd >= 0 && fd == again && other >= 0 && other != fd);
    CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC && fcntl(fd, F_GETFL) & O_NONBLOCK);
    CHECK(readable(fd, 0) == 0);

    /* Readable while reports wait, and not once they are taken; a part of them leaves it so. */
    wh_send send = {.token = 1, .key_len = -1, .value_len = -1, .topic_len = 2, .partition = -1};
    int16_t result;
    for (int i = 0; i < 2; i++) {
        OK(wh_producer_send_batch(producer, (const uint8_t *)"fd", 2, &send, 1, &result, &err));
        OK(wh_producer_flush(producer, 30000, &left, &err));
        CHECK(left == 0);
    }
    CHECK(readable(fd, 30000) == 1);
    OK(wh_producer_reports(producer, 1, 0, &b, &v, &err));
    CHECK(b != 0 && v.report_count == 1 && readable(fd, 0) == 1);
    OK(wh_batch_free(b, &err));
    OK(wh_producer_reports(producer, 1, 0, &b, &v, &err));
    CHECK(b != 0 && v.report_count == 1 && readable(fd, 0) == 0);
    OK(wh_batch_free(b, &err));
    OK(wh_producer_reports(producer, 1, 0, &b, &v, &err));
    CHECK(b == 0 && v.report_count == 0 && readable(fd, 0) == 0);

    /* The same of a consumer's records. */
    const wh_partition p = {.topic_len = 2, .offset = -2, .metadata_len = -1};
    CHECK(readable(other, 0) == 0);
    OK(wh_consumer_assign(consumer, WH_ASSIGN_REPLACE, &p, 1, (const uint8_t *)"fd", 2, &err));
    for (unsigned got = 0; got < 2;) {
        if (readable(other, 30000) != 1) {
            CHECK(!"a record within 30 s");
            break;
        }
        OK(wh_consumer_poll(consumer, 1, 1000, 0, &b, &v, &err));
        if (b != 0) {
            got += v.record_count;
            OK(wh_batch_free(b, &err));
        }
    }
    /* Ends of partitions are off and nothing else comes: once there is nothing, it is quiet. */
    do {
        OK(wh_consumer_poll(consumer, 10, 1000, 0, &b, &v, &err));
        CHECK(b == 0);
    } while (b != 0 && wh_batch_free(b, &err) == 0);
    CHECK(readable(other, 0) == 0);

    /* It goes with the handle; what the client stops in the background has a moment. */
    OK(wh_producer_close(producer, 0, &err));
    OK(wh_consumer_close(consumer, 10000, &err));
    for (int ms = 0; ms < 30000 && (fcntl(fd, F_GETFD) != -1 || fcntl(other, F_GETFD) != -1); ms++)
        usleep(1000);
    CHECK(fcntl(fd, F_GETFD) == -1 && errno == EBADF && fcntl(other, F_GETFD) == -1);
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    base_seed = (unsigned)strtoul(argv[2], NULL, 10);
    printf("seed %u\n", base_seed);
    close_while_calls_wait();
    uint64_t broker = open_broker(argv[1]);
    copy_bootstrap(broker, broker_address, sizeof broker_address);
    the_descriptor(broker_address);
    open_and_close_under_load(broker_address);
    OK(wh_broker_close(broker, &err));
    if (failures == 0)
        puts("the C ABI holds");
    return failures == 0 ? 0 : 1;
}
