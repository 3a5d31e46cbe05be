package settings

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/signing"
	"github.com/apnsctl/apnsctl/pkg/state"
)

type recipientsOptions struct {
	*cli.Env
	cli.PassphraseOptions
	named []string
}

// RecipientView is somebody who can open the private keys.
type RecipientView struct {
	Recipient string       `json:"recipient"`
	Kind      signing.Kind `json:"kind"`
	Owner     bool         `json:"owner"`

	open bool // no passphrase protects it
}

// RecipientsView is who can open them. Checked tells that the owner has vouched for the list, and
// Waiting is how many keys are still sealed to the owner alone.
type RecipientsView struct {
	Recipients []RecipientView `json:"recipients"`
	Checked    bool            `json:"checked"`
	Waiting    int             `json:"waiting"`
}

// RecipientsChangeView is what became of the list.
type RecipientsChangeView struct {
	Action     string          `json:"action"` // added, removed, unchanged
	Changed    []string        `json:"changed"`
	Keys       int             `json:"keys"` // that were sealed anew
	Recipients []RecipientView `json:"recipients"`
}

func newRecipients(env *cli.Env) *cobra.Command {
	return cli.Group("recipients COMMAND", newRecipientsList(env, nil), newRecipientsAdd(env, nil), newRecipientsRemove(env, nil))
}

func newRecipientsList(env *cli.Env, run cli.Runner[recipientsOptions]) *cobra.Command {
	o := &recipientsOptions{Env: env}
	c := cli.Command("list [flags]", cli.ArgCount{Least: 0, Most: 0}, func(ctx context.Context, _ []string) error {
		return run.Or(runRecipientsList)(ctx, o)
	})
	o.PassphraseOptions.Flags(c.Flags())
	return c
}

func newRecipientsAdd(env *cli.Env, run cli.Runner[recipientsOptions]) *cobra.Command {
	return changeRecipients(env, "add RECIPIENT... [flags]", run.Or(runRecipientsAdd))
}

func newRecipientsRemove(env *cli.Env, run cli.Runner[recipientsOptions]) *cobra.Command {
	return changeRecipients(env, "remove RECIPIENT... [flags]", run.Or(runRecipientsRemove))
}

func changeRecipients(env *cli.Env, use string, run cli.Runner[recipientsOptions]) *cobra.Command {
	o := &recipientsOptions{Env: env}
	c := cli.Command(use, cli.ArgCount{Least: 1, Most: -1}, func(ctx context.Context, args []string) error {
		o.named = nil
		for _, arg := range args {
			o.named = append(o.named, strings.TrimSpace(arg))
		}
		return run(ctx, o)
	})
	o.PassphraseOptions.Flags(c.Flags())
	return c
}

// runRecipientsList shows the list, and checks it where nobody has to be asked for the passphrase.
func runRecipientsList(ctx context.Context, o *recipientsOptions) error {
	s, err := o.State(ctx)
	if err != nil {
		return err
	}
	v := RecipientsView{Recipients: recipientViews(s.Sealing), Waiting: signing.Waiting(s)}
	if s.Sealing.UnsealedIdentity != "" || o.Passphrased(o.PassphraseOptions) {
		if _, err := o.unlock(ctx, s); err != nil {
			return err
		}
		v.Checked = true
	}
	return o.Result(v, func(p *cli.Page) {
		p.Say("recipients.list", nil)
		writeRecipients(p, v.Recipients)
		if v.Waiting > 0 {
			p.Say("recipients.list-waiting", problem.Params{"count": strconv.Itoa(v.Waiting)})
		}
		if !v.Checked {
			p.Advise("recipients.unchecked", nil)
		}
	})
}

func (o *recipientsOptions) unlock(ctx context.Context, s *lifecycle.State) (*signing.Opener, error) {
	return o.Unlock(ctx, s, cli.UnlockOptions{PassphraseOptions: o.PassphraseOptions})
}

func runRecipientsAdd(ctx context.Context, o *recipientsOptions) error {
	s, err := o.State(ctx)
	if err != nil {
		return err
	}
	for _, r := range o.named {
		if err := signing.CheckRecipient(s.Sealing, r); err != nil {
			if file, _ := signing.FileWith(r, disk.Glance); file != "" {
				return problem.Say(problem.Usage, "recipient-invalid.file", problem.Params{"recipient": signing.Short(r), "pub": file})
			}
			return err
		}
		if signing.SameRecipient(r, s.Sealing.Recipient) {
			return problem.Say(problem.Usage, "recipient-owner", problem.Params{"recipient": signing.Short(r)})
		}
	}
	opener, err := o.unlock(ctx, s)
	if err != nil {
		return err
	}
	v := RecipientsChangeView{Action: "unchanged"}
	return o.change(ctx, &v, func(s *lifecycle.State) error {
		for _, r := range o.named {
			if !listed(s.Sealing.Recipients, r) && !listed(v.Changed, r) {
				v.Changed = append(v.Changed, r)
			}
		}
		if len(v.Changed) == 0 {
			return nil
		}
		v.Action = "added"
		return signing.AddRecipients(s, opener, v.Changed...)
	})
}

