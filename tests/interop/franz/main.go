// Command franz is franz-go behind the two verbs of the interop tests: it writes records given as JSON lines, or reads n of them in a
// group. Keys, values and header values are hex, or null.
package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

type record struct {
	Key     *string      `json:"key"`
	Value   *string      `json:"value"`
	Headers [][2]*string `json:"headers"`
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func text(b []byte) *string {
	if b == nil {
		return nil
	}
	s := hex.EncodeToString(b)
	return &s
}

func raw(s *string) []byte {
	if s == nil {
		return nil
	}
	b, err := hex.DecodeString(*s)
	check(err)
	if b == nil {
		b = []byte{}
	}
	return b
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	verb, address, topic := os.Args[1], os.Args[2], os.Args[3]
	switch verb {
	case "write":
		codecs := map[string]kgo.CompressionCodec{"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
			"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression()}
		client, err := kgo.NewClient(kgo.SeedBrokers(address), kgo.ProducerBatchCompression(codecs[os.Args[4]]),
			kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.AllowAutoTopicCreation(), kgo.UnknownTopicRetries(20))
		check(err)
		defer client.Close()
		in := bufio.NewScanner(os.Stdin)
		in.Buffer(nil, 64<<20)
		var all []*kgo.Record
		for in.Scan() {
			var r record
			check(json.Unmarshal(in.Bytes(), &r))
			out := &kgo.Record{Topic: topic, Partition: 0, Key: raw(r.Key), Value: raw(r.Value)}
			for _, h := range r.Headers {
				out.Headers = append(out.Headers, kgo.RecordHeader{Key: *h[0], Value: raw(h[1])})
			}
			all = append(all, out)
		}
		check(client.ProduceSync(ctx, all...).FirstErr())
	case "read":
		n, err := strconv.Atoi(os.Args[4])
		check(err)
		client, err := kgo.NewClient(kgo.SeedBrokers(address), kgo.ConsumerGroup(os.Args[5]), kgo.ConsumeTopics(topic),
			kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.DisableAutoCommit())
		check(err)
		out := bufio.NewWriter(os.Stdout)
		for n > 0 {
			fetches := client.PollRecords(ctx, n)
			check(fetches.Err())
			for _, r := range fetches.Records() {
				row := record{Key: text(r.Key), Value: text(r.Value), Headers: [][2]*string{}}
				for _, h := range r.Headers {
					key := h.Key
					row.Headers = append(row.Headers, [2]*string{&key, text(h.Value)})
				}
				line, err := json.Marshal(row)
				check(err)
				fmt.Fprintf(out, "%s\n", line)
				n--
			}
		}
		check(client.CommitUncommittedOffsets(ctx))
		client.Close()
		check(out.Flush())
	}
}
