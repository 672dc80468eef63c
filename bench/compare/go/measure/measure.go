// Package measure is what the programs of `make compare ONLY=clients` share: their arguments and the line they print.
package measure

import (
	"encoding/json"
	"flag"
	"log"
	"os"
	"runtime/pprof"
	"syscall"
	"time"
)

// Run is what a program is asked for.
type Run struct {
	Verb       string // produce or consume
	Bootstrap  string
	Topic      string
	Records    int
	Size       int
	Partitions int
	profile    string
}

// Parse reads the command line: VERB BOOTSTRAP TOPIC, and flags before them.
func Parse() Run {
	r := Run{}
	flag.IntVar(&r.Records, "n", 1_000_000, "records")
	flag.IntVar(&r.Size, "s", 100, "bytes of a value")
	flag.IntVar(&r.Partitions, "p", 4, "partitions of the topic")
	flag.StringVar(&r.profile, "profile", "", "write a CPU profile into this file")
	flag.Parse()
	if flag.NArg() != 3 {
		log.Fatal("usage: [-n RECORDS] [-s BYTES] [-p PARTITIONS] produce|consume BOOTSTRAP TOPIC")
	}
	r.Verb, r.Bootstrap, r.Topic = flag.Arg(0), flag.Arg(1), flag.Arg(2)
	return r
}

// Values has the i-th record's: a window into letters that compress about as text does.
func (r Run) Values() func(i int) []byte {
	const variety = 4096
	letters := make([]byte, r.Size+variety)
	x := uint64(42)
	for i := range letters {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		letters[i] = 'a' + byte(x%16)
	}
	return func(i int) []byte {
		at := i * 31 % variety
		return letters[at : at+r.Size]
	}
}

// Clock is where a measurement began.
type Clock struct {
	wall time.Time
	cpu  time.Duration
}

// Start begins one; connections and metadata are there by then.
func (r Run) Start() Clock {
	if r.profile != "" {
		f, err := os.Create(r.profile)
		Check(err)
		Check(pprof.StartCPUProfile(f))
	}
	return Clock{time.Now(), cpu()}
}

// Report prints the line.
func (c Clock) Report(n int) {
	pprof.StopCPUProfile()
	took := time.Since(c.wall).Seconds()
	line := map[string]float64{"records": float64(n), "records_per_s": float64(n) / took, "cpu_us_per_record": float64((cpu() - c.cpu).Microseconds()) / float64(n)}
	Check(json.NewEncoder(os.Stdout).Encode(line))
}

func cpu() time.Duration {
	var u syscall.Rusage
	Check(syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Check ends the program with an error.
func Check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
