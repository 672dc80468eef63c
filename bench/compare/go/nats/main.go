// NATS JetStream, measured: `serve FOLDER HOST:PORT` is its server, produce and consume are its own client. One stream in a file, as it
// comes: the acknowledgement comes from the page cache (sync_interval is two minutes).
package main

import (
	"fmt"
	"log"
	"net"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"compare/measure"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

func main() {
	if len(os.Args) == 4 && os.Args[1] == "serve" {
		serve(os.Args[2], os.Args[3])
		return
	}
	r := measure.Parse()
	c, err := nats.Connect("nats://" + r.Bootstrap)
	measure.Check(err)
	defer c.Close()
	if r.Verb == "produce" {
		produce(r, c)
	} else {
		consume(r, c)
	}
}

func serve(folder, address string) {
	host, port, err := net.SplitHostPort(address)
	measure.Check(err)
	n, err := strconv.Atoi(port)
	measure.Check(err)
	s, err := server.NewServer(&server.Options{Host: host, Port: n, JetStream: true, StoreDir: folder, NoSigs: true})
	measure.Check(err)
	s.Start()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	<-stop
	s.Shutdown()
}

func produce(r measure.Run, c *nats.Conn) {
	js, err := c.JetStream(nats.PublishAsyncMaxPending(16_384))
	measure.Check(err)
	_, err = js.AddStream(&nats.StreamConfig{Name: r.Topic, Subjects: []string{r.Topic}, Storage: nats.FileStorage})
	measure.Check(err)
	value := r.Values()
	clock := r.Start()
	for i := range r.Records {
		_, err := js.PublishAsync(r.Topic, value(i))
		measure.Check(err)
	}
	select {
	case <-js.PublishAsyncComplete():
	case <-time.After(2 * time.Minute):
		log.Fatal("not all was acknowledged")
	}
	clock.Report(r.Records)
}

func consume(r measure.Run, c *nats.Conn) {
	js, err := c.JetStream()
	measure.Check(err)
	clock := r.Start()
	sub, err := js.PullSubscribe(r.Topic, "", nats.BindStream(r.Topic), nats.AckNone())
	measure.Check(err)
	size := 0
	for n := 0; n < r.Records; {
		messages, err := sub.Fetch(min(10_000, r.Records-n), nats.MaxWait(30*time.Second))
		measure.Check(err)
		for _, m := range messages {
			size += len(m.Data)
		}
		n += len(messages)
	}
	clock.Report(r.Records)
	if size != r.Records*r.Size {
		log.Fatal(fmt.Sprintf("%d bytes came, not %d", size, r.Records*r.Size))
	}
}
