//go:build cgo

package cabi

/*
#include "streams.h"
*/
import "C"

import (
	"fmt"
	"os"
	"runtime/cgo"
	"runtime/debug"
	"unsafe"
)

// What StreamsState tells.
const (
	StreamsStarting  = C.WH_STREAMS_STARTING
	StreamsRestoring = C.WH_STREAMS_RESTORING
	StreamsRunning   = C.WH_STREAMS_RUNNING
	StreamsStopped   = C.WH_STREAMS_STOPPED
	StreamsFailed    = C.WH_STREAMS_FAILED
)

// Function is a user's function over the columns of a batch, by the name that the plan has for it. The library calls it on a thread of its
// own, one call at a time for one program: this is the one place where C calls Go.
type Function struct {
	Name string
	// Call gets the columns and the number of rows. What it gives is not used for a foreach.
	Call func(in []*Column, rows int) (out []*Column, outRows int, err error)
	// Process is there instead of Call for a function with state; nil columns are nothing.
	Process func(why int, eventTime int64, in []*Column, rows int) (out []*Column, outRows int, changes []*Column, changeRows int, err error)
}

//export wellheadGoCall
func wellheadGoCall(function C.uintptr_t, inArray *C.struct_ArrowArray, inSchema *C.struct_ArrowSchema, outArray *C.struct_ArrowArray,
	outSchema *C.struct_ArrowSchema, e *C.wh_error) (code C.int32_t) {
	// A panic must not unwind through C. The program ends with its text; the stack is for the person who looks.
	defer func() {
		if r := recover(); r != nil {
			code = panicked(e, r)
		}
	}()
	f := cgo.Handle(function).Value().(*Function)
	in, rows, err := readRows(inArray, inSchema)
	if err != nil {
		return failed(e, err.Error())
	}
	out, outRows, err := f.Call(in, rows)
	if err != nil {
		return failed(e, err.Error())
	}
	if outArray != nil {
		writeRows(out, outRows, outArray, outSchema)
	}
	return 0
}

//export wellheadGoProcess
func wellheadGoProcess(function C.uintptr_t, why C.int32_t, eventTime C.int64_t, inArray *C.struct_ArrowArray, inSchema *C.struct_ArrowSchema,
	outArray *C.struct_ArrowArray, outSchema *C.struct_ArrowSchema, changesArray *C.struct_ArrowArray, changesSchema *C.struct_ArrowSchema,
	e *C.wh_error) (code C.int32_t) {
	defer func() {
		if r := recover(); r != nil {
			code = panicked(e, r)
		}
	}()
	f := cgo.Handle(function).Value().(*Function)
	in, rows, err := readRows(inArray, inSchema)
	if err != nil {
		return failed(e, err.Error())
	}
	out, outRows, changes, changeRows, err := f.Process(int(why), int64(eventTime), in, rows)
	if err != nil {
		return failed(e, err.Error())
	}
	if out != nil {
		writeRows(out, outRows, outArray, outSchema)
	}
	if changes != nil {
		writeRows(changes, changeRows, changesArray, changesSchema)
	}
	return 0
}

func failed(e *C.wh_error, text string) C.int32_t {
	const code = -196
	text = cut(text, len(e.message)-1)
	for i := range len(text) {
		e.message[i] = C.char(text[i])
	}
	e.code, e.message_len, e.message[len(text)] = code, C.uint32_t(len(text)), 0
	return code
}

func panicked(e *C.wh_error, r any) C.int32_t {
	if !silent.Load() {
		fmt.Fprintf(os.Stderr, "wellhead: a function of a stream program panicked: %v\n%s", r, debug.Stack())
	}
	return failed(e, fmt.Sprintf("panic: %v", r))
}

// cut shortens a text to at most n bytes, between characters.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && text[n]&0xc0 == 0x80 {
		n--
	}
	return text[:n]
}

//export wellheadGoRelease
func wellheadGoRelease(function C.uintptr_t) { cgo.Handle(function).Delete() }

