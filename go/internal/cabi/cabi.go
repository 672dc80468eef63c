//go:build cgo

// Package cabi is the one place where Go meets the C library. It turns handles, lists and batches into Go values, copies every
// batch once, and knows nothing of Kafka's API. Every function is one crossing; none calls back.
package cabi

/*
#cgo CFLAGS: -I${SRCDIR}/include
#cgo LDFLAGS: ${SRCDIR}/lib/libwellhead.a -lm -ldl -lpthread -lrt
#cgo linux LDFLAGS: -lgcc_s
#cgo nocallback wh_producer_send_batch
#cgo noescape wh_producer_send_batch
#cgo nocallback wh_producer_reports
#cgo noescape wh_producer_reports
#cgo nocallback wh_consumer_poll
#cgo noescape wh_consumer_poll
#cgo nocallback wh_consumer_store_offsets
#cgo noescape wh_consumer_store_offsets
#cgo nocallback wh_batch_free
#cgo noescape wh_batch_free
#include <stdlib.h>
#if defined(__has_include)
#if !__has_include("wellhead.h")
#error "wellhead's C library is not built yet: run `make lib` (or make install, make demo) at the top of the repository"
#endif
#endif
#include "wellhead.h"
*/
import "C"

import (
	"sync/atomic"
	"unsafe"
)

// Flags of errors and events.
const (
	FlagFatal     = C.WH_FLAG_FATAL
	FlagRetriable = C.WH_FLAG_RETRIABLE
	FlagLost      = C.WH_FLAG_LOST
)

// Kinds of events.
const (
	EventRecords   = C.WH_EVENT_RECORDS
	EventEOF       = C.WH_EVENT_EOF
	EventAssign    = C.WH_EVENT_ASSIGN
	EventRevoke    = C.WH_EVENT_REVOKE
	EventCommitted = C.WH_EVENT_COMMITTED
	EventError     = C.WH_EVENT_ERROR
)

// How ConsumerAssign changes the assignment.
const (
	AssignReplace = C.WH_ASSIGN_REPLACE
	AssignAdd     = C.WH_ASSIGN_ADD
	AssignRemove  = C.WH_ASSIGN_REMOVE
	AssignNone    = C.WH_ASSIGN_NONE
)

// What ConsumerOffsets asks for.
const (
	OffsetsCommitted = C.WH_OFFSETS_COMMITTED
	OffsetsPosition  = C.WH_OFFSETS_POSITION
	OffsetsForTimes  = C.WH_OFFSETS_FOR_TIMES
)

// How much the library writes to standard error.
const (
	LogOff      = C.WH_LOG_OFF
	LogErrors   = C.WH_LOG_ERRORS
	LogWarnings = C.WH_LOG_WARNINGS
)

// Error is what the library said.
type Error struct {
	Code    int
	Flags   uint32
	Message string
}

// The tables of a batch, field by field as in wellhead.h.
type (
	Event struct {
		Kind          uint32
		Code          int32
		Flags         uint32
		Partition     int32
		TopicOffset   uint64
		TopicLen      uint32
		LeaderEpoch   int32
		Offset        int64
		First, Count  uint32
		MessageOffset uint64
		MessageLen    uint32
		_             uint32
	}
	Record struct {
		Offset, Timestamp       int64
		DataOffset              uint64
		KeyLen, ValueLen        int32
		HeadersLen, HeaderCount uint32
		TimestampType, _        uint32
	}
	Partition struct {
		TopicOffset    uint64
		TopicLen       uint32
		Partition      int32
		Offset         int64
		LeaderEpoch    int32
		Code           int32
		MetadataOffset uint64
		MetadataLen    int32
		MessageLen     uint32
		MessageOffset  uint64
		Flags, _       uint32
	}
	Report struct {
		TopicOffset   uint64
		TopicLen      uint32
		Partition     int32
		BaseOffset    int64
		LeaderEpoch   int32
		Code          int32
		Flags         uint32
		TimestampType uint32
		First, Count  uint32
		MessageOffset uint64
		MessageLen    uint32
		Persisted     uint32
		LatencyUs     uint64
		_             uint64
	}
	Send struct {
		Token                   uint64
		Timestamp               int64
		DataOffset              uint64
		KeyLen, ValueLen        int32
		HeadersLen, HeaderCount uint32
		TopicOffset             uint64
		TopicLen                uint32
		Partition               int32
		_                       uint64
	}
)

