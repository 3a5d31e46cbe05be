package settings

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/setting"
)

// wayRehearsal is the way of who has nothing yet, and rehearses with the simulator.
const wayRehearsal = "rehearse"

// ways are what people come with, in the order of the question; each has words of its own for the
// next step.
func ways() []string { return []string{"keyed", "product", "vendor", "outside", wayRehearsal} }

// asks tells that a person is led: at a terminal, and given no answer by a flag.
func (o *initOptions) asks() bool {
	return o.IO.CanAsk() && o.organization == "" && o.appleAccount == "" && o.email == "" && o.country == ""
}

// askWay asks what the person has, which decides how it goes on. Who names the authorities of a rehearsal is not
// offered the way that takes them from a simulator's ready file.
func (o *initOptions) askWay() error {
	if !o.asks() {
		return nil
	}
	all := ways()
	if o.trustRoot != "" {
		all = slices.DeleteFunc(all, func(way string) bool { return way == wayRehearsal })
	}
	options := make([]string, len(all))
	for i, way := range all {
		options[i] = o.T("output.init.way."+way, nil)
	}
	for range cli.MostTries {
		chosen, err := o.IO.Choose(o.T("output.init.way.question", nil), options, o.T("output.ask.choose", nil))
		if err != nil {
			return err
		}
		if chosen >= 0 {
			o.way = all[chosen]
			return nil
		}
		o.Stderr(o.T("output.unclear.number", problem.Params{"most": strconv.Itoa(len(all))}))
	}
	return nil
}

// answers are the settings: from flags, else variables, else the person at the terminal. A wrong answer
// is asked for again, and those before it are kept.
func (o *initOptions) answers() (lifecycle.Settings, error) {
	s := lifecycle.Settings{}
	for _, q := range []struct {
		to    *string
		given string
		key   string
		name  string
		form  string // the words for what is right, while it is typed
		check func(string) pushcert.Subject
	}{
		{&s.Organization, o.organization, "organization", "APNSCTL_ORGANIZATION", "", func(string) pushcert.Subject { return pushcert.Subject{} }},
		{&s.AppleAccount, o.appleAccount, "apple-account", "APNSCTL_APPLE_ACCOUNT", "email", func(a string) pushcert.Subject { return pushcert.Subject{Email: a} }},
		{&s.Email, o.email, "email", "APNSCTL_EMAIL", "email", func(a string) pushcert.Subject { return pushcert.Subject{Email: a} }},
		{&s.Country, o.country, "country", "APNSCTL_COUNTRY", "country", func(a string) pushcert.Subject { return pushcert.Subject{Country: a} }},
	} {
		*q.to = cmp.Or(q.given, o.Getenv(q.name))
		for tries := cli.MostTries; *q.to == "" && o.asks() && tries > 0; tries-- {
			answer, err := o.askField(q.key, q.form, func(typed string) error { return q.check(typed).Check() })
			if err != nil {
				return s, err
			}
			if answer == "" {
				break
			}
			wrong := q.check(answer).Check()
			if wrong == nil || tries == 1 {
				*q.to = answer
				break
			}
			o.Complain(problem.Of(wrong))
		}
	}
	s.Email, s.Country = strings.ToLower(s.Email), strings.ToUpper(s.Country)
	for key, value := range map[string]string{
		setting.Organization: s.Organization, setting.AppleAccount: s.AppleAccount, setting.Email: s.Email, setting.Country: s.Country,
	} {
		if err := setting.Check(key, value); value != "" && err != nil {
			return s, err
		}
	}
	return s, nil
}

// askField asks for one setting. One with a form is looked at while it is typed.
func (o *initOptions) askField(key, form string, check func(string) error) (string, error) {
	question := o.T("output.ask."+key, nil)
	if form == "" {
		return o.IO.Ask(question)
	}
	return o.IO.AskChecked(question, func(typed string) string {
		if check(strings.TrimSpace(typed)) == nil {
			return ""
		}
		return o.T("output.typing."+form, nil)
	})
}

// rehearsal is what the ready file of a simulator tells.
type rehearsal struct {
	Portal   string `json:"portal"`
	RootFile string `json:"root_file"`
}

// askRehearsal asks for the ready file of the simulator that is rehearsed with. Enter is the one that the
// question names.
func (o *initOptions) askRehearsal(s *lifecycle.State) error {
	const usual = "ready.json"
	for tries := cli.MostTries; ; tries-- {
		answer, err := o.IO.Ask(o.T("output.ask.ready-file", problem.Params{"file": usual}))
		if err != nil {
			return err
		}
		if err = o.readReady(cmp.Or(answer, usual), s); err == nil || tries == 1 {
			return err
		}
		o.Complain(problem.Of(err))
	}
}

// readReady takes the authorities and the portal of a simulator from its ready file.
func (o *initOptions) readReady(name string, s *lifecycle.State) error {
	data, err := o.ReadText(name)
	switch {
	case err != nil && problem.Of(err).Key() == "input-unreadable.missing":
		return problem.Say(problem.InputUnreadable, "ready", problem.Params{"file": name})
	case err != nil:
		return err
	}
	var ready rehearsal
	if json.Unmarshal(data, &ready) != nil || ready.RootFile == "" || ready.Portal == "" {
		return problem.Say(problem.Usage, "ready-file", problem.Params{"file": name})
	}
	if err := setting.Check(setting.PortalURL, ready.Portal); err != nil {
		return disk.AboutErr(name, err)
	}
	o.trustRoot, o.portal = ready.RootFile, ready.Portal
	s.TrustRoot, err = o.trustRootPEM()
	return err
}
