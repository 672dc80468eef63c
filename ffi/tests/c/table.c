/* Every function of the ABI with every bad handle, and with every bad argument. ffi/tests/c_program.rs reads the names of the functions
   from the header and fails when one has no row here; it runs this under AddressSanitizer.

   A row's call passes good arguments, so that the handle alone decides; the second table passes a good handle. */
#include <pthread.h>
#include <sys/wait.h>

#include "common.h"

static const uint8_t T[] = "t";
static const wh_partition P = {.topic_len = 1, .metadata_len = -1};
static const wh_send S = {.key_len = -1, .value_len = -1, .topic_len = 1, .partition = -1};

/* What a refused call must not have touched. */
typedef struct {
    uint64_t b, n;
    int64_t low, high;
    int32_t a, c;
    int16_t result;
    wh_view v;
    struct ArrowArrayStream s;
} outs;
#define UNTOUCHED ((outs){.b = 77, .n = 77, .low = 77, .high = 77, .a = 77, .c = 77, .result = 77})

typedef struct {
    const char *name;
    int kinds; /* handles it takes; 0: none */
    int closes;
    int32_t (*call)(uint64_t h, outs *o, wh_error *e);
} row;

#define ROW(function, kinds, closes, ...)                                                                                                 \
    static int32_t call_##function(uint64_t h, outs *o, wh_error *e) {                                                                    \
        (void)h, (void)o;                                                                                                                 \
        return function(__VA_ARGS__, e);                                                                                                  \
    }
#include "rows.inc"
#undef ROW
#define ROW(function, kinds, closes, ...) {#function, kinds, closes, call_##function},
static const row rows[] = {
#include "rows.inc"
};
#undef ROW
enum { ROWS = sizeof rows / sizeof rows[0] };

/* One call that must be refused with one of two codes, with a message, and without touching anything. */
static void refused(const row *r, const char *how, uint64_t h, int want, int or_else) {
    outs o = UNTOUCHED, before = o;
    memset(&err, 0, sizeof err);
    int32_t code = r->call(h, &o, &err);
    if ((code != want && code != or_else) || err.code != code || err.message_len == 0 || err.message_len != strlen(err.message) ||
        memcmp(&o, &before, sizeof o) != 0) {
        printf("%s with %s handle %#llx: %d (%s), not %d\n", r->name, how, (unsigned long long)h, code, err.message, want);
        __atomic_add_fetch(&failures, 1, __ATOMIC_RELAXED);
    }
    /* And without a place for the error. */
    code = r->call(h, &o, NULL);
    CHECK(code == want || code == or_else);
}

typedef struct {
    uint64_t live[KINDS], closed[KINDS], reused[KINDS]; /* by kind's bit */
    unsigned seed;
} world;

static void every_bad_handle(const world *w) {
    unsigned seed = w->seed;
    for (const row *r = rows; r < rows + ROWS; r++) {
        if (r->kinds == 0)
            continue;
        refused(r, "a null", 0, INVALID_ARG, 0x7fffffff);
        const uint64_t never[] = {1, 77, UINT32_MAX, UINT64_MAX, 1ull << 63, 5ull << 32 | 0xfffffff0};
        for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
            refused(r, "a made-up", never[i], INVALID_ARG, 0x7fffffff);
        for (int i = 0; i < 50; i++) {
            /* Generations from 2^24 up, so that no live handle is hit. */
            uint64_t h = (uint64_t)(rand_r(&seed) | 1 << 24) << 32 | (unsigned)rand_r(&seed) % 64;
            refused(r, "a random", h, INVALID_ARG, 0x7fffffff);
        }
        for (int k = 0; k < KINDS; k++) {
            refused(r, "a closed", w->closed[k], STATE, 0x7fffffff);
            refused(r, "a reused", w->reused[k], STATE, 0x7fffffff);
            if (!(r->kinds & 1 << k))
                refused(r, "another kind's", w->live[k], INVALID_TYPE, 0x7fffffff);
        }
    }
}

static void *in_a_thread(void *w) {
    every_bad_handle(w);
    return NULL;
}