// The sizes agree with the header's, or this does not compile.
var (
	_ = [1]struct{}{}[unsafe.Sizeof(Event{})-C.sizeof_wh_event]
	_ = [1]struct{}{}[unsafe.Sizeof(Record{})-C.sizeof_wh_record]
	_ = [1]struct{}{}[unsafe.Sizeof(Partition{})-C.sizeof_wh_partition]
	_ = [1]struct{}{}[unsafe.Sizeof(Report{})-C.sizeof_wh_report]
	_ = [1]struct{}{}[unsafe.Sizeof(Send{})-C.sizeof_wh_send]
)

// Batch is a batch in Go's memory.
type Batch struct {
	Events     []Event
	Records    []Record
	Partitions []Partition
	Reports    []Report
	Tokens     []uint64
	Timestamps []int64
	Arena      []byte
}

// Text is a range of the arena as a string.
func (b *Batch) Text(offset uint64, length uint32) string {
	return string(b.Arena[offset : offset+uint64(length)])
}

// Property is one configuration property.
type Property struct{ Name, Value string }

// List is a list of partitions with the arena its texts lie in.
type List struct {
	Rows  []Partition
	Arena []byte
}

// Add appends a partition; metadata may be nil.
func (l *List) Add(topic string, partition int32, offset int64, leaderEpoch int32, metadata *string) {
	row := Partition{Partition: partition, Offset: offset, LeaderEpoch: leaderEpoch, MetadataLen: -1}
	row.TopicOffset, row.TopicLen = uint64(len(l.Arena)), uint32(len(topic))
	l.Arena = append(l.Arena, topic...)
	if metadata != nil {
		row.MetadataOffset, row.MetadataLen = uint64(len(l.Arena)), int32(len(*metadata))
		l.Arena = append(l.Arena, *metadata...)
	}
	l.Rows = append(l.Rows, row)
}

func failure(code C.int32_t, e *C.wh_error) *Error {
	if code == 0 {
		return nil
	}
	return &Error{Code: int(code), Flags: uint32(e.flags), Message: C.GoStringN(&e.message[0], C.int(e.message_len))}
}

func bytesPtr(b []byte) *C.uint8_t { return (*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(b))) }
func textPtr(s string) *C.uint8_t  { return (*C.uint8_t)(unsafe.Pointer(unsafe.StringData(s))) }
func rowsPtr(l *List) *C.wh_partition {
	if l == nil {
		return nil
	}
	return (*C.wh_partition)(unsafe.Pointer(unsafe.SliceData(l.Rows)))
}
func arenaOf(l *List) (*C.uint8_t, C.size_t, C.size_t) {
	if l == nil {
		return nil, 0, 0
	}
	return bytesPtr(l.Arena), C.size_t(len(l.Arena)), C.size_t(len(l.Rows))
}

func table[T any](ptr unsafe.Pointer, n C.size_t) []T {
	if n == 0 {
		return nil
	}
	out := make([]T, int(n))
	copy(out, unsafe.Slice((*T)(ptr), int(n)))
	return out
}

