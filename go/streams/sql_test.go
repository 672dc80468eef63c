//go:build cgo

package streams

import (
	"slices"
	"testing"
)

// SQL over what the builder made, the builder over what SQL made, and statements that follow each other.
func TestSQLAndTheBuilderShareAProgram(t *testing.T) {
	b := New("sql")
	clicks := b.Stream("clicks", Fields{{"user", String}, {"n", Int}, {"ts", Timestamp}}, EventTime("ts"))
	must(t, b.Name("big", clicks.Filter("n > 1").With("n * 2 AS twice")))
	r, err := b.SQL("CREATE TABLE sums AS SELECT user, sum(twice) AS total FROM big GROUP BY user; SHOW STREAMS")
	must(t, err)
	if want := [][2]string{{"big", "STREAM made by the program"}, {"clicks", "STREAM on topic clicks"}}; !slices.Equal(r.Told, want) {
		t.Errorf("%v, not %v", r.Told, want)
	}
	sums, err := r.Table()
	must(t, err)
	sums.Filter("total > 5").To("large", Columns("total"))
	if _, err := r.Stream(); err == nil {
		t.Error("a table is no stream")
	}
	again, err := b.Named("sums")
	must(t, err)
	if again.(*Table).at != sums.at {
		t.Errorf("%v is not %v", again, sums)
	}
	small, err := b.SQL("CREATE STREAM pages (user string KEY, page string); SELECT upper(user) AS who FROM clicks WHERE n <= 1")
	must(t, err)
	s, err := small.Stream()
	must(t, err)
	s.To("small")
	// A topic that SQL alone has declared, as the builder's own.
	pages, err := b.Named("pages")
	must(t, err)
	pages.(*Stream).Filter("page = 'home'").To("homes")
	d := driverOf(t, b)
	feed(t, d, "clicks", `{"user":"a","n":2,"ts":1}@0`, `{"user":"a","n":3,"ts":2}@0`, `{"user":"b","n":1,"ts":3}@0`)
	feed(t, d, "pages", `x={"page":"home"}@5`, `y={"page":"away"}@6`)
	wantWritten(t, d, "large", `a={"total":10}@2`)
	wantWritten(t, d, "small", `{"who":"B"}@3`)
	wantWritten(t, d, "homes", `x={"user":"x","page":"home"}@5`)
	held, err := d.Table(sums)
	must(t, err)
	if got := rows(t, held, "user", "total"); !slices.Equal(got, []string{"a,10"}) {
		t.Error(got)
	}
}

func TestMistakesInSQLTellTheirPlaceAndChangeNothing(t *testing.T) {
	b := New("sql")
	clicks := b.Stream("clicks", Fields{{"user", String}, {"n", Int}})
	before, err := b.Plan()
	must(t, err)
	for sql, says := range map[string][]string{
		"SELECT user FROM clickz":                      {"did you mean clicks? (line 1, column 18)"},
		"SELECT n,\n usr FROM clicks":                  {`did you mean "user"? (line 2, column 2)`},
		"SELEC n FROM clicks":                          {"did you mean SELECT?", "line 1, column 1"},
		"CREATE STREAM s WITH (format = 'avr')":        {"did you mean 'avro'?"},
		"SHOW TOPICS":                                  {"wellhead sql"},
		"INSERT INTO clicks SELECT n FROM clicks":      {`"user"`},
		"SELECT n FROM clicks LIMIT 3":                 {"no LIMIT"},
		"CREATE TABLE t AS SELECT user, n FROM clicks": {"t would be a stream"},
	} {
		_, err := b.SQL(sql)
		wantText(t, err, says...)
	}
	wantText(t, b.Name("clicks", New("other").Stream("x", Fields{{"n", Int}})), "another builder")
	must(t, b.Name("mine", clicks))
	wantText(t, b.Name("mine", clicks), "already")
	after, err := b.Plan()
	must(t, err)
	if string(before) != string(after) {
		t.Errorf("%s\n%s", before, after)
	}
}
