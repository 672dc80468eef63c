//go:build cgo

package kafka

import (
	"fmt"

	"github.com/wellhead-io/wellhead/go/internal/cabi"
)

// ErrorCode tells what went wrong. It is an error itself, so that errors.Is(err, kafka.ErrQueueFull) can be written.
type ErrorCode int

// String describes the code for a person.
func (c ErrorCode) String() string {
	if text, known := errorTexts[c]; known {
		return text
	}
	return fmt.Sprintf("Unknown error code %d", int(c))
}

// Error is String.
func (c ErrorCode) Error() string { return c.String() }

// Error is what every function returns and what Poll and Events give for an error that belongs to no message. It is always
// passed by value.
type Error struct {
	code             ErrorCode
	str              string
	fatal            bool
	retriable        bool
	txnRequiresAbort bool
}

// NewError makes an error; an empty text stands for the code's own.
func NewError(code ErrorCode, str string, fatal bool) Error {
	return Error{code: code, str: str, fatal: fatal, retriable: errorRetriable[code] && !fatal}
}

func errorOf(code ErrorCode) Error { return NewError(code, "", false) }

func errorf(code ErrorCode, format string, args ...any) Error {
	return NewError(code, fmt.Sprintf(format, args...), false)
}

// errClosed is what every call on a closed object returns.
func errClosed(what string) Error { return errorf(ErrState, "the %s is closed", what) }

func errorFromC(e *cabi.Error) Error {
	return errorFromRow(int32(e.Code), e.Flags, e.Message)
}

func errorFromRow(code int32, flags uint32, message string) Error {
	return Error{code: ErrorCode(code), str: message, fatal: flags&cabi.FlagFatal != 0, retriable: flags&cabi.FlagRetriable != 0}
}

// check turns the library's answer into a plain error, nil when there is none.
func check(e *cabi.Error) error {
	if e == nil {
		return nil
	}
	return errorFromC(e)
}

// Code is the error's code.
func (e Error) Code() ErrorCode { return e.code }

// Error is the text for a person.
func (e Error) Error() string { return e.String() }

// String is the text for a person.
func (e Error) String() string {
	text := e.str
	if text == "" {
		text = e.code.String()
	}
	if e.fatal {
		return "Fatal error: " + text
	}
	return text
}

// IsFatal tells that the object which reported it cannot go on and must be closed.
func (e Error) IsFatal() bool { return e.fatal }

// IsRetriable tells that the same call may succeed later.
func (e Error) IsRetriable() bool { return e.retriable }

// IsTimeout tells that time ran out, of the call or of the message.
func (e Error) IsTimeout() bool {
	return e.code == ErrTimedOut || e.code == ErrTimedOutQueue || e.code == ErrMsgTimedOut
}

// TxnRequiresAbort tells that the current transaction must be aborted.
func (e Error) TxnRequiresAbort() bool { return e.txnRequiresAbort }

// Is makes errors.Is compare by code: with an ErrorCode, or with another Error.
func (e Error) Is(target error) bool {
	switch t := target.(type) {
	case ErrorCode:
		return e.code == t
	case Error:
		return e.code == t.code
	}
	return false
}
