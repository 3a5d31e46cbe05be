package push

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/devices"
	"github.com/apnsctl/apnsctl/pkg/journal"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// pushRecord gathers the results: counts, the lines of ndjson and of the journal, and
// what text and JSON tell of pushes that were not accepted.
type pushRecord struct {
	job   *pushJob
	log   *pushJournal
	lines *journal.Writer // -o ndjson
	list  *cli.JSONStream // -o json: what was not accepted

	mu     sync.Mutex
	closed bool
	sent   bool // the engine has had a result: the run got somewhere
	counts pushCounts
	groups map[groupKey]*pushGroup
	line   []byte // for the list, used again
}

// pushCounts counts rows by class.
type pushCounts struct {
	total, accepted, device, credential, later, network int64

	unregistered int64 // of device: answered with 410
	unusable     int64 // of device: never sent
	resumed      int64 // of total: settled by an earlier run
}

func (c *pushCounts) add(class apns.Class, n int64) {
	c.total += n
	switch class {
	case apns.Accepted:
		c.accepted += n
	case apns.Device:
		c.device += n
	case apns.Credential:
		c.credential += n
	case apns.Later:
		c.later += n
	case apns.Network:
		c.network += n
	}
}

// groupKey is what refusals have in common for one who reads about them.
type groupKey struct {
	class  apns.Class
	status int
	reason string // APNs', ours, or the key of the problem that left a push without an answer
	fault  devices.Fault
}

// pushGroup is a group of refusals with its first examples.
type pushGroup struct {
	groupKey
	count    int64
	examples []string
	problem  *problem.Error // why no answer came, with one of them
}

// Bounds of what is kept for the text: enough to see what is wrong.
const (
	maxGroups   = 64
	maxExamples = 5
)

func newPushRecord(j *pushJob) *pushRecord {
	r := &pushRecord{job: j, groups: map[groupKey]*pushGroup{}}
	if j.JSON() {
		r.list = j.Stream("not_accepted")
	}
	return r
}

// before takes a refusal of an earlier run, which is told again with those of this one.
func (r *pushRecord) before(result *apns.Result) {
	g := &pushGroup{examples: []string{maskedToken(result)}}
	if result.Status == 0 {
		g.examples[0] = r.job.T("push.row", problem.Params{"row": strconv.FormatInt(result.Position+1, 10)})
	}
	_ = r.refuse(result, g) // an output that fails does so again at the end of the list
}

// nowhere ends a run of which only err is to be told.
func (r *pushRecord) nowhere(err error) error {
	if r.list != nil {
		r.list.Discard()
	}
	return err
}

// goOn begins with what an earlier run has settled.
func (r *pushRecord) goOn(log *pushJournal) {
	r.log = log
	if old := log.progress; old != nil {
		r.counts.add(apns.Accepted, old.Accepted)
		r.counts.add(apns.Device, old.Device)
		r.counts.resumed = r.counts.total
	}
	if r.job.Global.Output == outputNDJSON {
		r.lines = journal.NewWriter(r.job.IO.Out)
	}
}

// add takes a result of the engine.
func (r *pushRecord) add(result *apns.Result) error {
	if result.Class == apns.Accepted {
		return r.take(result, nil, true)
	}
	g := pushGroup{examples: []string{maskedToken(result)}}
	if result.Reason == "" && result.Err != nil {
		g.problem = r.job.explained(apns.Explain(result.Err, r.job.endpoint.Host))
		result.Reason = g.problem.Key()
	}
	return r.take(result, &g, true)
}

// unsent takes a row that cannot be pushed.
func (r *pushRecord) unsent(in *pushInput, id apns.ID, reason string) error {
	return r.take(&apns.Result{
		Position: in.position, Token: in.row.Token, ID: id, Reason: reason, Class: apns.Device,
	}, &pushGroup{examples: []string{in.place()}, groupKey: groupKey{fault: in.row.Fault}}, false)
}

// take counts and writes one result; g is what to tell of it, nil when it was accepted.
// The source may still be at it when the run has ended: such a row has no result.
func (r *pushRecord) take(result *apns.Result, g *pushGroup, sent bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil
	}
	r.sent = r.sent || sent
	r.counts.add(result.Class, 1)
	if err := r.log.add(result); err != nil {
		return err
	}
	if r.lines != nil {
		if err := r.lines.Result(result); err != nil {
			return err
		}
	}
	if g == nil {
		return nil
	}
	return r.refuse(result, g)
}

// refuse keeps what the text tells of a push that was not accepted, and lets the list have
// it at once: a fleet may be refused as a whole.
func (r *pushRecord) refuse(result *apns.Result, g *pushGroup) error {
	switch {
	case result.Status == 410:
		r.counts.unregistered++
	case result.Class == apns.Device && result.Status == 0:
		r.counts.unusable++
	}
	g.class, g.status, g.reason = result.Class, result.Status, result.Reason
	r.group(g)
	if r.list == nil {
		return nil
	}
	r.line = journal.AppendResult(r.line[:0], result)
	return r.list.Element(string(bytes.TrimSuffix(r.line, []byte{'\n'})))
}

// group counts a refusal among its like. A server that never gives the same reason twice
// does not get more memory for it.
func (r *pushRecord) group(g *pushGroup) {
	known := r.groups[g.groupKey]
	switch {
	case known == nil && len(r.groups) >= maxGroups:
		return
	case known == nil:
		g.count = 1
		r.groups[g.groupKey] = g
		return
	}
	known.count++
	if len(known.examples) < maxExamples {
		known.examples = append(known.examples, g.examples...)
	}
}

// sorted are the groups, the largest first.
func (r *pushRecord) sorted() []*pushGroup {
	return slices.SortedFunc(maps.Values(r.groups), func(a, b *pushGroup) int {
		return cmp.Or(cmp.Compare(b.count, a.count), strings.Compare(a.reason, b.reason), strings.Compare(string(a.fault), string(b.fault)))
	})
}

// now are the counts so far.
func (r *pushRecord) now() pushCounts {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.counts
}

// close lets nothing in any more, and has the last lines of ndjson out.
func (r *pushRecord) close() error {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	if r.lines == nil {
		return nil
	}
	return r.lines.Close()
}
