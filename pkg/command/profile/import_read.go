package profile

import (
	"context"
	"errors"
	"slices"

	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/gate"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// readAll is read, and notes whether the files are a certificate and its keys.
func (o *importOptions) readAll(ctx context.Context) (gate.Many, bool, error) {
	files, several, err := o.read(ctx)
	o.paired, o.Many = err == nil && !several && len(o.files) > 1, several
	return files, several, err
}

// read reads the files. One certificate with its key is no import of many, and ends at the first
// fault.
func (o *importOptions) read(ctx context.Context) (files gate.Many, several bool, err error) {
	found, err := disk.Expand(ctx, o.files)
	if err != nil {
		return nil, false, err
	}
	for _, at := range found {
		e := o.readEntry(at)
		switch {
		case len(found) == 1 && (isMoved(e) || isAnswer(e)):
			return gate.Many{e}, false, nil
		case isMoved(e):
			e.Err = problem.Say(problem.Usage, "moved-alone", problem.Params{"file": at.Name})
		case errors.Is(e.Err, context.Canceled):
			return nil, false, e.Err
		}
		files = append(files, e)
	}
	if len(files) > 1 || disk.IsFolder(o.files[0]) {
		files.Gather()
		return files, !files.Single() || slices.ContainsFunc(o.files, disk.IsFolder), nil
	}
	return alone(files)
}

// readEntry reads one file. Why it cannot be read stands in its entry.
func (o *importOptions) readEntry(at disk.Found) *gate.Entry {
	e := &gate.Entry{Name: at.Name, Err: at.Err}
	if e.Err == nil {
		e.File, e.Err = o.ReadFile(at.Name, o.passwordFile)
	}
	e.Err = at.Because(e.Err)
	return e
}

// isMoved tells whether a file is a whole profile from another config file.
func isMoved(e *gate.Entry) bool { return e.File != nil && e.File.Role == pushcert.RoleProfile }

// isAnswer tells whether a file is mdmcert.download's answer to a request.
func isAnswer(e *gate.Entry) bool { return e.File != nil && e.File.Role == pushcert.RoleMDMCertAnswer }

// alone is the one file that was named, which has to hold a certificate.
func alone(files gate.Many) (gate.Many, bool, error) {
	if files[0].Err == nil {
		files.Gather()
	}
	if e := files[0]; e.Err != nil || e.Candidate == nil {
		return nil, false, orWrong(e)
	}
	return files, false, nil
}

// orWrong is why one file alone cannot be imported; a key alone is no certificate.
func orWrong(e *gate.Entry) error {
	if e.KeyOnly {
		return lifecycle.WrongFile(e.File).Err()
	}
	return e.Err
}
