package profile

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/gate"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/linked"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/report"
	"github.com/apnsctl/apnsctl/pkg/setting"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

// twoMinutes is how long a server is asked whether it uses what it was given.
const twoMinutes = 2 * time.Minute

// UploadView is what came of handing a certificate over.
type UploadView struct {
	Server    string `json:"server"`
	Kind      string `json:"kind"`
	Sent      bool   `json:"sent"` // false where the server used it already
	SerialHex string `json:"serial_hex"`
	report.Ends
}

// sent is a certificate that the profile's server uses now; nil where none was to be handed over.
type sent struct {
	linked.Delivered

	profile string
	to      *linked.Server
	leaf    gate.Candidate
}

// checkServerFlags refuses flags about servers that contradict each other, or would do nothing.
func (o *importOptions) checkServerFlags() error {
	exclusive := func(flag, other string) error {
		return problem.Say(problem.Usage, "exclusive", problem.Params{"flag": flag, "other": other})
	}
	switch {
	case o.fromServer != "" && len(o.files) > 0:
		return exclusive("FILE", "--from-server")
	case o.fromServer != "" && o.upload:
		return exclusive("--upload", "--from-server")
	case o.upload && o.from != "":
		return exclusive("--upload", "--profile-from")
	case o.fromServer == "" && !o.upload && len(o.files) == 0:
		return problem.Say(problem.Usage, "too-few", problem.Params{"command": "apnsctl import", "use": "apnsctl import FILE... [flags]"})
	}
	return nil
}

// sendFirst hands the certificate to the server of its profile, before it is registered: so nothing
// changes here when the server refuses it. The gate comes before all else, on a copy of the state.
func (o *importOptions) sendFirst(ctx context.Context, s *lifecycle.State, files gate.Many, rules lifecycle.ImportOptions) (*sent, error) {
	if !o.upload {
		return nil, nil
	}
	seal, err := signing.To(s.Sealing, o.Now())
	if err != nil {
		return nil, err
	}
	trial := s.Apart()
	if err := o.registerAll(trial, files, seal, rules); err != nil {
		return nil, err
	}
	e := files.Taken()[0]
	return o.send(ctx, s, trial, *e.Candidate, e.Outcome.Profile, rules)
}

// send passes the gate once more for the server's sake, and hands the certificate over. The trial
// is the state as it will be.
func (o *importOptions) send(ctx context.Context, s, trial *lifecycle.State, c gate.Candidate, name string, rules lifecycle.ImportOptions) (*sent, error) {
	serverName, at, err := s.ServerOf(name)
	if err != nil {
		return nil, err
	}
	if at == nil {
		return nil, s.NotLinked(name)
	}
	offers := linked.Offers(at.Kind)
	if !offers.Upload {
		return nil, problem.Say(problem.ServerUnsupported, "upload", problem.Params{"server": serverName, "kind": at.Kind})
	}
	check := gate.Upload{Rules: rules, Profile: name, HoldsKey: offers.HoldsKey, Real: offers.URL != "" && (at.URL == "" || !setting.IsLoopbackURL(at.URL))}
	if err := check.Check(s, c); err != nil || o.dryRun {
		return nil, err
	}
	secrets := o.References(trial, o.UnlockOptions)
	to, err := linked.Opener{State: trial, Secrets: secrets, Machine: o}.Open(ctx, serverName, c.Certificate.Topic())
	if err != nil {
		return nil, err
	}
	parcel := linked.Parcel{
		Profile: name, Certificate: c.Certificate, Account: trial.Profiles[name].AppleAccount, OtherTopic: o.acceptTopic != "", Stored: len(o.files) == 0, Wait: o.wait,
		Key:  func() ([]byte, error) { return o.keyFor(ctx, trial, name) },
		Sent: func() { o.remarkSent(serverName) },
	}
	done, err := to.Deliver(ctx, parcel)
	d := &sent{done, name, to, c}
	if done.Sent {
		err = o.delivered(d, err)
	}
	return d, err
}

