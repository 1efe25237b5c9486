// SPDX-License-Identifier: MIT
//
// What this member concludes about the others, from all that memberlist lets one see.
//
// Its event delegate tells joins, updates and departures, but neither incarnations nor whose word it
// was nor, in 0.2.2, dead from left. The incarnation and the state lie beside the node that it hands
// out (see nodeRecord). Suspicions and refutations it does not tell at all: those of this member's own
// are in its log, and those of others in the packets that come. What the lab does not hear of: a
// suspicion that only a push/pull brought, and a suspect's refutation that only a push/pull brought.
package main

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/hashicorp/memberlist"
)

// nodeRecord is memberlist's nodeState, whose first field is the Node that delegates get to see.
// checkNodeRecord makes sure of it.
type nodeRecord struct {
	memberlist.Node
	Incarnation uint32
	State       memberlist.NodeStateType
}

func recordOf(node *memberlist.Node) *nodeRecord {
	return (*nodeRecord)(unsafe.Pointer(node))
}

func (r *nodeRecord) incarnation() uint32 {
	return atomic.LoadUint32(&r.Incarnation)
}

func (r *nodeRecord) state() memberlist.NodeStateType {
	return memberlist.NodeStateType(atomic.LoadInt64((*int64)(unsafe.Pointer(&r.State))))
}

func checkNodeRecord() error {
	nodes, found := reflect.TypeOf(memberlist.Memberlist{}).FieldByName("nodeMap")
	if !found {
		return errors.New("this memberlist keeps no nodeMap; memberlist-peer is made for 0.2.2")
	}
	theirs, ours := nodes.Type.Elem().Elem(), reflect.TypeOf(nodeRecord{})
	for i := 0; i < ours.NumField(); i++ {
		field := ours.Field(i)
		their, found := theirs.FieldByName(field.Name)
		if !found || len(their.Index) != 1 || their.Offset != field.Offset ||
			their.Type != field.Type {
			return fmt.Errorf("this memberlist keeps nodes in another form (%s); "+
				"memberlist-peer is made for 0.2.2", field.Name)
		}
	}
	return nil
}

// conclusion is a line of the lab's.
type conclusion struct {
	Event string `json:"event"`
	stamp
	Subject     string `json:"subject,omitempty"`
	Incarnation uint32 `json:"incarnation"`
	Source      string `json:"source"`
	Address     string `json:"address,omitempty"`
}

// told is the last that the lab was told of a member.
type told struct {
	suspect     bool
	incarnation uint32
}

// table implements memberlist's delegates of events and conflicts, and is its log.
type table struct {
	name  string
	lines *lineWriter

	// Never held while memberlist is called.
	lock     sync.Mutex
	records  map[string]*nodeRecord
	told     map[string]told
	accusers map[string]rumour // the last dead message about a member

	counts counts
}

// counts are those of run.json that the log tells.
type counts struct {
	probesFailed, probesIndirect, streamPings, refutations, rejected, nacks atomic.Uint64
}

func newTable(name string, lines *lineWriter) *table {
	return &table{
		name:     name,
		lines:    lines,
		records:  make(map[string]*nodeRecord),
		told:     make(map[string]told),
		accusers: make(map[string]rumour),
	}
}

func (t *table) conclude(event, subject string, incarnation uint32, source, address string) {
	t.lines.write(conclusion{event, now(), subject, incarnation, source, address})
}

// ownIncarnation is this member's, 0 before it has one.
func (t *table) ownIncarnation() uint32 {
	t.lock.Lock()
	defer t.lock.Unlock()
	if own := t.records[t.name]; own != nil {
		return own.incarnation()
	}
	return 0
}

// NotifyJoin is called with memberlist's lock held, as the two below.
func (t *table) NotifyJoin(node *memberlist.Node) {
	record := recordOf(node)
	t.lock.Lock()
	defer t.lock.Unlock()
	t.records[node.Name] = record
	t.told[node.Name] = told{false, record.incarnation()}
	if node.Name != t.name {
		t.conclude("joined", node.Name, record.incarnation(), "", node.Address())
	}
}

func (t *table) NotifyLeave(node *memberlist.Node) {
	record := recordOf(node)
	t.lock.Lock()
	defer t.lock.Unlock()
	incarnation := record.incarnation()
	switch {
	case node.Name == t.name: // our own leave
	case record.state() == memberlist.StateLeft:
		t.conclude("left", node.Name, incarnation, node.Name, node.Address())
	default:
		source := ""
		if said := t.accusers[node.Name]; said.Incarnation == incarnation {
			source = said.From
		}
		t.conclude("dead", node.Name, incarnation, source, node.Address())
	}
}

func (t *table) NotifyUpdate(node *memberlist.Node) {
	if node.Name != t.name {
		t.conclude("updated", node.Name, recordOf(node).incarnation(), "", node.Address())
	}
}

