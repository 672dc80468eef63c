//go:build cgo

package kafka

import (
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"

	"github.com/wellhead-io/wellhead/go/internal/cabi"
)

// ConfigValue is a property's value: bool, an integer, a float, string, fmt.Stringer, a slice of those (joined by commas), and a
// ConfigMap for default.topic.config.
type ConfigValue interface{}

// ConfigMap holds configuration properties by name. Names are librdkafka's; those that begin with go. belong to this package:
//
//	go.delivery.reports (true)              make delivery reports
//	go.delivery.report.fields (key,value)   what a report carries besides its partition and offset: "all", "none" or a list
//	go.events.channel.size                  of Events(): 1000000 of a producer, 1000 of a consumer
//	go.produce.channel.size (1000000)       of ProduceChannel()
//	go.batch.producer (false)               accepted: the producer always batches
//	go.events.channel.enable (false)        a consumer's events go to Events() instead of Poll
//	go.application.rebalance.enable (false) AssignedPartitions and RevokedPartitions are events, which the application answers
//	go.logs.channel.enable (false)          log lines go to Logs()
//	go.logs.channel (nil)                   a chan kafka.LogEvent of yours for them
type ConfigMap map[string]ConfigValue

const (
	topicPrefix   = "{topic}."
	topicDefaults = "default.topic.config"
)

// SetKey sets one property. A name that begins with {topic}. is one of the topics' defaults.
func (m ConfigMap) SetKey(key string, value ConfigValue) error {
	if name, ok := strings.CutPrefix(key, topicPrefix); ok {
		sub, err := m.topicDefaults()
		if err != nil {
			return err
		}
		if sub == nil {
			sub = ConfigMap{}
			m[topicDefaults] = sub
		}
		sub[name] = value
		return nil
	}
	m[key] = value
	return nil
}

// Set reads "name=value", as a flag's value.
func (m ConfigMap) Set(kv string) error {
	name, value, ok := strings.Cut(kv, "=")
	if !ok || name == "" {
		return errorf(ErrInvalidArg, "expected name=value, not %q", kv)
	}
	return m.SetKey(name, value)
}

// Get returns a property, or the default when it is not set. When the default is not nil the value must have its type.
func (m ConfigMap) Get(key string, defval ConfigValue) (ConfigValue, error) {
	if name, ok := strings.CutPrefix(key, topicPrefix); ok {
		sub, err := m.topicDefaults()
		if err != nil {
			return nil, err
		}
		return sub.Get(name, defval)
	}
	v, ok := m[key]
	if !ok {
		return defval, nil
	}
	if defval != nil && reflect.TypeOf(defval) != reflect.TypeOf(v) {
		return nil, errorf(ErrInvalidArg, "%s expects type %T, not %T", key, defval, v)
	}
	return v, nil
}

func (m ConfigMap) topicDefaults() (ConfigMap, error) {
	switch sub := m[topicDefaults].(type) {
	case nil:
		return nil, nil
	case ConfigMap:
		return sub, nil
	case *ConfigMap:
		return *sub, nil
	default:
		return nil, errorf(ErrInvalidArg, "%s expects type ConfigMap, not %T", topicDefaults, sub)
	}
}

// valueText is how the library reads a value.
func valueText(key string, value ConfigValue) (string, error) {
	switch v := value.(type) {
	case string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case fmt.Stringer:
		return v.String(), nil
	}
	switch v := reflect.ValueOf(value); v.Kind() {
	case reflect.Bool:
		return strconv.FormatBool(v.Bool()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return strconv.FormatUint(v.Uint(), 10), nil
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'g', -1, 64), nil
	case reflect.String:
		return v.String(), nil
	case reflect.Slice, reflect.Array:
		parts := make([]string, v.Len())
		for i := range parts {
			text, err := valueText(key, v.Index(i).Interface())
			if err != nil {
				return "", err
			}
			parts[i] = text
		}
		return strings.Join(parts, ","), nil
	}
	return "", errorf(ErrInvalidArg, "property %q cannot have a value of type %T", key, value)
}

// settings is a ConfigMap taken apart: what this package reads, and what the library reads. The caller's map is not touched.
type settings struct {
	goKeys ConfigMap
	props  map[string]string
}

// Which go. keys there are, with their defaults where both sides agree.
var goDefaults = ConfigMap{
	"go.batch.producer":               false,
	"go.delivery.reports":             true,
	"go.delivery.report.fields":       "key,value",
	"go.events.channel.size":          0,
	"go.produce.channel.size":         1000000,
	"go.events.channel.enable":        false,
	"go.application.rebalance.enable": false,
	"go.logs.channel.enable":          false,
	"go.logs.channel":                 nil,
}

func readConfig(conf *ConfigMap) (*settings, error) {
	s := &settings{goKeys: ConfigMap{}, props: map[string]string{}}
	if conf == nil {
		return s, nil
	}
	topics, err := conf.topicDefaults()
	if err != nil {
		return nil, err
	}
	for name, value := range topics {
		if s.props[name], err = valueText(name, value); err != nil {
			return nil, err
		}
	}
	for name, value := range *conf {
		if name == topicDefaults {
			continue
		}
		if strings.HasPrefix(name, "go.") {
			if _, known := goDefaults[name]; !known {
				return nil, errorf(ErrInvalidArg, "No such configuration property: %q%s", name, nearestGoKey(name))
			}
			s.goKeys[name] = value
			continue
		}
		name = strings.TrimPrefix(name, topicPrefix)
		if s.props[name], err = valueText(name, value); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func nearestGoKey(name string) string {
	best, bestAt := "", 6
	for known := range goDefaults {
		if d := editDistance(known, name); d < bestAt || d == bestAt && known < best {
			best, bestAt = known, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}

// goKey reads one go. key; a value of the wrong type is an error.
func goKey[T any](s *settings, name string, defval T) (T, error) {
	v, err := s.goKeys.Get(name, defval)
	if err != nil {
		return defval, err
	}
	return v.(T), nil
}

// list is what the library gets, in a steady order.
func (s *settings) list() []cabi.Property {
	out := make([]cabi.Property, 0, len(s.props))
	for name, value := range s.props {
		out = append(out, cabi.Property{Name: name, Value: value})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// number is a property that the library has already checked, under any of its names.
func (s *settings) number(defval int, names ...string) int {
	for _, name := range names {
		if n, err := strconv.Atoi(strings.TrimSpace(s.props[name])); err == nil {
			return n
		}
	}
	return defval
}

// isTrue reads a property as the library reads one.
func (s *settings) isTrue(name string, defval bool) (bool, error) {
	text, set := s.props[name]
	if !set {
		return defval, nil
	}
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "true", "1", "yes", "t", "on":
		return true, nil
	case "false", "0", "no", "f", "off":
		return false, nil
	}
	return false, errorf(ErrInvalidArg, "Invalid value %q for configuration property %q: expected true or false", text, name)
}

// logs is the channel for log lines, nil when none is wanted.
func (s *settings) logs() (chan LogEvent, error) {
	enabled, err := goKey(s, "go.logs.channel.enable", false)
	if err != nil {
		return nil, err
	}
	given := s.goKeys["go.logs.channel"]
	if given != nil {
		ch, ok := given.(chan LogEvent)
		if !ok {
			return nil, errorf(ErrInvalidArg, "go.logs.channel expects type chan kafka.LogEvent, not %T", given)
		}
		if enabled {
			return ch, nil
		}
		return nil, nil
	}
	if enabled {
		return make(chan LogEvent, 1000), nil
	}
	return nil, nil
}
