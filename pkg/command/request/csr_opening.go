package request

import (
	"context"
	"os"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/setting"
)

// checkOpenings checks what has to be known before a request is made: that the name is meant, that
// nothing typed would be ignored, and whether devices are enrolled already. The last
// decides between Renew and Create at the portal, and only a person knows it.
func (o *csrOptions) checkOpenings(s *lifecycle.State, names []string) error {
	for _, name := range names {
		ignored, err := s.Profiles[name].Ignored(lifecycle.RequestOptions{NewKey: o.newKey, Country: o.country, Email: o.email})
		if err != nil {
			return err
		}
		if len(ignored) > 0 {
			return problem.Say(problem.Usage, "request-open", problem.Params{"flag": strings.Join(ignored, ", "), "profile": name})
		}
	}
	if o.due {
		return nil
	}
	wish := lifecycle.Opening{Profile: names[0], First: o.first, ExpectTopic: o.expectTopic, Command: "apnsctl csr"}
	if s.Route(names[0], o.Now()) == lifecycle.RouteUnsigned {
		wish.Command += " --unsigned"
	}
	if err := checkOpening(o.Env, s, &wish); err != nil {
		return err
	}
	o.first, o.expectTopic, o.enrolled = wish.First, wish.ExpectTopic, wish.Enrolled
	if o.Enrolled != nil {
		*o.Enrolled = o.enrolled
	}
	if p := s.Profiles[names[0]]; p != nil && o.expectTopic != "" {
		known, err := p.KnownTopic(names[0])
		if err != nil {
			return err
		}
		o.topicBefore = known.Topic
	}
	return nil
}

// checkOpening checks the wish to open a profile, and asks at a terminal what it leaves open.
func checkOpening(e *cli.Env, s *lifecycle.State, wish *lifecycle.Opening) error {
	err := s.CheckOpening(*wish)
	if err != nil && e.IO.CanAsk() {
		err = e.AskTwin(err)
	}
	if err != nil || wish.First || wish.ExpectTopic != "" || !e.IO.CanAsk() {
		return err
	}
	open, err := s.Unanswered(wish.Profile)
	if err != nil || !open {
		return err
	}
	enrolled, answered, err := e.AskYesNo("enrolled", problem.Params{"profile": wish.Profile})
	switch {
	case err != nil || !answered:
		return err
	case !enrolled:
		wish.First = true
		return nil
	}
	wish.Enrolled = true
	return askTopic(e, s, wish)
}

// askTopic asks for the topic that enrolled devices listen on: as the portal shows it, or a
// file that tells it. Enter leaves it open; the last wrong answer ends the command, for it was no Enter.
func askTopic(e *cli.Env, s *lifecycle.State, wish *lifecycle.Opening) error {
	for tries := cli.MostTries; ; tries-- {
		answer, err := e.IO.AskChecked(e.T("output.ask.topic", problem.Params{"profile": wish.Profile}), func(typed string) string { return topicForm(e, typed) })
		if err != nil || answer == "" {
			return err
		}
		r, err := e.Reference(cli.AgainstOptions{Against: answer})
		if err == nil && r.Topic == "" {
			err = problem.Say(problem.TopicMissing, "audit", problem.Params{"file": r.File})
		}
		if err == nil && r.File == r.Topic { // it was typed, and not read
			_, err = lifecycle.GivenTopic(r.Topic)
		}
		if err == nil {
			found := *wish
			found.ExpectTopic = r.Topic
			if err = s.CheckOpening(found); err == nil {
				*wish = found
				return nil
			}
		}
		if tries == 1 {
			return err
		}
		e.Complain(problem.Of(err))
	}
}

// topicForm is what to say while the answer is typed: nothing where it is a topic, or a file that is there.
func topicForm(e *cli.Env, typed string) string {
	typed = strings.TrimSpace(typed)
	topic, err := lifecycle.GivenTopic(typed)
	if _, missing := os.Stat(typed); missing == nil || topic != "" && err == nil {
		return ""
	}
	return e.T("output.typing.topic", nil)
}

// checkAccount checks the Apple Account that is given, and finds that of profiles which have none.
func (o *csrOptions) checkAccount(ctx context.Context) error {
	set, err := o.Settings(ctx, map[string]string{setting.AppleAccount: o.appleAccount})
	if err == nil {
		o.defaultAccount, err = set.AppleAccount()
	}
	return err
}