// functionList is the border's form of functions. The caller frees it, and forgets the functions when the call failed.
func functionList(list []Function) (ptr *C.wh_function, n C.size_t, forget func()) {
	if len(list) == 0 {
		return nil, 0, func() {}
	}
	head := len(list) * C.sizeof_wh_function
	size := head
	for _, f := range list {
		size += len(f.Name)
	}
	base := C.malloc(C.size_t(size))
	rows := unsafe.Slice((*C.wh_function)(base), len(list))
	text := unsafe.Slice((*byte)(unsafe.Add(base, head)), size-head)
	handles := make([]cgo.Handle, len(list))
	for i := range list {
		f := list[i]
		handles[i] = cgo.NewHandle(&f)
		process := C.int(0)
		if f.Process != nil {
			process = 1
		}
		C.wellhead_go_function(&rows[i], bytesPtr(text), C.size_t(len(f.Name)), process, C.uintptr_t(handles[i]))
		text = text[copy(text, f.Name):]
	}
	return (*C.wh_function)(base), C.size_t(len(list)), func() {
		for _, h := range handles {
			h.Delete()
		}
	}
}

// text is the arena of an answer.
func text(call func(*C.uint64_t, *C.wh_view, *C.wh_error) C.int32_t) ([]byte, *Error) {
	b, err := answer(call)
	if err != nil {
		return nil, err
	}
	return b.Arena, nil
}

// StreamsCheck checks a plan and describes it.
func StreamsCheck(plan []byte) (string, *Error) {
	t, err := text(func(bh *C.uint64_t, v *C.wh_view, e *C.wh_error) C.int32_t {
		return C.wh_streams_check(bytesPtr(plan), C.size_t(len(plan)), bh, v, e)
	})
	return string(t), err
}

// StreamsDiff compares a plan with an older one; JSON.
func StreamsDiff(plan, old []byte) ([]byte, *Error) {
	return text(func(bh *C.uint64_t, v *C.wh_view, e *C.wh_error) C.int32_t {
		return C.wh_streams_diff(bytesPtr(plan), C.size_t(len(plan)), bytesPtr(old), C.size_t(len(old)), bh, v, e)
	})
}

// ExprParse reads an expression; JSON.
func ExprParse(expr string) ([]byte, *Error) {
	return text(func(bh *C.uint64_t, v *C.wh_view, e *C.wh_error) C.int32_t {
		return C.wh_expr_parse(textPtr(expr), C.size_t(len(expr)), bh, v, e)
	})
}

// StreamsSQL runs statements over a plan and its catalog; JSON.
func StreamsSQL(plan, catalog []byte, sql string) ([]byte, *Error) {
	return text(func(bh *C.uint64_t, v *C.wh_view, e *C.wh_error) C.int32_t {
		return C.wh_streams_sql(bytesPtr(plan), C.size_t(len(plan)), bytesPtr(catalog), C.size_t(len(catalog)), textPtr(sql), C.size_t(len(sql)), bh, v, e)
	})
}

// StreamsStart starts a program.
func StreamsStart(plan []byte, props []Property, functions []Function) (uint64, *Error) {
	var e C.wh_error
	var h C.uint64_t
	p, n := properties(props)
	defer C.free(unsafe.Pointer(p))
	f, fn, forget := functionList(functions)
	defer C.free(unsafe.Pointer(f))
	code := C.wh_streams_start(bytesPtr(plan), C.size_t(len(plan)), p, n, f, fn, &h, &e)
	if code != 0 {
		forget()
	}
	return uint64(h), failure(code, &e)
}

// StreamsState is one of the constants.
func StreamsState(h uint64) (int, *Error) {
	var e C.wh_error
	var state C.int32_t
	code := C.wh_streams_state(C.uint64_t(h), &state, &e)
	return int(state), failure(code, &e)
}

// StreamsWaitRunning waits until the program runs.
func StreamsWaitRunning(h uint64, timeoutMs int) *Error {
	var e C.wh_error
	return failure(C.wh_streams_wait_running(C.uint64_t(h), millis(timeoutMs), &e), &e)
}