// take copies a batch into Go's memory and frees it. The handle 0 is no batch.
func take(handle C.uint64_t, v *C.wh_view) *Batch {
	if handle == 0 {
		return nil
	}
	b := &Batch{
		Events:     table[Event](unsafe.Pointer(v.events), v.event_count),
		Records:    table[Record](unsafe.Pointer(v.records), v.record_count),
		Partitions: table[Partition](unsafe.Pointer(v.partitions), v.partition_count),
		Reports:    table[Report](unsafe.Pointer(v.reports), v.report_count),
		Tokens:     table[uint64](unsafe.Pointer(v.tokens), v.token_count),
		Timestamps: table[int64](unsafe.Pointer(v.timestamps), v.token_count),
		Arena:      table[byte](unsafe.Pointer(v.arena), v.arena_len),
	}
	C.wh_batch_free(handle, nil)
	return b
}

// properties copies pairs into one piece of C memory, which the caller frees.
func properties(props []Property) (*C.wh_property, C.size_t) {
	if len(props) == 0 {
		return nil, 0
	}
	head := len(props) * C.sizeof_wh_property
	size := head
	for _, p := range props {
		size += len(p.Name) + len(p.Value)
	}
	base := C.malloc(C.size_t(size))
	rows := unsafe.Slice((*C.wh_property)(base), len(props))
	text := unsafe.Slice((*byte)(unsafe.Add(base, head)), size-head)
	put := func(s string) (*C.uint8_t, C.size_t) {
		at := text
		text = text[copy(text, s):]
		return bytesPtr(at), C.size_t(len(s))
	}
	for i, p := range props {
		rows[i].name, rows[i].name_len = put(p.Name)
		rows[i].value, rows[i].value_len = put(p.Value)
	}
	return (*C.wh_property)(base), C.size_t(len(props))
}

// Version is the library's.
func Version() string { return C.GoString(C.wh_version()) }

// SetLogLevel sets how much the library writes to standard error.
func SetLogLevel(level uint32) *Error {
	var e C.wh_error
	code := C.wh_log_level(C.uint32_t(level), &e)
	if code == 0 {
		silent.Store(level == LogOff)
	}
	return failure(code, &e)
}

// silent: nothing is written to standard error, by this package either.
var silent atomic.Bool

// BrokerOpen opens and starts the broker of a directory.
func BrokerOpen(dir string, props []Property) (uint64, *Error) {
	var e C.wh_error
	var h C.uint64_t
	p, n := properties(props)
	defer C.free(unsafe.Pointer(p))
	code := C.wh_broker_open(textPtr(dir), C.size_t(len(dir)), p, n, &h, &e)
	return uint64(h), failure(code, &e)
}

// BrokerBootstrap is what bootstrap.servers takes.
func BrokerBootstrap(h uint64) (string, *Error) {
	b, err := answer(func(bh *C.uint64_t, v *C.wh_view, e *C.wh_error) C.int32_t {
		return C.wh_broker_bootstrap_servers(C.uint64_t(h), bh, v, e)
	})
	if err != nil {
		return "", err
	}
	return string(b.Arena), nil
}

// BrokerClose stops it.
func BrokerClose(h uint64) *Error {
	var e C.wh_error
	return failure(C.wh_broker_close(C.uint64_t(h), &e), &e)
}

// answer runs a call that answers with a batch.
func answer(call func(*C.uint64_t, *C.wh_view, *C.wh_error) C.int32_t) (*Batch, *Error) {
	var e C.wh_error
	var h C.uint64_t
	var v C.wh_view
	if code := call(&h, &v, &e); code != 0 {
		return nil, failure(code, &e)
	}
	if b := take(h, &v); b != nil {
		return b, nil
	}
	return &Batch{}, nil
}

// ProducerNew opens a producer.
func ProducerNew(props []Property) (uint64, *Error) {
	var e C.wh_error
	var h C.uint64_t
	p, n := properties(props)
	defer C.free(unsafe.Pointer(p))
	code := C.wh_producer_new(p, n, &h, &e)
	return uint64(h), failure(code, &e)
}

