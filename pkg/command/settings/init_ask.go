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
	for tries := cli.MostTries; ; tries-- {
		chosen, err := o.IO.Choose(o.T("output.init.way.question", nil), options, o.T("output.ask.choose", nil))
		if err != nil {
			return err
		}
		if chosen >= 0 {
			o.way = all[chosen]
			return nil
		}
		params := problem.Params{"most": strconv.Itoa(len(all))}
		if tries == 1 {
			return problem.Say(problem.Usage, "answer.number", params)
		}
		o.Stderr(o.T("output.unclear.number", params))
	}
}

// answers are the settings: from flags, else variables, else the person at the terminal. What is given is
// checked before anything is asked.
func (o *initOptions) answers() (s lifecycle.Settings, err error) {
	questions := []struct {
		to         *string
		given, key string
		form       string // the words for what is right, while it is typed
	}{
		{&s.Organization, o.organization, setting.Organization, ""},
		{&s.AppleAccount, o.appleAccount, setting.AppleAccount, "account"},
		{&s.Email, o.email, setting.Email, "email"},
		{&s.Country, o.country, setting.Country, "country"},
	}
	for _, q := range questions {
		if given := cmp.Or(q.given, o.Getenv(cli.SettingVariable(q.key))); given != "" {
			if *q.to, err = checked(q.key, given); err != nil {
				return s, err
			}
		}
	}
	for _, q := range questions {
		if *q.to == "" && o.asks() {
			if *q.to, err = o.askField(q.key, q.form); err != nil {
				return s, err
			}
		}
	}
	return s, nil
}

// checked is a setting as it is written into the file, if it is one.
func checked(key, value string) (string, error) {
	return spelled(key, value)[0], setting.Check(key, value)
}

// askField asks for one setting, which Enter leaves open. One with a form is looked at while it is typed. A
// wrong answer is asked for again, and those before it are kept; the last one ends the command.
func (o *initOptions) askField(key, form string) (string, error) {
	question := o.T("output.ask."+strings.ReplaceAll(key, "_", "-"), nil)
	ask := func() (string, error) { return o.IO.Ask(question) }
	if form != "" {
		ask = func() (string, error) {
			return o.IO.AskChecked(question, func(typed string) string {
				if _, wrong := checked(key, strings.TrimSpace(typed)); wrong == nil {
					return ""
				}
				return o.T("output.typing."+form, nil)
			})
		}
	}
	for tries := cli.MostTries; ; tries-- {
		answer, err := ask()
		if err != nil || answer == "" {
			return "", err
		}
		if answer, err = checked(key, answer); err == nil || tries == 1 {
			return answer, err
		}
		o.Complain(problem.Of(err))
	}
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
