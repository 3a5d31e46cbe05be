package profile

import (
	"context"
	"os"
	"path/filepath"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

// ExportsView is the result of exporting several.
type ExportsView struct {
	Folder  string       `json:"folder"`
	Exports []ExportView `json:"exports"`
}

// exported is one file on its way.
type exported struct {
	view ExportView
	out  disk.Output
	leaf *pushcert.Certificate
	data []byte
}

// several writes one file for each profile into a folder, once all of them are made and found
// writable.
func (o *exportOptions) several(ctx context.Context, names []string, form exportForm) error {
	if o.out == disk.Stdio {
		return problem.Say(problem.Usage, "exclusive", problem.Params{"flag": "--out -", "other": "NAME NAME"})
	}
	s, err := o.State(ctx)
	if err != nil {
		return err
	}
	stored, bad := leaves(s, names, func(name string) *problem.Error {
		return problem.New(problem.CertificateMissing, problem.Params{"profile": name})
	})
	if form.secret && len(bad) == 0 {
		bad = keyless(s, names, stored)
	}
	if len(bad) > 0 {
		return &problem.Faults{All: bad, Total: len(names), Key: "export.refused-many"}
	}
	if o.out != "" {
		if err := os.MkdirAll(o.out, 0o700); err != nil {
			return disk.Unwritable(o.out, err)
		}
	}
	files, err := o.encodeAll(ctx, s, names, stored, form)
	if err != nil {
		return err
	}
	return o.deliverAll(files, form)
}

// keyless are the profiles whose key is not here, or is another's.
func keyless(s *lifecycle.State, names []string, stored []*pushcert.Certificate) (bad []problem.Fault) {
	for i, name := range names {
		if err := exportable(s.Profiles[name], name, stored[i]); err != nil {
			bad = append(bad, problem.Fault{Profile: name, Err: problem.Of(err)})
		}
	}
	return bad
}

// encodeAll makes the files in memory. The keys are opened by one passphrase, and all files get the
// same password.
func (o *exportOptions) encodeAll(ctx context.Context, s *lifecycle.State, names []string, stored []*pushcert.Certificate, form exportForm) ([]exported, error) {
	files, err := o.places(names, stored, form)
	if err != nil {
		return nil, err
	}
	m := material{keyFormat: o.keyFormat}
	if form.sealed {
		if m.password, err = o.newFilePassword(); err != nil {
			return nil, err
		}
	}
	var opener *signing.Opener
	if form.secret {
		if opener, err = o.Unlock(ctx, s, o.UnlockOptions); err != nil {
			return nil, err
		}
	}
	for i, name := range names {
		m.leaf = stored[i]
		if form.secret {
			if m.key, err = opener.Open(*s.Profiles[name].Certificate.Key); err != nil {
				return nil, err
			}
		}
		if files[i].data, err = form.encode(m); err == nil {
			err = files[i].out.Check(files[i].data)
		}
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}

// places says where the file of each profile goes, once all of them are found writable: whatever
// speaks against one comes before the first question.
func (o *exportOptions) places(names []string, stored []*pushcert.Certificate, form exportForm) ([]exported, error) {
	var files []exported
	for i, name := range names {
		f := exported{leaf: stored[i], out: disk.Output{Path: filepath.Join(o.out, o.fileName(name, form)), Force: o.force}}
		f.view = ExportView{Profile: name, For: o.target, Topic: stored[i].Topic(), Secret: form.secret}
		if err := o.Guard("--out", f.out.Path); err != nil {
			return nil, err
		}
		if form.sealed { // salted: a second file is never the same bytes
			if err := f.out.Check(nil); err != nil {
				return nil, err
			}
		}
		files = append(files, f)
	}
	return files, nil
}

// deliverAll writes the files, and prints a line each.
func (o *exportOptions) deliverAll(files []exported, form exportForm) error {
	v := ExportsView{Exports: []ExportView{}}
	var rows [][]string
	var err error
	if v.Folder, err = filepath.Abs(o.out); err != nil {
		return err
	}
	for _, f := range files {
		if err := o.Write(f.out, f.data); err != nil {
			return err
		}
		found := problem.About(outOfDate(f.leaf, o.Now()), "profile", f.view.Profile)
		o.Warn(found...)
		f.view.Findings = o.FindingViews(found)
		f.view.Path = filepath.Join(v.Folder, filepath.Base(f.out.Path))
		v.Exports = append(v.Exports, f.view)
		rows = append(rows, []string{f.view.Profile, filepath.Base(f.out.Path)})
	}
	if form.secret && !form.sealed {
		o.Note("export.unencrypted-many", nil)
	}
	return o.Result(v, func(p *cli.Page) {
		p.Say("export.done-many", problem.Params{"count": strconv.Itoa(len(files))})
		p.Fields(page.Field{Label: "folder", Value: v.Folder})
		p.Blank()
		p.Table(rows...)
	})
}
