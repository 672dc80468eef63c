// Sends one message to a broker on this machine.
package main

import (
	"log"

	"github.com/wellhead-io/wellhead/go/kafka"
)

func main() {
	producer, err := kafka.NewProducer(&kafka.ConfigMap{"bootstrap.servers": "localhost:9092"})
	if err != nil {
		log.Fatalf("Failed to create producer: %s\n", err)
	}
	defer producer.Close()

	topic := "my-topic"
	err = producer.Produce(&kafka.Message{
		TopicPartition: kafka.TopicPartition{Topic: &topic, Partition: kafka.PartitionAny},
		Value:          []byte("Hello Kafka!"),
	}, nil)
	if err != nil {
		log.Fatalf("Failed to produce message: %s\n", err)
	}

	producer.Flush(15 * 1000)
}
