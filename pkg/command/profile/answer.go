package profile

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/gate"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// AnswerView is the request that an answer of mdmcert.download held.
type AnswerView struct {
	Action       string         `json:"action"`
	Profile      string         `json:"profile"`
	File         string         `json:"file"`
	Path         string         `json:"path"`
	Bytes        int            `json:"bytes"`
	SHA256       string         `json:"sha256"`
	Topic        string         `json:"topic"`
	Vendor       string         `json:"vendor"`
	VendorSerial string         `json:"vendor_serial"`
	Findings     []problem.View `json:"findings"`
}

// answer is a request on its way from mdmcert.download to Apple's portal.
type answer struct {
	gate.Answer

	data    []byte
	request *pushcert.File
	out     disk.Output
}

// answered writes the request that an answer of mdmcert.download holds, once nothing speaks against it.
func (o *importOptions) answered(ctx context.Context, s *lifecycle.State, terms lifecycle.Terms, e *gate.Entry) error {
	var a answer
	check := gate.Check{State: s, Terms: terms, Profile: o.ProfileName(), Open: func(_ string, file *pushcert.File) (profile string, request *pushcert.File, err error) {
		profile, a.data, a.request, err = o.Answered(ctx, s, e.Name, file, o.UnlockOptions)
		return profile, a.request, err
	}}
	var err error
	if a.Answer, err = check.File(disk.Named(e.Name), e.File); err != nil {
		return err
	}
	a.Findings = disk.About(e.Name, a.Findings)
	if worst, bad := problem.Worst(a.Findings); bad && worst.Severity == problem.Critical {
		return worst.Err()
	}
	p := s.Profiles[a.Profile]
	a.out = disk.Output{Path: cmp.Or(o.out, "PushCertificateRequest-"+o.FileName(a.Profile)+".plist"), Force: o.force, Ours: usedUp(p)}
	if err := o.Guard("--out", a.out.Path); err != nil {
		return err
	}
	if err := a.out.Check(a.data); err != nil {
		return err
	}
	known, err := p.KnownTopic(a.Profile)
	if err != nil {
		return err
	}
	vendor := a.request.Request.Chain[0]
	if err := o.noteSigned(ctx, a, vendor); err != nil {
		return err
	}
	return o.writeAnswer(e, a, vendor, known.Topic)
}

// usedUp tells a request of the profile whose key is used up: it may be replaced.
func usedUp(p *lifecycle.Profile) func(old []byte) bool {
	return func(old []byte) bool {
		file, err := pushcert.Read("", old, nil)
		if err != nil || file.Role != pushcert.RoleRequest {
			return false
		}
		_, ours := p.KeyFor(file.RequestedKey())
		return ours && !p.IsOpen(file.RequestedKey())
	}
}

// noteSigned records which vendor signed the open request.
func (o *importOptions) noteSigned(ctx context.Context, a answer, vendor *pushcert.Certificate) error {
	if o.dryRun {
		return nil
	}
	return o.Update(ctx, func(s *lifecycle.State) error {
		p, err := s.Profile(a.Profile)
		if err != nil {
			return err
		}
		by := lifecycle.RequestOptions{Actor: o.Actor(), Now: o.Now()}
		if !p.Answered(a.request.RequestedKey(), by, vendor.Organization(), vendor.SerialHex()) {
			return problem.Say(problem.RequestNotOurs, "answer", problem.Params{"profile": a.Profile})
		}
		return nil
	})
}

// writeAnswer writes the request as it came, and tells where it goes next.
func (o *importOptions) writeAnswer(e *gate.Entry, a answer, vendor *pushcert.Certificate, topic string) error {
	if !o.dryRun {
		if err := o.Write(a.out, a.data); err != nil {
			return err
		}
		if o.out == disk.Stdio {
			o.Warn(a.Findings...)
			return nil
		}
	}
	path, err := filepath.Abs(a.out.Path)
	if err != nil {
		return err
	}
	o.noteDryRun()
	v := AnswerView{
		Action: "answered", Profile: a.Profile, File: e.Name, Path: path, Bytes: len(a.data), SHA256: fmt.Sprintf("%x", sha256.Sum256(a.data)),
		Topic: topic, Vendor: vendor.Organization(), VendorSerial: vendor.SerialHex(), Findings: o.FindingViews(a.Findings),
	}
	return o.Result(v, func(p *cli.Page) {
		params := problem.Params{"profile": v.Profile}
		p.Say("import.answer", params)
		p.Fields(
			page.Field{Label: "file", Value: v.Path}, page.Field{Label: "size", Value: strconv.Itoa(v.Bytes) + " B"}, page.Field{Label: "sha256", Value: v.SHA256},
			page.Field{Label: "topic", Value: v.Topic}, page.Field{Label: "vendor", Value: v.Vendor}, page.Field{Label: "vendor-serial", Value: v.VendorSerial},
		)
		p.Findings(a.Findings)
		if !o.dryRun {
			p.Advise("import.answer-next", params)
		}
	})
}
