/* Stream programs from C: a plan in a test driver and against an embedded broker, tables as Arrow streams, and functions that do what
   they should and what they should not. Built and run by ffi/tests/c_program.rs, under AddressSanitizer where there is one. */

#include "common.h"

#include <pthread.h>
#include <time.h>

/* "words" (text key k, text value v) through the function f, whose column v goes to "out" and into a table. */
#define SOURCE                                                                                                                            \
    "{\"op\":{\"source\":{\"topic\":\"words\",\"key\":[{\"name\":\"k\",\"type\":\"string\"}],"                                            \
    "\"fields\":[{\"name\":\"v\",\"type\":\"string\"}],\"format\":\"text\"}},\"inputs\":[]},"
#define MAP "{\"op\":{\"map\":{\"function\":\"f\",\"fields\":[{\"name\":\"v\",\"type\":\"string\"}]}},\"inputs\":[0]},"
#define FOREACH "{\"op\":{\"foreach\":{\"function\":\"f\"}},\"inputs\":[0]},"
#define REST "{\"op\":\"to_table\",\"inputs\":[1]},{\"op\":{\"sink\":{\"topic\":\"out\",\"format\":\"text\",\"columns\":[\"v\"]}},\"inputs\":[1]}"
static const char MAP_PLAN[] = "{\"nodes\":[" SOURCE MAP REST "]}";
static const char FOREACH_PLAN[] = "{\"nodes\":[" SOURCE FOREACH REST "]}";
enum { TABLE = 2 };

typedef enum { MOVES, SAYS, SAYS_NOTHING, GIVES_NOTHING, LIES, NO_STRUCT, CALLS_ITS_DRIVER } manner;
typedef struct {
    manner manner;
    int calls, released;
    int64_t rows;
    uint64_t driver;
} function;

/* Columns of our own, whose text has an end beyond its bytes. */
static const int32_t bad_ends[2] = {0, 1000000};
static const int64_t one[1] = {1};
static void no_release_array(struct ArrowArray *a) { a->release = NULL; }
static void no_release_schema(struct ArrowSchema *s) { s->release = NULL; }

static int32_t call(void *context, struct ArrowArray *in, struct ArrowSchema *in_schema, struct ArrowArray *out, struct ArrowSchema *out_schema,
                    wh_error *error) {
    function *f = context;
    __atomic_add_fetch(&f->calls, 1, __ATOMIC_SEQ_CST);
    f->rows += in->length;
    CHECK(strcmp(in_schema->format, "+s") == 0 && in->n_children == 3 && in_schema->n_children == 3);
    CHECK(strcmp(in_schema->children[0]->name, "k") == 0 && strcmp(in_schema->children[1]->name, "v") == 0);
    CHECK(strcmp(in_schema->children[2]->name, "_timestamp") == 0);
    switch (f->manner) {
    case MOVES:
        if (out == NULL)
            return 0;
        *out = *in, *out_schema = *in_schema;
        in->release = NULL, in_schema->release = NULL;
        return 0;
    case SAYS:
        strcpy(error->message, "no more of this");
        error->message_len = (uint32_t)strlen(error->message);
        return STATE;
    case SAYS_NOTHING: return 12345;
    case GIVES_NOTHING: return 0;
    case CALLS_ITS_DRIVER: return wh_driver_advance_time(f->driver, 1, error);
    case LIES:
    case NO_STRUCT: {
        static const void *text_buffers[3] = {NULL, bad_ends, "x"}, *int_buffers[2] = {NULL, one}, *struct_buffers[1] = {NULL};
        static struct ArrowArray child, *children[1] = {&child};
        static struct ArrowSchema child_schema, *schemas[1] = {&child_schema};
        child = (struct ArrowArray){.length = 1, .n_buffers = 3, .buffers = text_buffers, .release = no_release_array};
        child_schema = (struct ArrowSchema){.format = "u", .name = "v", .flags = ARROW_FLAG_NULLABLE, .release = no_release_schema};
        if (f->manner == LIES) {
            *out = (struct ArrowArray){.length = 1, .n_buffers = 1, .buffers = struct_buffers, .n_children = 1, .children = children, .release = no_release_array};
            *out_schema = (struct ArrowSchema){.format = "+s", .name = "", .n_children = 1, .children = schemas, .release = no_release_schema};
        } else {
            *out = (struct ArrowArray){.length = 1, .n_buffers = 2, .buffers = int_buffers, .release = no_release_array};
            *out_schema = (struct ArrowSchema){.format = "l", .name = "v", .release = no_release_schema};
        }
        return 0;
    }
    }
    return FAIL;
}

