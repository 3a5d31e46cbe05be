package lifecycle

import (
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Outcome is what an import did.
type Outcome struct {
	Action      Action // Registered, Renewed, Replaced or RolledBack; empty when nothing changed
	Profile     string
	Created     bool
	GaveWay     bool   // the profile that a refused import made without a name is gone, see [State.giveWay]
	Beside      string // the other profiles, for a sentence
	Near        string // those whose name is a slip away
	Headline    Headline
	OldTopic    string    // what the profile's devices listened on before
	Until       time.Time // of an earlier topic that is back: when it was replaced
	Undone      bool      // the certificate brings a topic back that was undone
	Certificate *pushcert.Certificate
	Previous    *pushcert.Certificate
	Findings    []problem.Finding
	Todo        []Todo
	Kept        []string // the authorities that the config file has from now on
}

// Todo names a step that is left to people after an import.
type Todo string

// The steps, in the order in which they are due.
const (
	TodoUpload   Todo = "upload"    // give certificate and key to the MDM server
	TodoHandOver Todo = "hand-over" // give the certificate to the product that holds the key
	TodoServer   Todo = "server"    // hand it over to the server that the profile is linked with
	// TodoServerKey is to have that server make a request: it has no key of this certificate.
	TodoServerKey Todo = "server-key"
	TodoRestart   Todo = "restart"   // some servers keep using the old one
	TodoPushOne   Todo = "push-one"  // one test push proves the pair
	TodoSyncAll   Todo = "sync-all"  // renewed after expiry: devices have missed wake-ups
	TodoReenroll  Todo = "re-enroll" // another topic: devices listen on the old one for ever
	TodoReturned  Todo = "returned"  // back to an earlier topic: its devices hear again
	TodoRenew     Todo = "renew"     // what came back has expired
)

// Headline is what came of an import, in the one sentence that stands above the rest.
type Headline string

// The headlines. None contradicts the steps that are left.
const (
	HeadlineRegistered  Headline = "registered"   // the first certificate of a profile
	HeadlineKnown       Headline = "known"        // the first, under the topic that devices know
	HeadlineKnownLate   Headline = "known-late"   // the same, after the one before had expired
	HeadlineRenewed     Headline = "renewed"      // in time, same topic
	HeadlineRenewedLate Headline = "renewed-late" // after expiry, same topic
	HeadlineReplaced    Headline = "replaced"     // another topic, accepted in full
	HeadlineReturned    Headline = "returned"     // a topic that the profile had before
	HeadlineRolledBack  Headline = "rolled-back"  // an earlier certificate, same topic
	HeadlineMoved       Headline = "moved"        // came whole from another config file
	HeadlineUnchanged   Headline = "unchanged"
	HeadlineCompleted   Headline = "completed" // unchanged, but now with its key
)

func action(before Reference, next *pushcert.Certificate) Action {
	switch {
	case before.Topic != "" && before.Topic != next.Topic():
		return Replaced
	case before.Certificate == nil:
		return Registered
	}
	return Renewed
}

// expiredBy tells whether devices have been without a valid certificate of their topic.
func (r Reference) expiredBy(now time.Time, refused *Refused) bool {
	switch {
	case r.Certificate != nil:
		return now.After(r.Certificate.X509.NotAfter)
	case r.Source == TopicRefused && refused != nil:
		return now.After(refused.NotAfter)
	}
	return false
}

func headline(a Action, before Reference, next *pushcert.Certificate, late bool) Headline {
	switch {
	case a == Replaced && !before.returned(next.Topic()).IsZero():
		return HeadlineReturned
	case a == Replaced:
		return HeadlineReplaced
	case a == Renewed && late:
		return HeadlineRenewedLate
	case a == Renewed:
		return HeadlineRenewed
	case before.Topic != "" && late:
		return HeadlineKnownLate
	case before.Topic != "":
		return HeadlineKnown
	}
	return HeadlineRegistered
}

// todo are the steps that are left after an import with a headline.
func todo(h Headline, haveKey bool) []Todo {
	steps := []Todo{TodoHandOver}
	if haveKey {
		steps = []Todo{TodoUpload, TodoRestart, TodoPushOne}
	}
	return append(steps, following(h)...)
}

// following are those of them that are about devices.
func following(h Headline) []Todo {
	switch h {
	case HeadlineReplaced:
		return []Todo{TodoReenroll}
	case HeadlineReturned:
		return []Todo{TodoReturned}
	case HeadlineRenewedLate, HeadlineKnownLate:
		return []Todo{TodoSyncAll}
	}
	return nil
}

// had is a topic that the profile had before.
func (r Reference) had(topic string) (HeldTopic, bool) {
	for _, e := range r.Earlier {
		if e.Topic == topic && !e.Until.IsZero() {
			return e, true
		}
	}
	return HeldTopic{}, false
}

// returned is when a topic was replaced that is the way back to devices; zero where it is none.
func (r Reference) returned(topic string) time.Time {
	if had, ok := r.had(topic); ok && !had.Undone {
		return had.Until
	}
	return time.Time{}
}
