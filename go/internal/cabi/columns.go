//go:build cgo

package cabi

/*
#include "streams.h"
*/
import "C"

import (
	"fmt"
	"strings"
	"unsafe"
)

// Column is one column in Go's memory. Which slice has its values follows from Type, spelt as in a plan: bool, int, float, string, bytes,
// timestamp (in Ints, milliseconds), list<...> (row i is Items from Offsets[i] to Offsets[i+1]).
type Column struct {
	Name    string
	Type    string
	Bools   []bool
	Ints    []int64
	Floats  []float64
	Strings []string
	Bytes   [][]byte
	Offsets []int32
	Items   *Column
	// Valid is false where the row is null; nil: none is.
	Valid []bool
}

// Len is the number of rows.
func (c *Column) Len() int {
	switch {
	case c.Type == "bool":
		return len(c.Bools)
	case c.Type == "int", c.Type == "timestamp":
		return len(c.Ints)
	case c.Type == "float":
		return len(c.Floats)
	case c.Type == "string":
		return len(c.Strings)
	case c.Type == "bytes":
		return len(c.Bytes)
	default:
		return max(len(c.Offsets)-1, 0)
	}
}

// readRows copies a struct array's columns.
func readRows(a *C.struct_ArrowArray, s *C.struct_ArrowSchema) ([]*Column, int, error) {
	if C.GoString(s.format) != "+s" {
		return nil, 0, fmt.Errorf("rows come as %q, not as a struct", C.GoString(s.format))
	}
	n := int(a.length)
	arrays, schemas := unsafe.Slice(a.children, int(a.n_children)), unsafe.Slice(s.children, int(s.n_children))
	columns := make([]*Column, len(arrays))
	for i := range arrays {
		c, err := readColumn(arrays[i], schemas[i], int(a.offset), n)
		if err != nil {
			return nil, 0, err
		}
		columns[i] = c
	}
	return columns, n, nil
}

func buffer[T any](a *C.struct_ArrowArray, at, from, n int) []T {
	p := unsafe.Slice(a.buffers, int(a.n_buffers))[at]
	if p == nil || n == 0 {
		return nil
	}
	return unsafe.Slice((*T)(p), from+n)[from:]
}

func readBits(a *C.struct_ArrowArray, at, from, n int) []bool {
	bytes := buffer[byte](a, at, 0, (from+n+7)/8)
	if bytes == nil {
		return nil
	}
	out := make([]bool, n)
	for i := range out {
		k := from + i
		out[i] = bytes[k/8]>>(k%8)&1 == 1
	}
	return out
}

func readColumn(a *C.struct_ArrowArray, s *C.struct_ArrowSchema, from, n int) (*Column, error) {
	format := C.GoString(s.format)
	c := &Column{}
	if s.name != nil {
		c.Name = C.GoString(s.name)
	}
	from += int(a.offset)
	if a.null_count != 0 {
		c.Valid = readBits(a, 0, from, n)
	}
	ends := func() []int32 {
		o := buffer[int32](a, 1, from, n+1)
		if len(o) == 0 {
			o = []int32{0}
		}
		return o
	}
	switch {
	case format == "b":
		c.Type, c.Bools = "bool", readBits(a, 1, from, n)
	case format == "l", strings.HasPrefix(format, "tsm:"):
		c.Type = "int"
		if format != "l" {
			c.Type = "timestamp"
		}
		c.Ints = append(make([]int64, 0, n), buffer[int64](a, 1, from, n)...)
	case format == "g":
		c.Type, c.Floats = "float", append(make([]float64, 0, n), buffer[float64](a, 1, from, n)...)
	case format == "u", format == "z":
		o := ends()
		first, last := o[0], o[len(o)-1]
		// One copy for the column; its rows share it.
		data := buffer[byte](a, 2, int(first), int(last-first))
		if format == "u" {
			c.Type, c.Strings = "string", make([]string, n)
			all := string(data)
			for i := range c.Strings {
				c.Strings[i] = all[o[i]-first : o[i+1]-first]
			}
		} else {
			c.Type, c.Bytes = "bytes", make([][]byte, n)
			all := append(make([]byte, 0, len(data)), data...)
			for i := range c.Bytes {
				c.Bytes[i] = all[o[i]-first : o[i+1]-first : o[i+1]-first]
			}
		}
	case format == "+l":
		o := ends()
		first, last := o[0], o[len(o)-1]
		items, err := readColumn(*a.children, *s.children, int(first), int(last-first))
		if err != nil {
			return nil, err
		}
		c.Items, c.Type, c.Offsets = items, "list<"+items.Type+">", make([]int32, n+1)
		for i := range c.Offsets {
			if len(o) > i {
				c.Offsets[i] = o[i] - first
			}
		}
	default:
		return nil, fmt.Errorf("column %q comes as %q, which this package does not know", c.Name, format)
	}
	return c, nil
}