static void release(void *context) { __atomic_add_fetch(&((function *)context)->released, 1, __ATOMIC_SEQ_CST); }

static wh_function as_function(function *f) { return (wh_function){TEXT("f"), call, release, f, NULL}; }

static uint64_t open_driver(const char *plan, function *f) {
    wh_function one_function = as_function(f);
    OK(wh_driver_new(TEXT(plan), NULL, 0, &one_function, 1, &f->driver, &err));
    return f->driver;
}

/* The one row (k, v) of a table, by its Arrow stream. */
static void has_row(struct ArrowArrayStream *s, const char *k, const char *v) {
    struct ArrowSchema schema;
    struct ArrowArray rows, none;
    CHECK(s->get_schema(s, &schema) == 0 && s->get_next(s, &rows) == 0);
    CHECK(schema.n_children == 3 && strcmp(schema.children[0]->format, "u") == 0);
    CHECK(rows.release != NULL && rows.length == 1);
    const char *want[2] = {k, v};
    for (int c = 0; c < 2; c++) {
        const struct ArrowArray *a = rows.children[c];
        const int32_t *ends = (const int32_t *)a->buffers[1] + a->offset;
        CHECK((size_t)(ends[1] - ends[0]) == strlen(want[c]) && memcmp((const char *)a->buffers[2] + ends[0], want[c], strlen(want[c])) == 0);
    }
    rows.release(&rows);
    schema.release(&schema);
    CHECK(s->get_next(s, &none) == 0 && none.release == NULL);
    s->release(s);
}

static void texts(void) {
    uint64_t b = 0;
    wh_view v;
    OK(wh_streams_check(TEXT(MAP_PLAN), &b, &v, &err));
    CHECK(v.arena_len > 20 && memmem(v.arena, v.arena_len, "map f", 5) != NULL);
    OK(wh_batch_free(b, &err));
    OK(wh_streams_diff(TEXT(MAP_PLAN), TEXT(TABLE_PLAN), &b, &v, &err));
    CHECK(memmem(v.arena, v.arena_len, "\"added\":[\"", 10) != NULL);
    OK(wh_batch_free(b, &err));
    OK(wh_expr_parse(TEXT("price"), &b, &v, &err));
    CHECK(v.arena_len == 15 && memcmp(v.arena, "{\"col\":\"price\"}", 15) == 0);
    OK(wh_batch_free(b, &err));
    CHECK(wh_expr_parse(TEXT("price >"), &b, &v, &err) == INVALID_ARG);
    OK(wh_streams_sql(TEXT(TABLE_PLAN), TEXT("[{\"name\":\"r\",\"node\":0}]"), TEXT("CREATE TABLE t AS SELECT v || '!' AS w FROM r"), &b, &v, &err));
    CHECK(memmem(v.arena, v.arena_len, "{\"made\":{\"name\":\"t\",\"node\":1},\"kind\":\"table\"}", 45) != NULL);
    OK(wh_batch_free(b, &err));
    CHECK(wh_streams_sql(TEXT(TABLE_PLAN), NULL, 0, TEXT("SELECT\n w FROM rows"), &b, &v, &err) == INVALID_ARG);
    CHECK(strstr(err.message, "(line 2, column 2)") != NULL);
}