func runRecipientsRemove(ctx context.Context, o *recipientsOptions) error {
	s, err := o.State(ctx)
	if err != nil {
		return err
	}
	if _, err := o.meant(s.Sealing); err != nil {
		return err
	}
	opener, err := o.unlock(ctx, s)
	if err != nil {
		return err
	}
	v := RecipientsChangeView{Action: "removed"}
	return o.change(ctx, &v, func(s *lifecycle.State) error {
		if v.Changed, err = o.meant(s.Sealing); err != nil {
			return err
		}
		left := slices.DeleteFunc(slices.Clone(s.Sealing.Recipients), func(r string) bool { return slices.Contains(v.Changed, r) })
		return signing.KeepRecipients(s, opener, left, o.Work)
	}, state.ScrubBackup())
}

// meant are the recipients of the file that the arguments name: whole, as they are shown, or by the
// comment of an SSH key.
func (o *recipientsOptions) meant(s lifecycle.Sealing) (all []string, err error) {
	for _, name := range o.named {
		if signing.SameRecipient(name, s.Recipient) || name == signing.Short(s.Recipient) {
			return nil, problem.Say(problem.Usage, "recipient-owner-stays", problem.Params{"recipient": signing.Short(name)})
		}
		var found []string
		for _, r := range s.Recipients {
			if signing.SameRecipient(r, name) || signing.Short(r) == name || signing.Comment(r) == name && name != "" {
				found = append(found, r)
			}
		}
		if len(found) != 1 {
			return nil, unknownRecipient(s, name, len(found))
		}
		if !slices.Contains(all, found[0]) {
			all = append(all, found[0])
		}
	}
	return all, nil
}

// unknownRecipient says why a name is not that of one recipient.
func unknownRecipient(s lifecycle.Sealing, name string, found int) error {
	sentence, params := "recipient-unknown", problem.Params{"recipient": signing.Short(name), "count": strconv.Itoa(found)}
	if found > 1 {
		sentence = "recipient-unknown.several"
	} else if file, r := signing.FileWith(name, disk.Glance); listed(s.Recipients, r) {
		sentence, params["pub"] = "recipient-unknown.file", file
	}
	return problem.Say(problem.Usage, sentence, params)
}

func listed(all []string, recipient string) bool {
	return slices.ContainsFunc(all, func(r string) bool { return signing.SameRecipient(r, recipient) })
}

// change changes the list, and tells what came of it.
func (o *recipientsOptions) change(ctx context.Context, v *RecipientsChangeView, change func(*lifecycle.State) error, options ...state.Option) error {
	err := o.Update(ctx, func(s *lifecycle.State) error {
		if err := change(s); err != nil {
			return err
		}
		v.Recipients, v.Keys = recipientViews(s.Sealing), 0
		if v.Action == "unchanged" {
			return nil
		}
		return state.EachKey(s, func(*lifecycle.Key) error { v.Keys++; return nil })
	}, options...)
	if err != nil {
		return err
	}
	if v.Changed == nil {
		v.Changed = []string{}
	}
	return o.Result(v, func(p *cli.Page) {
		p.Say("recipients."+v.Action, problem.Params{"keys": strconv.Itoa(v.Keys)})
		writeRecipients(p, v.Recipients)
		if v.Action == "removed" {
			p.Advise("recipients.copies", nil)
		}
	})
}

func recipientViews(s lifecycle.Sealing) []RecipientView {
	views := []RecipientView{{s.Recipient, signing.KindOf(s.Recipient), true, s.UnsealedIdentity != ""}}
	for _, r := range s.Recipients {
		views = append(views, RecipientView{r, signing.KindOf(r), false, false})
	}
	return views
}

// writeRecipients writes who can open the keys, one a line.
func writeRecipients(p *cli.Page, all []RecipientView) {
	for _, r := range all {
		key := "further"
		switch {
		case r.open:
			key = "owner-open"
		case r.Owner:
			key = "owner"
		}
		p.Say("recipients."+key, problem.Params{"recipient": signing.Short(r.Recipient)})
	}
}