// ProducerSendBatch queues records; results has one code each. The error is nil also when some were refused.
func ProducerSendBatch(h uint64, arena []byte, records []Send, results []int16) *Error {
	var e C.wh_error
	code := C.wh_producer_send_batch(C.uint64_t(h), bytesPtr(arena), C.size_t(len(arena)),
		(*C.wh_send)(unsafe.Pointer(unsafe.SliceData(records))), C.size_t(len(records)),
		(*C.int16_t)(unsafe.Pointer(unsafe.SliceData(results))), &e)
	if code == -158 {
		return nil
	}
	return failure(code, &e)
}

// ProducerReports returns reports that wait, nil when there are none. It does not block.
func ProducerReports(h uint64, maxReports int) (*Batch, *Error) {
	var e C.wh_error
	var bh C.uint64_t
	var v C.wh_view
	if code := C.wh_producer_reports(C.uint64_t(h), C.size_t(maxReports), 0, &bh, &v, &e); code != 0 {
		return nil, failure(code, &e)
	}
	return take(bh, &v), nil
}

// ProducerSetReports turns reports on or off.
func ProducerSetReports(h uint64, wanted bool) *Error {
	var e C.wh_error
	return failure(C.wh_producer_set_reports(C.uint64_t(h), flag(wanted), &e), &e)
}

// ProducerFlush sends what lingers and waits; it returns what is still under way.
func ProducerFlush(h uint64, timeoutMs int) (int, *Error) {
	var e C.wh_error
	var n C.uint64_t
	code := C.wh_producer_flush(C.uint64_t(h), millis(timeoutMs), &n, &e)
	return int(n), failure(code, &e)
}

// ProducerOutstanding is the number of records queued or in flight.
func ProducerOutstanding(h uint64) (int, *Error) {
	var e C.wh_error
	var n C.uint64_t
	code := C.wh_producer_outstanding(C.uint64_t(h), &n, nil, &e)
	return int(n), failure(code, &e)
}

// ProducerPurge fails what is queued or in flight.
func ProducerPurge(h uint64, queued, inFlight bool) *Error {
	var e C.wh_error
	return failure(C.wh_producer_purge(C.uint64_t(h), flag(queued), flag(inFlight), &e), &e)
}

// ProducerClose flushes up to the timeout and closes.
func ProducerClose(h uint64, timeoutMs int) *Error {
	var e C.wh_error
	return failure(C.wh_producer_close(C.uint64_t(h), millis(timeoutMs), &e), &e)
}

// FatalError is what stopped a producer or a consumer, nil while it runs.
func FatalError(h uint64) *Error {
	var e C.wh_error
	return failure(C.wh_fatal_error(C.uint64_t(h), &e), &e)
}

// EventFd is the descriptor of a producer or a consumer that is readable while something waits.
func EventFd(h uint64) (int, *Error) {
	var e C.wh_error
	var fd C.int32_t
	code := C.wh_event_fd(C.uint64_t(h), &fd, &e)
	return int(fd), failure(code, &e)
}

// ConsumerNew opens a consumer.
func ConsumerNew(props []Property) (uint64, *Error) {
	var e C.wh_error
	var h C.uint64_t
	p, n := properties(props)
	defer C.free(unsafe.Pointer(p))
	code := C.wh_consumer_new(p, n, &h, &e)
	return uint64(h), failure(code, &e)
}

// ConsumerSubscribe joins for the topics of the list; an empty list leaves.
func ConsumerSubscribe(h uint64, l *List) *Error {
	var e C.wh_error
	arena, arenaLen, count := arenaOf(l)
	return failure(C.wh_consumer_subscribe(C.uint64_t(h), rowsPtr(l), count, arena, arenaLen, &e), &e)
}

// ConsumerSubscription is the list of topics.
func ConsumerSubscription(h uint64) (*Batch, *Error) {
	return answer(func(bh *C.uint64_t, v *C.wh_view, e *C.wh_error) C.int32_t {
		return C.wh_consumer_subscription(C.uint64_t(h), bh, v, e)
	})
}

