/* The C ABI from C: every function with every kind of bad handle and null pointer, and records there and back through an embedded
   broker. Built and run by ffi/tests/c_program.rs, under AddressSanitizer where there is one. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <wellhead.h>

enum { INVALID_ARG = -186, STATE = -172, INVALID_TYPE = -154, PARTIAL = -158, NO_OFFSET = -168 };

static int failures;

#define CHECK(condition)                                                                                                                  \
    do {                                                                                                                                  \
        if (!(condition)) {                                                                                                               \
            printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                                                                \
            failures++;                                                                                                                   \
        }                                                                                                                                 \
    } while (0)

#define OK(call)                                                                                                                          \
    do {                                                                                                                                  \
        int32_t code_ = (call);                                                                                                           \
        if (code_ != 0) {                                                                                                                 \
            printf("%s:%d: %s: %d %s\n", __FILE__, __LINE__, #call, code_, err.message);                                                  \
            failures++;                                                                                                                   \
        }                                                                                                                                 \
    } while (0)

/* One call with a bad handle: the code, and a message. */
#define BAD(want, call)                                                                                                                   \
    do {                                                                                                                                  \
        memset(&err, 0, sizeof err);                                                                                                      \
        int32_t code_ = (call);                                                                                                           \
        if (code_ != (want) || err.code != (want) || err.message_len == 0 || err.message_len != strlen(err.message)) {                    \
            printf("%s:%d: %s: %d (%s), not %d\n", __FILE__, __LINE__, #call, code_, err.message, (want));                                \
            failures++;                                                                                                                   \
        }                                                                                                                                 \
    } while (0)

#define TEXT(s) (const uint8_t *)(s), strlen(s)

static wh_error err;

/* Every function that takes a handle, with `h` of no use to any of its kind: `family` says which to call. */
static void refuse_broker(uint64_t h, int want) {
    uint64_t b = 77;
    wh_view v;
    BAD(want, wh_broker_bootstrap_servers(h, &b, &v, &err));
    BAD(want, wh_broker_close(h, &err));
    CHECK(b == 77);
}

static void refuse_producer(uint64_t h, int want) {
    uint64_t b = 77, n = 77;
    wh_view v;
    wh_send send = {.key_len = -1, .value_len = -1, .topic_len = 1, .partition = -1};
    int16_t result = 77;
    BAD(want, wh_producer_send_batch(h, (const uint8_t *)"t", 1, &send, 1, &result, &err));
    BAD(want, wh_producer_reports(h, 10, 0, &b, &v, &err));
    BAD(want, wh_producer_set_reports(h, 1, &err));
    BAD(want, wh_producer_flush(h, 0, &n, &err));
    BAD(want, wh_producer_outstanding(h, &n, &n, &err));
    BAD(want, wh_producer_purge(h, 1, 1, &err));
    BAD(want, wh_producer_close(h, 0, &err));
    CHECK(b == 77 && n == 77 && result == 77);
}

static void refuse_consumer(uint64_t h, int want) {
    uint64_t b = 77;
    int64_t low = 77, high = 77;
    int32_t lost = 77, protocol = 77;
    wh_view v;
    wh_partition p = {.topic_len = 1, .metadata_len = -1};
    const uint8_t *t = (const uint8_t *)"t";
    BAD(want, wh_consumer_subscribe(h, &p, 1, t, 1, &err));
    BAD(want, wh_consumer_subscription(h, &b, &v, &err));
    BAD(want, wh_consumer_assign(h, WH_ASSIGN_REPLACE, &p, 1, t, 1, &err));
    BAD(want, wh_consumer_assignment(h, &b, &v, &err));
    BAD(want, wh_consumer_membership(h, &lost, &protocol, &err));
    BAD(want, wh_consumer_set_rebalance_events(h, 1, &err));
    BAD(want, wh_consumer_poll(h, 10, 1000, 0, &b, &v, &err));
    BAD(want, wh_consumer_commit(h, &p, 1, t, 1, 1, 0, &b, &v, &err));
    BAD(want, wh_consumer_store_offsets(h, &p, 1, t, 1, &err));
    BAD(want, wh_consumer_offsets(h, WH_OFFSETS_POSITION, &p, 1, t, 1, 0, &b, &v, &err));
    BAD(want, wh_consumer_seek(h, &p, 1, t, 1, 0, &b, &v, &err));
    BAD(want, wh_consumer_pause(h, 1, &p, 1, t, 1, &err));
    BAD(want, wh_consumer_watermarks(h, 1, &p, t, 1, 0, &low, &high, &err));
    BAD(want, wh_consumer_group_metadata(h, &b, &v, &err));
    BAD(want, wh_consumer_close(h, 0, &err));
    CHECK(b == 77 && low == 77 && high == 77 && lost == 77 && protocol == 77);
}

static void refuse_admin(uint64_t h, int want) {
    uint64_t b = 77;
    wh_view v;
    BAD(want, wh_admin_call(h, TEXT("metadata"), TEXT("{}"), 0, &b, &v, &err));
    BAD(want, wh_admin_close(h, &err));
    CHECK(b == 77);
}

static void refuse_batch(uint64_t h, int want) {
    wh_view v;
    BAD(want, wh_batch_view(h, &v, &err));
    BAD(want, wh_batch_free(h, &err));
}

/* Those that take several kinds. */
static void refuse_shared(uint64_t h, int want) {
    uint64_t b = 77;
    int32_t fd = 77;
    wh_view v;
    BAD(want, wh_event_fd(h, &fd, &err));
    BAD(want, wh_fatal_error(h, &err));
    BAD(want, wh_admin_of(h, &b, &err));
    BAD(want, wh_metadata(h, NULL, 0, 0, &b, &v, &err));
    CHECK(b == 77 && fd == 77);
}

static void refuse_all(uint64_t h, int want) {
    refuse_broker(h, want);
    refuse_producer(h, want);
    refuse_consumer(h, want);
    refuse_admin(h, want);
    refuse_batch(h, want);
    refuse_shared(h, want);
}

/* Null where something must be: refused, also without a place for the error. */
static void refuse_nulls(uint64_t producer, uint64_t consumer, uint64_t broker) {
    uint64_t h;
    wh_view v;
    wh_property bad_name = {.name = NULL, .name_len = 4};
    wh_send send = {.topic_len = 1};
    int16_t result;
    BAD(INVALID_ARG, wh_producer_new(NULL, 1, &h, &err));
    BAD(INVALID_ARG, wh_producer_new(&bad_name, 1, &h, &err));
    BAD(INVALID_ARG, wh_producer_new(NULL, 0, NULL, &err));
    BAD(INVALID_ARG, wh_consumer_new(NULL, 0, NULL, &err));
    BAD(INVALID_ARG, wh_admin_new(NULL, 0, NULL, &err));
    BAD(INVALID_ARG, wh_broker_open(NULL, 3, NULL, 0, &h, &err));
    BAD(INVALID_ARG, wh_broker_open(TEXT("x"), NULL, 0, NULL, &err));
    BAD(INVALID_ARG, wh_broker_open(TEXT("\xff\xfe"), NULL, 0, &h, &err));
    BAD(INVALID_ARG, wh_broker_bootstrap_servers(broker, NULL, &v, &err));
    BAD(INVALID_ARG, wh_producer_send_batch(producer, NULL, 1, &send, 1, &result, &err));
    BAD(INVALID_ARG, wh_producer_send_batch(producer, (const uint8_t *)"t", 1, NULL, 1, &result, &err));
    BAD(INVALID_ARG, wh_producer_send_batch(producer, (const uint8_t *)"t", 1, &send, 1, NULL, &err));
    BAD(INVALID_ARG, wh_producer_send_batch(producer, (const uint8_t *)"t", 1, &send, SIZE_MAX, &result, &err));
    BAD(INVALID_ARG, wh_producer_flush(producer, 0, NULL, &err));
    BAD(INVALID_ARG, wh_producer_outstanding(producer, NULL, NULL, &err));
    BAD(INVALID_ARG, wh_producer_reports(producer, 1, 0, NULL, NULL, &err));
    BAD(INVALID_ARG, wh_event_fd(producer, NULL, &err));
    BAD(INVALID_ARG, wh_consumer_poll(consumer, 1, 1, 0, NULL, NULL, &err));
    BAD(INVALID_ARG, wh_consumer_poll(consumer, 1, 1, 0, &h, (wh_view *)((char *)&v + 1), &err));
    BAD(INVALID_ARG, wh_consumer_subscribe(consumer, NULL, 1, NULL, 0, &err));
    BAD(INVALID_ARG, wh_consumer_assign(consumer, 99, NULL, 0, NULL, 0, &err));
    BAD(INVALID_ARG, wh_consumer_offsets(consumer, 99, NULL, 0, NULL, 0, 0, &h, &v, &err));
    BAD(INVALID_ARG, wh_consumer_membership(consumer, NULL, NULL, &err));
    BAD(INVALID_ARG, wh_batch_view(1, NULL, &err));
    BAD(INVALID_ARG, wh_log_level(99, &err));
    OK(wh_log_level(WH_LOG_WARNINGS, &err));
    CHECK(wh_producer_flush(producer, 0, NULL, NULL) == INVALID_ARG);
    CHECK(wh_batch_free(0, NULL) == INVALID_ARG);

    /* Ranges outside the arena. */
    wh_partition p = {.topic_offset = 1, .topic_len = 1, .metadata_len = -1};
    BAD(INVALID_ARG, wh_consumer_subscribe(consumer, &p, 1, (const uint8_t *)"t", 1, &err));
    p.topic_offset = UINT64_MAX;
    BAD(INVALID_ARG, wh_consumer_store_offsets(consumer, &p, 1, (const uint8_t *)"t", 1, &err));
    wh_send outside[4] = {
        {.topic_len = 2},
        {.topic_len = 1, .data_offset = 2, .key_len = 1, .value_len = -1},
        {.topic_len = 1, .data_offset = UINT64_MAX, .key_len = INT32_MAX, .value_len = INT32_MAX, .headers_len = UINT32_MAX},
        {.topic_len = 1, .key_len = -1, .value_len = -1, .header_count = 1},
    };
    int16_t results[4] = {0};
    CHECK(wh_producer_send_batch(producer, (const uint8_t *)"t", 1, outside, 4, results, &err) == PARTIAL);
    for (int i = 0; i < 4; i++)
        CHECK(results[i] == INVALID_ARG);
}

/* Three records: with key and headers, with nulls, empty. */
static void there_and_back(uint64_t producer, uint64_t consumer) {
    uint8_t arena[256];
    size_t n = 0;
    memcpy(arena, "from-c", 6), n = 6;
    wh_send sends[3] = {
        {.token = 11, .timestamp = 1700000000123, .data_offset = n, .key_len = 3, .value_len = 5, .header_count = 2, .topic_len = 6, .partition = 0},
        {.token = 12, .key_len = -1, .value_len = -1, .topic_len = 6, .partition = 0},
        {.token = 13, .key_len = 0, .value_len = 0, .topic_len = 6, .partition = 0},
    };
    memcpy(arena + n, "keyvalue", 8), n += 8;
    size_t headers_at = n;
    uint32_t name_len = 1;
    int32_t value_len = 2;
    memcpy(arena + n, &name_len, 4), memcpy(arena + n + 4, &value_len, 4), memcpy(arena + n + 8, "h12", 3), n += 11;
    value_len = -1;
    memcpy(arena + n, &name_len, 4), memcpy(arena + n + 4, &value_len, 4), memcpy(arena + n + 8, "h", 1), n += 9;
    sends[0].headers_len = (uint32_t)(n - headers_at);
    int16_t results[3] = {1, 1, 1};
    OK(wh_producer_send_batch(producer, arena, n, sends, 3, results, &err));
    CHECK(results[0] == 0 && results[1] == 0 && results[2] == 0);

    /* Reports come behind the descriptor. */
    int32_t fd = -1;
    OK(wh_event_fd(producer, &fd, &err));
    uint64_t left = 0, batch = 0;
    OK(wh_producer_flush(producer, 20000, &left, &err));
    CHECK(left == 0);
    wh_view v;
    unsigned seen = 0;
    while (seen < 3) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        if (poll(&ready, 1, 20000) != 1) {
            CHECK(!"a report within 20 s");
            return;
        }
        OK(wh_producer_reports(producer, 100, 0, &batch, &v, &err));
        for (size_t r = 0; r < v.report_count; r++) {
            CHECK(v.reports[r].code == 0 && v.reports[r].partition == 0);
            CHECK(v.reports[r].topic_len == 6 && memcmp(v.arena + v.reports[r].topic_offset, "from-c", 6) == 0);
            for (uint32_t i = 0; i < v.reports[r].count; i++, seen++) {
                CHECK(v.tokens[v.reports[r].first + i] == 11 + seen);
                CHECK(v.reports[r].base_offset + i == seen);
            }
        }
        if (batch != 0) {
            OK(wh_batch_free(batch, &err));
            BAD(STATE, wh_batch_free(batch, &err));
        }
    }

    wh_partition p = {.topic_len = 6, .offset = -2, .leader_epoch = -1, .metadata_len = -1};
    OK(wh_consumer_assign(consumer, WH_ASSIGN_REPLACE, &p, 1, (const uint8_t *)"from-c", 6, &err));
    OK(wh_event_fd(consumer, &fd, &err));
    wh_record got[3];
    char bytes[3][64];
    unsigned count = 0;
    while (count < 3) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        if (poll(&ready, 1, 20000) != 1) {
            CHECK(!"a record within 20 s");
            return;
        }
        OK(wh_consumer_poll(consumer, 1, 1 << 20, 0, &batch, &v, &err));
        for (size_t e = 0; batch != 0 && e < v.event_count; e++) {
            if (v.events[e].kind != WH_EVENT_RECORDS) {
                printf("event %u: %.*s\n", v.events[e].kind, (int)v.events[e].message_len, (const char *)v.arena + v.events[e].message_offset);
                continue;
            }
            CHECK(v.events[e].topic_len == 6 && v.events[e].partition == 0 && v.events[e].count <= 1);
            for (uint32_t i = 0; i < v.events[e].count && count < 3; i++, count++) {
                got[count] = v.records[v.events[e].first + i];
                size_t size = (got[count].key_len > 0 ? got[count].key_len : 0) + (got[count].value_len > 0 ? got[count].value_len : 0);
                memcpy(bytes[count], v.arena + got[count].data_offset, size + got[count].headers_len);
            }
        }
        if (batch != 0)
            OK(wh_batch_free(batch, &err));
    }
    CHECK(got[0].offset == 0 && got[0].timestamp == 1700000000123 && got[0].timestamp_type == 1);
    CHECK(got[0].key_len == 3 && got[0].value_len == 5 && got[0].header_count == 2 && got[0].headers_len == n - headers_at);
    CHECK(memcmp(bytes[0], arena + 6, n - 6) == 0);
    CHECK(got[1].offset == 1 && got[1].key_len == -1 && got[1].value_len == -1 && got[1].header_count == 0);
    CHECK(got[2].offset == 2 && got[2].key_len == 0 && got[2].value_len == 0);

    /* What was read is stored, commits, and is there. */
    OK(wh_consumer_commit(consumer, NULL, 0, NULL, 0, 1, 20000, &batch, &v, &err));
    CHECK(v.partition_count == 1 && v.partitions[0].code == 0 && v.partitions[0].offset == 3);
    OK(wh_batch_free(batch, &err));
    OK(wh_consumer_offsets(consumer, WH_OFFSETS_COMMITTED, &p, 1, (const uint8_t *)"from-c", 6, 20000, &batch, &v, &err));
    CHECK(v.partition_count == 1 && v.partitions[0].offset == 3);
    OK(wh_batch_free(batch, &err));
    int64_t low = -1, high = -1;
    OK(wh_consumer_watermarks(consumer, 0, &p, (const uint8_t *)"from-c", 6, 20000, &low, &high, &err));
    CHECK(low == 0 && high == 3);
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    CHECK(strlen(wh_version()) > 0);
    const uint64_t never[] = {0, 1, 77, UINT64_MAX, (uint64_t)1 << 63};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        refuse_all(never[i], INVALID_ARG);

    uint64_t broker = 0, producer = 0, consumer = 0, admin = 0, batch = 0;
    wh_view v;
    OK(wh_broker_open((const uint8_t *)argv[1], strlen(argv[1]), NULL, 0, &broker, &err));
    OK(wh_broker_bootstrap_servers(broker, &batch, &v, &err));
    char address[4096];
    if (v.arena_len >= sizeof address)
        return 2;
    memcpy(address, v.arena, v.arena_len), address[v.arena_len] = 0;
    OK(wh_batch_free(batch, &err));

    wh_property props[] = {
        {TEXT("bootstrap.servers"), (const uint8_t *)address, strlen(address)},
        {TEXT("group.id"), TEXT("c")},
        {TEXT("enable.auto.commit"), TEXT("false")},
    };
    OK(wh_producer_new(props, 1, &producer, &err));
    OK(wh_consumer_new(props, 3, &consumer, &err));
    OK(wh_admin_new(props, 1, &admin, &err));
    wh_property wrong = {TEXT("bootstrap.server"), TEXT("x")};
    uint64_t none = 0;
    BAD(INVALID_ARG, wh_producer_new(&wrong, 1, &none, &err));
    CHECK(strstr(err.message, "bootstrap.servers") != NULL && none == 0);

    there_and_back(producer, consumer);
    refuse_nulls(producer, consumer, broker);

    /* A forked child is refused and not hung. */
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        uint64_t left = 0;
        failures = 0;
        BAD(STATE, wh_producer_flush(producer, 1000, &left, &err));
        BAD(STATE, wh_consumer_poll(consumer, 1, 1, 1000, &batch, &v, &err));
        BAD(STATE, wh_producer_new(NULL, 0, &left, &err));
        fflush(stdout);
        _exit(failures);
    }
    int status = -1;
    CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0);

    /* The wrong kind. */
    refuse_broker(producer, INVALID_TYPE);
    refuse_producer(consumer, INVALID_TYPE);
    refuse_consumer(admin, INVALID_TYPE);
    refuse_admin(broker, INVALID_TYPE);
    refuse_batch(producer, INVALID_TYPE);
    refuse_shared(broker, INVALID_TYPE);

    /* Closed once, then never again of use. */
    OK(wh_admin_close(admin, &err));
    OK(wh_consumer_close(consumer, 10000, &err));
    OK(wh_producer_close(producer, 10000, &err));
    OK(wh_broker_close(broker, &err));
    refuse_admin(admin, STATE);
    refuse_consumer(consumer, STATE);
    refuse_producer(producer, STATE);
    refuse_broker(broker, STATE);
    refuse_shared(producer, STATE);
    refuse_shared(consumer, STATE);

    if (failures == 0)
        puts("the C ABI holds");
    return failures == 0 ? 0 : 1;
}
