// Accounts from events: what happened is a topic, what everybody owns is what a program makes of it - again from the beginning, too.
//
//	go run ./streams/go/account [-bootstrap HOST:PORT] [-events N] [-seed N]
//
// One program keeps the balances. Then its state is thrown away: a program under another name reads the same events and must come to the same
// balances. Both are checked against a plain loop. Without an address the broker runs in this process.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"maps"
	"math/rand"
	"os"
	"time"

	"github.com/wellhead-io/wellhead/go/kafka"
	"github.com/wellhead-io/wellhead/go/streams"
)

type event struct {
	Kind    string `json:"kind"` // opened, deposited, withdrawn or transferred
	Account string `json:"account"`
	Other   string `json:"other,omitempty"`
	Cents   int64  `json:"cents"`
}

func program(name string) (*streams.Builder, *streams.Table) {
	b := streams.New(name)
	events := b.Stream("bank-events", streams.Schema{"kind": streams.String, "account": streams.String, "other": streams.String, "cents": streams.Int})
	// A transfer is two postings, everything else is one.
	postings := events.Select("account", "CASE WHEN kind IN ('withdrawn', 'transferred') THEN -cents ELSE cents END AS cents").
		Merge(events.Filter("kind = 'transferred'").Select("other AS account", "cents"))
	return b, postings.GroupBy("account").Agg(streams.Sum("balance", "cents"), streams.Count("postings"))
}

// happenings are n events at a bank; nobody withdraws what is not there. The balances are those of a plain loop.
func happenings(n int, seed int64) (events []event, balances map[string]int64) {
	r := rand.New(rand.NewSource(seed))
	balances = map[string]int64{}
	names := []string{}
	for range n {
		e := event{Kind: "opened", Account: fmt.Sprintf("DE%04d", len(names)), Cents: r.Int63n(100_000)}
		if len(names) > 0 && r.Float64() < 0.98 {
			e.Kind = []string{"deposited", "withdrawn", "transferred"}[r.Intn(3)]
			e.Account = names[r.Intn(len(names))]
		}
		switch e.Kind {
		case "opened":
			names = append(names, e.Account)
			balances[e.Account] = e.Cents
		case "deposited":
			balances[e.Account] += e.Cents
		default:
			e.Cents = min(e.Cents, balances[e.Account])
			balances[e.Account] -= e.Cents
			if e.Kind == "transferred" {
				e.Other = names[r.Intn(len(names))]
				balances[e.Other] += e.Cents
			}
		}
		events = append(events, e)
	}
	return events, balances
}

// run starts a program, waits until it has read n events and gives the balances.
func run(ctx context.Context, name, bootstrap string, n int) map[string]int64 {
	b, table := program(name)
	app, err := b.Start(kafka.ConfigMap{"bootstrap.servers": bootstrap, "commit.interval.ms": 100})
	check(err)
	check(app.WaitRunning(ctx))
	for {
		m, err := app.Metrics()
		check(err)
		if m.RecordsIn >= uint64(n) {
			break
		}
		if ctx.Err() != nil {
			log.Fatalf("%s read %d of %d events", name, m.RecordsIn, n)
		}
		time.Sleep(5 * time.Millisecond)
	}
	rows, err := app.Table(table)
	check(err)
	check(app.Stop(ctx))
	out := map[string]int64{}
	for i, account := range rows.Strings("account") {
		out[account] = rows.Int64s("balance")[i]
	}
	return out
}

func main() {
	bootstrap := flag.String("bootstrap", "", "where the broker is; without it one runs in this process")
	n := flag.Int("events", 20_000, "how many")
	seed := flag.Int64("seed", 1, "what happens")
	flag.Parse()
	if *bootstrap == "" {
		dir, err := os.MkdirTemp("", "account-")
		check(err)
		defer os.RemoveAll(dir)
		broker, err := kafka.NewBroker(dir, nil)
		check(err)
		defer broker.Close()
		*bootstrap = broker.BootstrapServers()
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	producer, err := kafka.NewProducer(&kafka.ConfigMap{"bootstrap.servers": *bootstrap})
	check(err)
	defer producer.Close()
	// The events are the truth: they are kept for ever. One partition keeps all of them in order.
	admin, err := kafka.NewAdminClientFromProducer(producer)
	check(err)
	defer admin.Close()
	topic := "bank-events"
	made, err := admin.CreateTopics(ctx, []kafka.TopicSpecification{{Topic: topic, NumPartitions: 1, Config: map[string]string{"retention.ms": "-1"}}})
	check(err)
	if made[0].Error.Code() != kafka.ErrNoError {
		log.Fatal(made[0].Error)
	}
	events, want := happenings(*n, *seed)
	for _, e := range events {
		value, err := json.Marshal(e)
		check(err)
		check(producer.Produce(&kafka.Message{TopicPartition: kafka.TopicPartition{Topic: &topic, Partition: kafka.PartitionAny}, Key: []byte(e.Account), Value: value}, nil))
	}
	if left := producer.Flush(60_000); left > 0 {
		log.Fatalf("%d events are not delivered", left)
	}
	for _, name := range []string{"bank", "bank-again"} {
		if got := run(ctx, name, *bootstrap, len(events)); !maps.Equal(got, want) {
			log.Fatalf("%s, seed %d: the balances of %d accounts differ from those of a plain loop with %d", name, *seed, len(got), len(want))
		}
	}
	fmt.Printf("seed %d: %d events, %d accounts, twice the balances of a plain loop\n", *seed, len(events), len(want))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
