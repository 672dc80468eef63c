//go:build cgo

package streams

import (
	"encoding/json"
	"fmt"

	"github.com/wellhead-io/wellhead/go/internal/cabi"
	"github.com/wellhead-io/wellhead/go/kafka"
)

// Rows is what SQL can name: a *Stream, a *Table or a *GlobalTable.
type Rows interface{ place() at }

// Result is what statements gave.
type Result struct {
	// Rows is what the last SELECT or CREATE ... AS made; nil where there was none.
	Rows Rows
	// Told are the lines of the last SHOW or DESCRIBE: a name and what it is.
	Told [][2]string
	// Text is the last EXPLAIN's.
	Text string
}

// Stream is the stream that was made; an error when it is none.
func (r *Result) Stream() (*Stream, error) {
	if s, ok := r.Rows.(*Stream); ok {
		return s, nil
	}
	return nil, kafka.NewError(kafka.ErrInvalidArg, fmt.Sprintf("the statements made %s, and no stream", made(r.Rows)), false)
}

// Table is the table that was made; an error when it is none.
func (r *Result) Table() (*Table, error) {
	if t, ok := r.Rows.(*Table); ok {
		return t, nil
	}
	return nil, kafka.NewError(kafka.ErrInvalidArg, fmt.Sprintf("the statements made %s, and no table", made(r.Rows)), false)
}

func made(r Rows) string {
	switch r.(type) {
	case *Stream:
		return "a stream"
	case *Table:
		return "a table"
	case *GlobalTable:
		return "a global table"
	}
	return "nothing"
}

type entry struct {
	Name string `json:"name"`
	Node int    `json:"node"`
}

// Name gives rows a name for SQL, for all statements from here on. Topics that the builder reads are known by their own names without it.
func (b *Builder) Name(name string, rows Rows) error {
	if rows == nil || rows.place().b != b {
		return kafka.NewError(kafka.ErrInvalidArg, name+" is of another builder", false)
	}
	text, err := json.Marshal(entry{name, rows.place().id})
	if err != nil {
		return kafka.NewError(kafka.ErrInvalidArg, err.Error(), false)
	}
	before := b.catalog
	b.catalog = append(append([]json.RawMessage{}, before...), text)
	if _, err := b.SQL(""); err != nil {
		b.catalog = before
		return err
	}
	return nil
}

// Named is what SQL knows by this name: a topic of CREATE STREAM or CREATE TABLE, or what a query made.
func (b *Builder) Named(name string) (Rows, error) {
	quoted := ""
	for _, c := range name {
		if c == '"' {
			quoted += `"`
		}
		quoted += string(c)
	}
	r, err := b.SQL(`SELECT * FROM "` + quoted + `"`)
	if err != nil {
		return nil, err
	}
	return r.Rows, nil
}

// SQL runs statements over the streams and tables that there are: those that Name named, topics that are read already, and what earlier
// statements made: CREATE STREAM or TABLE [AS], SELECT, INSERT INTO, SHOW, DESCRIBE, EXPLAIN and DROP. It returns what the last SELECT or
// CREATE ... AS made, for the builder to go on with. A mistake tells its line and column and leaves the builder as it was.
func (b *Builder) SQL(statements string) (*Result, error) {
	plan, err := b.plan()
	if err != nil {
		return nil, err
	}
	catalog := []byte("[]")
	if len(b.catalog) > 0 {
		if catalog, err = json.Marshal(b.catalog); err != nil {
			return nil, kafka.NewError(kafka.ErrInvalidArg, fmt.Sprintf("the catalog cannot be written: %v", err), false)
		}
	}
	text, e := cabi.StreamsSQL(plan, catalog, statements)
	if e != nil {
		return nil, errorOf(e)
	}
	var ran struct {
		Plan struct {
			Nodes []struct {
				Op     json.RawMessage
				Inputs []int
				Name   string
			}
		}
		Catalog []json.RawMessage
		Answers []struct {
			Query *int
			Made  *entry
			Kind  string
			Rows  [][2]string
			Text  string
		}
	}
	if err := json.Unmarshal(text, &ran); err != nil {
		return nil, kafka.NewError(kafka.ErrBadMsg, fmt.Sprintf("the answer cannot be read: %v", err), false)
	}
	for _, n := range ran.Plan.Nodes[len(b.nodes):] {
		inputs := n.Inputs
		if inputs == nil {
			inputs = []int{}
		}
		b.nodes = append(b.nodes, node{Op: n.Op, Inputs: inputs, Name: n.Name})
	}
	b.catalog = ran.Catalog
	out := &Result{}
	for _, a := range ran.Answers {
		id := a.Query
		if a.Made != nil {
			id = &a.Made.Node
		}
		if id != nil {
			switch where := (at{b, *id}); a.Kind {
			case "stream":
				out.Rows = &Stream{where}
			case "table":
				out.Rows = &Table{where}
			default:
				out.Rows = &GlobalTable{where}
			}
		}
		if a.Rows != nil {
			out.Told = a.Rows
		}
		if a.Text != "" {
			out.Text = a.Text
		}
	}
	return out, nil
}
