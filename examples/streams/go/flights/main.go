// The departures of New York in 2013 as they happen: delays per airline and hour beside the weather of that hour, checked against the CSV files.
//
//	go run ./streams/go/flights -data FOLDER [-bootstrap HOST:PORT] [-rows N]
//
// Three topics come together: the departures (a stream), the weather of each airport (a table: a departure finds what it was at its own hour)
// and the names of the airlines (a global table). FOLDER has the files (`make data`). Without an address the broker runs in this process.
package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/wellhead-io/wellhead/go/kafka"
	"github.com/wellhead-io/wellhead/go/streams"
)

// Departure and weather as their records have them; NA is nothing.
type departure struct {
	Carrier string   `json:"carrier"`
	Origin  string   `json:"origin"`
	Delay   *float64 `json:"dep_delay"`
	Hour    string   `json:"time_hour"`
}
type weather struct {
	Wind *float64 `json:"wind_speed"`
	Hour string   `json:"time_hour"`
}

// A result: per airline and hour.
type hour struct {
	Name       string   `json:"name"`
	Start      int64    `json:"window_start"`
	Departures int64    `json:"departures"`
	Delay      *float64 `json:"delay"`
	Wind       *float64 `json:"wind"`
}
type key struct {
	name  string
	start int64
}

func program() *streams.Builder {
	b := streams.New("flight-delays-go")
	departures := b.Stream("departures", streams.Schema{"carrier": streams.String, "origin": streams.String, "dep_delay": streams.Float,
		"time_hour": streams.Timestamp}, streams.EventTime("time_hour"))
	weather := b.Table("weather", streams.Schema{"origin": streams.String, "wind_speed": streams.Float, "time_hour": streams.Timestamp},
		streams.Key("origin"), streams.EventTime("time_hour"))
	airlines := b.GlobalTable("airlines", streams.Schema{"carrier": streams.String, "name": streams.String}, streams.Key("carrier"))
	departures.
		SelectKey("origin").Join(weather, streams.Grace(time.Hour)). // as it was at that hour
		Join(airlines, streams.On("carrier")).
		GroupBy("name").Window(streams.Tumble(time.Hour)).Emit(streams.EmitFinal).
		Agg(streams.Count("departures"), streams.Mean("delay", "dep_delay"), streams.Max("wind", "wind_speed")).
		To("delays-per-hour")
	return b
}

func main() {
	data := flag.String("data", ".", "the folder with flights.csv, weather.csv and airlines.csv")
	bootstrap := flag.String("bootstrap", "", "where the broker is; without it one runs in this process")
	rows := flag.Int("rows", math.MaxInt, "how many departures, from the first of January on")
	flag.Parse()
	departures, weathers, names := read(*data, *rows)
	want := expected(departures, weathers, names)

	if *bootstrap == "" {
		dir, err := os.MkdirTemp("", "flights-")
		check(err)
		defer os.RemoveAll(dir)
		broker, err := kafka.NewBroker(dir, nil)
		check(err)
		defer broker.Close()
		*bootstrap = broker.BootstrapServers()
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	conf := kafka.ConfigMap{"bootstrap.servers": *bootstrap}
	producer, err := kafka.NewProducer(&conf)
	check(err)
	defer producer.Close()
	makeTopics(ctx, producer, "departures", "weather", "airlines", "delays-per-hour")
	for carrier, name := range names {
		send(producer, "airlines", carrier, map[string]string{"name": name})
	}
	// As it was measured, hour by hour: a program takes the rows of its topics by their times, and one airport after the other would leave
	// departures of the second without the weather of their hour.
	for _, o := range inOrder(weathers) {
		send(producer, "weather", o.origin, o.weather)
	}
	flush(producer)
	begun := time.Now()
	app, err := program().Start(conf)
	check(err)
	check(app.WaitRunning(ctx))
	for _, d := range departures {
		send(producer, "departures", "", d)
	}
	// Two of much later: the second lets the first go on to the windows, and that one closes them.
	for _, at := range []string{"2014-06-01T00:00:00Z", "2014-06-01T02:00:00Z"} {
		send(producer, "departures", "", departure{departures[0].Carrier, departures[0].Origin, nil, at})
	}
	flush(producer)
	got := results(ctx, *bootstrap, len(want))
	if len(got) < len(want) {
		log.Fatalf("%d of %d windows came in time", len(got), len(want))
	}
	check(app.Stop(ctx))

	for k, w := range want {
		if g, ok := got[k]; !ok || g.Departures != w.Departures || !near(g.Delay, w.Delay) || !near(g.Wind, w.Wind) {
			log.Fatalf("%s at %s: %+v, and the CSV says %+v", k.name, at(k.start), text(g), text(w))
		}
	}
	worst := make([]hour, 0, len(want))
	for _, h := range got {
		if h.Departures >= 10 && h.Delay != nil {
			worst = append(worst, h)
		}
	}
	slices.SortFunc(worst, func(a, b hour) int { return cmp.Or(cmp.Compare(*b.Delay, *a.Delay), cmp.Compare(a.Name, b.Name)) })
	for _, h := range worst[:min(3, len(worst))] {
		fmt.Println(text(h))
	}
	fmt.Printf("%d departures in %d windows, as the CSV says, in %.1f s\n", len(departures), len(want), time.Since(begun).Seconds())
}

// read gives the departures in the order of their hours, the weather per airport in that order, and the airlines' names.
func read(folder string, rows int) ([]departure, map[string][]weather, map[string]string) {
	departures, weathers, names := []departure{}, map[string][]weather{}, map[string]string{}
	table(filepath.Join(folder, "flights.csv"), func(row func(string) string) {
		departures = append(departures, departure{row("carrier"), row("origin"), number(row("dep_delay")), row("time_hour")})
	})
	table(filepath.Join(folder, "weather.csv"), func(row func(string) string) {
		weathers[row("origin")] = append(weathers[row("origin")], weather{number(row("wind_speed")), row("time_hour")})
	})
	table(filepath.Join(folder, "airlines.csv"), func(row func(string) string) { names[row("carrier")] = row("name") })
	slices.SortStableFunc(departures, func(a, b departure) int { return cmp.Compare(a.Hour, b.Hour) })
	for _, all := range weathers {
		slices.SortStableFunc(all, func(a, b weather) int { return cmp.Compare(a.Hour, b.Hour) })
	}
	return departures[:min(rows, len(departures))], weathers, names
}

func table(path string, each func(row func(string) string)) {
	file, err := os.Open(path)
	check(err)
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	check(err)
	column := map[string]int{}
	for i, name := range lines[0] {
		column[name] = i
	}
	for _, line := range lines[1:] {
		each(func(name string) string { return line[column[name]] })
	}
}

func number(text string) *float64 {
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		return &n
	}
	return nil
}

