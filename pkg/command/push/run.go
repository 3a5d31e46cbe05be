package push

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/url"
	"strconv"
	"sync"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/devices"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// The reasons of rows that are never sent. They stand beside APNs' own.
const (
	reasonToken = "MalformedToken"
	reasonMagic = "MissingPushMagic"
	reasonTopic = "OtherTopic"
)

// pushJob is a push with everything known that it needs.
type pushJob struct {
	*pushOptions
	kind     *pushKind
	endpoint *url.URL
	input    *pushInput
	identity *pushIdentity
	unusual  sync.Once
}

// run opens the private key and pushes.
func (j *pushJob) run(ctx context.Context) error {
	client, err := j.client()
	if err != nil {
		return err
	}
	record := newPushRecord(j)
	log, err := j.openJournal(ctx, record.before)
	if err != nil {
		return record.nowhere(err)
	}
	record.goOn(log)
	source := &pushSource{pushJob: j, ctx: ctx, log: log, record: record, magic: []byte(j.pushOptions.input.magic)}
	stop := j.showProgress(record)
	summary, failed := client.Run(ctx, j.notification(), source, record.add)
	stop()
	if err := errors.Join(record.close(), log.close()); err != nil {
		return err
	}
	return j.report(record, summary.Elapsed, failed)
}

func (j *pushJob) client() (*apns.Client, error) {
	config := apns.Config{
		Endpoint: j.endpoint, Bearer: j.identity.bearer, Now: j.Now,
		Seed:        rand.Uint64(), //nolint:gosec // spreads retries, hides nothing
		Connections: j.connections, Rate: j.rate,
	}
	var err error
	if config.Proxy, err = apns.ProxyFor("--proxy", j.route.Proxy, j.Getenv); err != nil {
		return nil, err
	}
	if _, err := config.Proxy(j.endpoint); err != nil {
		return nil, err
	}
	roots, err := j.Roots(j.route.CaFile)
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

// pushSource hands the rows of the input to the engine: those of this shard that no
// earlier run has done. A row that cannot be sent gets its result here and keeps its
// place, for apns-id and resume go by position.
type pushSource struct {
	*pushJob
	ctx    context.Context //nolint:containedctx // the engine's Source has none to pass
	log    *pushJournal
	record *pushRecord
	magic  []byte // for rows without their own
}

// Next implements [apns.Source].
func (s *pushSource) Next(p *apns.Push) error {
	in := s.input
	in.reading.Lock()
	defer in.reading.Unlock()
	for {
		switch err := in.next(); {
		case s.ctx.Err() != nil:
			return problem.New(problem.Interrupted, nil) // and not the end of the input; what is under way gets its answer
		case err != nil:
			return err
		}
		if !in.part.has(in.position) {
			continue
		}
		done, err := s.log.done(in.position, in.row.Token)
		if err != nil {
			return err
		}
		if done {
			continue
		}
		id := apns.DeriveID(s.log.header.Run, in.position)
		if reason := s.unfit(&in.row); reason != "" {
			if err := s.record.unsent(in, id, reason); err != nil {
				return err
			}
			continue
		}
		magic := in.row.Magic
		if len(magic) == 0 {
			magic = s.magic
		}
		p.Position, p.ID = in.position, id
		p.Token = append(p.Token[:0], in.row.Token...)
		p.Body = s.kind.appendBody(p.Body[:0], magic)
		return nil
	}
}

// unfit is the reason why a row is not to be sent; empty if it is.
func (j *pushJob) unfit(row *devices.Row) string {
	switch {
	case row.Fault != "":
		return reasonToken
	case len(row.Topic) > 0 && string(row.Topic) != j.identity.topic:
		return reasonTopic
	case j.kind.mdm() && len(row.Magic) == 0 && j.pushOptions.input.magic == "":
		return reasonMagic
	case row.Unusual():
		j.unusual.Do(j.remarkLength)
	}
	return ""
}

// remarkLength says, once in a run, that a token may be cut off or no token at all.
func (j *pushJob) remarkLength() {
	if !j.Global.Quiet {
		size := strconv.Itoa(len(j.input.row.Token) / 2)
		j.Stderr(j.input.place() + ": " + j.T("push.unusual", problem.Params{"size": size}))
	}
}