// ConsumerAssign changes the assignment.
func ConsumerAssign(h uint64, how uint32, l *List) *Error {
	var e C.wh_error
	arena, arenaLen, count := arenaOf(l)
	return failure(C.wh_consumer_assign(C.uint64_t(h), C.uint32_t(how), rowsPtr(l), count, arena, arenaLen, &e), &e)
}

// ConsumerAssignment is the assignment.
func ConsumerAssignment(h uint64) (*Batch, *Error) {
	return answer(func(bh *C.uint64_t, v *C.wh_view, e *C.wh_error) C.int32_t {
		return C.wh_consumer_assignment(C.uint64_t(h), bh, v, e)
	})
}

// ConsumerMembership tells whether the assignment was lost, and the protocol: 0 none, 1 eager, 2 cooperative.
func ConsumerMembership(h uint64) (lost bool, protocol int, err *Error) {
	var e C.wh_error
	var l, p C.int32_t
	code := C.wh_consumer_membership(C.uint64_t(h), &l, &p, &e)
	return l != 0, int(p), failure(code, &e)
}

// ConsumerSetRebalanceEvents asks for EventAssign and EventRevoke.
func ConsumerSetRebalanceEvents(h uint64, wanted bool) *Error {
	var e C.wh_error
	return failure(C.wh_consumer_set_rebalance_events(C.uint64_t(h), flag(wanted), &e), &e)
}

// ConsumerPoll returns events that wait, nil when there are none. It does not block.
func ConsumerPoll(h uint64, maxRecords, maxBytes int) (*Batch, *Error) {
	var e C.wh_error
	var bh C.uint64_t
	var v C.wh_view
	if code := C.wh_consumer_poll(C.uint64_t(h), C.size_t(maxRecords), C.size_t(maxBytes), 0, &bh, &v, &e); code != 0 {
		return nil, failure(code, &e)
	}
	return take(bh, &v), nil
}

// ConsumerCommit commits the list (nil: what is stored); with wait it blocks and tells each partition's outcome.
func ConsumerCommit(h uint64, l *List, wait bool, timeoutMs int) (*Batch, *Error) {
	arena, arenaLen, count := arenaOf(l)
	return answer(func(bh *C.uint64_t, v *C.wh_view, e *C.wh_error) C.int32_t {
		return C.wh_consumer_commit(C.uint64_t(h), rowsPtr(l), count, arena, arenaLen, flag(wait), millis(timeoutMs), bh, v, e)
	})
}

// ConsumerStoreOffsets sets what the next commit commits.
func ConsumerStoreOffsets(h uint64, l *List) *Error {
	var e C.wh_error
	arena, arenaLen, count := arenaOf(l)
	return failure(C.wh_consumer_store_offsets(C.uint64_t(h), rowsPtr(l), count, arena, arenaLen, &e), &e)
}

// ConsumerOffsets asks for one of Offsets...
func ConsumerOffsets(h uint64, which uint32, l *List, timeoutMs int) (*Batch, *Error) {
	arena, arenaLen, count := arenaOf(l)
	return answer(func(bh *C.uint64_t, v *C.wh_view, e *C.wh_error) C.int32_t {
		return C.wh_consumer_offsets(C.uint64_t(h), C.uint32_t(which), rowsPtr(l), count, arena, arenaLen, millis(timeoutMs), bh, v, e)
	})
}

// ConsumerSeek moves to each entry's offset; outcomes are in the batch.
func ConsumerSeek(h uint64, l *List, timeoutMs int) (*Batch, *Error) {
	arena, arenaLen, count := arenaOf(l)
	return answer(func(bh *C.uint64_t, v *C.wh_view, e *C.wh_error) C.int32_t {
		return C.wh_consumer_seek(C.uint64_t(h), rowsPtr(l), count, arena, arenaLen, millis(timeoutMs), bh, v, e)
	})
}

