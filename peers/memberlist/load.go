// SPDX-License-Identifier: MIT
//
// Many members in one process, as memberlist comes: what a member costs, to compare others with.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/hashicorp/memberlist"
)

// load is what --count prints, a line each time it measured.
type load struct {
	Members                 int     `json:"members"`
	JoinedS                 float64 `json:"joined_s"` // from the first start until all know all
	MeasuredS               float64 `json:"measured_s"`
	UserCPUNsPerMemberS     float64 `json:"user_cpu_ns_per_member_second"`
	SystemCPUNsPerMemberS   float64 `json:"system_cpu_ns_per_member_second"`
	ResidentBytesPerMember  float64 `json:"resident_bytes_per_member"`
	GoroutinesPerMember     float64 `json:"goroutines_per_member"`
	ResidentBytesWithoutAny int64   `json:"resident_bytes_without_any"`
}

const (
	joinPolls     = 100 * time.Millisecond
	askAgainAfter = 5 * time.Second
	patience      = time.Minute
)

func measureLoad(o options) error {
	config, err := readConfig(o.config)
	if err != nil {
		return err
	}
	configs, first, err := configsOfMany(o, config)
	if err != nil {
		return err
	}
	result := load{Members: o.count, ResidentBytesWithoutAny: residentBytes()}
	begin := time.Now()
	lists, err := startMany(configs, first, begin.Add(o.joinTimeout))
	if err != nil {
		return err
	}
	result.JoinedS = time.Since(begin).Seconds()
	time.Sleep(o.settle)
	for i := 0; i < o.windows; i++ {
		result.measure(o.measure)
		if missing := lacking(lists); len(missing) > 0 {
			return fmt.Errorf("%d members lost sight of others while they were measured", len(missing))
		}
		if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
			return err
		}
	}
	return nil
}

// measure fills in what the members take in the time that comes now.
func (l *load) measure(duration time.Duration) {
	before, start := usage(), time.Now()
	time.Sleep(duration)
	after, seconds := usage(), time.Since(start).Seconds()
	l.MeasuredS = seconds
	members := float64(l.Members)
	l.UserCPUNsPerMemberS = float64(after.Utime.Nano()-before.Utime.Nano()) / seconds / members
	l.SystemCPUNsPerMemberS = float64(after.Stime.Nano()-before.Stime.Nano()) / seconds / members
	l.ResidentBytesPerMember = float64(residentBytes()-l.ResidentBytesWithoutAny) / members
	l.GoroutinesPerMember = float64(runtime.NumGoroutine()) / members
}

// configsOfMany is a configuration a member, and the address of the first.
func configsOfMany(o options, p parameters) ([]*memberlist.Config, string, error) {
	configs := make([]*memberlist.Config, o.count)
	for i := range configs {
		configs[i] = memberlist.DefaultLANConfig()
		p.apply(configs[i])
		configs[i].Name = fmt.Sprintf("m%d", i)
		configs[i].Logger = log.New(io.Discard, "", 0)
	}
	if o.inMemory {
		network, err := newMemoryNetwork(o.count)
		if err != nil {
			return nil, "", err
		}
		for i, c := range configs {
			c.Transport = network[memoryAddress(i)]
		}
		return configs, memoryAddress(0), nil
	}
	host, port, err := splitBind(o.bind)
	if err != nil {
		return nil, "", err
	}
	base := net.ParseIP(host).To4()
	if base == nil || base[0] != 127 {
		return nil, "", fmt.Errorf(
			"--bind %s: with --count it must be an address of 127.0.0.0/8", o.bind)
	}
	for i, c := range configs {
		c.BindAddr = addressAfter(base, i)
		c.BindPort = port
		c.AdvertisePort = port
	}
	return configs, o.bind, nil
}

func addressAfter(base net.IP, count int) string {
	number := int(base[1])<<16 | int(base[2])<<8 | int(base[3])
	number += count
	return net.IPv4(127, byte(number>>16), byte(number>>8), byte(number)).String()
}

// startMany returns once all know all. Until then probes have all the time in the world: a thousand
// members that join take all processors, and who is suspected for that makes work for everybody.
func startMany(
	configs []*memberlist.Config, first string, deadline time.Time,
) ([]*memberlist.Memberlist, error) {
	interval, timeout := configs[0].ProbeInterval, configs[0].ProbeTimeout
	lists := make([]*memberlist.Memberlist, 0, len(configs))
	for i, c := range configs {
		list, err := memberlist.Create(c)
		if err != nil {
			return nil, fmt.Errorf("member %d: %v", i, err)
		}
		lists = append(lists, list)
		c.ProbeInterval, c.ProbeTimeout = patience, patience // which it reads at each probe
		for joined := i == 0; !joined; {
			// Where many join at once, the first may be too busy to answer in time.
			_, err := list.Join([]string{first})
			joined = err == nil
			if !joined && time.Now().After(deadline) {
				return nil, fmt.Errorf("member %d: %v", i, err)
			}
		}
	}
	askAgain := time.Now().Add(askAgainAfter)
	for missing := lacking(lists); len(missing) > 0; missing = lacking(lists) {
		if time.Now().After(deadline) {
			return nil, fmt.Errorf(
				"%d of %d members have not heard of all in time", len(missing), len(lists))
		}
		if time.Now().After(askAgain) {
			// The first one has heard of all. What gossip missed would else come by push/pull, in
			// minutes.
			for _, list := range missing {
				list.Join([]string{first})
			}
			askAgain = time.Now().Add(askAgainAfter)
		}
		time.Sleep(joinPolls)
	}
	for _, c := range configs {
		c.ProbeInterval, c.ProbeTimeout = interval, timeout
	}
	return lists, nil
}

// lacking is those who do not know all.
func lacking(lists []*memberlist.Memberlist) []*memberlist.Memberlist {
	var missing []*memberlist.Memberlist
	for _, list := range lists {
		if list.NumMembers() != len(lists) {
			missing = append(missing, list)
		}
	}
	return missing
}

func usage() syscall.Rusage {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err) // it cannot fail with this argument
	}
	return used
}

// residentBytes is what the kernel says that this process has in memory now.
func residentBytes() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	pages := int64(0)
	if fields := strings.Fields(string(text)); err == nil && len(fields) > 1 {
		fmt.Sscan(fields[1], &pages)
	}
	return pages * int64(os.Getpagesize())
}