// writeRows makes a struct array of columns, in C's memory.
func writeRows(columns []*Column, rows int, a *C.struct_ArrowArray, s *C.struct_ArrowSchema) {
	C.wellhead_array_init(a, C.int64_t(rows), 0, 1, C.int64_t(len(columns)))
	C.wellhead_schema_init(s, C.CString("+s"), C.CString(""), C.int64_t(len(columns)))
	arrays, schemas := unsafe.Slice(a.children, len(columns)), unsafe.Slice(s.children, len(columns))
	for i, c := range columns {
		writeColumn(c, rows, arrays[i], schemas[i])
	}
}

var formats = map[string]string{"bool": "b", "int": "l", "timestamp": "tsm:", "float": "g", "string": "u", "bytes": "z"}

// fill copies values into a new buffer.
func fill[T any](a *C.struct_ArrowArray, at int, values []T) {
	p := C.wellhead_array_buffer(a, C.int64_t(at), C.size_t(len(values))*C.size_t(unsafe.Sizeof(*new(T))))
	copy(unsafe.Slice((*T)(p), len(values)), values)
}

func bits(values []bool) []byte {
	out := make([]byte, (len(values)+7)/8)
	for i, v := range values {
		if v {
			out[i/8] |= 1 << (i % 8)
		}
	}
	return out
}

func writeColumn(c *Column, rows int, a *C.struct_ArrowArray, s *C.struct_ArrowSchema) {
	nulls := 0
	for _, v := range c.Valid {
		if !v {
			nulls++
		}
	}
	format, buffers, children := formats[c.Type], 2, 0
	switch {
	case c.Items != nil:
		format, children = "+l", 1
	case c.Type == "string", c.Type == "bytes":
		buffers = 3
	}
	C.wellhead_array_init(a, C.int64_t(rows), C.int64_t(nulls), C.int64_t(buffers), C.int64_t(children))
	C.wellhead_schema_init(s, C.CString(format), C.CString(c.Name), C.int64_t(children))
	if nulls > 0 {
		fill(a, 0, bits(c.Valid))
	}
	switch {
	case c.Items != nil:
		fill(a, 1, c.Offsets)
		writeColumn(c.Items, c.Items.Len(), *a.children, *s.children)
	case c.Type == "bool":
		fill(a, 1, bits(c.Bools))
	case c.Type == "float":
		fill(a, 1, c.Floats)
	case c.Type == "string":
		writeTexts(a, c.Strings)
	case c.Type == "bytes":
		writeTexts(a, c.Bytes)
	default:
		fill(a, 1, c.Ints)
	}
}

func writeTexts[T string | []byte](a *C.struct_ArrowArray, values []T) {
	ends := make([]int32, len(values)+1)
	for i, v := range values {
		ends[i+1] = ends[i] + int32(len(v))
	}
	fill(a, 1, ends)
	p := C.wellhead_array_buffer(a, 2, C.size_t(ends[len(values)]))
	to := unsafe.Slice((*byte)(p), int(ends[len(values)]))
	for _, v := range values {
		to = to[copy(to, v):]
	}
}