// NotifyConflict tells that another address claims a member's name.
func (t *table) NotifyConflict(existing, other *memberlist.Node) {
	t.conclude("conflict", existing.Name, recordOf(existing).incarnation(), "", other.Address())
}

// heard looks at a message that a packet brought and memberlist has not seen yet.
func (t *table) heard(message []byte) {
	switch message[0] {
	case nackMessage:
		t.counts.nacks.Add(1)
	case suspectMessage, aliveMessage, deadMessage:
		if said, ok := decodeRumour(message); ok && said.Node != t.name {
			t.weigh(message[0], said)
		}
	}
}

// weigh tells what memberlist will make of what was said, where it does not tell itself.
func (t *table) weigh(messageType byte, said rumour) {
	t.lock.Lock()
	defer t.lock.Unlock()
	record, last := t.records[said.Node], t.told[said.Node]
	if record == nil {
		return
	}
	switch messageType {
	case deadMessage:
		t.accusers[said.Node] = said
	case suspectMessage:
		if said.Incarnation >= record.incarnation() {
			t.suspect(record, said.From, said.Incarnation)
		}
	case aliveMessage:
		if last.suspect && said.Incarnation > last.incarnation {
			t.told[said.Node] = told{false, said.Incarnation}
			if record.state() == memberlist.StateSuspect {
				t.conclude("refuted", said.Node, said.Incarnation, said.Node, "")
			}
		}
	}
}

// suspect tells of a suspicion of a member that is alive so far, once for each incarnation.
func (t *table) suspect(record *nodeRecord, source string, incarnation uint32) {
	last := t.told[record.Name]
	news := incarnation > last.incarnation || incarnation == last.incarnation && !last.suspect
	if news && record.state() == memberlist.StateAlive {
		t.told[record.Name] = told{true, incarnation}
		t.conclude("suspect", record.Name, incarnation, source, "")
	}
}

// Write takes a line of memberlist's log.
func (t *table) Write(text []byte) (int, error) {
	level, line, _ := strings.Cut(strings.TrimSpace(string(text)), " memberlist: ")
	var subject string
	switch {
	case between(line, "Suspect ", " has failed, no acks received", &subject):
		t.counts.probesFailed.Add(1)
		t.ownSuspicion(subject)
	case between(line, "Marking ", " as failed, suspect timeout reached", &subject):
		t.ownVerdict(subject)
	case between(line, "Refuting a suspect message (from: ", ")", &subject),
		between(line, "Refuting a dead message (from: ", ")", &subject):
		t.refuting(subject)
	case strings.HasPrefix(line, "Refuting an alive message"):
		t.refuting("")
	case strings.HasPrefix(line, "Failed ping: "):
		t.counts.probesIndirect.Add(1)
	case strings.HasPrefix(line, "Was able to connect to "):
		t.counts.streamPings.Add(1)
	case rejection(line) != "":
		t.counts.rejected.Add(1)
		t.conclude("rejected", "", 0, rejection(line), "")
	case level == "[ERR]":
		logToStderr(line)
	}
	return len(text), nil
}

// between cuts out what stands after the prefix and before the first of the suffix.
func between(line, prefix, suffix string, middle *string) bool {
	if !strings.HasPrefix(line, prefix) {
		return false
	}
	found := false
	*middle, _, found = strings.Cut(line[len(prefix):], suffix)
	return found
}

func (t *table) ownSuspicion(subject string) {
	t.lock.Lock()
	defer t.lock.Unlock()
	if record := t.records[subject]; record != nil {
		t.suspect(record, t.name, record.incarnation())
	}
}

func (t *table) ownVerdict(subject string) {
	t.lock.Lock()
	defer t.lock.Unlock()
	if record := t.records[subject]; record != nil {
		t.accusers[subject] = rumour{subject, t.name, record.incarnation()}
	}
}

// refuting is logged after memberlist has chosen the incarnation, with its lock held.
func (t *table) refuting(accuser string) {
	t.counts.refutations.Add(1)
	t.conclude("refuted", t.name, t.ownIncarnation(), accuser, "")
}

// rejection names why memberlist did not take what came, as swim-agent says it; empty: it is no such
// line.
func rejection(line string) string {
	for _, reason := range []struct{ prefix, name string }{
		{"Got invalid checksum", "wrong CRC"},
		{"msg type (", "message type not supported"},
		{"Compound request had ", "truncated compound"},
		{"Failed to decode", "malformed message"},
		{"Failed to decompress payload", "malformed message"},
		{"Decrypt packet failed", "cannot be decrypted"},
		{"Received invalid msgType", "stream message type not supported"},
		{"Failed to read remote state", "malformed push/pull"},
		{"Failed push/pull merge", "push/pull with incompatible versions"},
		{"failed to receive", "malformed stream message"},
	} {
		if strings.HasPrefix(line, reason.prefix) {
			return reason.name
		}
	}
	return ""
}