// StreamsWaitEnded waits until the program ended; nil when it was stopped.
func StreamsWaitEnded(h uint64, timeoutMs int) *Error {
	var e C.wh_error
	return failure(C.wh_streams_wait_ended(C.uint64_t(h), millis(timeoutMs), &e), &e)
}

// StreamsMetrics is JSON.
func StreamsMetrics(h uint64, timeoutMs int) ([]byte, *Error) {
	return text(func(bh *C.uint64_t, v *C.wh_view, e *C.wh_error) C.int32_t {
		return C.wh_streams_metrics(C.uint64_t(h), millis(timeoutMs), bh, v, e)
	})
}

// StreamsCommit commits and waits.
func StreamsCommit(h uint64, timeoutMs int) *Error {
	var e C.wh_error
	return failure(C.wh_streams_commit(C.uint64_t(h), millis(timeoutMs), &e), &e)
}

// StreamsStop stops and waits.
func StreamsStop(h uint64, timeoutMs int) *Error {
	var e C.wh_error
	return failure(C.wh_streams_stop(C.uint64_t(h), millis(timeoutMs), &e), &e)
}

// StreamsClose stops, waits and closes the handle.
func StreamsClose(h uint64, timeoutMs int) *Error {
	var e C.wh_error
	return failure(C.wh_streams_close(C.uint64_t(h), millis(timeoutMs), &e), &e)
}

// rowsOf copies the rows of a stream of the library, and releases it.
func rowsOf(call func(*C.struct_ArrowArrayStream, *C.wh_error) C.int32_t) ([]*Column, int, *Error) {
	var e C.wh_error
	// In C's memory: the library writes pointers of its own into it.
	s := (*C.struct_ArrowArrayStream)(C.wellhead_room(C.sizeof_struct_ArrowArrayStream))
	defer C.free(unsafe.Pointer(s))
	if code := call(s, &e); code != 0 {
		return nil, 0, failure(code, &e)
	}
	defer C.wellhead_stream_release(s)
	a := (*C.struct_ArrowArray)(C.wellhead_room(C.sizeof_struct_ArrowArray))
	defer C.free(unsafe.Pointer(a))
	schema := (*C.struct_ArrowSchema)(C.wellhead_room(C.sizeof_struct_ArrowSchema))
	defer C.free(unsafe.Pointer(schema))
	broken := func(what string) *Error { return &Error{Code: -196, Message: "a table cannot be read: " + what} }
	if C.wellhead_stream_schema(s, schema) != 0 {
		return nil, 0, broken("its schema")
	}
	defer C.wellhead_release_schema(schema)
	if C.wellhead_stream_next(s, a) != 0 || a.release == nil {
		return nil, 0, broken("its rows")
	}
	defer C.wellhead_release_array(a)
	columns, rows, err := readRows(a, schema)
	if err != nil {
		return nil, 0, broken(err.Error())
	}
	return columns, rows, nil
}

// StreamsTable is what a table holds.
func StreamsTable(h uint64, node, timeoutMs int) ([]*Column, int, *Error) {
	return rowsOf(func(s *C.struct_ArrowArrayStream, e *C.wh_error) C.int32_t {
		return C.wh_streams_table(C.uint64_t(h), C.size_t(node), millis(timeoutMs), s, e)
	})
}

// StreamsFind is some rows of a table; keys is JSON.
func StreamsFind(h uint64, node int, keys []byte, timeoutMs int) ([]*Column, int, *Error) {
	return rowsOf(func(s *C.struct_ArrowArrayStream, e *C.wh_error) C.int32_t {
		return C.wh_streams_find(C.uint64_t(h), C.size_t(node), bytesPtr(keys), C.size_t(len(keys)), millis(timeoutMs), s, e)
	})
}

// DriverFind is some rows of a table; keys is JSON.
func DriverFind(h uint64, node int, keys []byte) ([]*Column, int, *Error) {
	return rowsOf(func(s *C.struct_ArrowArrayStream, e *C.wh_error) C.int32_t {
		return C.wh_driver_find(C.uint64_t(h), C.size_t(node), bytesPtr(keys), C.size_t(len(keys)), s, e)
	})
}

