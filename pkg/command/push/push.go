package push

import (
	"cmp"
	"context"
	"net/url"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/cli/typed"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/fleet"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// outputNDJSON is a line of JSON for each push, as its answer comes.
const outputNDJSON = "ndjson"

type pushOptions struct {
	*cli.Env
	cli.UnlockOptions
	identity pushIdentityOptions
	kind     pushKindOptions
	route    cli.RouteOptions
	input    pushInputOptions

	connections int
	rate        float64

	dryRun, resume, force, allowUnregistered bool
	results                                  string

	command *cobra.Command
}

// New makes the command.
func New(env *cli.Env, run cli.Runner[pushOptions]) *cobra.Command {
	o := &pushOptions{Env: env}
	c := env.ProfileCommand("push [NAME] [flags]", func(ctx context.Context) error {
		return run.Or(runPush)(ctx, o)
	})
	c.Annotations = map[string]string{"outputs": outputNDJSON}
	f := c.Flags()
	o.input.flags(f)
	o.identity.flags(f)
	o.kind.flags(f)
	o.route.Flags(f)
	typed.NumberVar(f, &o.connections, "connections", 1, apns.MaxConnections, "N")
	typed.NumberVar(f, &o.rate, "rate", 0.001, 1e6, "N")
	f.BoolVar(&o.dryRun, "dry-run", false, "")
	cli.OutputVar(f, &o.results, "results", "", "FILE")
	f.BoolVar(&o.resume, "resume", false, "")
	f.BoolVar(&o.force, "force", false, "")
	f.BoolVar(&o.allowUnregistered, "allow-unregistered", false, "")
	o.UnlockOptions.Flags(f)
	o.command = c
	return c
}

func (o *pushInputOptions) flags(f *pflag.FlagSet) {
	f.StringArrayVar(&o.tokens, "token", nil, "TOKEN")
	f.StringVar(&o.magic, "push-magic", "", "MAGIC")
	f.StringArrayVar(&o.files, "tokens-file", nil, "FILE")
	f.StringVar(&o.shard, "shard", "", "I/N")
}

func (o *pushIdentityOptions) flags(f *pflag.FlagSet) {
	f.StringVar(&o.certificate, "certificate", "", "FILE")
	f.StringVar(&o.key, "key", "", "FILE")
	f.StringVar(&o.passwordFile, "file-password-file", "", "FILE")
	f.StringVar(&o.p8, "p8", "", "FILE")
	f.StringVar(&o.keyID, "key-id", "", "ID")
	f.StringVar(&o.teamID, "team-id", "", "ID")
	f.StringVar(&o.topic, "topic", "", "TOPIC")
}

func (o *pushKindOptions) flags(f *pflag.FlagSet) {
	const week = 7 * 24 * time.Hour
	f.StringVar(&o.alert, "alert", "", "TEXT")
	f.BoolVar(&o.background, "background", false, "")
	f.BoolVar(&o.voip, "voip", false, "")
	f.StringVar(&o.payload, "payload", "", "FILE")
	f.DurationVar(&o.expiration, "expiration", week, "DURATION")
}

// runPush looks at everything that needs no network first: what is asked for, that there
// is a token, that the certificate is the right one and in date.
func runPush(ctx context.Context, o *pushOptions) error {
	if err := o.check(ctx); err != nil {
		return err
	}
	o.Given = cmp.Or(o.identity.certificate, o.identity.p8)
	kind, err := o.kindOf()
	if err != nil {
		return err
	}
	endpoint, err := o.endpointFor(kind)
	if err != nil {
		return err
	}
	input, err := o.openInput()
	if err != nil {
		return o.noRow(ctx, err)
	}
	defer input.Close()
	identity, err := o.identify(ctx, kind)
	if err != nil {
		return err
	}
	if topic := input.LoneTopic(); topic != "" && topic != identity.topic {
		return problem.Say(problem.TopicMismatch, "push-device", problem.Params{"topic": identity.topic, "device_topic": topic})
	}
	job := pushJob{kind, endpoint, input, identity}
	if o.dryRun {
		return o.rehearse(ctx, o.runOf(job), endpoint)
	}
	if identity.rehearsal && o.route.Endpoint == "" {
		return problem.Say(problem.Usage, "push-rehearsal", problem.Params{"command": o.simulated()})
	}
	return o.deliver(ctx, job)
}

// deliver pushes, and notes what that shows of the certificate.
func (o *pushOptions) deliver(ctx context.Context, job pushJob) error {
	client, err := o.client(job)
	if err != nil {
		return err
	}
	run := o.runOf(job)
	err = o.push(ctx, run, client, job.input)
	if job.tests(run.Counts().Accepted) { // however the others fared
		o.NoteTested(ctx, job.identity.profile, job.identity.leaf, "push.untested", problem.Params{})
	}
	return err
}

// check refuses flags that contradict each other.
func (o *pushOptions) check(ctx context.Context) error {
	switch {
	case len(o.input.tokens) == 0 && len(o.input.files) == 0:
		return o.noDevice(ctx)
	case o.resume && o.results == "", o.results == disk.Stdio:
		return problem.Say(problem.Usage, "push-results", problem.Params{"command": o.journalled(ctx)})
	case o.kind.expiration < 0:
		return problem.Say(problem.Usage, "push-expiration", nil)
	}
	return o.identity.check(o.kind.content().App())
}

// endpointFor is the address to push to. Device tokens of MDM belong to production, so
// the sandbox has to be insisted on.
func (o *pushOptions) endpointFor(kind *fleet.Kind) (*url.URL, error) {
	if o.route.Sandbox && o.route.Endpoint == "" && kind.MDM() && !o.force {
		return nil, problem.Say(problem.Usage, "push-sandbox", nil)
	}
	return apns.Address(o.route.Sandbox, o.route.Endpoint, o.route.Port)
}
