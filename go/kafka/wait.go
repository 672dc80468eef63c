//go:build cgo

package kafka

import (
	"context"
	"errors"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/wellhead-io/wellhead/go/internal/cabi"
)

// waiter waits for a client's event descriptor with Go's poller, so that a waiting goroutine costs no thread. It has a duplicate
// of the descriptor; closing it wakes whoever waits. One goroutine waits at a time.
//
// The poller reports edges, and the library raises the descriptor anew with everything that arrives. So a call must look first
// and wait only when there was nothing: waitFor does.
type waiter struct {
	file *os.File
	conn syscall.RawConn
}

func newWaiter(handle uint64) (*waiter, error) {
	fd, e := cabi.EventFd(handle)
	if e != nil {
		return nil, errorFromC(e)
	}
	syscall.ForkLock.RLock()
	dup, err := syscall.Dup(fd)
	if err == nil {
		syscall.CloseOnExec(dup)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, errorf(ErrCritSysResource, "no descriptor is left: %v", err)
	}
	file := os.NewFile(uintptr(dup), "wellhead-events")
	conn, err := file.SyscallConn()
	if err != nil {
		file.Close()
		return nil, errorf(ErrCritSysResource, "the event descriptor cannot be waited for: %v", err)
	}
	return &waiter{file: file, conn: conn}, nil
}

func (w *waiter) close() { w.file.Close() }

// waitFor calls try, and again after each event, until it returns true (nil), the deadline passes (os.ErrDeadlineExceeded; zero is
// none), the context ends (its error) or the waiter is closed (os.ErrClosed).
func (w *waiter) waitFor(ctx context.Context, deadline time.Time, try func() bool) error {
	for {
		if try() {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		err := w.waitOnce(ctx, deadline, try)
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
		// The deadline may also be what an ended context set, this one or that of the wait before.
		if err := ctx.Err(); err != nil {
			return err
		}
		if !deadline.IsZero() && !time.Now().Before(deadline) {
			return err
		}
	}
}

func (w *waiter) waitOnce(ctx context.Context, deadline time.Time, try func() bool) error {
	if err := w.file.SetReadDeadline(deadline); err != nil {
		return err
	}
	if ctx.Done() != nil {
		ended := make(chan struct{})
		stop := context.AfterFunc(ctx, func() {
			defer close(ended)
			w.file.SetReadDeadline(time.Unix(1, 0))
		})
		defer func() {
			if !stop() {
				<-ended
			}
		}()
	}
	return w.conn.Read(func(uintptr) bool { return try() })
}

// deadlineOf turns a timeout in milliseconds into a time; negative is none.
func deadlineOf(timeoutMs int) time.Time {
	if timeoutMs < 0 {
		return time.Time{}
	}
	return time.Now().Add(time.Duration(timeoutMs) * time.Millisecond)
}

// millisOf is what remains of a context's time, at most limit.
func millisOf(ctx context.Context, limit time.Duration) int {
	if deadline, ok := ctx.Deadline(); ok {
		limit = min(limit, time.Until(deadline))
	}
	return int(max(limit, 0) / time.Millisecond)
}

// blocking runs a call that blocks a thread, and returns early when the context ends; the call then ends by its own timeout.
func blocking[T any](ctx context.Context, call func() (T, error)) (T, error) {
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	if ctx.Done() == nil {
		return call()
	}
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		value, err := call()
		done <- outcome{value, err}
	}()
	select {
	case o := <-done:
		return o.value, o.err
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

// turn lets one goroutine at a time do something. Who finds it taken waits for freed and tries again.
type turn struct {
	taken   atomic.Bool
	waiting atomic.Int32
	freed   chan struct{} // room for one
}

func newTurn() turn { return turn{freed: make(chan struct{}, 1)} }

func (t *turn) try() bool { return t.taken.CompareAndSwap(false, true) }

// release wakes one of those who wait. One who registers after it was looked finds it free.
func (t *turn) release() {
	t.taken.Store(false)
	if t.waiting.Load() > 0 {
		select {
		case t.freed <- struct{}{}:
		default:
		}
	}
}
