//go:build cgo

package kafka

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"sort"
	"strings"
	"testing"
)

func TestStrings(t *testing.T) {
	topic, long := "t", strings.Repeat("x", 70)
	for _, c := range []struct {
		got  fmt.Stringer
		want string
	}{
		{OffsetBeginning, "beginning"}, {OffsetEnd, "end"}, {OffsetStored, "stored"}, {OffsetInvalid, "unset"}, {Offset(7), "7"},
		{OffsetTail(3), "-2003"},
		{TopicPartition{}, "<null>[0]@0"}, {at("t", 2, OffsetEnd), "t[2]@end"},
		{TopicPartition{Topic: &topic, Error: errorOf(ErrTimedOut)}, "t[0]@0(Local: Timed out)"},
		{&Message{}, "[0]@0"}, {&Message{TopicPartition: at("t", 1, 5)}, "t[1]@5"},
		{Header{Key: "k"}, "k=nil"}, {Header{"k", []byte{}}, "k=<empty>"}, {Header{"k", []byte("a\n")}, `k="a\n"`},
		{Header{"k", []byte(long)}, `k="` + long[:50] + `"(20 more bytes)`},
		{TimestampCreateTime, "CreateTime"}, {TimestampLogAppendTime, "LogAppendTime"}, {TimestampNotAvailable, "NotAvailable"},
		{PartitionEOF(at("t", 1, 5)), "EOF at t[1]@5"},
		{ErrTimedOut, "Local: Timed out"}, {ErrorCode(9999), "Unknown error code 9999"},
		{NewError(ErrFatal, "it broke", true), "Fatal error: it broke"}, {NewError(ErrFail, "", false), "Local: Communication failure with broker"},
		{ConsumerGroupStateStable, "Stable"}, {ResourceTopic, "Topic"}, {ConsumerGroupTypeClassic, "Classic"},
	} {
		if got := c.got.String(); got != c.want {
			t.Errorf("%T: %q, not %q", c.got, got, c.want)
		}
	}
}

func TestOffsets(t *testing.T) {
	for in, want := range map[any]Offset{
		"beginning": OffsetBeginning, "earliest": OffsetBeginning, "end": OffsetEnd, "Latest": OffsetEnd, "stored": OffsetStored,
		"unset": OffsetInvalid, "invalid": OffsetInvalid, "12": 12, 12: 12, int64(13): 13, int32(14): 14, Offset(15): 15, "-2005": OffsetTail(5),
	} {
		var o Offset
		if err := o.Set(in); err != nil || o != want {
			t.Errorf("%v: %v %v, not %v", in, o, err, want)
		}
	}
	for _, in := range []any{"x", "", 1.5, nil, "1x"} {
		if _, err := NewOffset(in); err == nil {
			t.Errorf("%v is taken for an offset", in)
		}
	}
}

func TestPartitionsSort(t *testing.T) {
	l := TopicPartitions{to("b", 0), to("a", 2), to("a", 1), {Partition: 5}}
	sort.Sort(l)
	if got := fmt.Sprint(l); got != "[<null>[5]@0 a[1]@0 a[2]@0 b[0]@0]" {
		t.Error(got)
	}
}

func TestErrorsAre(t *testing.T) {
	var err error = NewError(ErrQueueFull, "", false)
	wrapped := fmt.Errorf("sending: %w", err)
	if !errors.Is(wrapped, ErrQueueFull) || errors.Is(wrapped, ErrTimedOut) || !errors.Is(wrapped, NewError(ErrQueueFull, "x", true)) {
		t.Error("errors.Is")
	}
	for _, code := range []ErrorCode{ErrTimedOut, ErrTimedOutQueue, ErrMsgTimedOut} {
		if !errorOf(code).IsTimeout() {
			t.Error(code)
		}
	}
	if errorOf(ErrQueueFull).IsTimeout() || !NewError(ErrFatal, "", true).IsFatal() || !errorOf(ErrNotCoordinator).IsRetriable() || NewError(ErrNotCoordinator, "", true).IsRetriable() {
		t.Error("kinds of errors")
	}
}