static void driver(void) {
    function f = {.manner = MOVES};
    uint64_t d = open_driver(MAP_PLAN, &f), b = 0;
    wh_view v;
    OK(wh_driver_pipe(d, TEXT("words"), 0, TEXT("a"), TEXT("b"), 5, &err));
    OK(wh_driver_read(d, TEXT("out"), 10, &b, &v, &err));
    CHECK(v.record_count == 1 && v.records[0].key_len == 1 && v.records[0].value_len == 1 && v.records[0].timestamp == 5);
    CHECK(memcmp(v.arena + v.records[0].data_offset, "ab", 2) == 0);
    OK(wh_batch_free(b, &err));
    OK(wh_driver_read(d, TEXT("out"), 10, &b, &v, &err));
    CHECK(b == 0 && v.record_count == 0);
    CHECK(wh_driver_pipe(d, TEXT("words"), 3, TEXT("a"), TEXT("b"), 5, &err) != 0);
    CHECK(wh_driver_pipe(d, TEXT("nothing"), 0, TEXT("a"), TEXT("b"), 5, &err) != 0 && strstr(err.message, "words") != NULL);
    OK(wh_driver_restart(d, &err));
    OK(wh_driver_advance_wall(d, 10, &err));
    OK(wh_driver_advance_time(d, 10, &err));
    struct ArrowArrayStream s;
    OK(wh_driver_table(d, TABLE, &s, &err));
    OK(wh_driver_table_json(d, TABLE, &b, &v, &err));
    CHECK(v.arena_len == strlen("{\"k\":\"a\",\"v\":\"b\"}\n") && memcmp(v.arena, "{\"k\":\"a\",\"v\":\"b\"}\n", v.arena_len) == 0);
    OK(wh_batch_free(b, &err));
    OK(wh_driver_metrics(d, &b, &v, &err));
    CHECK(memmem(v.arena, v.arena_len, "records_in", 10) != NULL);
    OK(wh_batch_free(b, &err));
    CHECK(f.calls == 1 && f.rows == 1 && f.released == 0);
    OK(wh_driver_close(d, &err));
    CHECK(f.released == 1);
    /* A table outlives its driver. */
    has_row(&s, "a", "b");

    f = (function){.manner = MOVES};
    d = open_driver(FOREACH_PLAN, &f);
    OK(wh_driver_pipe(d, TEXT("words"), 0, TEXT("a"), TEXT("b"), 5, &err));
    OK(wh_driver_close(d, &err));
    CHECK(f.calls == 1 && f.released == 1);

    /* A call that fails leaves the context to its caller. */
    f = (function){.manner = MOVES};
    wh_function named = as_function(&f);
    CHECK(wh_driver_new(TEXT("{"), NULL, 0, &named, 1, &d, &err) == INVALID_ARG);
    named.name = (const uint8_t *)"g";
    CHECK(wh_driver_new(TEXT(MAP_PLAN), NULL, 0, &named, 1, &d, &err) == INVALID_ARG && strstr(err.message, "\"f\"") != NULL);
    CHECK(f.calls == 0 && f.released == 0);
}

