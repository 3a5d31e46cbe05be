package push

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/devices"
	"github.com/apnsctl/apnsctl/pkg/document"
	"github.com/apnsctl/apnsctl/pkg/fleet"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// RehearsalView is what --dry-run tells.
type RehearsalView struct {
	Host      string `json:"host"`
	Topic     string `json:"topic"`
	Curl      string `json:"curl"`
	Total     int64  `json:"total"`
	Malformed int64  `json:"malformed"`
}

// rehearse reads the whole input, sends nothing and opens no key. It shows the first push
// as a curl command with its secrets masked.
func (o *pushOptions) rehearse(ctx context.Context, run *fleet.Run, endpoint *url.URL) error {
	tell := o.malformed
	if o.JSON() {
		tell = nil
	}
	all, err := run.Rehearse(ctx, tell)
	if err != nil {
		return err
	}
	v := RehearsalView{Host: endpoint.Host, Topic: run.Note.Topic, Total: all.Total, Malformed: all.Malformed}
	if all.First != nil {
		v.Curl = o.curl(run, endpoint, all.First)
	}
	exit := problem.ExitOK
	if v.Malformed > 0 {
		exit = problem.ExitAPNs
	}
	if o.Global.Output == outputNDJSON {
		line, err := document.Compact(v)
		if err == nil {
			_, err = fmt.Fprintln(o.ResultOut(), line)
		}
		if err != nil || exit == problem.ExitOK {
			return err
		}
		return cli.Verdict{Exit: exit}
	}
	return o.Verdict(v, exit, func(p *cli.Page) {
		p.B.WriteString(msg.Clean(v.Curl) + "\n")
		p.Blank()
		p.Text(o.T("push.rehearsed", problem.Params{
			"total": strconv.FormatInt(v.Total, 10), "malformed": strconv.FormatInt(v.Malformed, 10),
		}))
	})
}

// malformed tells of a row that would not be sent.
func (o *pushOptions) malformed(place, reason string, fault devices.Fault) {
	text := o.T("push.reason."+reason+".text", nil)
	if fault != "" {
		text = o.T("push.fault."+string(fault), nil)
	}
	o.Stderr(place + ": " + text)
}

// curl is one push as a command line. The files it names do not exist: whoever wants to
// run it puts their own in, as with what is masked.
func (o *pushOptions) curl(run *fleet.Run, endpoint *url.URL, token []byte) string {
	parts := []string{"curl", "--http2", "--request", "POST"}
	if o.identity.p8 == "" {
		parts = append(parts, "--cert", "CERTIFICATE.pem", "--key", "KEY.pem")
	} else {
		parts = append(parts, "--header", "'authorization: bearer ***'")
	}
	for name, value := range run.Note.Headers() {
		parts = append(parts, "--header", shellQuoted(name+": "+value))
	}
	body := string(run.Kind.Body)
	if run.Kind.MDM() {
		body = `{"mdm":"***"}`
	}
	address := strings.TrimSuffix(endpoint.String(), "/") + "/3/device/" + mask(string(token))
	return strings.Join(append(parts, "--data", shellQuoted(body), address), " ")
}

// shellQuoted quotes for a POSIX shell.
func shellQuoted(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
