/* What the programs that test the C ABI share: checks that count failures, and the objects they are tried on. */
#ifndef COMMON_H
#define COMMON_H

#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <wellhead.h>

enum { FAIL = -196, TRANSPORT = -195, ALL_BROKERS_DOWN = -187, INVALID_ARG = -186, TIMED_OUT = -185, QUEUE_FULL = -184, STATE = -172, NO_OFFSET = -168, PARTIAL = -158, INVALID_TYPE = -154 };

/* Kinds of handles, for masks. */
enum { BROKER = 1, PRODUCER = 2, CONSUMER = 4, ADMIN = 8, BATCH = 16, PROGRAM = 32, DRIVER = 64, ALL_KINDS = 127 };
enum { KINDS = 7 };

static int failures; /* of threads as well: __atomic */

#define CHECK(condition)                                                                                                                  \
    do {                                                                                                                                  \
        if (!(condition)) {                                                                                                               \
            printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                                                                \
            __atomic_add_fetch(&failures, 1, __ATOMIC_RELAXED);                                                                           \
        }                                                                                                                                 \
    } while (0)

#define OK(call)                                                                                                                          \
    do {                                                                                                                                  \
        int32_t code_ = (call);                                                                                                           \
        if (code_ != 0) {                                                                                                                 \
            printf("%s:%d: %s: %d %s\n", __FILE__, __LINE__, #call, code_, err.message);                                                  \
            __atomic_add_fetch(&failures, 1, __ATOMIC_RELAXED);                                                                           \
        }                                                                                                                                 \
    } while (0)

#define TEXT(s) (const uint8_t *)(s), strlen(s)

/* A plan of one table: text keys and text values of the topic "rows". */
#define TABLE_PLAN                                                                                                                        \
    "{\"nodes\":[{\"op\":{\"source\":{\"topic\":\"rows\",\"kind\":\"table\",\"key\":[{\"name\":\"k\",\"type\":\"string\"}],"                     \
    "\"fields\":[{\"name\":\"v\",\"type\":\"string\"}],\"format\":\"text\"}},\"inputs\":[]}]}"

/* Per thread, so that a message that belongs to another thread's call would show. */
static __thread wh_error err;

static inline void copy_bootstrap(uint64_t broker, char *to, size_t room) {
    uint64_t batch = 0;
    wh_view v;
    OK(wh_broker_bootstrap_servers(broker, &batch, &v, &err));
    CHECK(v.arena_len < room);
    memcpy(to, v.arena, v.arena_len), to[v.arena_len] = 0;
    OK(wh_batch_free(batch, &err));
}

static inline uint64_t open_broker(const char *dir) {
    uint64_t h = 0;
    OK(wh_broker_open(TEXT(dir), NULL, 0, &h, &err));
    return h;
}

static inline uint64_t open_client(int kind, const char *address) {
    wh_property props[] = {
        {TEXT("bootstrap.servers"), TEXT(address)},
        {TEXT("group.id"), TEXT("c")},
        {TEXT("enable.auto.commit"), TEXT("false")},
    };
    uint64_t h = 0;
    switch (kind) {
    case PRODUCER: OK(wh_producer_new(props, 1, &h, &err)); break;
    case CONSUMER: OK(wh_consumer_new(props, 3, &h, &err)); break;
    case ADMIN: OK(wh_admin_new(props, 1, &h, &err)); break;
    case PROGRAM: {
        wh_property of_program[] = {{TEXT("bootstrap.servers"), TEXT(address)}, {TEXT("application.id"), TEXT("c-program")}, {TEXT("create.sources"), TEXT("true")}};
        OK(wh_streams_start(TEXT(TABLE_PLAN), of_program, 3, NULL, 0, &h, &err));
        break;
    }
    case DRIVER: OK(wh_driver_new(TEXT(TABLE_PLAN), NULL, 0, NULL, 0, &h, &err)); break;
    default: CHECK(!"a kind of client");
    }
    return h;
}

static inline int32_t close_any(int kind, uint64_t h) {
    switch (kind) {
    case BROKER: return wh_broker_close(h, &err);
    case PRODUCER: return wh_producer_close(h, 0, &err);
    case CONSUMER: return wh_consumer_close(h, 10000, &err);
    case ADMIN: return wh_admin_close(h, &err);
    case PROGRAM: return wh_streams_close(h, 10000, &err);
    case DRIVER: return wh_driver_close(h, &err);
    default: return wh_batch_free(h, &err);
    }
}

#endif
