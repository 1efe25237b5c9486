// SPDX-License-Identifier: MIT
//
// memberlist-peer: a member of a cluster that runs hashicorp/memberlist, for the lab.
//
// It speaks the lab's lines: what it concludes and moves as JSON on standard output, commands as
// JSON on standard input. The protocol is memberlist's alone; what surrounds it only listens, counts,
// and stands in for a bad network.
package main

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// addresses is a flag that may be given several times.
type addresses []string

func (a *addresses) String() string {
	return strings.Join(*a, " ")
}

func (a *addresses) Set(text string) error {
	if _, _, err := net.SplitHostPort(text); err != nil {
		return errors.New("must be an address and a port, such as 127.9.0.4:7946")
	}
	*a = append(*a, text)
	return nil
}

type options struct {
	name            string
	bind            string
	config          string
	join            addresses
	trafficInterval time.Duration
	count           int
	inMemory        bool
	joinTimeout     time.Duration
	settle          time.Duration
	measure         time.Duration
	windows         int
}

func readOptions() (options, error) {
	var o options
	flag.StringVar(&o.name, "name", "", "the member's `name`; the host's if not given")
	flag.StringVar(&o.bind, "bind", "127.0.0.1:7946", "`address` and port to listen at")
	flag.StringVar(&o.config, "config", "", "JSON `file` with memberlist's parameters")
	flag.Var(&o.join, "join", "`address` and port of a member to join; may be given several times")
	flag.DurationVar(&o.trafficInterval, "traffic-interval", time.Second,
		"`time` between two reports of traffic; 0: none")
	flag.IntVar(&o.count, "count", 0,
		"measure the load of that many `members` in this process, at addresses from --bind on")
	flag.BoolVar(&o.inMemory, "in-memory", false,
		"with --count: on a network in memory instead of sockets")
	flag.DurationVar(&o.joinTimeout, "join-timeout", 10*time.Minute,
		"with --count: how `long` until all must know all")
	flag.DurationVar(&o.settle, "settle", 0,
		"with --count: how `long` to wait once all know all")
	flag.DurationVar(&o.measure, "measure", time.Minute,
		"with --count: for how `long` then")
	flag.IntVar(&o.windows, "windows", 1,
		"with --count: how many `times`, one after the other")
	flag.Parse()
	if flag.NArg() > 0 {
		return o, fmt.Errorf("there is no argument '%s'; see --help", flag.Arg(0))
	}
	if o.name == "" {
		var err error
		if o.name, err = os.Hostname(); err != nil {
			return o, fmt.Errorf("the host has no name (%v); give one by --name", err)
		}
	}
	return o, nil
}

// splitBind reads --bind: an IP address and a port that is not 0.
func splitBind(text string) (string, int, error) {
	host, portText, err := net.SplitHostPort(text)
	port, portErr := strconv.ParseUint(portText, 10, 16)
	if err != nil || portErr != nil || port == 0 || net.ParseIP(host) == nil {
		return "", 0, fmt.Errorf(
			"--bind %s: must be an IP address and a port, such as 127.9.0.4:7946", text)
	}
	return host, int(port), nil
}

func main() {
	o, err := readOptions()
	if err == nil {
		if o.count > 0 {
			err = measureLoad(o)
		} else {
			err = runMember(o)
		}
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "memberlist-peer: %v\n", err)
		os.Exit(2)
	}
}

// beOneOfMany makes the process small: a machine runs a hundred beside it, and what Go's runtime does on
// idle processors and for a small heap would be most of what they take. 24 of 128 members that go on at
// once after a stall then overload two processors, and living members are buried for that alone.
func beOneOfMany() {
	runtime.GOMAXPROCS(1)
	debug.SetGCPercent(400)
}

// runMember is one member until a signal, a command or the end of standard input ends it.
func runMember(o options) error {
	beOneOfMany()
	config, err := readConfig(o.config)
	if err != nil {
		return err
	}
	lines := newLineWriter(os.Stdout)
	defer lines.close()
	member, err := startMember(o, config, lines)
	if err != nil {
		return err
	}
	go member.join(o.join)

	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	commands := readCommands(os.Stdin)
	var ticks <-chan time.Time
	if o.trafficInterval > 0 {
		ticks = time.NewTicker(o.trafficInterval).C
	}
	for {
		select {
		case <-signals:
			return member.end(5 * time.Second)
		case <-ticks:
			member.report()
		case line, open := <-commands:
			if !open {
				return member.end(0)
			}
			if leaving, timeout := member.perform(line); leaving {
				return member.end(timeout)
			}
		}
	}
}
