// SPDX-License-Identifier: MIT
//
// Datagrams for which this member's socket had no room, as the kernel counts them.
package main

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
)

// overflowMeter remembers what it read last, since a closed socket is not told of any more.
type overflowMeter struct {
	host string
	port int
	last uint64
}

func (o *overflowMeter) count() uint64 {
	if now := overflows(o.host, o.port); now > o.last {
		o.last = now
	}
	return o.last
}

// overflows reads the last column of /proc/net/udp of the socket that is bound there; 0 where the
// system does not tell.
func overflows(host string, port int) uint64 {
	ip := net.ParseIP(host).To4()
	text, err := os.ReadFile("/proc/net/udp")
	if err != nil || ip == nil {
		return 0
	}
	local := fmt.Sprintf("%02X%02X%02X%02X:%04X", ip[3], ip[2], ip[1], ip[0], port)
	for _, line := range strings.Split(string(text), "\n") {
		fields := strings.Fields(line)
		if len(fields) > 12 && fields[1] == local {
			dropped, _ := strconv.ParseUint(fields[len(fields)-1], 10, 64)
			return dropped
		}
	}
	return 0
}
