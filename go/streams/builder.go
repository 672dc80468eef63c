//go:build cgo

package streams

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/wellhead-io/wellhead/go/internal/cabi"
	"github.com/wellhead-io/wellhead/go/kafka"
)

// Type is a column's type.
type Type string

// The types there are, beside lists.
const (
	Bool   Type = "bool"
	Int    Type = "int"
	Float  Type = "float"
	String Type = "string"
	Bytes  Type = "bytes"
	// Timestamp is milliseconds since the Unix epoch; in JSON a number, or text as 2024-01-31T12:00:00Z.
	Timestamp Type = "timestamp"
	// JSON is any JSON value, kept as its text.
	JSON Type = "json"
)

// List is the type of lists.
func List(of Type) Type { return "list<" + of + ">" }

// Field is a named column.
type Field struct {
	Name string `json:"name"`
	Type Type   `json:"type"`
}

// ColumnSet is what names columns: Fields, which keeps their order, or Schema.
type ColumnSet interface{ fields() []Field }

// Fields are columns in an order, which matters for CSV.
type Fields []Field

func (f Fields) fields() []Field { return f }

// Schema are columns by name; their order is the alphabet's.
type Schema map[string]Type

func (s Schema) fields() []Field {
	out := make([]Field, 0, len(s))
	for name, t := range s {
		out = append(out, Field{name, t})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// Format is how bytes of keys or values are read and written.
type Format struct{ spec any }

// The formats of one column: its bytes, its text, and Kafka's integers and doubles, big-endian.
var (
	FormatRaw    = Format{"raw"}
	FormatText   = Format{"text"}
	FormatInt64  = Format{"int64"}
	FormatInt32  = Format{"int32"}
	FormatDouble = Format{"double"}
	// FormatJSON is an object with a member for each column.
	FormatJSON = Format{"json"}
)

// FormatCSV is one line of fields in the columns' order.
func FormatCSV(delimiter rune) Format {
	return Format{map[string]any{"csv": map[string]any{"delimiter": string(delimiter)}}}
}

// FormatAvro is Avro's binary encoding under a schema (JSON text); framed: behind the five bytes of Confluent's wire format.
func FormatAvro(schema string, framed bool) Format {
	return Format{map[string]any{"avro": map[string]any{"schema": schema, "framed": framed}}}
}

// FormatProtobuf is a message of a serialised FileDescriptorSet.
func FormatProtobuf(descriptors []byte, message string) Format {
	numbers := make([]int, len(descriptors))
	for i, b := range descriptors {
		numbers[i] = int(b)
	}
	return Format{map[string]any{"protobuf": map[string]any{"descriptors": numbers, "message": message}}}
}

// A node of the plan, as the library reads it.
type node struct {
	Op     any    `json:"op"`
	Inputs []int  `json:"inputs"`
	Name   string `json:"name,omitempty"`
}

type object = map[string]any

// Builder collects a program. Streams and tables made from it belong to it. One goroutine builds.
type Builder struct {
	name      string
	nodes     []node
	functions map[string]cabi.Function
	// What SQL knows by name, as the library keeps it.
	catalog []json.RawMessage
	err     error
}

// New begins a program. Its name is its application.id, unless Start's configuration has one: the consumer group, and the beginning of
// the names of internal topics.
func New(name string) *Builder { return &Builder{name: name, functions: map[string]cabi.Function{}} }

// Err is the first mistake so far that is seen without the whole plan.
func (b *Builder) Err() error { return b.err }

func (b *Builder) note(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *Builder) mistake(format string, args ...any) {
	b.note(kafka.NewError(kafka.ErrInvalidArg, fmt.Sprintf(format, args...), false))
}

// at is a place of the plan: a node of a builder.
type at struct {
	b  *Builder
	id int
}

func (b *Builder) push(op any, inputs ...at) at {
	ids := make([]int, len(inputs))
	for i, in := range inputs {
		if in.b != b {
			b.mistake("streams and tables of two builders cannot be put together")
			continue
		}
		ids[i] = in.id
	}
	b.nodes = append(b.nodes, node{Op: op, Inputs: ids})
	return at{b, len(b.nodes) - 1}
}

func (a at) then(op any) at { return a.b.push(op, a) }

func (a at) named(name string) { a.b.nodes[a.id].Name = name }

// expr is an expression as the plan has it; after a mistake null, which nobody reads.
func (b *Builder) expr(text string) json.RawMessage {
	out, e := cabi.ExprParse(text)
	if e != nil {
		b.mistake("%q: %s", text, e.Message)
		return json.RawMessage("null")
	}
	return out
}

// columns reads "price", "price * 2 AS twice".
func (b *Builder) columns(exprs []string) [][2]any {
	out := make([][2]any, 0, len(exprs))
	for _, text := range exprs {
		name, rest := cutAs(text)
		e := b.expr(rest)
		if name == "" {
			var column struct{ Col *string }
			if json.Unmarshal(e, &column) != nil || column.Col == nil {
				if b.err == nil {
					b.mistake("%q needs a name: %q", text, text+" AS name")
				}
				continue
			}
			name = *column.Col
		}
		out = append(out, [2]any{name, e})
	}
	return out
}

// cutAs cuts "expression AS name" in two; without a name it is empty. A name may be quoted as SQL has it.
func cutAs(text string) (name, expr string) {
	text = strings.TrimSpace(text)
	lower := strings.ToLower(text)
	depth, quote, last := 0, byte(0), -1
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			depth--
		case depth == 0 && c <= ' ' && strings.HasPrefix(lower[i+1:], "as") && i+3 < len(text) && text[i+3] <= ' ':
			last = i
		}
	}
	if last < 0 {
		return "", text
	}
	name = strings.TrimSpace(text[last+3:])
	if n := len(name); n > 1 && name[0] == '"' && name[n-1] == '"' {
		name = strings.ReplaceAll(name[1:n-1], `""`, `"`)
	}
	return name, strings.TrimSpace(text[:last])
}

