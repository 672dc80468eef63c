//go:build cgo

// Package kafka is a Kafka producer, consumer and admin client, and an embedded broker, in one static library. Names and
// behaviour are those that Go programs on librdkafka know; a program usually changes its import line and nothing else.
//
// Records cross into the library in batches. Produce appends to a buffer on Go's side, which a goroutine hands over as soon as
// it can; ReadMessage and Poll serve from a batch that was copied once into Go's memory, so Key, Value and header values share it:
// copy what you keep for long. Waiting costs no thread: a descriptor of the library is waited for by Go's own poller.
//
// Every blocking call has a variant with a context.Context: ReadMessageContext, PollContext, ProduceContext, FlushContext.
//
// What the library has to say to a person, as that no broker can be reached, is written to standard error; SetLogLevel turns it down.
//
// Errors are of type Error, and errors.Is(err, kafka.ErrTimedOut) works with every code.
package kafka
