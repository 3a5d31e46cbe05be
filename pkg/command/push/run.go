package push

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"net/url"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/document"
	"github.com/apnsctl/apnsctl/pkg/fleet"
	"github.com/apnsctl/apnsctl/pkg/journal"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// pushJob is what has to be known before a push.
type pushJob struct {
	kind     *fleet.Kind
	endpoint *url.URL
	input    *pushInput
	identity *pushIdentity
}

// runOf is the run that begins now.
func (o *pushOptions) runOf(j pushJob) *fleet.Run {
	return &fleet.Run{
		Input: j.input.Input, Kind: j.kind, Note: j.kind.Notification(j.identity.topic, o.kind.expiration, o.Now()),
		Magic: []byte(o.input.magic), Host: j.endpoint.Host, Unusual: o.remarkLength,
	}
}

// client is the way to APNs, as whoever pushes. It opens the private key.
func (o *pushOptions) client(j pushJob) (*apns.Client, error) {
	config := apns.Config{
		Endpoint: j.endpoint, Bearer: j.identity.bearer, Now: o.Now,
		Seed:        rand.Uint64(), //nolint:gosec // spreads retries, hides nothing
		Connections: o.connections, Rate: o.rate,
	}
	var err error
	if config.Proxy, err = apns.ProxyFor("--proxy", o.route.Proxy, o.Getenv); err != nil {
		return nil, err
	}
	if _, err := config.Proxy(j.endpoint); err != nil {
		return nil, err
	}
	roots, err := o.Roots(o.route.CaFile)
	if err != nil {
		return nil, err
	}
	if _, err := apns.New(config); err != nil { // before anybody is asked for a passphrase
		return nil, err
	}
	if config.TLS, err = j.identity.tls(); err != nil {
		return nil, err
	}
	config.TLS.RootCAs = roots
	return apns.New(config)
}

// push lets a run go, and tells what came of it.
func (o *pushOptions) push(ctx context.Context, run *fleet.Run, engine fleet.Engine, input *pushInput) error {
	var list *document.Stream
	switch {
	case o.JSON():
		list = o.Stream("not_accepted")
		run.NotAccepted = lister(list)
	case o.Global.Output == outputNDJSON:
		run.Lines = o.ResultOut()
	}
	log, err := o.openJournal(ctx, run)
	if err != nil {
		return nowhere(list, err)
	}
	stop := o.showProgress(run, input)
	summary, err := run.Do(ctx, engine)
	stop()
	if c := run.Counts(); c.Accepted > 0 {
		o.Keep(problem.Say(problem.ResultLost, "push", problem.Params{
			"accepted": strconv.FormatInt(c.Accepted, 10), "total": strconv.FormatInt(c.Total, 10), "detail": "",
		}))
	}
	if err := errors.Join(err, log.close()); err != nil {
		return err
	}
	return o.report(run, summary, list)
}

// lister writes results to a list, as the answers come.
func lister(list *document.Stream) func(*apns.Result) error {
	var line []byte // used again
	return func(r *apns.Result) error {
		line = journal.AppendResult(line[:0], r)
		return list.Element(string(bytes.TrimSuffix(line, []byte{'\n'})))
	}
}

// nowhere ends a run of which only err is to be told; list is nil where none is written.
func nowhere(list *document.Stream, err error) error {
	if list != nil {
		list.Discard()
	}
	return err
}

// remarkLength says that a token may be cut off or no token at all.
func (o *pushOptions) remarkLength(place string, digits int) {
	if !o.Global.Quiet {
		o.Stderr(place + ": " + o.T("push.unusual", problem.Params{"size": strconv.Itoa(digits / 2)}))
	}
}