/* Arguments that cannot be, with a good handle. */
static int told;
#define BAD(function, want, ...)                                                                                                          \
    do {                                                                                                                                  \
        memset(&err, 0, sizeof err);                                                                                                      \
        int32_t code_ = function(__VA_ARGS__, &err);                                                                                      \
        if (code_ != (want) || err.code != (want) || err.message_len == 0) {                                                              \
            printf("%s:%d: %s(%s): %d (%s), not %d\n", __FILE__, __LINE__, #function, #__VA_ARGS__, code_, err.message, (want));          \
            failures++;                                                                                                                   \
        }                                                                                                                                 \
        if (told)                                                                                                                         \
            printf("argument %s\n", #function);                                                                                           \
    } while (0)

static void every_bad_argument(const world *w) {
    const uint64_t broker = w->live[0], producer = w->live[1], consumer = w->live[2], admin = w->live[3], batch = w->live[4], program = w->live[5],
                   driver = w->live[6];
    outs o = UNTOUCHED, before = o;
    const uint8_t bad_text[] = {0xff, 0xfe};
    /* Not aligned, in the middle of memory that is ours. */
    static uint64_t room[64];
    char *odd = (char *)room + 1;
    const wh_property null_name = {.name = NULL, .name_len = 4}, null_value = {TEXT("group.id"), NULL, 4};
    const wh_property bad_name = {.name = bad_text, .name_len = 2}, bad_value = {TEXT("group.id"), bad_text, 2};
    const wh_property *props[] = {&null_name, &null_value, &bad_name, &bad_value};
    told = 1;

#define OPENS(function)                                                                                                                   \
    do {                                                                                                                                  \
        BAD(function, INVALID_ARG, NULL, 1, &o.b);                                                                                        \
        BAD(function, INVALID_ARG, (const wh_property *)odd, 1, &o.b);                                                                    \
        BAD(function, INVALID_ARG, &null_name, SIZE_MAX, &o.b);                                                                           \
        BAD(function, INVALID_ARG, &null_name, SIZE_MAX / sizeof null_name + 1, &o.b);                                                    \
        for (int i_ = 0; i_ < 4; i_++)                                                                                                    \
            BAD(function, INVALID_ARG, props[i_], 1, &o.b);                                                                               \
        BAD(function, INVALID_ARG, NULL, 0, NULL);                                                                                        \
        BAD(function, INVALID_ARG, NULL, 0, (uint64_t *)odd);                                                                             \
    } while (0)
    OPENS(wh_producer_new);
    OPENS(wh_consumer_new);
    OPENS(wh_admin_new);
    BAD(wh_broker_open, INVALID_ARG, NULL, 3, NULL, 0, &o.b);
    BAD(wh_broker_open, INVALID_ARG, T, SIZE_MAX, NULL, 0, &o.b);
    BAD(wh_broker_open, INVALID_ARG, bad_text, 2, NULL, 0, &o.b);
    BAD(wh_broker_open, INVALID_ARG, T, 1, NULL, 1, &o.b);
    BAD(wh_broker_open, INVALID_ARG, T, 1, &bad_value, 1, &o.b);
    BAD(wh_broker_open, INVALID_ARG, T, 1, NULL, 0, NULL);
    BAD(wh_broker_open, INVALID_ARG, T, 1, NULL, 0, (uint64_t *)odd);

    /* Where an answer goes: a batch must have a place, a view need not. */
#define ANSWERS(function, ...)                                                                                                            \
    do {                                                                                                                                  \
        BAD(function, INVALID_ARG, __VA_ARGS__, NULL, &o.v);                                                                              \
        BAD(function, INVALID_ARG, __VA_ARGS__, (uint64_t *)odd, &o.v);                                                                   \
        BAD(function, INVALID_ARG, __VA_ARGS__, &o.b, (wh_view *)odd);                                                                    \
    } while (0)
    ANSWERS(wh_broker_bootstrap_servers, broker);
    ANSWERS(wh_producer_reports, producer, 10, 0);
    ANSWERS(wh_consumer_subscription, consumer);
    ANSWERS(wh_consumer_assignment, consumer);
    ANSWERS(wh_consumer_poll, consumer, 10, 1000, 0);
    ANSWERS(wh_consumer_commit, consumer, &P, 1, T, 1, 1, 0);
    ANSWERS(wh_consumer_offsets, consumer, WH_OFFSETS_POSITION, &P, 1, T, 1, 0);
    ANSWERS(wh_consumer_seek, consumer, &P, 1, T, 1, 0);
    ANSWERS(wh_consumer_group_metadata, consumer);
    ANSWERS(wh_admin_call, admin, TEXT("metadata"), TEXT("{}"), 0);
    ANSWERS(wh_metadata, admin, NULL, 0, 0);
    BAD(wh_batch_view, INVALID_ARG, batch, NULL);
    BAD(wh_batch_view, INVALID_ARG, batch, (wh_view *)odd);

    /* Lists of partitions, and the ranges in them. */
    wh_partition outside = P, far = P, wrapped = P, text = P, metadata = P;
    outside.topic_len = 2, far.topic_offset = 2, wrapped.topic_offset = UINT64_MAX, text.topic_len = 2, metadata.metadata_len = INT32_MAX;
    const wh_partition *ranges[] = {&outside, &far, &wrapped, &metadata};
#define LISTS(function, before_, after_)                                                                                                  \
    do {                                                                                                                                  \
        BAD(function, INVALID_ARG, consumer before_, NULL, 1, T, 1 after_);                                                               \
        BAD(function, INVALID_ARG, consumer before_, (const wh_partition *)odd, 1, T, 1 after_);                                          \
        BAD(function, INVALID_ARG, consumer before_, &P, SIZE_MAX, T, 1 after_);                                                          \
        BAD(function, INVALID_ARG, consumer before_, &P, SIZE_MAX / sizeof P + 1, T, 1 after_);                                           \
        BAD(function, INVALID_ARG, consumer before_, &P, 1, NULL, 1 after_);                                                              \
        BAD(function, INVALID_ARG, consumer before_, &P, 1, T, SIZE_MAX after_);                                                          \
        BAD(function, INVALID_ARG, consumer before_, &P, 1, NULL, 0 after_);                                                              \
        BAD(function, INVALID_ARG, consumer before_, &text, 1, bad_text, 2 after_);                                                       \
        for (int i_ = 0; i_ < 4; i_++)                                                                                                    \
            BAD(function, INVALID_ARG, consumer before_, ranges[i_], 1, T, 1 after_);                                                     \
    } while (0)
#define COMMA ,
    LISTS(wh_consumer_subscribe, , );
    LISTS(wh_consumer_assign, COMMA WH_ASSIGN_REPLACE, );
    LISTS(wh_consumer_commit, , COMMA 1 COMMA 0 COMMA &o.b COMMA &o.v);
    LISTS(wh_consumer_store_offsets, , );
    LISTS(wh_consumer_offsets, COMMA WH_OFFSETS_POSITION, COMMA 0 COMMA &o.b COMMA &o.v);
    LISTS(wh_consumer_seek, , COMMA 0 COMMA &o.b COMMA &o.v);
    LISTS(wh_consumer_pause, COMMA 1, );
    BAD(wh_consumer_watermarks, INVALID_ARG, consumer, 1, NULL, T, 1, 0, &o.low, &o.high);
    BAD(wh_consumer_watermarks, INVALID_ARG, consumer, 1, &outside, T, 1, 0, &o.low, &o.high);
    BAD(wh_consumer_watermarks, INVALID_ARG, consumer, 1, &P, T, 1, 0, NULL, &o.high);
    BAD(wh_consumer_watermarks, INVALID_ARG, consumer, 1, &P, T, 1, 0, &o.low, (int64_t *)odd);
    BAD(wh_consumer_assign, INVALID_ARG, consumer, 99, &P, 1, T, 1);
    BAD(wh_consumer_offsets, INVALID_ARG, consumer, 99, &P, 1, T, 1, 0, &o.b, &o.v);
    BAD(wh_consumer_membership, INVALID_ARG, consumer, NULL, &o.a);
    BAD(wh_consumer_membership, INVALID_ARG, consumer, &o.a, (int32_t *)odd);

    BAD(wh_admin_call, INVALID_ARG, admin, NULL, 3, TEXT("{}"), 0, &o.b, &o.v);
    BAD(wh_admin_call, INVALID_ARG, admin, bad_text, 2, TEXT("{}"), 0, &o.b, &o.v);
    BAD(wh_admin_call, INVALID_ARG, admin, TEXT("metadata"), NULL, 3, 0, &o.b, &o.v);
    BAD(wh_admin_call, INVALID_ARG, admin, TEXT("metadata"), bad_text, 2, 0, &o.b, &o.v);
    BAD(wh_admin_call, INVALID_ARG, admin, TEXT("metadata"), TEXT("{"), 0, &o.b, &o.v);
    BAD(wh_admin_call, INVALID_ARG, admin, TEXT("no-such-operation"), TEXT("{}"), 0, &o.b, &o.v);
    BAD(wh_metadata, INVALID_ARG, admin, T, SIZE_MAX, 0, &o.b, &o.v);
    BAD(wh_metadata, INVALID_ARG, admin, bad_text, 2, 0, &o.b, &o.v);
    BAD(wh_admin_of, INVALID_ARG, producer, NULL);
    BAD(wh_admin_of, INVALID_ARG, consumer, (uint64_t *)odd);
    BAD(wh_log_level, INVALID_ARG, 99);

    /* Plans and expressions: what is no text, and what is no plan. */
#define READS(function, before_, after_)                                                                                                  \
    do {                                                                                                                                  \
        BAD(function, INVALID_ARG, before_ NULL, 3 after_);                                                                               \
        BAD(function, INVALID_ARG, before_ T, SIZE_MAX after_);                                                                           \
        BAD(function, INVALID_ARG, before_ bad_text, 2 after_);                                                                           \
    } while (0)
    READS(wh_streams_check, , COMMA &o.b COMMA &o.v);
    READS(wh_streams_diff, , COMMA TEXT(TABLE_PLAN) COMMA &o.b COMMA &o.v);
    READS(wh_streams_diff, TEXT(TABLE_PLAN) COMMA, COMMA &o.b COMMA &o.v);
    READS(wh_expr_parse, , COMMA &o.b COMMA &o.v);
    READS(wh_streams_sql, , COMMA T COMMA 0 COMMA T COMMA 1 COMMA &o.b COMMA &o.v);
    READS(wh_streams_sql, TEXT(TABLE_PLAN) COMMA, COMMA T COMMA 1 COMMA &o.b COMMA &o.v);
    READS(wh_streams_sql, TEXT(TABLE_PLAN) COMMA T COMMA 0 COMMA, COMMA &o.b COMMA &o.v);
    READS(wh_streams_start, , COMMA NULL COMMA 0 COMMA NULL COMMA 0 COMMA &o.b);
    READS(wh_driver_new, , COMMA NULL COMMA 0 COMMA NULL COMMA 0 COMMA &o.b);
    READS(wh_driver_pipe, driver COMMA, COMMA 0 COMMA T COMMA 1 COMMA T COMMA 1 COMMA 1);
    READS(wh_driver_read, driver COMMA, COMMA 1 COMMA &o.b COMMA &o.v);
    static const char *const no_plans[] = {"", "{", "[]", "{\"nodes\":[{\"op\":\"merge\",\"inputs\":[7]}]}", "{\"nodes\":[{\"op\":\"mrege\"}]}"};
    for (size_t i = 0; i < sizeof no_plans / sizeof no_plans[0]; i++) {
        BAD(wh_streams_check, INVALID_ARG, TEXT(no_plans[i]), &o.b, &o.v);
        BAD(wh_streams_diff, INVALID_ARG, TEXT(TABLE_PLAN), TEXT(no_plans[i]), &o.b, &o.v);
        BAD(wh_streams_sql, INVALID_ARG, TEXT(no_plans[i]), T, 0, TEXT("SELECT v FROM rows"), &o.b, &o.v);
        BAD(wh_streams_start, INVALID_ARG, TEXT(no_plans[i]), NULL, 0, NULL, 0, &o.b);
        BAD(wh_driver_new, INVALID_ARG, TEXT(no_plans[i]), NULL, 0, NULL, 0, &o.b);
    }
    BAD(wh_expr_parse, INVALID_ARG, TEXT("a +"), &o.b, &o.v);
    ANSWERS(wh_streams_check, TEXT(TABLE_PLAN));
    ANSWERS(wh_streams_diff, TEXT(TABLE_PLAN), TEXT(TABLE_PLAN));
    BAD(wh_streams_sql, INVALID_ARG, TEXT(TABLE_PLAN), TEXT("[{\"name\":\"x\",\"node\":9}]"), TEXT("SELECT v FROM x"), &o.b, &o.v);
    BAD(wh_streams_sql, INVALID_ARG, TEXT(TABLE_PLAN), TEXT("["), TEXT("SELECT v FROM rows"), &o.b, &o.v);
    BAD(wh_streams_sql, INVALID_ARG, TEXT(TABLE_PLAN), T, 0, TEXT("SELECT w FROM rows"), &o.b, &o.v);
    ANSWERS(wh_expr_parse, TEXT("a"));
    ANSWERS(wh_streams_sql, TEXT(TABLE_PLAN), T, 0, TEXT("SELECT v FROM rows"));
    ANSWERS(wh_streams_metrics, program, 0);
    ANSWERS(wh_streams_table_json, program, 0, 0);
    ANSWERS(wh_driver_read, driver, T, 1, 1);
    ANSWERS(wh_driver_table_json, driver, 0);
    ANSWERS(wh_driver_metrics, driver);
    const wh_function no_name = {.name = NULL, .name_len = 3}, bad_function = {.name = bad_text, .name_len = 2}, no_call = {.name = T, .name_len = 1},
                      both = {.name = T, .name_len = 1, .call = (wh_function_call)odd, .process = (wh_process_call)odd};
    const wh_function *const no_functions[] = {&no_name, &bad_function, &no_call, &both, NULL, (const wh_function *)odd};
    for (size_t i = 0; i < sizeof no_functions / sizeof no_functions[0]; i++) {
        BAD(wh_streams_start, INVALID_ARG, TEXT(TABLE_PLAN), NULL, 0, no_functions[i], 1, &o.b);
        BAD(wh_driver_new, INVALID_ARG, TEXT(TABLE_PLAN), NULL, 0, no_functions[i], 1, &o.b);
    }
    for (int i = 0; i < 4; i++)
        BAD(wh_streams_start, INVALID_ARG, TEXT(TABLE_PLAN), props[i], 1, NULL, 0, &o.b);
    BAD(wh_streams_start, INVALID_ARG, TEXT(TABLE_PLAN), NULL, 1, NULL, 0, &o.b);
    BAD(wh_streams_start, INVALID_ARG, TEXT(TABLE_PLAN), NULL, 0, NULL, 0, &o.b); /* no application.id */
    BAD(wh_streams_start, INVALID_ARG, TEXT(TABLE_PLAN), NULL, 0, NULL, 0, NULL);
    BAD(wh_driver_new, INVALID_ARG, TEXT(TABLE_PLAN), NULL, 0, NULL, 0, (uint64_t *)odd);
    const wh_partition_count no_topic = {.topic = NULL, .topic_len = 4, .partitions = 1}, bad_topic = {.topic = bad_text, .topic_len = 2, .partitions = 1},
                             none = {.topic = T, .topic_len = 1};
    const wh_partition_count *const no_counts[] = {&no_topic, &bad_topic, &none, NULL, (const wh_partition_count *)odd};
    for (size_t i = 0; i < sizeof no_counts / sizeof no_counts[0]; i++)
        BAD(wh_driver_new, INVALID_ARG, TEXT(TABLE_PLAN), no_counts[i], 1, NULL, 0, &o.b);
    BAD(wh_streams_state, INVALID_ARG, program, NULL);
    BAD(wh_streams_state, INVALID_ARG, program, (int32_t *)odd);
    BAD(wh_streams_table, INVALID_ARG, program, 0, 0, NULL);
    BAD(wh_streams_table, INVALID_ARG, program, 0, 0, (struct ArrowArrayStream *)odd);
    BAD(wh_streams_find, INVALID_ARG, program, 0, T, 0, 0, NULL);
    BAD(wh_streams_find, INVALID_ARG, program, 0, T, 0, 0, (struct ArrowArrayStream *)odd);
    BAD(wh_streams_find, INVALID_ARG, program, 0, TEXT("{"), 0, &o.s);
    READS(wh_streams_find, program COMMA 0 COMMA, COMMA 0 COMMA &o.s);
    BAD(wh_driver_find, INVALID_ARG, driver, 0, T, 0, NULL);
    BAD(wh_driver_find, INVALID_ARG, driver, 0, T, 0, (struct ArrowArrayStream *)odd);
    BAD(wh_driver_find, INVALID_ARG, driver, 99, T, 0, &o.s);
    BAD(wh_driver_find, INVALID_ARG, driver, 0, TEXT("{\"from\":[1]}"), &o.s);
    BAD(wh_driver_find, INVALID_ARG, driver, 0, TEXT("{\"form\":[\"x\"]}"), &o.s);
    READS(wh_driver_find, driver COMMA 0 COMMA, COMMA &o.s);
    BAD(wh_driver_table, INVALID_ARG, driver, 0, NULL);
    BAD(wh_driver_table, INVALID_ARG, driver, 0, (struct ArrowArrayStream *)odd);
    BAD(wh_driver_table, INVALID_ARG, driver, 99, &o.s);
    BAD(wh_driver_table_json, INVALID_ARG, driver, SIZE_MAX, &o.b, &o.v);
    BAD(wh_driver_pipe, INVALID_ARG, driver, TEXT("rows"), 0, NULL, 1, T, 1, 1);
    BAD(wh_driver_pipe, INVALID_ARG, driver, TEXT("rows"), 0, T, 1, T, INT64_MAX, 1);
    BAD(wh_driver_pipe, INVALID_ARG, driver, TEXT("rows"), 0, T, INT64_MIN, T, 1, 1);

    BAD(wh_event_fd, INVALID_ARG, producer, NULL);
    BAD(wh_event_fd, INVALID_ARG, producer, (int32_t *)odd);
    BAD(wh_producer_flush, INVALID_ARG, producer, 0, NULL);
    BAD(wh_producer_flush, INVALID_ARG, producer, 0, (uint64_t *)odd);
    BAD(wh_producer_outstanding, INVALID_ARG, producer, NULL, NULL);
    BAD(wh_producer_outstanding, INVALID_ARG, producer, &o.n, (uint64_t *)odd);
    o.n = 77; /* It was given before the second was refused. */

    BAD(wh_producer_send_batch, INVALID_ARG, producer, NULL, 1, &S, 1, &o.result);
    BAD(wh_producer_send_batch, INVALID_ARG, producer, T, SIZE_MAX, &S, 1, &o.result);
    BAD(wh_producer_send_batch, INVALID_ARG, producer, T, 1, NULL, 1, &o.result);
    BAD(wh_producer_send_batch, INVALID_ARG, producer, T, 1, (const wh_send *)odd, 1, &o.result);
    BAD(wh_producer_send_batch, INVALID_ARG, producer, T, 1, &S, SIZE_MAX, &o.result);
    BAD(wh_producer_send_batch, INVALID_ARG, producer, T, 1, &S, SIZE_MAX / sizeof S + 1, &o.result);
    BAD(wh_producer_send_batch, INVALID_ARG, producer, T, 1, &S, 1, NULL);
    BAD(wh_producer_send_batch, INVALID_ARG, producer, T, 1, &S, 1, (int16_t *)odd);
    CHECK(memcmp(&o, &before, sizeof o) == 0);
    told = 0;

    /* Records whose ranges cannot be are refused one by one. */
    const uint8_t arena[16] = {'t', 0xff};
    const uint8_t huge_header[12] = {'t', 0, 0, 0, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0x7f};
    const wh_send outside_sends[] = {
        {.topic_len = 17},
        {.topic_offset = UINT64_MAX, .topic_len = 1},
        {.topic_offset = 1, .topic_len = 1},
        {.topic_len = 1, .data_offset = 16, .key_len = 1, .value_len = -1},
        {.topic_len = 1, .data_offset = UINT64_MAX, .key_len = INT32_MAX, .value_len = INT32_MAX, .headers_len = UINT32_MAX},
        {.topic_len = 1, .key_len = -1, .value_len = -1, .header_count = 1},
        {.topic_len = 1, .key_len = -1, .value_len = -1, .headers_len = 8},
        {.topic_len = 1, .key_len = -1, .value_len = -1, .header_count = UINT32_MAX, .headers_len = 16},
        {.topic_len = 1, .key_len = INT32_MIN, .value_len = INT32_MIN, .headers_len = 1},
    };
    enum { SENDS = sizeof outside_sends / sizeof outside_sends[0] };
    int16_t results[SENDS] = {0};
    CHECK(wh_producer_send_batch(producer, arena, 16, outside_sends, SENDS, results, &err) == PARTIAL);
    for (int i = 0; i < SENDS; i++)
        CHECK(results[i] == INVALID_ARG);
    const wh_send header = {.topic_len = 1, .data_offset = 4, .key_len = -1, .value_len = -1, .header_count = 1, .headers_len = 8};
    CHECK(wh_producer_send_batch(producer, huge_header, 12, &header, 1, results, &err) == PARTIAL && results[0] == INVALID_ARG);

    /* Nothing at all is no error. */
    OK(wh_producer_send_batch(producer, NULL, 0, NULL, 0, NULL, &err));
    OK(wh_consumer_assign(consumer, WH_ASSIGN_NONE, NULL, 0, NULL, 0, &err));
    OK(wh_consumer_subscribe(consumer, NULL, 0, NULL, 0, &err));
    OK(wh_log_level(WH_LOG_WARNINGS, &err));
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    world w = {.seed = (unsigned)strtoul(argv[2], NULL, 10)};
    printf("seed %u\n", w.seed);
    char address[4096];

    w.live[0] = open_broker(argv[1]);
    copy_bootstrap(w.live[0], address, sizeof address);
    /* Closed ones first, then those that take over their slots. */
    char other[4096];
    snprintf(other, sizeof other, "%s-other", argv[1]);
    w.closed[0] = open_broker(other);
    for (int k = 1; k < KINDS; k++)
        if (1 << k != BATCH)
            w.closed[k] = open_client(1 << k, address);
    OK(wh_broker_bootstrap_servers(w.live[0], &w.closed[4], NULL, &err));
    for (int k = KINDS - 1; k >= 0; k--)
        OK(close_any(1 << k, w.closed[k]));
    for (int k = 1; k < KINDS; k++) {
        if (1 << k == BATCH)
            continue;
        w.reused[k] = open_client(1 << k, address);
        OK(close_any(1 << k, w.reused[k]));
        w.live[k] = open_client(1 << k, address);
        CHECK((uint32_t)w.live[k] == (uint32_t)w.reused[k] && w.live[k] != w.reused[k]);
    }
    OK(wh_broker_bootstrap_servers(w.live[0], &w.reused[4], NULL, &err));
    OK(wh_batch_free(w.reused[4], &err));
    OK(wh_broker_bootstrap_servers(w.live[0], &w.live[4], NULL, &err));
    CHECK((uint32_t)w.live[4] == (uint32_t)w.reused[4]);
    w.reused[0] = w.closed[0];

    every_bad_handle(&w);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        CHECK(pthread_create(&threads[i], NULL, in_a_thread, &w) == 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    every_bad_argument(&w);

    /* A forked child is refused every call, the parent's handles too, and does not hang. */
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        failures = 0;
        for (const row *r = rows; r < rows + ROWS; r++) {
            if (r->kinds == 0)
                refused(r, "no", 0, STATE, 0x7fffffff);
            for (int k = 0; k < KINDS; k++)
                if (r->kinds & 1 << k)
                    refused(r, "the parent's", w.live[k], STATE, 0x7fffffff);
        }
        fflush(stdout);
        _exit(failures);
    }
    int status = -1;
    CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0);

    /* None of it harmed what lives. Every call that closes nothing works, or fails for a reason of its own; then they close once. */
    for (const row *r = rows; r < rows + ROWS; r++)
        for (int k = 0; k < KINDS; k++)
            if (r->kinds & 1 << k && !r->closes) {
                outs o = UNTOUCHED;
                int32_t code = r->call(w.live[k], &o, &err);
                CHECK(code == 0 || (code != STATE && code != INVALID_TYPE && code != INVALID_ARG) || strstr(err.message, "handle") == NULL);
                if (o.s.release != NULL)
                    o.s.release(&o.s);
                if (o.b != 77 && o.b != 0)
                    CHECK(wh_batch_free(o.b, &err) == 0 || wh_admin_close(o.b, &err) == 0);
            }
    for (int k = KINDS - 1; k >= 0; k--) {
        OK(close_any(1 << k, w.live[k]));
        CHECK(close_any(1 << k, w.live[k]) == STATE);
    }
    for (const row *r = rows; r < rows + ROWS; r++)
        printf("row %s\n", r->name);
    if (failures == 0)
        puts("the C ABI holds");
    return failures == 0 ? 0 : 1;
}
