/* The C ABI from C: records there and back through an embedded broker, as a program does it. Built and run by ffi/tests/c_program.rs,
   under AddressSanitizer where there is one. */
#include <poll.h>

#include "common.h"

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
            CHECK(wh_batch_free(batch, &err) == STATE);
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

/* A producer whose cluster nobody can reach says so where its reports come. */
static void nobody_there(void) {
    uint64_t producer = open_client(PRODUCER, "embedded:nobody-is-here"), batch = 0;
    wh_send send = {.token = 1, .key_len = -1, .value_len = -1, .topic_len = 1, .partition = -1};
    int16_t result;
    wh_view v;
    OK(wh_log_level(WH_LOG_OFF, &err));
    OK(wh_producer_send_batch(producer, (const uint8_t *)"t", 1, &send, 1, &result, &err));
    int seen = 0;
    while (seen != 3) {
        OK(wh_producer_reports(producer, 10, 30000, &batch, &v, &err));
        if (batch == 0) {
            CHECK(!"an error within 30 s");
            break;
        }
        for (size_t i = 0; i < v.event_count; i++) {
            CHECK(v.events[i].kind == WH_EVENT_ERROR && v.events[i].message_len > 0);
            seen |= v.events[i].code == TRANSPORT ? 1 : v.events[i].code == ALL_BROKERS_DOWN ? 2 : 4;
        }
        OK(wh_batch_free(batch, &err));
    }
    OK(wh_log_level(WH_LOG_WARNINGS, &err));
    OK(wh_producer_close(producer, 0, &err));
}

/* Misuse that AddressSanitizer must see, or what it says of the rest is worth nothing: what a freed batch pointed to is read here;
   and a freed table is read inside the library, which is seen only if the library itself is built with it. */
static void canary(const char *kind, uint64_t broker, uint64_t producer) {
    uint64_t batch = 0;
    wh_view v;
    if (strcmp(kind, "program") == 0) {
        OK(wh_broker_bootstrap_servers(broker, &batch, &v, &err));
        OK(wh_batch_free(batch, &err));
        printf("a freed byte: %d\n", *(volatile const uint8_t *)v.arena);
    } else {
        void *sends = calloc(1, sizeof(wh_send));
        uintptr_t at = (uintptr_t)sends; /* so that the compiler lets it pass */
        int16_t result;
        free(sends);
        wh_producer_send_batch(producer, (const uint8_t *)"t", 1, (const wh_send *)at, 1, &result, &err);
    }
    puts("nobody saw it");
}

int main(int argc, char **argv) {
    if (argc != 2 && argc != 3)
        return 2;
    CHECK(strlen(wh_version()) > 0);
    char address[4096];
    uint64_t broker = open_broker(argv[1]);
    copy_bootstrap(broker, address, sizeof address);
    uint64_t producer = open_client(PRODUCER, address);
    if (argc == 3) {
        canary(argv[2], broker, producer);
        return 0;
    }
    uint64_t consumer = open_client(CONSUMER, address), admin = open_client(ADMIN, address), none = 0;
    wh_property wrong = {TEXT("bootstrap.server"), TEXT("x")};
    CHECK(wh_producer_new(&wrong, 1, &none, &err) == INVALID_ARG);
    CHECK(strstr(err.message, "bootstrap.servers") != NULL && none == 0);

    there_and_back(producer, consumer);
    nobody_there();

    OK(wh_admin_close(admin, &err));
    OK(wh_consumer_close(consumer, 10000, &err));
    OK(wh_producer_close(producer, 10000, &err));
    OK(wh_broker_close(broker, &err));
    if (failures == 0)
        puts("the C ABI holds");
    return failures == 0 ? 0 : 1;
}