// keyFor is the private key of the profile's certificate, as a server takes it.
func (o *importOptions) keyFor(ctx context.Context, s *lifecycle.State, name string) ([]byte, error) {
	held := s.Profiles[name].Certificate
	if held.Key == nil {
		return nil, problem.Say(problem.KeyMissing, "upload", problem.Params{"profile": name, "server": s.Profiles[name].Server})
	}
	opener, err := o.Unlock(ctx, s, o.UnlockOptions)
	if err != nil {
		return nil, err
	}
	key, err := opener.Open(*held.Key)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	defer clear(der)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// uploadStored hands over what is registered already.
func (o *importOptions) uploadStored(ctx context.Context, s *lifecycle.State, terms lifecycle.Terms) error {
	name, p, err := o.Profile(s)
	if err != nil {
		return err
	}
	leaf, err := p.Leaf(name)
	if err != nil {
		return err
	}
	if leaf == nil {
		return problem.New(problem.CertificateMissing, problem.Params{"profile": name})
	}
	rules, err := o.rules(ctx, s, terms)
	if err != nil {
		return err
	}
	rules.Profile = name
	c := gate.Candidate{Name: name, Certificate: leaf}
	sent, err := o.send(ctx, s, s, c, name, rules)
	if err != nil {
		return err
	}
	out := &lifecycle.Outcome{Profile: name, Certificate: leaf, Previous: leaf, Headline: lifecycle.HeadlineUnchanged}
	err = o.update(ctx, func(s *lifecycle.State, _ signing.Seal) error { return sent.record(o, s) })
	if err != nil {
		return o.delivered(sent, err)
	}
	return o.report(s, gate.Many{{Candidate: &c, Outcome: out}}, sent)
}

// record notes in the history that the server uses the certificate.
func (d *sent) record(o *importOptions, s *lifecycle.State) error {
	if d == nil {
		return nil
	}
	p, err := s.Profile(d.profile)
	if err == nil {
		p.Uploaded(d.leaf.Certificate, d.to.Name, o.Actor(), o.Now())
	}
	return err
}

// delivered is an error after the server took the certificate, which it then says, and how it goes on.
func (o *importOptions) delivered(d *sent, err error) error {
	if d == nil || err == nil {
		return err
	}
	again := o.again() + " -p " + msg.Quote(d.profile)
	return problem.Of(err).About("delivered", "true").About("server", d.to.Name).About("profile", d.profile).About("again", again)
}

// remarkSent tells a person that the server has the certificate.
func (o *importOptions) remarkSent(server string) {
	if !o.Global.Quiet {
		o.Stderr(o.T("server.sent", problem.Params{"server": server, "wait": o.wait.String()}))
	}
}

func (d *sent) view(now time.Time) *UploadView {
	if d == nil {
		return nil
	}
	return &UploadView{d.to.Name, string(d.to.Kind), d.Sent, d.Used.SerialHex, report.EndsAt(d.Used.NotAfter, now)}
}

func (d *sent) write(p *cli.Page) {
	if d == nil {
		return
	}
	key := "server.there"
	if d.Sent {
		key = "server.delivered"
	}
	p.Blank()
	p.Text(p.Env.T(key, problem.Params{"server": d.to.Name, "profile": d.profile}))
}

// left are the steps that are left: the server of the profile takes the certificate by a command,
// and where it has it, nothing more is to be handed over.
func left(s *lifecycle.State, out *lifecycle.Outcome, d *sent) []lifecycle.Todo {
	_, at, err := s.ServerOf(out.Profile)
	if err != nil || at == nil || !linked.Offers(at.Kind).Upload {
		return out.Todo
	}
	var steps []lifecycle.Todo
	for _, step := range out.Todo {
		switch {
		case step == lifecycle.TodoRestart:
		case step != lifecycle.TodoUpload && step != lifecycle.TodoHandOver:
			steps = append(steps, step)
		case d == nil:
			steps = append(steps, handing(step, at.MakesRequests()))
		}
	}
	return steps
}

// handing is how a certificate gets to a linked server in place of a step by hand. One that makes requests has a key of
// its own, any other takes nothing without the key.
func handing(step lifecycle.Todo, makesRequests bool) lifecycle.Todo {
	switch {
	case step == lifecycle.TodoUpload && makesRequests: // the key is here, and not there
		return lifecycle.TodoServerKey
	case step == lifecycle.TodoHandOver && !makesRequests:
		return step
	}
	return lifecycle.TodoServer
}
