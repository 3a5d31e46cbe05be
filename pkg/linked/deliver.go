package linked

import (
	"context"
	"errors"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/server"
)

// Parcel is what is handed over, and how patiently.
type Parcel struct {
	Profile     string
	Certificate *pushcert.Certificate
	// Key opens the private key, as PKCS #8 PEM, for a kind that needs it. It is asked for once it
	// is known that the certificate has to be sent.
	Key     func() ([]byte, error)
	Account string // the Apple Account, as far as it is known
	// OtherTopic allows that the server uses a certificate of another topic now.
	OtherTopic bool
	// Stored tells that the profile has the certificate, and that no file was given: after a rollback it
	// may take the place of the one from which the profile was rolled back, which is newer.
	Stored bool
	// Wait is for how long the server is asked whether it uses the certificate.
	Wait time.Duration
	// Sent, where it is there, is called once the server has taken the certificate.
	Sent func()
}

// Delivered is what came of it.
type Delivered struct {
	Sent bool // false where the server used the certificate already
	Used lifecycle.Used
}

// Deliver hands a certificate over and asks until the server uses it. The gate has to have passed
// it. A server that uses another topic than the certificate's is asked and told nothing:
// server-differs; so is one that uses a newer certificate: server-ahead. After a rollback neither
// stands in the way of what is stored. One that goes on with another certificate than it was given
// is server-behind.
func (s *Server) Deliver(ctx context.Context, p Parcel) (Delivered, error) {
	before, err := s.Used(ctx)
	if err != nil || before.Is(p.Certificate) {
		return Delivered{Used: before}, err
	}
	if err := s.refuse(before, p); err != nil {
		return Delivered{Used: before}, err
	}
	if err := s.send(ctx, p); err != nil {
		return Delivered{Used: before}, err
	}
	if p.Sent != nil {
		p.Sent()
	}
	used, err := s.readBack(ctx, p)
	return Delivered{Sent: true, Used: used}, err
}

// send is the one call that changes anything.
func (s *Server) send(ctx context.Context, p Parcel) (err error) {
	d := server.Delivery{Topic: p.Certificate.Topic(), Account: p.Account, Certificate: p.Certificate.PEM()}
	if s.NeedsKey {
		if d.Key, err = p.Key(); err != nil {
			return err
		}
		defer clear(d.Key)
	}
	return s.api.Upload(ctx, d)
}

// refuse refuses a certificate that is not to take the place of the one that the server uses.
func (s *Server) refuse(used lifecycle.Used, p Parcel) error {
	found, err := s.state.CompareServer(p.Profile, used, time.Time{})
	if err != nil {
		return err
	}
	if back, err := s.state.RolledBackFrom(p.Profile, used); err != nil || back && p.Stored {
		return err
	}
	for _, f := range found {
		if f.Code == problem.ServerDiffers && !p.OtherTopic || f.Code == problem.ServerAhead {
			return f.Err()
		}
	}
	return nil
}

// readBack asks what the server uses until that is the certificate, at growing distances. One answer is
// waited for in any case, for a moment.
func (s *Server) readBack(ctx context.Context, p Parcel) (lifecycle.Used, error) {
	const first, most, moment = 250 * time.Millisecond, 10 * time.Second, 2 * time.Second
	within, cancel := context.WithTimeout(ctx, p.Wait)
	defer cancel()
	reading, stop := context.WithTimeout(ctx, max(p.Wait, moment))
	defer stop()
	var last *lifecycle.Used
	var unreachable error
	for pause := first; ; pause = min(2*pause, most) {
		used, err := s.Used(reading)
		switch {
		case err == nil && used.Is(p.Certificate):
			return used, nil
		case err != nil && problem.Of(err).Code != problem.ServerUnreachable:
			return used, err
		case last == nil, err == nil, reading.Err() == nil: // else it is cut off, and the answer before stands
			last, unreachable = &used, err
		}
		select {
		case <-within.Done():
			return *last, s.kept(ctx, *last, p, unreachable)
		case <-time.After(pause):
		}
	}
}

// kept is why nobody knows that the server uses the certificate that it took.
func (s *Server) kept(ctx context.Context, used lifecycle.Used, p Parcel, unreachable error) error {
	params := problem.Params{
		"server": s.Name, "profile": p.Profile, "serial": p.Certificate.SerialHex(), "not_after": problem.Time(p.Certificate.X509.NotAfter),
		"wait": p.Wait.String(), "alert": used.Alert,
	}
	switch {
	case ctx.Err() != nil:
		return errors.Join(problem.New(problem.Interrupted, nil), ctx.Err())
	case unreachable != nil:
		return unreachable
	case used.Alert != "":
		return problem.Say(problem.ServerBehind, "kept.alert", params)
	}
	return problem.Say(problem.ServerBehind, "kept", params)
}