// The constants that programs may name, from the field's other client.
const errorNames = `BadMsg BadCompression Destroy Fail Transport CritSysResource Resolve MsgTimedOut PartitionEOF UnknownPartition Fs UnknownTopic AllBrokersDown InvalidArg
TimedOut QueueFull IsrInsuff NodeUpdate Ssl WaitCoord UnknownGroup InProgress PrevInProgress ExistingSubscription AssignPartitions RevokePartitions Conflict
State UnknownProtocol NotImplemented Authentication NoOffset Outdated TimedOutQueue UnsupportedFeature WaitCache Intr KeySerialization ValueSerialization
KeyDeserialization ValueDeserialization Partial ReadOnly Noent Underflow InvalidType Retry PurgeQueue PurgeInflight Fatal Inconsistent GaplessGuarantee
MaxPollExceeded UnknownBroker NotConfigured Fenced Application AssignmentLost Noop AutoOffsetReset LogTruncation InvalidDifferentRecord DestroyBroker Unknown
NoError OffsetOutOfRange InvalidMsg UnknownTopicOrPart InvalidMsgSize LeaderNotAvailable NotLeaderForPartition RequestTimedOut BrokerNotAvailable ReplicaNotAvailable
MsgSizeTooLarge StaleCtrlEpoch OffsetMetadataTooLarge NetworkException CoordinatorLoadInProgress CoordinatorNotAvailable NotCoordinator TopicException RecordListTooLarge
NotEnoughReplicas NotEnoughReplicasAfterAppend InvalidRequiredAcks IllegalGeneration InconsistentGroupProtocol InvalidGroupID UnknownMemberID InvalidSessionTimeout
RebalanceInProgress InvalidCommitOffsetSize TopicAuthorizationFailed GroupAuthorizationFailed ClusterAuthorizationFailed InvalidTimestamp UnsupportedSaslMechanism
IllegalSaslState UnsupportedVersion TopicAlreadyExists InvalidPartitions InvalidReplicationFactor InvalidReplicaAssignment InvalidConfig NotController InvalidRequest
UnsupportedForMessageFormat PolicyViolation OutOfOrderSequenceNumber DuplicateSequenceNumber InvalidProducerEpoch InvalidTxnState InvalidProducerIDMapping
InvalidTransactionTimeout ConcurrentTransactions TransactionCoordinatorFenced TransactionalIDAuthorizationFailed SecurityDisabled OperationNotAttempted KafkaStorageError
LogDirNotFound SaslAuthenticationFailed UnknownProducerID ReassignmentInProgress DelegationTokenAuthDisabled DelegationTokenNotFound DelegationTokenOwnerMismatch
DelegationTokenRequestNotAllowed DelegationTokenAuthorizationFailed DelegationTokenExpired InvalidPrincipalType NonEmptyGroup GroupIDNotFound FetchSessionIDNotFound
InvalidFetchSessionEpoch ListenerNotFound TopicDeletionDisabled FencedLeaderEpoch UnknownLeaderEpoch UnsupportedCompressionType StaleBrokerEpoch OffsetNotAvailable
MemberIDRequired PreferredLeaderNotAvailable GroupMaxSizeReached FencedInstanceID EligibleLeadersNotAvailable ElectionNotNeeded NoReassignmentInProgress GroupSubscribedToTopic
InvalidRecord UnstableOffsetCommit ThrottlingQuotaExceeded ProducerFenced ResourceNotFound DuplicateResource UnacceptableCredential InconsistentVoterSet InvalidUpdateVersion
FeatureUpdateFailed PrincipalDeserializationFailure UnknownTopicID InconsistentTopicID FencedMemberEpoch UnreleasedInstanceID UnsupportedAssignor StaleMemberEpoch
MismatchedEndpointType UnsupportedEndpointType UnknownControllerID UnknownSubscriptionID TelemetryTooLarge InvalidRegistration TransactionAbortable InvalidRecordState
ShareSessionNotFound InvalidShareSessionEpoch FencedStateEpoch InvalidVoterKey DuplicateVoter VoterNotFound InvalidRegularExpression RebootstrapRequired
StreamsInvalidTopology StreamsInvalidTopologyEpoch StreamsTopologyFenced ShareSessionLimitReached`

func TestAllErrorConstants(t *testing.T) {
	text, err := os.ReadFile("errors_generated.go")
	must(t, err)
	have := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\tErr(\w+) ErrorCode = `).FindAllStringSubmatch(string(text), -1) {
		have[m[1]] = true
	}
	names := strings.Fields(errorNames)
	if len(names) != 188 {
		t.Errorf("the list has %d names", len(names))
	}
	for _, name := range names {
		if !have[name] {
			t.Errorf("there is no Err%s", name)
		}
	}
	for code, want := range map[ErrorCode]int{ErrBadMsg: -199, ErrTimedOut: -185, ErrQueueFull: -184, ErrPartitionEOF: -191, ErrUnknown: -1, ErrNoError: 0, ErrUnknownTopicOrPart: 3, ErrShareSessionLimitReached: 133} {
		if int(code) != want {
			t.Errorf("%v is %d, not %d", code, code, want)
		}
	}
}

// A build without cgo says one sentence, and nothing else.
func TestWithoutCgo(t *testing.T) {
	cmd := exec.Command("go", "build", ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if err == nil || len(lines) != 2 || !strings.Contains(lines[1], "needs_cgo__set_CGO_ENABLED_1") {
		t.Errorf("%v: %s", err, out)
	}
}
