package push

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli/typed"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// noDevice tells that nobody was named to push to; first that there is nothing to push with,
// or that nobody can say as which profile.
func (o *pushOptions) noDevice(ctx context.Context) error {
	if !o.fromFile() {
		s, err := o.State(ctx)
		switch {
		case err != nil && problem.Of(err).Code == problem.NotInitialised:
			return err
		case err == nil && len(s.Profiles) > 0: // before the first there is none to tell apart
			if _, _, err := o.Profile(s); err != nil {
				return err
			}
		}
	}
	return o.nobody(ctx)
}

// noRow is an error of reading the first row; where there is none, it is the files that have no device.
func (o *pushOptions) noRow(ctx context.Context, err error) error {
	if !errors.Is(err, io.EOF) {
		return err
	}
	return o.nobody(ctx)
}

// nobody is the problem that there is no device, with the push as it was typed but for those it named.
func (o *pushOptions) nobody(ctx context.Context) error {
	const token, file, magic = "token", "tokens-file", "push-magic"
	switch {
	case len(o.input.files) > 0:
		var names []string
		for _, name := range o.input.files {
			names = append(names, disk.Named(name))
		}
		return problem.Say(problem.Usage, "push-no-token.empty", problem.Params{
			"file": strings.Join(names, ", "), "command": o.typed(ctx, token, file),
		})
	case o.kind.content().App():
		return problem.Say(problem.Usage, "push-no-token.app", problem.Params{"command": o.typed(ctx, token, file)})
	} // else a device has a push magic of its own
	return problem.Say(problem.Usage, "push-no-token", problem.Params{"command": o.typed(ctx, token, file, magic)})
}

// fromFile tells whether a file says who pushes, and no profile.
func (o *pushOptions) fromFile() bool { return o.identity.certificate != "" || o.identity.p8 != "" }

// typed is the push as it was typed, without the flags named; to the simulator where it would take
// a rehearsal's certificate to Apple.
func (o *pushOptions) typed(ctx context.Context, without ...string) string {
	if !o.fromFile() && o.route.Endpoint == "" {
		if s, err := o.State(ctx); err == nil && s.TrustRoot != "" {
			return o.simulated(without...)
		}
	}
	return o.again(without...)
}

// again is the push as it was typed, without the flags named, for a hint that repeats it.
func (o *pushOptions) again(without ...string) string {
	return typed.Line(o.command, o.Global.Profile, without...)
}

// simulated is the push as it was typed, without the flags named, with the simulator in Apple's place.
func (o *pushOptions) simulated(without ...string) string {
	command := o.again(append(without, "sandbox", "port")...) + " --endpoint URL"
	if o.route.CaFile == "" {
		command += " --ca-file FILE"
	}
	return command
}

// journalled is the push as it was typed, with the journal that it lacks.
func (o *pushOptions) journalled(ctx context.Context) string {
	command := o.typed(ctx, "results", "resume") + " --results JOURNAL"
	if o.resume {
		command += " --resume"
	}
	return command
}

// asWake is the push as it was typed, as the wake-up of managed devices.
func (o *pushOptions) asWake(ctx context.Context) string {
	command := o.typed(ctx, "alert", "background", "voip", "payload")
	if len(o.input.tokens) > 0 { // the files have their own
		command += " --push-magic MAGIC"
	}
	return command
}