// DriverNew opens a test driver; partitions are topics with more than one.
func DriverNew(plan []byte, partitions map[string]int32, functions []Function) (uint64, *Error) {
	var e C.wh_error
	var h C.uint64_t
	size := len(partitions) * C.sizeof_wh_partition_count
	for topic := range partitions {
		size += len(topic)
	}
	base := C.wellhead_room(C.size_t(size))
	defer C.free(base)
	counts := unsafe.Slice((*C.wh_partition_count)(base), len(partitions))
	names := unsafe.Slice((*byte)(base), size)[len(partitions)*C.sizeof_wh_partition_count:]
	at := 0
	for topic, n := range partitions {
		counts[at].topic, counts[at].topic_len, counts[at].partitions = bytesPtr(names), C.size_t(len(topic)), C.int32_t(n)
		names = names[copy(names, topic):]
		at++
	}
	f, fn, forget := functionList(functions)
	defer C.free(unsafe.Pointer(f))
	code := C.wh_driver_new(bytesPtr(plan), C.size_t(len(plan)), (*C.wh_partition_count)(base), C.size_t(len(partitions)), f, fn, &h, &e)
	if code != 0 {
		forget()
	}
	return uint64(h), failure(code, &e)
}

// DriverPipe feeds one record; a nil key or value is null.
func DriverPipe(h uint64, topic string, partition int32, key, value []byte, timestamp int64) *Error {
	var e C.wh_error
	length := func(b []byte) C.int64_t {
		if b == nil {
			return -1
		}
		return C.int64_t(len(b))
	}
	return failure(C.wh_driver_pipe(C.uint64_t(h), textPtr(topic), C.size_t(len(topic)), C.int32_t(partition), bytesPtr(key), length(key),
		bytesPtr(value), length(value), C.int64_t(timestamp), &e), &e)
}

// DriverAdvanceTime sets the least event time.
func DriverAdvanceTime(h uint64, timestamp int64) *Error {
	var e C.wh_error
	return failure(C.wh_driver_advance_time(C.uint64_t(h), C.int64_t(timestamp), &e), &e)
}

// DriverAdvanceWall moves the wall clock.
func DriverAdvanceWall(h uint64, durationMs int64) *Error {
	var e C.wh_error
	return failure(C.wh_driver_advance_wall(C.uint64_t(h), C.int64_t(durationMs), &e), &e)
}

// DriverRead returns the next records of a topic, at most maxRecords; nil when there are none.
func DriverRead(h uint64, topic string, maxRecords int) (*Batch, *Error) {
	var e C.wh_error
	var bh C.uint64_t
	var v C.wh_view
	if code := C.wh_driver_read(C.uint64_t(h), textPtr(topic), C.size_t(len(topic)), C.size_t(maxRecords), &bh, &v, &e); code != 0 {
		return nil, failure(code, &e)
	}
	return take(bh, &v), nil
}

// DriverTable is what a table holds.
func DriverTable(h uint64, node int) ([]*Column, int, *Error) {
	return rowsOf(func(s *C.struct_ArrowArrayStream, e *C.wh_error) C.int32_t {
		return C.wh_driver_table(C.uint64_t(h), C.size_t(node), s, e)
	})
}

// DriverMetrics is JSON.
func DriverMetrics(h uint64) ([]byte, *Error) {
	return text(func(bh *C.uint64_t, v *C.wh_view, e *C.wh_error) C.int32_t {
		return C.wh_driver_metrics(C.uint64_t(h), bh, v, e)
	})
}

// DriverRestart starts the plan again from its state.
func DriverRestart(h uint64) *Error {
	var e C.wh_error
	return failure(C.wh_driver_restart(C.uint64_t(h), &e), &e)
}

// DriverClose closes a driver.
func DriverClose(h uint64) *Error {
	var e C.wh_error
	return failure(C.wh_driver_close(C.uint64_t(h), &e), &e)
}