func millis(d time.Duration) int64 { return d.Milliseconds() }

// Plan is the program as JSON, the form in which Diff compares it, or the first mistake in it.
func (b *Builder) Plan() ([]byte, error) {
	if _, err := b.Describe(); err != nil {
		return nil, err
	}
	return b.plan()
}

func (b *Builder) plan() ([]byte, error) {
	if b.err != nil {
		return nil, b.err
	}
	nodes := b.nodes
	if nodes == nil {
		nodes = []node{}
	}
	out, err := json.Marshal(object{"nodes": nodes})
	if err != nil {
		return nil, kafka.NewError(kafka.ErrInvalidArg, fmt.Sprintf("the plan cannot be written: %v", err), false)
	}
	return out, nil
}

// Describe checks the program and tells what would run: subtopologies, steps with their columns, stores, topics.
func (b *Builder) Describe() (string, error) {
	plan, err := b.plan()
	if err != nil {
		return "", err
	}
	text, e := cabi.StreamsCheck(plan)
	return text, check(e)
}

// Diff is what becomes of stores and internal topics when a program goes on under another plan.
type Diff struct {
	// Kept: the new plan goes on with their state.
	Kept []string
	// Added begin empty.
	Added []string
	// Orphaned: nobody reads them any more.
	Orphaned []string
	// Changed have other columns now, so that their state cannot be read.
	Changed []string
}

// Diff tells what this program finds that one with the plan old (of Plan) has left.
func (b *Builder) Diff(old []byte) (*Diff, error) {
	plan, err := b.plan()
	if err != nil {
		return nil, err
	}
	text, e := cabi.StreamsDiff(plan, old)
	if e != nil {
		return nil, errorOf(e)
	}
	d := &Diff{}
	if err := json.Unmarshal(text, d); err != nil {
		return nil, kafka.NewError(kafka.ErrBadMsg, fmt.Sprintf("the comparison cannot be read: %v", err), false)
	}
	return d, nil
}

func (b *Builder) functionList() []cabi.Function {
	out := make([]cabi.Function, 0, len(b.functions))
	for _, f := range b.functions {
		out = append(out, f)
	}
	return out
}

func (b *Builder) function(name string, call func([]*cabi.Column, int) ([]*cabi.Column, int, error)) {
	b.named(name, cabi.Function{Name: name, Call: call})
}

func (b *Builder) named(name string, f cabi.Function) {
	if _, taken := b.functions[name]; taken {
		b.mistake("there are two functions %q: each needs a name of its own", name)
		return
	}
	b.functions[name] = f
}

func errorOf(e *cabi.Error) error {
	return kafka.NewError(kafka.ErrorCode(e.Code), e.Message, e.Flags&cabi.FlagFatal != 0)
}

func check(e *cabi.Error) error {
	if e == nil {
		return nil
	}
	return errorOf(e)
}

func errClosed(what string) error {
	return kafka.NewError(kafka.ErrState, "the "+what+" is closed", false)
}