/* A function with state: it keeps the last value of a key and sets a timer 10 ms behind each row; on the timer it gives the value. */
typedef struct {
    int calls, timers, released;
} processor;
static void freed_array(struct ArrowArray *a) { a->release = NULL; }
/* The input, whose columns are given on. */
static struct ArrowArray moved;
static struct ArrowSchema moved_schema;
static void moved_array_release(struct ArrowArray *a) { moved.release(&moved), a->release = NULL; }
static void moved_schema_release(struct ArrowSchema *s) { moved_schema.release(&moved_schema), s->release = NULL; }
static int32_t process(void *context, int32_t why, int64_t event_time, struct ArrowArray *in, struct ArrowSchema *in_schema, struct ArrowArray *out,
                       struct ArrowSchema *out_schema, struct ArrowArray *changes, struct ArrowSchema *changes_schema, wh_error *error) {
    processor *p = context;
    (void)error;
    CHECK(strcmp(in_schema->children[in->n_children - 2]->name, "_key") == 0 && strcmp(in_schema->children[in->n_children - 1]->name, "_state") == 0);
    CHECK(in->length == 1 && event_time >= 5);
    /* One row of changes: columns _key, what, value, time. The memory is the function's own, for one call. */
    static int64_t keys[2], what[2], time_of[2];
    static int32_t ends[3];
    static uint8_t bytes[64];
    static const void *key_b[2] = {NULL, keys}, *what_b[2] = {NULL, what}, *time_b[2] = {NULL, time_of}, *bytes_b[3] = {NULL, ends, bytes}, *none_b[1] = {NULL};
    static struct ArrowArray cs[4], *cp[4] = {&cs[0], &cs[1], &cs[2], &cs[3]};
    static struct ArrowSchema ss[4], *sp[4] = {&ss[0], &ss[1], &ss[2], &ss[3]};
    const char *const names[4] = {"_key", "what", "value", "time"}, *const formats[4] = {"l", "l", "z", "l"};
    const void **buffers[4] = {key_b, what_b, bytes_b, time_b};
    int64_t rows;
    const struct ArrowArray *state = in->children[in->n_children - 1];
    if (why == WH_PROCESS_ROWS) {
        p->calls++;
        const struct ArrowArray *v = in->children[1];
        const int32_t *v_ends = (const int32_t *)v->buffers[1] + v->offset;
        int32_t n = v_ends[1] - v_ends[0];
        memcpy(bytes, (const char *)v->buffers[2] + v_ends[0], (size_t)n);
        ends[1] = ends[2] = n;
        what[0] = WH_CHANGE_PUT, what[1] = WH_CHANGE_SET_EVENT_TIMER, time_of[0] = 0, time_of[1] = event_time + 10;
        rows = 2;
    } else {
        CHECK(why == WH_PROCESS_EVENT_TIMERS);
        p->timers++;
        const int32_t *s_ends = (const int32_t *)state->buffers[1] + state->offset;
        CHECK(s_ends[1] - s_ends[0] == 1 && ((const char *)state->buffers[2])[s_ends[0]] == 'b');
        ends[1] = 0, what[0] = WH_CHANGE_DELETE, rows = 1;
        /* The rows: the keys and _timestamp as they came, and v of what was kept. */
        static struct ArrowArray *children[3];
        static struct ArrowSchema *schemas[3];
        static struct ArrowSchema v_schema;
        static struct ArrowArray v_array;
        static const void *v_buffers[3];
        v_buffers[0] = NULL, v_buffers[1] = state->buffers[1], v_buffers[2] = state->buffers[2];
        v_array = (struct ArrowArray){.length = 1, .offset = state->offset, .n_buffers = 3, .buffers = v_buffers, .release = freed_array};
        v_schema = (struct ArrowSchema){.format = "u", .name = "v", .release = no_release_schema};
        moved = *in, moved_schema = *in_schema;
        children[0] = in->children[0], children[1] = &v_array, children[2] = in->children[1];
        schemas[0] = in_schema->children[0], schemas[1] = &v_schema, schemas[2] = in_schema->children[1];
        *out = (struct ArrowArray){.length = 1, .n_buffers = 1, .n_children = 3, .buffers = none_b, .children = children, .release = moved_array_release};
        *out_schema = (struct ArrowSchema){.format = "+s", .name = "", .n_children = 3, .children = schemas, .release = moved_schema_release};
        in->release = NULL, in_schema->release = NULL;
    }
    for (int i = 0; i < 4; i++) {
        cs[i] = (struct ArrowArray){.length = rows, .n_buffers = i == 2 ? 3 : 2, .buffers = buffers[i], .release = freed_array};
        ss[i] = (struct ArrowSchema){.format = formats[i], .name = names[i], .release = no_release_schema};
    }
    *changes = (struct ArrowArray){.length = rows, .n_buffers = 1, .n_children = 4, .buffers = none_b, .children = cp, .release = freed_array};
    *changes_schema = (struct ArrowSchema){.format = "+s", .name = "", .n_children = 4, .children = sp, .release = no_release_schema};
    return 0;
}
static void release_processor(void *context) { ((processor *)context)->released++; }

