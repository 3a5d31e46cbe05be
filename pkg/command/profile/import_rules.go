package profile

import (
	"context"

	"github.com/apnsctl/apnsctl/pkg/gate"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/setting"
)

// rules are how far the import may go, with what a person said of the profile.
func (o *importOptions) rules(ctx context.Context, s *lifecycle.State, terms lifecycle.Terms) (lifecycle.ImportOptions, error) {
	set, err := o.Settings(ctx, map[string]string{setting.AppleAccount: o.appleAccount})
	if err != nil {
		return lifecycle.ImportOptions{}, err
	}
	account, err := set.AppleAccount()
	if err != nil {
		return lifecycle.ImportOptions{}, err
	}
	wish := lifecycle.Opening{Profile: o.ProfileName(), First: o.first, Command: o.again()}
	if wish.ExpectTopic, err = lifecycle.GivenTopic(o.expectTopic); err != nil {
		return lifecycle.ImportOptions{}, err
	}
	return lifecycle.ImportOptions{
		Terms: terms, Profile: o.ProfileName(), Actor: o.Actor(), First: wish.First, ExpectTopic: wish.ExpectTopic,
		AppleAccount: o.appleAccount, DefaultAccount: account,
		AcceptTopic: fullTopic(o.acceptTopic), AllowShared: o.allowShared, CertificateOnly: o.certificateOnly,
	}, o.checkName(s, wish)
}

// checkName asks whether the name of a profile that is not there yet is meant.
func (o *importOptions) checkName(s *lifecycle.State, wish lifecycle.Opening) error {
	if wish.Profile == "" {
		return nil
	}
	err := s.CheckOpening(wish)
	if err != nil && o.IO.CanAsk() {
		err = o.AskTwin(err)
	}
	return err
}

// refused tells that the topic of a refused file is remembered, see [gate.Remember].
func (o *importOptions) refused(ctx context.Context, f gate.Candidate, rules lifecycle.ImportOptions, refusal error) error {
	if o.dryRun || o.from != "" || gate.Undecided(refusal) || problem.Of(refusal).Code.Exit() != problem.ExitRefused {
		return refusal
	}
	recorded, created := false, false
	err := o.Update(ctx, func(s *lifecycle.State) (err error) {
		recorded, created, err = gate.Remember(s, f, rules)
		return err
	})
	if err != nil || !recorded {
		return refusal
	}
	p := problem.Of(refusal)
	if created {
		o.NoteCreated(p.Params["profile"], "", "")
	}
	o.Note("import.remembered", problem.Params{"profile": p.Params["profile"], "topic": f.Certificate.Topic()})
	return refusal
}

// fullTopic reads a topic that has to be typed in full. What names none in full stays as it is,
// and equals no certificate's.
func fullTopic(value string) string {
	if topic, ok := pushcert.ParseFullTopic(value); ok {
		return topic
	}
	return value
}
