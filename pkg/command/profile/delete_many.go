package profile

import (
	"context"
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/report"
)

// DeletesView is the result of deleting several.
type DeletesView struct {
	Deletes []DeleteView `json:"deletes"`
}

// leaves are the certificates of several profiles, or every reason why that cannot be: a profile
// that is not there, or, where missing says what that means, has none.
func leaves(s *lifecycle.State, names []string, missing func(name string) *problem.Error) ([]*pushcert.Certificate, []problem.Fault) {
	var all []*pushcert.Certificate
	var bad []problem.Fault
	for _, name := range names {
		p, err := s.Profile(name)
		var leaf *pushcert.Certificate
		if err == nil {
			leaf, err = p.Leaf(name)
		}
		if err == nil && leaf == nil && missing != nil {
			err = missing(name)
		}
		if err != nil {
			bad = append(bad, problem.Fault{Profile: name, Err: problem.Of(err)})
		}
		all = append(all, leaf)
	}
	return all, bad
}

// several deletes the certificates of several profiles in one write, or of none.
func (o *deleteOptions) several(ctx context.Context, names []string) error {
	s, err := o.State(ctx)
	if err != nil {
		return err
	}
	missing := func(name string) *problem.Error {
		return problem.Say(problem.CertificateMissing, "delete", problem.Params{"profile": name})
	}
	if o.purge {
		missing = nil
	}
	stored, bad := leaves(s, names, missing)
	if len(bad) > 0 {
		return &problem.Faults{All: bad, Total: len(names), Key: "delete.refused-many"}
	}
	if err := o.confirmedAll(names); err != nil {
		return err
	}
	err = o.Update(ctx, func(s *lifecycle.State) error {
		for _, name := range names {
			if err := s.Delete(name, o.Actor(), o.purge, o.Now()); err != nil {
				return err
			}
		}
		return nil
	}, o.scrub()...)
	if err != nil {
		return err
	}
	v := DeletesView{[]DeleteView{}}
	var rows [][]string
	for i, name := range names {
		v.Deletes = append(v.Deletes, DeleteView{name, o.purge, report.NewStored(stored[i])})
		topic := ""
		if stored[i] != nil {
			topic = stored[i].Topic()
		}
		rows = append(rows, []string{name, topic})
	}
	return o.Result(v, func(p *cli.Page) {
		key := "delete.done-many"
		if o.purge {
			key = "delete.purged-many"
		}
		p.Say(key, problem.Params{"count": strconv.Itoa(len(names))})
		p.Blank()
		p.Table(rows...)
	})
}

// confirmedAll asks for the names of all profiles, with commas between.
func (o *deleteOptions) confirmedAll(names []string) error {
	want := strings.Join(names, ",")
	params := problem.Params{"names": want, "count": strconv.Itoa(len(names))}
	answer := o.confirm
	switch {
	case o.yes:
		return nil
	case answer == "" && !o.IO.CanAsk():
		return problem.Say(problem.NoTerminal, "delete-many", params)
	case answer == "":
		var err error
		if answer, err = o.IO.Ask(o.T("output.delete.ask-many", params)); err != nil {
			return err
		}
	}
	if strings.ReplaceAll(answer, ", ", ",") != want {
		return problem.Say(problem.ConfirmationWrong, "delete-many", params)
	}
	return nil
}
