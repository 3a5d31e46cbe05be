package fleet

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/journal"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Engine pushes what a source hands out, as [apns.Client.Run] does.
type Engine interface {
	Run(ctx context.Context, note apns.Notification, source apns.Source, sink apns.Sink) (apns.Summary, error)
}

// Run is one run: what is pushed to whom, and where its results go. [Run.Do] or [Run.Rehearse]
// is called once.
type Run struct {
	Input *Input
	Kind  *Kind
	Note  apns.Notification // of Kind
	Magic []byte            // for rows without their own; a secret
	Host  string            // of APNs, for why no answer came

	ID   apns.ID // what the apns-ids derive from
	Hash string  // the SHA-256 of the input in hexadecimal; empty for a pipe
	// Journal takes the results for a later run, as package journal writes them; nil for none.
	Journal io.Writer
	// Lines takes the results in the same form, without a header; nil for none.
	Lines io.Writer
	// NotAccepted gets each result of another class than accepted, also those of an earlier run,
	// one at a time. It must not keep the result; an error ends the run. It may be nil.
	NotAccepted func(*apns.Result) error
	// Unusual gets place and length of the first token that is longer or shorter than all device
	// tokens so far, and pushed all the same. It may be nil.
	Unusual func(place string, digits int)

	past     *journal.Progress // what an earlier run has settled; nil without one
	log      *journal.Writer   // to Journal
	lines    *journal.Writer   // to Lines
	remarked bool              // Unusual was told
	waiting  atomic.Int64      // rows under way

	mu     sync.Mutex // guards what follows
	closed bool
	sent   bool
	record record
}

// Summary is what came of a run.
type Summary struct {
	Counts
	Elapsed time.Duration
	Groups  []*Group // of refusals, the largest first
	// Sent tells that the engine had a result for any row: the run got somewhere.
	Sent bool
	// Stopped is why the run ended before all rows had their turn; nil if they had.
	Stopped *problem.Error
}

// Resume goes on with an old journal: what it settled is not pushed again, and its refusals are
// told again. Its first whole bytes are lines; the next line belongs there, for what follows was
// torn. An empty journal settles nothing. The name serves the problems, which are usage (the
// journal is of another input or shard) and file-damaged; any other error is the reader's own.
func (r *Run) Resume(name string, old io.Reader) (whole int64, err error) {
	past, err := journal.Read(name, old, r.before)
	shard := r.Input.part.String()
	switch {
	case err != nil:
		return 0, err
	case past.Whole == 0:
		return 0, nil
	case !past.Same(r.Hash):
		return 0, problem.Say(problem.Usage, "push-resume-input", problem.Params{"file": name})
	case !past.SameShard(shard):
		return 0, problem.Say(problem.Usage, "push-resume-shard", problem.Params{"file": name, "shard": shard, "journal_shard": past.Shard})
	}
	r.ID, r.past = past.Run, past
	counts := &r.record.counts
	counts.add(apns.Accepted, past.Accepted)
	counts.add(apns.Device, past.Device)
	counts.Resumed = counts.Total
	return past.Whole, nil
}

// before takes a refusal of an earlier run, which is told again with those of this one.
func (r *Run) before(result *apns.Result) {
	example := Example{Token: string(result.Token), Since: result.Timestamp}
	if result.Status == 0 {
		example = Example{Row: result.Position + 1}
	}
	_ = r.refuse(result, detail{example: example}) // an output that fails does so again at its end
}

// Do pushes. The error is that of Journal or Lines, which could not be written to their end: then
// there is no summary. Why else a run ended early is part of the summary.
func (r *Run) Do(ctx context.Context, engine Engine) (Summary, error) {
	if r.Lines != nil {
		r.lines = journal.NewWriter(r.Lines)
	}
	if r.Journal != nil {
		r.log = journal.NewWriter(r.Journal)
		if r.past == nil {
			_ = r.log.Header(journal.Header{Run: r.ID, Input: r.Hash, Shard: r.Input.part.String()}) // its error comes back at the end
		}
	}
	next := func(p *apns.Push) error { return r.next(ctx, p) }
	pushed, failed := engine.Run(ctx, r.Note, source(next), r.add)
	if err := r.close(); err != nil {
		return Summary{}, err
	}
	s := Summary{Counts: r.record.counts, Elapsed: pushed.Elapsed, Groups: r.record.sorted(), Sent: r.sent}
	if failed != nil {
		s.Stopped = r.explained(problem.Of(failed))
	}
	return s, nil
}

// explained names the topic that a refused certificate is for: whatever is done about it,
// the devices keep it.
func (r *Run) explained(p *problem.Error) *problem.Error {
	if p.Code == problem.APNsRefused && r.Kind.MDM() {
		return p.About("topic", r.Note.Topic)
	}
	return p
}

// add takes a result of the engine.
func (r *Run) add(result *apns.Result) error {
	if result.Class == apns.Accepted {
		return r.take(result, detail{}, true)
	}
	d := detail{example: Example{Token: string(result.Token), Since: result.Timestamp}}
	if result.Reason == "" && result.Err != nil {
		d.problem = r.explained(apns.Explain(result.Err, r.Host))
		result.Reason = d.problem.Key()
	}
	return r.take(result, d, true)
}

// take counts and writes one result; d is of one that was not accepted. The source may still
// be at it when the run has ended: such a row has no result.
func (r *Run) take(result *apns.Result, d detail, sent bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil
	}
	if sent {
		r.sent = true
		r.waiting.Add(-1)
	}
	r.record.counts.add(result.Class, 1)
	for _, w := range [...]*journal.Writer{r.log, r.lines} {
		if w == nil {
			continue
		}
		if err := w.Result(result); err != nil {
			return err
		}
	}
	if result.Class == apns.Accepted {
		return nil
	}
	return r.refuse(result, d)
}

// refuse keeps what is told of a push that was not accepted, and lets it be told at once: a
// fleet may be refused as a whole.
func (r *Run) refuse(result *apns.Result, d detail) error {
	r.record.refuse(result, d)
	if r.NotAccepted == nil {
		return nil
	}
	return r.NotAccepted(result)
}

// Counts are the counts so far. It may be called while the run goes on.
func (r *Run) Counts() Counts {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.record.counts
}

// Waiting is how many rows have been read and have no result yet. It may be called while the run goes on.
func (r *Run) Waiting() int64 { return r.waiting.Load() }

// close lets no result in any more, and has the last lines out.
func (r *Run) close() error {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	var err error
	for _, w := range [...]*journal.Writer{r.lines, r.log} {
		if w != nil {
			err = errors.Join(err, w.Close())
		}
	}
	return err
}
