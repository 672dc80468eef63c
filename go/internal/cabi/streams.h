/* What Go needs in C to call through Arrow's structs, to make them, and to be called by the library. The structs and their buffers are in
   C's memory, so that no pointer into Go's memory stays behind a call. */
#ifndef WELLHEAD_GO_STREAMS_H
#define WELLHEAD_GO_STREAMS_H

#include <stdlib.h>
#include <string.h>

#include "wellhead.h"

/* In streams.go. */
extern int32_t wellheadGoCall(uintptr_t function, struct ArrowArray *in_array, struct ArrowSchema *in_schema, struct ArrowArray *out_array,
                              struct ArrowSchema *out_schema, wh_error *error);
extern int32_t wellheadGoProcess(uintptr_t function, int32_t why, int64_t event_time, struct ArrowArray *in_array, struct ArrowSchema *in_schema,
                                 struct ArrowArray *out_array, struct ArrowSchema *out_schema, struct ArrowArray *changes_array,
                                 struct ArrowSchema *changes_schema, wh_error *error);
extern void wellheadGoRelease(uintptr_t function);

static inline int32_t wellhead_go_call(void *context, struct ArrowArray *in_array, struct ArrowSchema *in_schema, struct ArrowArray *out_array,
                                       struct ArrowSchema *out_schema, struct wh_error *error) {
    return wellheadGoCall((uintptr_t)context, in_array, in_schema, out_array, out_schema, error);
}
static inline int32_t wellhead_go_process(void *context, int32_t why, int64_t event_time, struct ArrowArray *in_array, struct ArrowSchema *in_schema,
                                          struct ArrowArray *out_array, struct ArrowSchema *out_schema, struct ArrowArray *changes_array,
                                          struct ArrowSchema *changes_schema, struct wh_error *error) {
    return wellheadGoProcess((uintptr_t)context, why, event_time, in_array, in_schema, out_array, out_schema, changes_array, changes_schema, error);
}
static inline void wellhead_go_release(void *context) { wellheadGoRelease((uintptr_t)context); }

/* The context is a number of Go's, not a pointer. */
static inline void wellhead_go_function(wh_function *f, const uint8_t *name, size_t name_len, int process, uintptr_t function) {
    f->name = name, f->name_len = name_len;
    f->call = process ? NULL : wellhead_go_call, f->process = process ? wellhead_go_process : NULL, f->release = wellhead_go_release;
    f->context = (void *)function;
}

static inline void *wellhead_room(size_t size) {
    void *p = calloc(1, size ? size : 1);
    if (p == NULL)
        abort();
    return p;
}

static inline void wellhead_array_release(struct ArrowArray *a) {
    for (int64_t i = 0; i < a->n_buffers; i++)
        free((void *)a->buffers[i]);
    free(a->buffers);
    for (int64_t i = 0; i < a->n_children; i++) {
        if (a->children[i]->release != NULL)
            a->children[i]->release(a->children[i]);
        free(a->children[i]);
    }
    free(a->children);
    a->release = NULL;
}

static inline void wellhead_array_init(struct ArrowArray *a, int64_t length, int64_t null_count, int64_t buffers, int64_t children) {
    memset(a, 0, sizeof *a);
    a->length = length, a->null_count = null_count, a->n_buffers = buffers, a->n_children = children;
    a->buffers = (const void **)wellhead_room((size_t)buffers * sizeof(void *));
    a->children = (struct ArrowArray **)wellhead_room((size_t)children * sizeof(void *));
    for (int64_t i = 0; i < children; i++)
        a->children[i] = (struct ArrowArray *)wellhead_room(sizeof(struct ArrowArray));
    a->release = wellhead_array_release;
}

static inline void *wellhead_array_buffer(struct ArrowArray *a, int64_t at, size_t size) {
    return (void *)(a->buffers[at] = wellhead_room(size));
}

static inline void wellhead_schema_release(struct ArrowSchema *s) {
    free((void *)s->format);
    free((void *)s->name);
    for (int64_t i = 0; i < s->n_children; i++) {
        if (s->children[i]->release != NULL)
            s->children[i]->release(s->children[i]);
        free(s->children[i]);
    }
    free(s->children);
    s->release = NULL;
}

/* Takes format and name, which are malloc's. */
static inline void wellhead_schema_init(struct ArrowSchema *s, char *format, char *name, int64_t children) {
    memset(s, 0, sizeof *s);
    s->format = format, s->name = name, s->flags = ARROW_FLAG_NULLABLE, s->n_children = children;
    s->children = (struct ArrowSchema **)wellhead_room((size_t)children * sizeof(void *));
    for (int64_t i = 0; i < children; i++)
        s->children[i] = (struct ArrowSchema *)wellhead_room(sizeof(struct ArrowSchema));
    s->release = wellhead_schema_release;
}

static inline int wellhead_stream_schema(struct ArrowArrayStream *s, struct ArrowSchema *out) { return s->get_schema(s, out); }
static inline int wellhead_stream_next(struct ArrowArrayStream *s, struct ArrowArray *out) { return s->get_next(s, out); }
static inline void wellhead_stream_release(struct ArrowArrayStream *s) {
    if (s->release != NULL)
        s->release(s);
}
static inline void wellhead_release_array(struct ArrowArray *a) {
    if (a->release != NULL)
        a->release(a);
}
static inline void wellhead_release_schema(struct ArrowSchema *s) {
    if (s->release != NULL)
        s->release(s);
}

#endif
