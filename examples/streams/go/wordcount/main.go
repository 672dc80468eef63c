// Word count: the lines of text files through an embedded broker into a table that follows them, checked against a count without any of it.
//
//	go run ./streams/go/wordcount [-bootstrap HOST:PORT] FILE...
//
// Without an address the broker runs in this process.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"sort"
	"strings"
	"time"

	"github.com/wellhead-io/wellhead/go/kafka"
	"github.com/wellhead-io/wellhead/go/streams"
)

func main() {
	bootstrap := flag.String("bootstrap", "", "where the broker is; without it one runs in this process")
	flag.Parse()
	if flag.NArg() == 0 {
		log.Fatal("word count of which files?")
	}
	if *bootstrap == "" {
		dir, err := os.MkdirTemp("", "word-count-")
		check(err)
		defer os.RemoveAll(dir)
		broker, err := kafka.NewBroker(dir, nil)
		check(err)
		defer broker.Close()
		*bootstrap = broker.BootstrapServers()
	}

	// The program.
	b := streams.New("word-count")
	words := b.Stream("lines", streams.Fields{{Name: "line", Type: streams.String}}, streams.ValueFormat(streams.FormatText)).
		MapBatch("words", streams.Fields{{Name: "words", Type: streams.List(streams.String)}}, func(in *streams.Batch) (*streams.Batch, error) {
			out := make([][]string, in.Len())
			for i, line := range in.Strings("line") {
				out[i] = wordsOf(line)
			}
			return streams.NewBatch().AddStringLists("words", out, nil), nil
		}).
		Explode("words").Select("words AS word")
	counts := words.GroupBy("word").Agg(streams.Count("n"))
	counts.To("counts")
	app, err := b.Start(kafka.ConfigMap{"bootstrap.servers": *bootstrap, "create.sources": true})
	check(err)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	check(app.WaitRunning(ctx))

	// The text.
	producer, err := kafka.NewProducer(&kafka.ConfigMap{"bootstrap.servers": *bootstrap})
	check(err)
	topic, lines, want := "lines", uint64(0), map[string]int64{}
	for _, name := range flag.Args() {
		text, err := os.ReadFile(name)
		check(err)
		for line := range strings.Lines(string(text)) {
			check(producer.Produce(&kafka.Message{TopicPartition: kafka.TopicPartition{Topic: &topic, Partition: kafka.PartitionAny}, Value: []byte(line)}, nil))
			lines++
			for _, w := range wordsOf(line) {
				want[w]++
			}
		}
	}
	if left := producer.Flush(60_000); left > 0 {
		log.Fatalf("%d lines are not delivered", left)
	}
	producer.Close()

	// The table, once the program has seen every line.
	for {
		m, err := app.Metrics()
		check(err)
		if m.RecordsIn >= lines {
			break
		}
		if ctx.Err() != nil {
			log.Fatalf("%d of %d lines were counted", m.RecordsIn, lines)
		}
		time.Sleep(5 * time.Millisecond)
	}
	table, err := app.Table(counts)
	check(err)
	check(app.Stop(ctx))

	type row struct {
		word string
		n    int64
	}
	var top []row
	for i, word := range table.Strings("word") {
		top = append(top, row{word, table.Int64s("n")[i]})
		if want[word] != table.Int64s("n")[i] {
			log.Fatalf("%q: %d, and a plain count has %d", word, table.Int64s("n")[i], want[word])
		}
	}
	if len(top) != len(want) {
		log.Fatalf("%d words, and a plain count has %d", len(top), len(want))
	}
	sort.Slice(top, func(i, j int) bool { return top[i].n > top[j].n || top[i].n == top[j].n && top[i].word < top[j].word })
	for _, r := range top[:min(10, len(top))] {
		fmt.Printf("%8d %s\n", r.n, r.word)
	}
	fmt.Printf("%d lines, %d words: as a plain count has them\n", lines, len(top))
}

// wordsOf are a line's words: letters, in lower case.
func wordsOf(line string) []string {
	return strings.FieldsFunc(strings.ToLower(line), func(r rune) bool { return r < 'a' || r > 'z' })
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
