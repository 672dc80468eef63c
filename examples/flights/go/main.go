// Produces the flights data set: every departure to the topic flights, keyed by its carrier, and the weather, planes and airlines
// that belong to them to topics of those names. A record's value is the line of the CSV file as it stands.
//
//	flights-go -bootstrap HOST:PORT -data FOLDER
//
// The topics keep their records (retention.ms=-1: the data is from 2013). A topic that holds them already is left as it is.
package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/wellhead-io/wellhead/go/kafka"
)

// A file of the data set: its topic's name, the column of the key, and the topic's partitions.
type source struct {
	name       string
	key        int
	partitions int
}

var sources = []source{{"flights", 9, 4}, {"weather", 0, 1}, {"planes", 0, 1}, {"airlines", 0, 1}}

func main() {
	bootstrap := flag.String("bootstrap", "localhost:9092", "where the broker is")
	data := flag.String("data", ".", "the folder with flights.csv (or .csv.gz) and the others")
	flag.Parse()
	for _, s := range sources {
		if err := run(*bootstrap, *data, s); err != nil {
			fmt.Fprintf(os.Stderr, "flights-go: %s: %v\n", s.name, err)
			os.Exit(1)
		}
	}
}

func run(bootstrap, folder string, s source) error {
	lines, err := read(filepath.Join(folder, s.name+".csv"))
	if errors.Is(err, os.ErrNotExist) && s.name != "flights" {
		return nil
	}
	if err != nil {
		return err
	}
	conf := kafka.ConfigMap{"bootstrap.servers": bootstrap}
	producer, err := kafka.NewProducer(&conf)
	if err != nil {
		return err
	}
	defer producer.Close()
	held, err := makeTopic(producer, s)
	if err != nil {
		return err
	}
	if held == int64(len(lines)) {
		fmt.Printf("%s: its %d records are there already\n", s.name, held)
		return nil
	}
	if held > 0 {
		return fmt.Errorf("the topic holds %d records, the file has %d: delete the topic first", held, len(lines))
	}
	failed := make(chan error, 1)
	delivered := 0
	go func() {
		var first error
		for ev := range producer.Events() {
			if m, ok := ev.(*kafka.Message); ok {
				if m.TopicPartition.Error != nil && first == nil {
					first = m.TopicPartition.Error
				}
				delivered++
			}
			if delivered == len(lines) {
				break
			}
		}
		failed <- first
	}()
	started := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	for _, line := range lines {
		err := producer.ProduceContext(ctx, &kafka.Message{
			TopicPartition: kafka.TopicPartition{Topic: &s.name, Partition: kafka.PartitionAny},
			Key:            column(line, s.key),
			Value:          line,
		}, nil)
		if err != nil {
			return err
		}
	}
	if left, err := producer.FlushContext(ctx); err != nil {
		return fmt.Errorf("%d records are not delivered: %w", left, err)
	}
	if err := <-failed; err != nil {
		return err
	}
	fmt.Printf("%s: produced %d records in %.2f s\n", s.name, delivered, time.Since(started).Seconds())
	return nil
}

// makeTopic creates the topic if it is not there, and tells how many records it holds.
func makeTopic(producer *kafka.Producer, s source) (int64, error) {
	admin, err := kafka.NewAdminClientFromProducer(producer)
	if err != nil {
		return 0, err
	}
	defer admin.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	results, err := admin.CreateTopics(ctx, []kafka.TopicSpecification{{
		Topic: s.name, NumPartitions: s.partitions, Config: map[string]string{"retention.ms": "-1"},
	}})
	if err != nil {
		return 0, err
	}
	switch results[0].Error.Code() {
	case kafka.ErrNoError:
		return 0, nil
	case kafka.ErrTopicAlreadyExists:
	default:
		return 0, results[0].Error
	}
	metadata, err := producer.GetMetadata(&s.name, false, 10_000)
	if err != nil {
		return 0, err
	}
	var held int64
	for _, p := range metadata.Topics[s.name].Partitions {
		low, high, err := producer.QueryWatermarkOffsets(s.name, p.ID, 10_000)
		if err != nil {
			return 0, err
		}
		held += high - low
	}
	return held, nil
}

// read returns the lines of a CSV file after its header; the file may be compressed, and then have .gz after its name.
func read(path string) ([][]byte, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		text, err = os.ReadFile(path + ".gz")
	}
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(text, []byte{0x1f, 0x8b}) {
		unzip, err := gzip.NewReader(bytes.NewReader(text))
		if err != nil {
			return nil, err
		}
		if text, err = io.ReadAll(unzip); err != nil {
			return nil, err
		}
	}
	var lines [][]byte
	scanner := bufio.NewScanner(bytes.NewReader(text))
	for scanner.Scan() {
		lines = append(lines, bytes.Clone(scanner.Bytes()))
	}
	if len(lines) == 0 {
		return nil, errors.New("the file has no header")
	}
	return lines[1:], scanner.Err()
}

// column returns a column of a line; those before it have no quoted commas.
func column(line []byte, n int) []byte {
	for ; n > 0; n-- {
		_, line, _ = bytes.Cut(line, []byte{','})
	}
	field, _, _ := bytes.Cut(line, []byte{','})
	return field
}
