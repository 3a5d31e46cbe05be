package cli

import (
	"crypto/x509"
	"errors"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli/typed"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// GlobalFlags defines the flags that every command takes.
func (e *Env) GlobalFlags(f *pflag.FlagSet) {
	g := &e.Global
	f.StringVar(&g.Config, "config", "", "FILE")
	f.StringVarP(&g.Profile, "profile", "p", "", "NAME")
	f.StringVarP(&g.Output, "output", "o", g.Output, "FORMAT")
	f.StringVar(&g.lang, "lang", "", "en|ja")
	f.StringVar(&g.actor, "actor", "", "NAME")
	f.BoolVar(&g.noColor, "no-color", false, "")
	f.BoolVarP(&g.Quiet, "quiet", "q", false, "")
	f.BoolVarP(&g.Verbose, "verbose", "v", false, "")
	f.BoolVar(&g.Version, "version", false, "")
}

// FlagProblem turns pflag's typed errors into ours.
func FlagProblem(c *cobra.Command, err error) error {
	params := problem.Params{"command": c.CommandPath()}
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok {
		params["flag"] = dashed(e.GetSpecifiedName())
		params["given"] = params["flag"]
		if names := e.GetSpecifiedShortnames(); names != "" {
			params["given"] = "-" + names
		}
		if _, missing := os.Lstat(params["given"]); missing == nil {
			return problem.Say(problem.Usage, "flag.unknown.file", params)
		}
		if opensNoKey(c, e.GetSpecifiedName()) {
			return problem.Say(problem.Usage, "no-key", params)
		}
		return problem.Say(problem.Usage, "flag.unknown", params)
	}
	if e, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		params["flag"] = dashed(e.GetSpecifiedName())
		return problem.Say(problem.Usage, "flag.value", params)
	}
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		params["flag"], params["value"] = "--"+e.GetFlag().Name, e.GetValue()
		if bounds, ok := errors.AsType[typed.OutOfRange](err); ok {
			params["least"], params["most"] = bounds.Least, bounds.Most
			return problem.Say(problem.Usage, "flag-range", params)
		}
		if twice, ok := errors.AsType[typed.GivenTwice](err); ok {
			params["first"], params["value"] = twice.First, twice.Second
			return problem.Say(problem.Usage, "exclusive.twice", params)
		}
		return problem.Say(problem.Usage, "flag.invalid", params)
	}
	params["detail"] = err.Error()
	return problem.Say(problem.Usage, "flag", params)
}

// opensNoKey tells that a flag is one of those that open private keys, which all commands have that open some:
// without it this one does what it was asked.
func opensNoKey(c *cobra.Command, flag string) bool {
	ways := pflag.NewFlagSet("", pflag.ContinueOnError)
	new(UnlockOptions).Flags(ways)
	return ways.Lookup(flag) != nil && c.Flags().Lookup("passphrase-file") == nil && !c.HasSubCommands()
}

func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// emptyFlag refuses a flag that was given without a value, as a shell variable that is
// not set gives it: left out in silence, it could take a check along.
func emptyFlag(c *cobra.Command) (err error) {
	c.Flags().Visit(func(f *pflag.Flag) {
		if f.Value.Type() == "string" && f.Value.String() == "" && f.Annotations[emptiableMark] == nil {
			err = problem.Say(problem.Usage, "flag.value", problem.Params{"command": c.CommandPath(), "flag": "--" + f.Name})
		}
	})
	return err
}

// emptiableMark is the annotation of a flag that may be given an empty value.
const emptiableMark = "apnsctl_emptiable"

// Emptiable lets a flag be given an empty value, which takes away what is there.
func Emptiable(f *pflag.FlagSet, name string) {
	f.Lookup(name).Annotations = map[string][]string{emptiableMark: {}}
}

// Outputs are the formats that a command can print; more than text and JSON are
// named in its annotation.
func Outputs(c *cobra.Command) []string {
	formats := []string{outputText, OutputJSON}
	if more := c.Annotations["outputs"]; more != "" {
		formats = append(formats, strings.Fields(more)...)
	}
	return formats
}

// ChoicesMark is the annotation of a flag that takes one of a few values.
const ChoicesMark = "apnsctl_choices"

// Choices tells a shell the values that a flag takes.
func Choices(f *pflag.FlagSet, name string, values ...string) {
	f.Lookup(name).Annotations = map[string][]string{ChoicesMark: values}
}

// RouteOptions are the flags of commands that connect to APNs, as they were typed: where it
// is, and how to get there. What they mean is for the engine to say.
type RouteOptions struct {
	Sandbox       bool
	Endpoint      string
	Port          uint16
	CaFile, Proxy string
}

// Flags defines the flags.
func (r *RouteOptions) Flags(f *pflag.FlagSet) {
	f.BoolVar(&r.Sandbox, "sandbox", false, "")
	f.StringVar(&r.Endpoint, "endpoint", "", "URL")
	typed.NumberVar(f, &r.Port, "port", 1, math.MaxUint16, "PORT")
	f.StringVar(&r.CaFile, "ca-file", "", "FILE")
	f.StringVar(&r.Proxy, "proxy", "", "URL")
}

// Again is a command with these flags, for a hint that repeats it. A proxy's password is
// left to the person.
func (r RouteOptions) Again(command string) string {
	port := ""
	if r.Port != 0 {
		port = strconv.Itoa(int(r.Port))
	}
	for _, flag := range []struct{ name, value string }{
		{"--endpoint", r.Endpoint}, {"--port", port}, {"--ca-file", r.CaFile}, {"--proxy", r.Proxy},
	} {
		switch {
		case flag.value == "":
			continue
		case strings.Contains(flag.value, "@"):
			flag.value = "URL"
		}
		command += " " + flag.name + " " + msg.Quote(flag.value)
	}
	if r.Sandbox {
		command += " --sandbox"
	}
	return command
}

// Roots are the authorities that APNs' own certificate may come from; nil is the system's.
func (e *Env) Roots(caFile string) (*x509.CertPool, error) {
	if caFile == "" {
		return nil, nil
	}
	return e.rooted(caFile, x509.NewCertPool())
}

// ServerRoots are the system's authorities and those of a file, which an MDM server's certificate may
// come from. A system without any leaves the file's.
func (e *Env) ServerRoots(caFile string) (*x509.CertPool, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	return e.rooted(caFile, pool)
}

// rooted adds the authorities of a file to a pool.
func (e *Env) rooted(caFile string, pool *x509.CertPool) (*x509.CertPool, error) {
	return authorities(e, caFile, func(bundle []byte) (*x509.CertPool, error) {
		all, err := pushcert.Authorities(bundle)
		for _, c := range all {
			pool.AddCert(c.X509)
		}
		switch {
		case err == nil, pool.AppendCertsFromPEM(bundle): // which passes over what a system's bundle may hold besides
			return pool, nil
		case problem.Of(err).Params["role"] == string(pushcert.RoleHTML):
			return nil, err
		}
		return nil, problem.Say(problem.FileUnrecognised, "ca-file", problem.Params{"file": disk.Named(caFile)}).Because(err)
	})
}
