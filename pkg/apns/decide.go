package apns

import (
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// takeBack decides each outcome: another try, or the one result of its push.
func (r *run) decide(outcomes []outcome) {
	if len(outcomes) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.clock.now()
	finished, again := r.finished[:0], r.again[:0]
	for i := range outcomes {
		o := &outcomes[i]
		it := o.item
		class, retry, pause := r.backoff.classify(o, it.attempts)
		if o.reason == "ExpiredProviderToken" && r.bearer.expired(now, it.attempts) {
			retry = true
		}
		if retry {
			it.last, it.due = *o, now+pause
			again = append(again, it)
			continue
		}
		r.report(it, o, class)
		finished = append(finished, it)
	}
	r.finished, r.again = finished, again
	r.close(r.queue.takeBack(finished, again, now))
}

// finish gives items that will not go out again the result of their last try.
func (r *run) finish(items []*item) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.close(items)
}

// close reports items that the stopped queue will not take. The caller holds the lock.
func (r *run) close(items []*item) {
	if len(items) == 0 {
		return
	}
	for _, it := range items {
		class, _, _ := r.backoff.classify(&it.last, it.attempts)
		r.report(it, &it.last, class)
	}
	r.queue.takeBack(items, nil, 0)
}

// giveBack returns pushes that a connection took and did not send.
func (r *run) giveBack(items []*item) { r.finish(r.queue.giveBack(items)) }

// report hands the result of a push to the sink. The caller holds the lock.
func (r *run) report(it *item, o *outcome, class Class) {
	r.summary.count(class)
	r.result = Result{
		Position: it.Position, Token: it.Token, ID: it.ID,
		Status: o.status, Reason: o.reason, Timestamp: o.timestamp,
		Attempts: it.attempts, Class: class, Err: o.err,
	}
	if err := r.sink(&r.result); err != nil {
		r.stop(err)
	}
	if class != Credential {
		r.streak = 0
		return
	}
	if r.streak++; r.streak == maxStreak {
		r.stop(problem.Say(problem.APNsRefused, "answers",
			problem.Params{"host": r.cfg.Endpoint.Host, "reason": o.reason}))
	}
}
