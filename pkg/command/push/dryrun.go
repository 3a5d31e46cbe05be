package push

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// rehearsalView is what --dry-run tells.
type rehearsalView struct {
	Host      string `json:"host"`
	Topic     string `json:"topic"`
	Curl      string `json:"curl"`
	Total     int64  `json:"total"`
	Malformed int64  `json:"malformed"`
}

// rehearse reads the whole input, sends nothing and opens no key. It shows the first push
// as a curl command with its secrets masked.
func (j *pushJob) rehearse(ctx context.Context) error {
	v := rehearsalView{Host: j.endpoint.Host, Topic: j.identity.topic}
	if err := j.readAll(ctx, &v); err != nil {
		return err
	}
	exit := problem.ExitOK
	if v.Malformed > 0 {
		exit = problem.ExitAPNs
	}
	if j.Global.Output == outputNDJSON {
		line, err := cli.Compact(v)
		if err == nil {
			_, err = fmt.Fprintln(j.IO.Out, line)
		}
		if err != nil || exit == problem.ExitOK {
			return err
		}
		return cli.Verdict{Exit: exit}
	}
	return j.Verdict(v, exit, func(p *cli.Page) {
		p.B.WriteString(msg.Clean(v.Curl) + "\n")
		p.Blank()
		p.Text(j.T("push.rehearsed", problem.Params{
			"total": strconv.FormatInt(v.Total, 10), "malformed": strconv.FormatInt(v.Malformed, 10),
		}))
	})
}

// readAll looks at every row of the input.
func (j *pushJob) readAll(ctx context.Context, v *rehearsalView) error {
	in := j.input
	for in.next() == nil {
		if ctx.Err() != nil {
			return problem.New(problem.Interrupted, nil)
		}
		if !in.part.has(in.position) {
			continue
		}
		v.Total++
		if reason := j.unfit(&in.row); reason != "" {
			v.Malformed++
			if v.Malformed <= maxExamples && !j.JSON() {
				j.malformed(reason)
			}
		} else if v.Curl == "" {
			v.Curl = j.curl(in.row.Token)
		}
	}
	if errors.Is(in.err, io.EOF) {
		return nil
	}
	return in.err
}

// malformed tells of a row that would not be sent.
func (j *pushJob) malformed(reason string) {
	text := j.T("push.reason."+reason+".text", nil)
	if f := j.input.row.Fault; f != "" {
		text = j.T("push.fault."+string(f), nil)
	}
	j.Stderr(j.input.place() + ": " + text)
}

// curl is one push as a command line. The files it names do not exist: whoever wants to
// run it puts their own in, as with what is masked.
func (j *pushJob) curl(token []byte) string {
	parts := []string{"curl", "--http2", "--request", "POST"}
	if j.identity.leaf != nil {
		parts = append(parts, "--cert", "CERTIFICATE.pem", "--key", "KEY.pem")
	} else {
		parts = append(parts, "--header", "'authorization: bearer ***'")
	}
	for name, value := range j.notification().Headers() {
		parts = append(parts, "--header", shellQuoted(name+": "+value))
	}
	body := string(j.kind.body)
	if j.kind.mdm() {
		body = `{"mdm":"***"}`
	}
	address := strings.TrimSuffix(j.endpoint.String(), "/") + "/3/device/" + mask(token)
	return strings.Join(append(parts, "--data", shellQuoted(body), address), " ")
}

// shellQuoted quotes for a POSIX shell.
func shellQuoted(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