static void state_and_timers(void) {
    processor p = {0};
    const wh_function f = {TEXT("f"), NULL, release_processor, &p, process};
    const char *plan = "{\"nodes\":[" SOURCE "{\"op\":{\"process\":{\"function\":\"f\",\"fields\":[{\"name\":\"v\",\"type\":\"string\"}]}},\"inputs\":[0]}," REST "]}";
    uint64_t d = 0, b = 0;
    wh_view v;
    OK(wh_driver_new(TEXT(plan), NULL, 0, &f, 1, &d, &err));
    OK(wh_driver_pipe(d, TEXT("words"), 0, TEXT("a"), TEXT("b"), 5, &err));
    OK(wh_driver_read(d, TEXT("out"), 10, &b, &v, &err));
    CHECK(b == 0 && p.calls == 1 && p.timers == 0);
    OK(wh_driver_restart(d, &err));
    OK(wh_driver_advance_time(d, 15, &err));
    OK(wh_driver_read(d, TEXT("out"), 10, &b, &v, &err));
    CHECK(v.record_count == 1 && v.records[0].timestamp == 15 && memcmp(v.arena + v.records[0].data_offset, "ab", 2) == 0);
    OK(wh_batch_free(b, &err));
    CHECK(p.timers == 1 && p.released == 0);
    OK(wh_driver_close(d, &err));
    CHECK(p.released == 1);
}

static void misbehaved(void) {
    const struct {
        manner manner;
        int32_t code;
        const char *said;
    } all[] = {
        {SAYS, STATE, "no more of this"}, {SAYS_NOTHING, FAIL, "\"f\""},          {GIVES_NOTHING, INVALID_ARG, "no columns"},
        {LIES, INVALID_ARG, "\"f\""},     {NO_STRUCT, INVALID_ARG, "struct"},     {CALLS_ITS_DRIVER, STATE, "driver"},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        function f = {.manner = all[i].manner};
        uint64_t d = open_driver(MAP_PLAN, &f);
        int32_t code = wh_driver_pipe(d, TEXT("words"), 0, TEXT("a"), TEXT("b"), 5, &err);
        if (code != all[i].code || strstr(err.message, all[i].said) == NULL) {
            printf("manner %d: %d %s\n", all[i].manner, code, err.message);
            failures++;
        }
        OK(wh_driver_close(d, &err));
        CHECK(f.calls == 1 && f.released == 1);
    }
}

