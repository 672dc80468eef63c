//go:build cgo

package streams

import (
	"slices"
	"testing"
	"time"
)

var (
	leftFields  = Fields{{"k", String}, {"a", Int}}
	rightFields = Fields{{"k", String}, {"b", Int}}
)

func TestStreamsJoinedWithinATime(t *testing.T) {
	for how, join := range map[string]func(l, r *Stream, o ...JoinOption) *Stream{
		"inner": func(l, r *Stream, o ...JoinOption) *Stream { return l.Join(r, o...) },
		"left":  func(l, r *Stream, o ...JoinOption) *Stream { return l.LeftJoin(r, o...) },
		"outer": (*Stream).OuterJoin,
	} {
		t.Run(how, func(t *testing.T) {
			b := New("join")
			l, r := b.Stream("left", leftFields, Key("k")), b.Stream("right", rightFields, Key("k"))
			join(l, r, Within(10*time.Second), Grace(time.Second)).To("out", Columns("a", "b"))
			d := driverOf(t, b)
			feed(t, d, "left", `x={"a":1}@1000`)
			feed(t, d, "right", `x={"b":2}@2000`, `y={"b":3}@3000`)
			feed(t, d, "left", `z={"a":4}@4000`)
			feed(t, d, "right", `x={"b":9}@40000`)
			feed(t, d, "left", `w={"a":9}@80000`)
			got := written(t, d, "out")
			count := map[string]int{}
			for _, g := range got {
				count[g]++
			}
			want := map[string]int{`x={"a":1,"b":2}@2000`: 1}
			if how != "inner" {
				want[`z={"a":4,"b":null}@4000`] = 1
			}
			if how == "outer" {
				want[`y={"a":null,"b":3}@3000`] = 1
				want[`x={"a":null,"b":9}@40000`] = 1
			}
			for w, n := range want {
				if count[w] != n {
					t.Errorf("%v has %s %d times, not %d", got, w, count[w], n)
				}
			}
			if len(got) != len(want) {
				t.Error(got)
			}
		})
	}
}

func TestStreamJoinedWithTables(t *testing.T) {
	b := New("lookup")
	l := b.Stream("left", leftFields, Key("k"))
	table := b.Table("table", rightFields, Key("k"))
	cities := b.GlobalTable("cities", Fields{{"id", Int}, {"a", String}}, Key("id"))
	l.Join(table).To("inner", Columns("a", "b"))
	l.LeftJoin(table).To("left-out", Columns("a", "b"))
	l.LeftJoin(cities, On("a % 10"), Prefix("city_")).To("global", Columns("a", "city_a"))
	d := driverOf(t, b)
	feed(t, d, "table", `x={"b":1}@1`)
	feed(t, d, "cities", `3={"a":"Rome"}@1`)
	feed(t, d, "left", `x={"a":13}@2`, `y={"a":14}@3`)
	wantWritten(t, d, "inner", `x={"a":13,"b":1}@2`)
	wantWritten(t, d, "left-out", `x={"a":13,"b":1}@2`, `y={"a":14,"b":null}@3`)
	wantWritten(t, d, "global", `x={"a":13,"city_a":"Rome"}@2`, `y={"a":14,"city_a":null}@3`)
}

func TestTablesJoined(t *testing.T) {
	b := New("tables")
	l, r := b.Table("left", leftFields, Key("k")), b.Table("right", rightFields, Key("k"))
	inner, left, outer := l.Join(r), l.LeftJoin(r), l.OuterJoin(r)
	orders := b.Table("orders", Fields{{"id", Int}, {"who", String}}, Key("id"))
	foreign := orders.Join(r, On("who"))
	for name, table := range map[string]*Table{"inner": inner, "left-out": left, "outer": outer, "foreign": foreign} {
		table.To(name, Columns("b"))
	}
	d := driverOf(t, b)
	feed(t, d, "left", `x={"a":1}@1`, `y={"a":2}@2`)
	feed(t, d, "right", `x={"b":3}@3`, `z={"b":4}@4`)
	feed(t, d, "orders", `1={"who":"x"}@5`, `2={"who":"nobody"}@6`)
	wantWritten(t, d, "inner", `x={"b":3}@3`)
	wantWritten(t, d, "left-out", `x={"b":null}@1`, `y={"b":null}@2`, `x={"b":3}@3`)
	wantWritten(t, d, "outer", `x={"b":null}@1`, `y={"b":null}@2`, `x={"b":3}@3`, `z={"b":4}@4`)
	wantWritten(t, d, "foreign", `1={"b":3}@5`)
	feed(t, d, "right", `x=null@7`)
	wantWritten(t, d, "inner", `x=null@7`)
	wantWritten(t, d, "left-out", `x={"b":null}@7`)
	wantWritten(t, d, "foreign", `1=null@7`)
	// A join is made of what both sides keep when it is asked.
	feed(t, d, "left", `z={"a":5}@8`)
	held, err := d.Table(inner)
	must(t, err)
	if got := rows(t, held, "a", "b"); !slices.Equal(got, []string{"5,4"}) {
		t.Error(got)
	}
}

func TestSessionsAndSlidingWindows(t *testing.T) {
	b := New("sessions")
	in := b.Stream("in", Fields{{"k", String}, {"n", Int}}, Key("k"))
	sessions := in.GroupBy("k").Window(Session(10*time.Second)).Grace(time.Minute).Agg(Count("rows"), Sum("total", "n"))
	sliding := in.GroupBy("k").Window(Slide(10 * time.Second)).Agg(Count("rows"))
	d := driverOf(t, b)
	feed(t, d, "in", `x={"n":1}@1000`, `x={"n":2}@21000`, `x={"n":4}@11000`)
	wantRows(t, tableOf(t, d, sessions), []string{"k", "window_start", "window_end", "rows", "total"}, "x,1000,21000,3,7")
	if n := tableOf(t, d, sliding).Len(); n == 0 {
		t.Error("no sliding window")
	}
}

func TestAggregatesThatKeepValues(t *testing.T) {
	b := New("values")
	table := b.Stream("in", Fields{{"k", String}, {"n", Int}}, Key("k")).GroupBy("k").
		Agg(First("first", "n"), Last("last", "n"), Collect("all", "n"), CountDistinct("distinct", "n"), Quantile("median", "n", 0.5),
			Reduce("product", "n", "acc * value"))
	d := driverOf(t, b)
	feed(t, d, "in", `x={"n":3}@2`, `x={"n":5}@1`, `x={"n":3}@3`)
	wantRows(t, tableOf(t, d, table), []string{"first", "last", "all", "distinct", "median", "product"}, "5,3,[3 5 3],2,3,45")
}
