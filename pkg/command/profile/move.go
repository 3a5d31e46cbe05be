package profile

import (
	"cmp"
	"context"
	"encoding/pem"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

// move writes the whole profile for another config file: its certificate in clear, so that anybody
// sees which one it is, and all of it sealed to those who are to open it there.
func (o *exportOptions) move(ctx context.Context, s *lifecycle.State, name string, leaf *pushcert.Certificate) error {
	for _, r := range o.recipients {
		if err := signing.CheckTo(r); err != nil {
			if file, _ := signing.FileWith(r, disk.Glance); file != "" {
				return problem.Say(problem.Usage, "recipient-invalid.file.export", problem.Params{"recipient": signing.Short(r), "pub": file, "profile": name})
			}
			return err
		}
	}
	form := exportTargets()[o.target]
	out := disk.Output{Path: o.path(name, form), Force: o.force}
	if err := out.Check(nil); err != nil { // sealed anew each time: never the same bytes
		return err
	}
	opener, err := o.Unlock(ctx, s, o.UnlockOptions)
	if err != nil {
		return err
	}
	sealed, err := signing.Pack(name, s, opener, o.recipients)
	if err != nil {
		return err
	}
	v := ExportView{Profile: name, For: o.target, Secret: true}
	var data []byte
	var found []problem.Finding
	if leaf != nil {
		v.Topic, data = leaf.Topic(), leaf.PEM()
		found = problem.About(outOfDate(leaf, o.Now()), "profile", name)
	}
	data = append(data, pem.EncodeToMemory(&pem.Block{Type: pushcert.MovedBlock, Bytes: sealed})...)
	if err := o.Write(out, data); err != nil {
		return err
	}
	if v.Recorded, err = o.record(ctx, name, o.target+" "+strings.Join(o.recipients, " "), out.Path); err != nil {
		return err
	}
	return o.deliver(v, out, found)
}

// adopt takes in a profile that comes from another config file.
func (o *importOptions) adopt(ctx context.Context, s *lifecycle.State, terms lifecycle.Terms, file string, sealed []byte) error {
	opener, err := o.Unlock(ctx, s, o.UnlockOptions)
	if err != nil {
		return err
	}
	var out *lifecycle.Outcome
	err = o.Update(ctx, func(s *lifecycle.State) error {
		seal, err := signing.To(s.Sealing, o.Now())
		if err != nil {
			return err
		}
		name, moved, err := signing.Parcel{File: file, Sealed: sealed, Recipient: s.Sealing.Recipient}.Unpack(opener, seal)
		if err != nil {
			return err
		}
		if moved.Intermediates != "" {
			if terms.Trust, err = terms.Trust.With([]byte(moved.Intermediates)); err != nil {
				return disk.AboutErr(file, err)
			}
		}
		out, err = s.Adopt(moved.Profiles[name], lifecycle.AdoptOptions{
			Terms: terms, Profile: cmp.Or(o.ProfileName(), name), From: name, Actor: o.Actor(), AllowShared: o.allowShared,
		})
		return err
	})
	if err != nil {
		return err
	}
	if out.Created {
		o.NoteCreated(out.Profile, out.Beside, out.Near)
	}
	o.NoteKept(out.Kept)
	return o.Result(newImport(o.Env, file, out, false), func(p *cli.Page) { writeImport(p, out, nil) })
}
