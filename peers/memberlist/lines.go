// SPDX-License-Identifier: MIT
//
// Lines of JSON for the lab, each with the moment at which it happened.
package main

import (
	"encoding/json"
	"io"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

// stamp is a moment on the clock that all processes of a machine share, and for people.
type stamp struct {
	MonotonicNs int64  `json:"monotonic_ns"` // CLOCK_MONOTONIC
	Time        string `json:"time"`
}

const (
	clockMonotonic = 1
	timeLayout     = "2006-01-02T15:04:05.000000Z07:00" // RFC 3339 with microseconds
)

// Go's own monotonic readings are CLOCK_MONOTONIC too, but count from the process's start.
var (
	startTime      = time.Now()
	startMonotonic = readMonotonic()
)

func readMonotonic() int64 {
	var now syscall.Timespec
	_, _, failed := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clockMonotonic,
		uintptr(unsafe.Pointer(&now)), 0)
	if failed != 0 {
		panic("CLOCK_MONOTONIC cannot be read")
	}
	return now.Nano()
}

func now() stamp {
	t := time.Now()
	return stamp{startMonotonic + int64(t.Sub(startTime)), t.UTC().Format(timeLayout)}
}

// lineWriter writes lines in the order in which they were given. Whoever gives one, memberlist with
// its lock held say, does not wait for the reader of the lines.
type lineWriter struct {
	lines   chan interface{}
	written chan struct{} // closed once nothing is written any more
	lock    sync.RWMutex
	closed  bool
}

const waitingLines = 65536

func newLineWriter(to io.Writer) *lineWriter {
	w := &lineWriter{lines: make(chan interface{}, waitingLines), written: make(chan struct{})}
	go func() {
		defer close(w.written)
		encoder := json.NewEncoder(to)
		for line := range w.lines {
			if encoder.Encode(line) != nil {
				return // nobody reads any more
			}
		}
	}()
	return w
}

func (w *lineWriter) write(line interface{}) {
	w.lock.RLock()
	defer w.lock.RUnlock()
	if w.closed {
		return
	}
	select {
	case w.lines <- line:
	case <-w.written:
	}
}

// close returns when everything is written. Lines that come later are lost.
func (w *lineWriter) close() {
	w.lock.Lock()
	w.closed = true
	close(w.lines)
	w.lock.Unlock()
	<-w.written
}
