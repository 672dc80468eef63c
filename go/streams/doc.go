//go:build cgo

// Package streams transforms, aggregates, windows and joins the records of Kafka topics, in this process. A program is built by method
// calls, with expressions as SQL text, and runs over any Kafka cluster or the embedded broker of package kafka:
//
//	b := streams.New("fraud")
//	bids := b.Stream("bids", streams.Schema{"auction": streams.Int, "price": streams.Float, "ts": streams.Timestamp}, streams.EventTime("ts"))
//	hot := bids.Filter("price > 100").
//		GroupBy("auction").Window(streams.Hop(10*time.Second, 2*time.Second)).Grace(time.Second).
//		Agg(streams.Count("n"), streams.Sum("total", "price"))
//	hot.To("hot-items")
//	app, err := b.Start(kafka.ConfigMap{"bootstrap.servers": "localhost:9092"})
//
// A mistake does not stop the chain: Describe, Start and NewTestDriver return the first one, and nothing has run by then.
//
// TestDriver runs the same program without a broker: records in with their times, records out, and time goes on when the test says so.
//
// Functions of the program (MapBatch, Foreach) get whole batches as columns. They are called on a thread of the engine, one at a time
// for one program. An error that they return, and a panic, ends the program with its text. They must not call their own App or
// TestDriver, nor end their goroutine (as testing.T's FailNow does).
//
// Errors are of type kafka.Error.
package streams
