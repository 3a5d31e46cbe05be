package notify

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/deliver"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/remind"
	"github.com/apnsctl/apnsctl/pkg/setting"
)

// target is who can be told, and how.
type target struct {
	policy       remind.Policy
	organization string
	from         string
	lang         msg.Lang
	mailer       *deliver.Mailer
	settings     cli.Settings
	hooks        map[string]deliver.Hook
	web          deliver.Web
	ping         string
	// barred is why a way cannot be taken in this run; nil where it can.
	barred map[way]error
	said   map[way]bool // that it cannot
	// flaw is the first fault in a webhook's settings, which is said also when nothing is due.
	flaw error
	// down is why the mail server is not tried again in this run.
	down error
}

// target reads the settings. What is wrong with them is said before anybody is told anything.
func (o *options) target(s *lifecycle.State) (*target, error) {
	set, err := o.SettingsOf(s, nil)
	if err != nil {
		return nil, err
	}
	t := &target{
		organization: set.Text(setting.Organization), from: set.Text(setting.NotifyFrom), lang: o.Msg.Lang,
		ping: set.Text(setting.NotifyPing), web: deliver.Web{Proxy: o.Proxies()}, settings: set, barred: map[way]error{}, said: map[way]bool{},
		mailer: &deliver.Mailer{Host: set.Text(setting.SMTPHost), TLS: deliver.TLS(set.Text(setting.SMTPTLS)), Username: set.Text(setting.SMTPUsername)},
	}
	for _, key := range []string{
		setting.NotifyFrom, setting.NotifyAccount, setting.NotifyLadder, setting.NotifyLang, setting.SMTPPort, setting.SMTPTLS, setting.NotifyPing,
	} {
		if value := set.Text(key); value != "" {
			if err := setting.Check(key, value); err != nil {
				return nil, err
			}
		}
	}
	if language := set.Text(setting.NotifyLang); language != "" {
		t.lang = msg.Lang(language)
	}
	t.mailer.Port = set.Number(setting.SMTPPort)
	t.policy = remind.Policy{
		To: set.List(setting.NotifyTo), IncludeAccount: set.Text(setting.NotifyAccount) == "true", Profile: o.ProfileName(),
		HasMail: t.mailer.Host != "" && t.from != "",
	}
	for _, list := range o.to {
		t.policy.Only = append(t.policy.Only, setting.SplitList(list)...)
	}
	if t.policy.Ladder, err = remind.ParseLadder(set.Text(setting.NotifyLadder)); err != nil {
		return nil, err
	}
	if err := checkAddresses(s, t.policy); err != nil {
		return nil, err
	}
	t.setHooks(s.Settings.Notify.Webhooks)
	return t, nil
}

// checkAddresses refuses what is no mail address, and names where it stands.
func checkAddresses(s *lifecycle.State, p remind.Policy) error {
	lists := map[string][]string{"--to": p.Only, setting.NotifyTo: p.To}
	for name, own := range s.Profiles {
		if own.Notify != nil {
			lists["profiles."+name+"."+setting.NotifyTo] = own.Notify.To
		}
	}
	for _, place := range slices.Sorted(maps.Keys(lists)) { // of several the same is named each time
		for _, address := range lists[place] {
			if setting.Check(setting.NotifyTo, address) != nil {
				return problem.Say(problem.Usage, "setting-address", problem.Params{"setting": place, "value": address})
			}
		}
	}
	return nil
}

// setHooks takes the webhooks, whose addresses may be references still. One that is set wrongly is barred.
func (t *target) setHooks(all []lifecycle.Webhook) {
	t.hooks = map[string]deliver.Hook{}
	for _, w := range all {
		if err := flawOf(w); err != nil {
			t.barred[way{remind.Webhook, w.Name}] = err
			t.flaw = cmp.Or(t.flaw, err)
		}
		t.hooks[w.Name] = deliver.Hook{Name: w.Name, Kind: deliver.HookKind(w.Kind), URL: w.URL, Secret: w.Secret}
		t.policy.Webhooks = append(t.policy.Webhooks, w.Name)
	}
}

// flawOf is what is wrong with the settings of a webhook.
func flawOf(w lifecycle.Webhook) error {
	switch {
	case w.URL == "" || w.Name == "":
		return problem.Say(problem.Usage, "webhook-incomplete", problem.Params{"webhook": w.Name})
	case w.Kind != "":
		return setting.Check(setting.HookKey(w.Name, "kind"), w.Kind)
	}
	return nil
}

// way is what a notice takes to somebody: the mail server, or a webhook by its name.
type way struct {
	channel remind.Channel
	webhook string
}

func wayOf(n remind.Notice) way {
	if n.Channel == remind.Webhook {
		return way{n.Channel, n.Recipient}
	}
	return way{channel: n.Channel}
}

// unseal finds the secrets of the ways that are needed now. A way whose secret is missing stops no other; where
// there is no other, the run ends before anybody is told anything.
func (t *target) unseal(ctx context.Context, o *options, s *lifecycle.State, due []remind.Notice) error {
	secrets, open := o.References(s, o.unlock), false
	var first error
	for _, n := range due {
		w := wayOf(n)
		err, seen := t.barred[w]
		switch {
		case seen:
		case w.channel == remind.Mail:
			t.mailer.Password, err = t.settings.SecretSetting(ctx, setting.SMTPPassword, secrets)
		default:
			err = t.unsealHook(ctx, w.webhook, secrets.Find)
		}
		t.barred[w] = err
		if ctx.Err() != nil {
			return err
		}
		open, first = open || err == nil, cmp.Or(first, err)
	}
	if open {
		return nil
	}
	return first
}

// unsealHook finds those of a webhook.
func (t *target) unsealHook(ctx context.Context, name string, find func(context.Context, string, string) (string, error)) (err error) {
	hook := t.hooks[name]
	if !setting.IsURL(hook.URL) {
		if hook.URL, err = find(ctx, setting.HookKey(name, "url"), hook.URL); err != nil {
			return err
		}
	}
	if !setting.IsURL(hook.URL) {
		return problem.Say(problem.WebhookRefused, "url", problem.Params{"webhook": name})
	}
	hook.Secret, err = find(ctx, setting.HookKey(name, "secret"), hook.Secret)
	t.hooks[name] = hook
	return err
}

// deliver brings one notice to one recipient. A mail server that cannot be reached, or does not
// let us in, is not tried again for each of the others.
func (t *target) deliver(ctx context.Context, o *options, s *lifecycle.State, n remind.Notice) error {
	if err := t.barred[wayOf(n)]; err != nil {
		return err
	}
	letter := o.letter(s, t, n)
	if n.Channel == remind.Webhook {
		return t.web.Post(ctx, t.hooks[n.Recipient], letter.notice())
	}
	if t.down != nil {
		return t.down
	}
	err := t.mailer.Send(ctx, letter.mail(t.from, n.Recipient))
	if err != nil {
		if key := problem.Of(err).Key(); key == "mail-unreachable" || key == "mail-unreachable.tls" || key == "mail-refused.login" || key == "mail-refused.unfit" {
			t.down = err
		}
	}
	return err
}