/* The program's thread calls the function; a failure of the function is the program's end. */
static void program(const char *address) {
    wh_property to_broker = {TEXT("bootstrap.servers"), TEXT(address)};
    for (int fails = 0; fails < 2; fails++) {
        function f = {.manner = fails ? SAYS : MOVES};
        wh_function one_function = as_function(&f);
        wh_property props[] = {to_broker, {TEXT("application.id"), TEXT("from-c")}, {TEXT("create.sources"), TEXT("true")}, {TEXT("commit.interval.ms"), TEXT("10")}};
        uint64_t p = 0, producer = 0, left = 1, b = 0;
        OK(wh_streams_start(TEXT(MAP_PLAN), props, 4, &one_function, 1, &p, &err));
        OK(wh_streams_wait_running(p, 60000, &err));
        int32_t state = -1;
        OK(wh_streams_state(p, &state, &err));
        CHECK(state == WH_STREAMS_RUNNING);
        OK(wh_producer_new(&to_broker, 1, &producer, &err));
        const wh_send send = {.key_len = 1, .value_len = 1, .topic_len = 5, .data_offset = 5, .partition = 0};
        int16_t result;
        OK(wh_producer_send_batch(producer, TEXT("wordsab"), &send, 1, &result, &err));
        OK(wh_producer_flush(producer, 60000, &left, &err));
        CHECK(left == 0);
        OK(wh_producer_close(producer, 60000, &err));
        if (fails) {
            CHECK(wh_streams_wait_ended(p, 60000, &err) == STATE && strstr(err.message, "no more of this") != NULL);
            OK(wh_streams_state(p, &state, &err));
            CHECK(state == WH_STREAMS_FAILED);
            CHECK(wh_streams_stop(p, 1000, &err) == STATE);
        } else {
            CHECK(wh_streams_wait_ended(p, 1, &err) == TIMED_OUT);
            struct ArrowArrayStream s = {0};
            wh_view v = {0};
            for (time_t end = time(NULL) + 60; v.arena_len == 0 && time(NULL) < end; usleep(10000)) {
                OK(wh_streams_table_json(p, TABLE, 60000, &b, &v, &err));
                if (v.arena_len == 0)
                    OK(wh_batch_free(b, &err));
            }
            CHECK(v.arena_len != 0 && memcmp(v.arena, "{\"k\":\"a\",\"v\":\"b\"}\n", v.arena_len) == 0);
            OK(wh_batch_free(b, &err));
            OK(wh_streams_find(p, TABLE, TEXT("{\"from\":[\"a\"],\"to\":[\"a\"],\"limit\":1}"), 60000, &s, &err));
            has_row(&s, "a", "b");
            s = (struct ArrowArrayStream){0};
            OK(wh_streams_table(p, TABLE, 60000, &s, &err));
            OK(wh_streams_commit(p, 60000, &err));
            OK(wh_streams_metrics(p, 60000, &b, &v, &err));
            CHECK(memmem(v.arena, v.arena_len, "\"records_in\":1", 14) != NULL);
            OK(wh_batch_free(b, &err));
            OK(wh_streams_stop(p, 60000, &err));
            OK(wh_streams_wait_ended(p, 0, &err));
            OK(wh_streams_state(p, &state, &err));
            CHECK(state == WH_STREAMS_STOPPED);
            has_row(&s, "a", "b");
        }
        OK(wh_streams_close(p, 60000, &err));
        CHECK(wh_streams_close(p, 0, &err) == STATE);
        CHECK(f.calls == 1 && __atomic_load_n(&f.released, __ATOMIC_SEQ_CST) == 1);
    }
}

static void *wait_ended(void *program) {
    int32_t code = wh_streams_wait_ended(*(uint64_t *)program, -1, &err);
    /* It may have begun after the close; then the handle says so. */
    CHECK(code == 0 || code == STATE);
    return NULL;
}

/* A close ends the waits of other threads, and a driver's calls of several threads are one after the other. */
static void *pipes(void *driver) {
    for (int i = 0; i < 200; i++) {
        int32_t code = wh_driver_pipe(*(uint64_t *)driver, TEXT("words"), 0, TEXT("a"), TEXT("b"), i, &err);
        if (code != 0) {
            CHECK(code == STATE);
            break;
        }
    }
    return NULL;
}

static void other_threads(const char *address) {
    uint64_t p = open_client(PROGRAM, address);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        CHECK(pthread_create(&threads[i], NULL, wait_ended, &p) == 0);
    OK(wh_streams_close(p, 60000, &err));
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    function f = {.manner = MOVES};
    uint64_t d = open_driver(MAP_PLAN, &f);
    for (int i = 0; i < 4; i++)
        CHECK(pthread_create(&threads[i], NULL, pipes, &d) == 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    CHECK(f.calls == 800 && f.rows == 800);
    for (int i = 0; i < 4; i++)
        CHECK(pthread_create(&threads[i], NULL, pipes, &d) == 0);
    while (__atomic_load_n(&f.calls, __ATOMIC_SEQ_CST) < 850)
        usleep(100);
    OK(wh_driver_close(d, &err));
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    CHECK(__atomic_load_n(&f.released, __ATOMIC_SEQ_CST) == 1);
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    char address[4096];
    uint64_t broker = open_broker(argv[1]);
    copy_bootstrap(broker, address, sizeof address);
    texts();
    driver();
    state_and_timers();
    misbehaved();
    program(address);
    other_threads(address);
    OK(wh_broker_close(broker, &err));
    if (failures == 0)
        puts("the C ABI holds");
    return failures == 0 ? 0 : 1;
}
