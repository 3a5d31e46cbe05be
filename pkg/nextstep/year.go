package nextstep

import (
	"slices"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
)

// Case is what a year's renewal is about.
type Case string

// The cases.
const (
	First      Case = "first"       // no certificate was ever registered, and no topic is known
	Renewal    Case = "renewal"     // the same topic for another year
	Expired    Case = "expired"     // the same, after the last day
	OtherTopic Case = "other-topic" // the certificate has, or would have, another topic than the devices
)

// Step is one thing to do in a profile's year.
type Step string

// The steps, in order.
const (
	Request  Step = "request"
	Portal   Step = "portal"
	Download Step = "download"
	Verify   Step = "verify"
	Import   Step = "import"
	Deliver  Step = "deliver" // to the MDM server
	Test     Step = "test"    // a push with the new certificate
	Done     Step = "done"
)

// Steps lists the steps in order.
func Steps() []Step {
	return []Step{Request, Portal, Download, Verify, Import, Deliver, Test, Done}
}

// Progress is how far a step is.
type Progress string

// What a step can be.
const (
	IsDone  Progress = "done"
	IsNext  Progress = "next"
	IsLater Progress = "later"
)

// Year is where a profile stands.
type Year struct {
	Profile string
	Case    Case
	Step    Step // the next one
	Route   lifecycle.Route
	Topic   string    // that the devices listen on; empty while nobody has told
	New     bool      // somebody has told that no device was ever enrolled
	Ends    time.Time // of the registered certificate; zero without one
	// Server is the one that takes the certificate by a call; empty where a person hands it over.
	Server string
	// Due tells that it needs a request, see [lifecycle.State.NeedsRequest].
	Due bool
	// Unsigned tells that the request that is out still has to be signed, and Signer by whom, see [lifecycle.State.Signer].
	Unsigned bool
	Signer   string
	// Outlived tells that a request is out which Apple takes no more, see [lifecycle.State.Outlived].
	Outlived bool
	// KeyElsewhere tells that the key of the certificate, or of the one to come, is in another product: nothing can
	// be pushed from here.
	KeyElsewhere bool
	// Shows is the server that tells which certificate it uses; empty if none does.
	Shows string
	// LastForm is the form in which the certificate was exported last; empty if it never was.
	LastForm string
}

// Progress tells how far a step is.
func (y Year) Progress(s Step) Progress {
	here, there := slices.Index(Steps(), y.Step), slices.Index(Steps(), s)
	switch {
	case there < here, y.Step == Done:
		return IsDone
	case there == here:
		return IsNext
	}
	return IsLater
}

// Year tells where the named profile stands, which need not exist yet. A certificate is due within
// warnDays of its end. A damaged certificate is [problem.StateDamaged].
func (s Situation) Year(name string, warnDays int) (Year, error) {
	y := Year{Profile: name, Case: First, Step: Request, Route: s.state().Route(name, s.Now)}
	y.KeyElsewhere = y.Route == lifecycle.RouteElsewhere
	p := s.state().Profiles[name]
	if p == nil {
		return y, nil
	}
	y.linked(p.Server, s.state().Servers[p.Server])
	leaf, err := p.Leaf(name)
	if err != nil {
		return y, err
	}
	known, err := p.KnownTopic(name)
	if err != nil {
		return y, err
	}
	y.Topic, y.New, y.LastForm = known.Topic, p.First, lastForm(p)
	if y.Topic != "" {
		y.Case = Renewal
	}
	y.Outlived = s.state().Outlived(name, s.Now)
	open := len(p.Requests()) > 0 && !y.Outlived
	if open {
		y.Step, y.Unsigned, y.Signer = Portal, p.Unsigned(), s.state().Signer(name, s.Now)
	}
	if y.Due, err = s.state().NeedsRequest(name, warnDays, s.Now); leaf == nil {
		return y, err
	}
	y.Ends = leaf.X509.NotAfter
	if s.Now.After(y.Ends) {
		y.Case = Expired
	}
	if s.state().WantsServersKey(name) {
		y.fetched(p)
	} else if !open && !y.Due {
		y.notDue(p, s.Now)
	}
	return y, err
}

// linked notes what the server of the profile can do. One that takes the key with the certificate takes
// nothing without it.
func (y *Year) linked(name string, server *lifecycle.Server) {
	if server.TakesCertificates() && !y.KeyElsewhere {
		y.Server = name
	}
	if server.TellsCertificate() {
		y.Shows = name
	}
	y.KeyElsewhere = y.KeyElsewhere || server.MakesRequests()
}

// fetched is where a profile stands whose server keeps a key of its own: what is stored, and what was
// requested here, is of no use there.
func (y *Year) fetched(p *lifecycle.Profile) {
	y.Step = Request
	if p.ServersRequest() != nil {
		y.Step = Portal
	}
}

// notDue is where a profile stands whose certificate is not due. The steps that follow an import are spoken of for a
// while: nobody tells the config file that a server has the certificate, unless apnsctl itself wrote it there.
func (y *Year) notDue(p *lifecycle.Profile, now time.Time) {
	y.Step = Done
	if now.Sub(p.Certificate.ImportedAt) >= lifecycle.RecentImport {
		return
	}
	y.Step, y.Case = Deliver, registeredAs(p)
	switch {
	case p.Certificate.TestedAt != nil:
		y.Step = Done
	case p.Delivered():
		y.Step = Test
	}
}

// registeredAs is the case of the certificate that was registered last. One that came after a
// deletion renews what was there before.
func registeredAs(p *lifecycle.Profile) Case {
	for i, event := range slices.Backward(p.History) {
		switch event.Action {
		case lifecycle.Registered:
			if slices.ContainsFunc(p.History[:i], func(e lifecycle.Event) bool { return e.Action == lifecycle.Registered && e.Topic == event.Topic }) {
				return Renewal
			}
			return First
		case lifecycle.Replaced:
			return OtherTopic
		case lifecycle.Renewed:
			return Renewal
		}
	}
	return Renewal
}

// lastForm is what the history says of the last export for a server.
func lastForm(p *lifecycle.Profile) string {
	for _, e := range slices.Backward(p.History) {
		if e.Action == lifecycle.Exported && !strings.Contains(e.Detail, " ") { // a whole profile has its recipients beside it
			return e.Detail
		}
	}
	return ""
}
