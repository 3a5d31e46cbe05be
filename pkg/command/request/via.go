package request

import (
	"context"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/mdmcert"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/setting"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

// mdmcertDownload is the one service that signs requests of others.
const mdmcertDownload = "mdmcert.download"

// ViaView is a request that a service was asked to sign.
type ViaView struct {
	Profile string `json:"profile"`
	Created bool   `json:"created"`
	Reused  bool   `json:"reused"`
	Via     string `json:"via"`
	URL     string `json:"url"`
	Account string `json:"account"`
	Topic   string `json:"topic"`
	// Recipients are those who can open the new keys beside the owner.
	Recipients []string       `json:"recipients"`
	Findings   []problem.View `json:"findings"`
}

// checkVia refuses a service that is none, and flags that would do nothing beside it, or without it.
func (o *csrOptions) checkVia() error {
	switch o.via {
	case mdmcertDownload:
	case "":
		if o.account != "" {
			return problem.Say(problem.Usage, "account-alone", nil)
		}
		return nil
	default:
		return problem.Say(problem.Usage, "choice", problem.Params{"flag": "--via", "value": o.via, "choices": mdmcertDownload})
	}
	for _, idle := range []struct{ flag, value string }{
		{"--due", given(o.due)}, {"--unsigned", given(o.unsigned)}, {"--out", o.out}, {"--force", given(o.force)}, {"--chain", o.chain},
	} {
		if idle.value != "" {
			return problem.Say(problem.Usage, "exclusive", problem.Params{"flag": idle.flag, "other": "--via"})
		}
	}
	return nil
}

// ask has the service sign the profile's request. Both keys are safe in the config file before
// anything leaves: an answer may come by mail even where the call seems to have failed.
func (o *csrOptions) ask(ctx context.Context, s *lifecycle.State, name string) error {
	v := ViaView{Profile: name, Via: mdmcertDownload}
	client, call, err := o.service(ctx, s, &v)
	if err != nil {
		return err
	}
	f, err := o.exchange(ctx, s, name, &call)
	if err != nil {
		return err
	}
	o.noteAssumed(f)
	params := problem.Params{"profile": name, "url": v.URL, "account": v.Account, "detail": ""}
	o.Note("csr.via-sends", params)
	if err := client.Ask(ctx, call); err != nil {
		return problem.Of(err).About("profile", name)
	}
	o.Keep(problem.Say(problem.ResultLost, "request-via", params))
	v.Created, v.Reused, v.Topic, v.Recipients = f.Created, f.Reused, f.Topic, append([]string{}, f.recipients...)
	v.Findings = o.FindingViews(append(f.Findings, o.Remarks...))
	return o.Result(v, func(p *cli.Page) {
		p.Say("csr.via", params)
		p.Fields(page.Field{Label: "topic", Value: v.Topic})
		if v.Reused {
			p.Say("csr.reused", params)
		}
		if len(f.recipients) > 0 {
			p.Say("csr.recipients", problem.Params{"count": strconv.Itoa(len(f.recipients))})
		}
		p.Findings(f.Findings)
		p.Advise("csr.next-via", params)
	})
}

// service reads the settings: where the service is, and who asks.
func (o *csrOptions) service(ctx context.Context, s *lifecycle.State, v *ViaView) (c mdmcert.Client, call mdmcert.Request, err error) {
	set, err := o.Settings(ctx, map[string]string{setting.MDMCertAccount: o.account})
	if err != nil {
		return c, call, err
	}
	v.URL, v.Account = set.Text(setting.MDMCertURL), set.Text(setting.MDMCertAccount)
	if v.Account == "" {
		return c, call, problem.Say(problem.Usage, "mdmcert-account", problem.Params{"profile": v.Profile})
	}
	for _, key := range []string{setting.MDMCertURL, setting.MDMCertAccount} {
		if err := setting.Check(key, set.Text(key)); err != nil {
			return c, call, err
		}
	}
	if s.TrustRoot != "" && !setting.IsLoopbackURL(v.URL) {
		return c, call, problem.Say(problem.Usage, "mdmcert-rehearsal", problem.Params{"url": v.URL})
	}
	key, err := set.SecretSetting(ctx, setting.MDMCertKey, o.References(s, o.UnlockOptions))
	if err == nil && key == "" {
		err = problem.Say(problem.SecretMissing, "mdmcert-key", nil)
	}
	return mdmcert.Client{URL: v.URL, Proxy: o.Proxies()}, mdmcert.Request{Email: v.Account, Key: key}, err
}

// exchange opens or repeats the profile's request, and the key pair that the answer to it is encrypted to.
func (o *csrOptions) exchange(ctx context.Context, s *lifecycle.State, name string, call *mdmcert.Request) (written, error) {
	maker, options, err := o.maker(ctx, s, true)
	if err != nil {
		return written{}, err
	}
	options.Profile = name
	var f written
	err = o.Update(ctx, func(s *lifecycle.State) error {
		if err := o.Complete(s); err != nil {
			return err
		}
		if maker.Seal, err = signing.To(s.Sealing, o.Now()); err != nil {
			return err
		}
		made, err := maker.Make(s, options)
		if err != nil {
			return err
		}
		exchange, err := s.Profiles[name].Exchange(func() (*lifecycle.Exchange, error) {
			return maker.Seal.NewExchange(o.GenerateKey, o.Now())
		})
		if err != nil {
			return err
		}
		f.take(made, s)
		o.newKey = false // asked once more, the new one goes on
		call.CSR, call.Encrypt = made.Data, []byte(exchange.Certificate)
		return nil
	})
	return f, err
}
