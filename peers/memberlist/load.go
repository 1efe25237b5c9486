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

// load is what --count prints.
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
	joinTimeout = 10 * time.Minute
	joinPolls   = 100 * time.Millisecond
)

func measureLoad(o options) error {
	host, port, err := splitBind(o.bind)
	if err != nil {
		return err
	}
	base := net.ParseIP(host).To4()
	if base == nil || base[0] != 127 {
		return fmt.Errorf("--bind %s: with --count it must be an address of 127.0.0.0/8", o.bind)
	}
	config, err := readConfig(o.config)
	if err != nil {
		return err
	}
	result := load{Members: o.count, ResidentBytesWithoutAny: residentBytes()}
	begin := time.Now()
	lists := make([]*memberlist.Memberlist, 0, o.count)
	for i := 0; i < o.count; i++ {
		list, err := startBare(i, addressAfter(base, i), port, config)
		if err != nil {
			return fmt.Errorf("member %d: %v", i, err)
		}
		if i > 0 {
			if _, err := list.Join([]string{o.bind}); err != nil {
				return fmt.Errorf("member %d: %v", i, err)
			}
		}
		lists = append(lists, list)
	}
	for !allKnowAll(lists) {
		if time.Since(begin) > joinTimeout {
			return fmt.Errorf("not all members know all after %v", joinTimeout)
		}
		time.Sleep(joinPolls)
	}
	result.JoinedS = time.Since(begin).Seconds()

	before, start := usage(), time.Now()
	time.Sleep(o.measure)
	after, seconds := usage(), time.Since(start).Seconds()
	result.MeasuredS = seconds
	memberSeconds := seconds * float64(o.count)
	result.UserCPUNsPerMemberS = float64(after.Utime.Nano()-before.Utime.Nano()) / memberSeconds
	result.SystemCPUNsPerMemberS = float64(after.Stime.Nano()-before.Stime.Nano()) / memberSeconds
	resident := float64(residentBytes() - result.ResidentBytesWithoutAny)
	result.ResidentBytesPerMember = resident / float64(o.count)
	result.GoroutinesPerMember = float64(runtime.NumGoroutine()) / float64(o.count)
	return json.NewEncoder(os.Stdout).Encode(result)
}

func addressAfter(base net.IP, count int) string {
	number := int(base[1])<<16 | int(base[2])<<8 | int(base[3])
	number += count
	return net.IPv4(127, byte(number>>16), byte(number>>8), byte(number)).String()
}

func startBare(index int, host string, port int, p parameters) (*memberlist.Memberlist, error) {
	c := memberlist.DefaultLANConfig()
	p.apply(c)
	c.Name = fmt.Sprintf("m%d", index)
	c.BindAddr = host
	c.BindPort = port
	c.AdvertisePort = port
	c.Logger = log.New(io.Discard, "", 0)
	return memberlist.Create(c)
}

func allKnowAll(lists []*memberlist.Memberlist) bool {
	for _, list := range lists {
		if list.NumMembers() != len(lists) {
			return false
		}
	}
	return true
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