// ConsumerPause pauses or resumes.
func ConsumerPause(h uint64, paused bool, l *List) *Error {
	var e C.wh_error
	arena, arenaLen, count := arenaOf(l)
	return failure(C.wh_consumer_pause(C.uint64_t(h), flag(paused), rowsPtr(l), count, arena, arenaLen, &e), &e)
}

// ConsumerWatermarks is the first and the next offset of the list's one partition.
func ConsumerWatermarks(h uint64, cached bool, l *List, timeoutMs int) (low, high int64, err *Error) {
	var e C.wh_error
	var lo, hi C.int64_t
	arena, arenaLen, _ := arenaOf(l)
	code := C.wh_consumer_watermarks(C.uint64_t(h), flag(cached), rowsPtr(l), arena, arenaLen, millis(timeoutMs), &lo, &hi, &e)
	return int64(lo), int64(hi), failure(code, &e)
}

// ConsumerGroupMetadata is the membership as JSON.
func ConsumerGroupMetadata(h uint64) ([]byte, *Error) {
	b, err := answer(func(bh *C.uint64_t, v *C.wh_view, e *C.wh_error) C.int32_t {
		return C.wh_consumer_group_metadata(C.uint64_t(h), bh, v, e)
	})
	if err != nil {
		return nil, err
	}
	return b.Arena, nil
}

// ConsumerClose commits, leaves and closes.
func ConsumerClose(h uint64, timeoutMs int) *Error {
	var e C.wh_error
	return failure(C.wh_consumer_close(C.uint64_t(h), millis(timeoutMs), &e), &e)
}

// AdminNew opens an admin.
func AdminNew(props []Property) (uint64, *Error) {
	var e C.wh_error
	var h C.uint64_t
	p, n := properties(props)
	defer C.free(unsafe.Pointer(p))
	code := C.wh_admin_new(p, n, &h, &e)
	return uint64(h), failure(code, &e)
}

// AdminOf opens an admin with a client's configuration.
func AdminOf(client uint64) (uint64, *Error) {
	var e C.wh_error
	var h C.uint64_t
	code := C.wh_admin_of(C.uint64_t(client), &h, &e)
	return uint64(h), failure(code, &e)
}

// AdminCall runs an operation on JSON.
func AdminCall(h uint64, op string, request []byte, timeoutMs int) ([]byte, *Error) {
	b, err := answer(func(bh *C.uint64_t, v *C.wh_view, e *C.wh_error) C.int32_t {
		return C.wh_admin_call(C.uint64_t(h), textPtr(op), C.size_t(len(op)), bytesPtr(request), C.size_t(len(request)), millis(timeoutMs), bh, v, e)
	})
	if err != nil {
		return nil, err
	}
	return b.Arena, nil
}

// Metadata asks any client's cluster about one topic, or all (nil), as JSON.
func Metadata(client uint64, topic *string, timeoutMs int) ([]byte, *Error) {
	b, err := answer(func(bh *C.uint64_t, v *C.wh_view, e *C.wh_error) C.int32_t {
		if topic == nil {
			return C.wh_metadata(C.uint64_t(client), nil, 0, millis(timeoutMs), bh, v, e)
		}
		return C.wh_metadata(C.uint64_t(client), textPtr(*topic), C.size_t(len(*topic)), millis(timeoutMs), bh, v, e)
	})
	if err != nil {
		return nil, err
	}
	return b.Arena, nil
}

// AdminClose closes an admin.
func AdminClose(h uint64) *Error {
	var e C.wh_error
	return failure(C.wh_admin_close(C.uint64_t(h), &e), &e)
}

func flag(b bool) C.int32_t {
	if b {
		return 1
	}
	return 0
}

func millis(ms int) C.int32_t {
	return C.int32_t(min(max(ms, -1), 1<<31-1))
}