// expected is the same without a program of streams.
func expected(departures []departure, weathers map[string][]weather, names map[string]string) map[key]hour {
	type sums struct {
		delays []float64
		wind   *float64
		n      int64
	}
	groups := map[key]*sums{}
	for _, d := range departures {
		t, err := time.Parse(time.RFC3339, d.Hour)
		check(err)
		k := key{names[d.Carrier], t.UnixMilli()}
		if groups[k] == nil {
			groups[k] = &sums{}
		}
		g := groups[k]
		g.n++
		if d.Delay != nil {
			g.delays = append(g.delays, *d.Delay)
		}
		all := weathers[d.Origin]
		i, _ := slices.BinarySearchFunc(all, d.Hour+"\xff", func(w weather, hour string) int { return cmp.Compare(w.Hour, hour) })
		if w := all[i-1].Wind; w != nil && (g.wind == nil || *w > *g.wind) {
			g.wind = w
		}
	}
	out := map[key]hour{}
	for k, g := range groups {
		h := hour{k.name, k.start, g.n, nil, g.wind}
		if len(g.delays) > 0 {
			sum := 0.0
			for _, d := range g.delays {
				sum += d
			}
			sum /= float64(len(g.delays))
			h.Delay = &sum
		}
		out[k] = h
	}
	return out
}

type observation struct {
	origin string
	weather
}

func inOrder(weathers map[string][]weather) []observation {
	var out []observation
	for origin, all := range weathers {
		for _, w := range all {
			out = append(out, observation{origin, w})
		}
	}
	slices.SortStableFunc(out, func(a, b observation) int { return cmp.Compare(a.Hour, b.Hour) })
	return out
}

// makeTopics: what they hold has the time of the flights, and topics drop what is older than a week unless they are told not to.
func makeTopics(ctx context.Context, producer *kafka.Producer, names ...string) {
	admin, err := kafka.NewAdminClientFromProducer(producer)
	check(err)
	defer admin.Close()
	specs := []kafka.TopicSpecification{}
	for _, n := range names {
		specs = append(specs, kafka.TopicSpecification{Topic: n, NumPartitions: 1, Config: map[string]string{"retention.ms": "-1"}})
	}
	made, err := admin.CreateTopics(ctx, specs)
	check(err)
	for _, m := range made {
		if m.Error.Code() != kafka.ErrNoError {
			log.Fatal(m.Error)
		}
	}
}

func send(producer *kafka.Producer, topic, key string, row any) {
	value, err := json.Marshal(row)
	check(err)
	m := &kafka.Message{TopicPartition: kafka.TopicPartition{Topic: &topic, Partition: kafka.PartitionAny}, Value: value}
	if key != "" {
		m.Key = []byte(key)
	}
	for {
		err = producer.Produce(m, nil)
		if e, ok := err.(kafka.Error); !ok || e.Code() != kafka.ErrQueueFull {
			check(err)
			return
		}
		producer.Flush(100)
	}
}

func flush(producer *kafka.Producer) {
	if left := producer.Flush(60_000); left > 0 {
		log.Fatalf("%d records are not delivered", left)
	}
}

// results reads what the program wrote, until there are n windows.
func results(ctx context.Context, bootstrap string, n int) map[key]hour {
	consumer, err := kafka.NewConsumer(&kafka.ConfigMap{"bootstrap.servers": bootstrap, "group.id": "flight-delays-go-check", "auto.offset.reset": "earliest"})
	check(err)
	defer consumer.Close()
	check(consumer.Subscribe("delays-per-hour", nil))
	got := map[key]hour{}
	for len(got) < n && ctx.Err() == nil {
		if m, ok := consumer.Poll(200).(*kafka.Message); ok {
			var h hour
			check(json.Unmarshal(m.Value, &h))
			got[key{h.Name, h.Start}] = h
		}
	}
	return got
}

func near(a, b *float64) bool {
	return a == b || a != nil && b != nil && math.Abs(*a-*b) < 1e-6
}
func at(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02 15:04") }
func text(h hour) string {
	show := func(x *float64) string {
		if x == nil {
			return "-"
		}
		return strconv.FormatFloat(*x, 'f', 1, 64)
	}
	return fmt.Sprintf("%s  %-24s %3d departures, %s minutes late, wind %s mph", at(h.Start), h.Name, h.Departures, show(h.Delay), show(h.Wind))
}
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
