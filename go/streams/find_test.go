//go:build cgo

package streams

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestKeysRangesAndPages(t *testing.T) {
	b := New("find")
	users := b.Table("users", Fields{{"id", String}, {"n", Int}}, Key("id"))
	other := b.Table("other", Fields{{"id", String}, {"m", Int}}, Key("id"))
	joined := users.Join(other)
	big := users.Filter("n > 3")
	windows := b.Stream("clicks", Fields{{"user", String}}).GroupBy("user").Window(Tumble(10 * time.Second)).Grace(time.Hour).Agg(Count("n"))
	d := driverOf(t, b)
	for i := range 7 {
		feed(t, d, "users", fmt.Sprintf(`u%d={"n":%d}@%d`, i, i, i))
	}
	feed(t, d, "other", `u2={"m":5}@9`, `u5={"m":6}@9`)
	feed(t, d, "clicks", `{"user":"ann"}@1000`, `{"user":"ann"}@2000`, `{"user":"bob"}@3000`, `{"user":"ann"}@14000`, `{"user":"ann"}@25000`)
	row, err := d.Get(users, "u4")
	must(t, err)
	if row["n"] != int64(4) {
		t.Error(row)
	}
	if row, err := d.Get(users, "nobody"); err != nil || row != nil {
		t.Error(row, err)
	}
	if row, err := d.Get(joined, "u5"); err != nil || row["m"] != int64(6) || row["n"] != int64(5) {
		t.Error(row, err)
	}
	if row, err := d.Get(windows, "ann", time.UnixMilli(10_000)); err != nil || row["n"] != int64(1) {
		t.Error(row, err)
	}
	_, err = d.Get(windows, "ann")
	wantText(t, err, "several rows")
	_, err = d.Get(users, 5)
	wantText(t, err, "no value of the key's column id")
	_, err = d.Get(New("x").Table("users", Fields{{"id", String}, {"n", Int}}, Key("id")), "u1")
	wantText(t, err, "another builder")
	ranged := func(t2 Queryable, from, to KeyOf, columns ...string) []string {
		found, err := d.Range(t2, from, to)
		must(t, err)
		return rows(t, found, columns...)
	}
	if got := ranged(users, KeyOf{"u1"}, KeyOf{"u3"}, "id"); !slices.Equal(got, []string{"u1", "u2", "u3"}) {
		t.Error(got)
	}
	if got := ranged(big, nil, KeyOf{"u5"}, "id"); !slices.Equal(got, []string{"u4", "u5"}) {
		t.Error(got)
	}
	if got := ranged(windows, KeyOf{"ann", time.UnixMilli(0)}, KeyOf{"ann", time.UnixMilli(10_000)}, "n"); !slices.Equal(got, []string{"2", "1"}) {
		t.Error(got)
	}
	for _, n := range []int{0, 1, 2, 3, 7, 100} {
		var all []string
		for page, err := range d.Scan(users, n) {
			must(t, err)
			if n > 0 && page.Len() > n {
				t.Errorf("a page of %d, not %d", page.Len(), n)
			}
			all = append(all, rows(t, page, "id")...)
		}
		if len(all) != 7 || !slices.IsSorted(all) {
			t.Errorf("pages of %d: %v", n, all)
		}
	}
	// A windowed key is paged too, times and all.
	pages := 0
	for page, err := range d.Scan(windows, 1) {
		must(t, err)
		pages += page.Len()
	}
	if pages != 4 {
		t.Error(pages)
	}
}
