package cli

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

type exportOptions struct {
	*Env
	unlockOptions
	target, out, keyFormat string
	force                  bool
}

type exportView struct {
	Profile string `json:"profile"`
	For     string `json:"for"`
	Path    string `json:"path"`
	Topic   string `json:"topic"`
	Secret  bool   `json:"secret"`
}

// exportTargets are the forms of the contract that export writes, with the ending of
// the default file name.
func exportTargets() map[string]string {
	return map[string]string{"pem": ".pem", "cert": ".pem", "key": ".key", "nanomdm": ".pem"}
}

func newExport(env *Env, run runner[exportOptions]) *cobra.Command {
	o := &exportOptions{Env: env}
	c := command("export --for TARGET [flags]", argCount{0, 0}, func(ctx context.Context, _ []string) error {
		return run.or(runExport)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.target, "for", "", "TARGET")
	f.StringVar(&o.out, "out", "", "FILE")
	f.StringVar(&o.keyFormat, "key-format", "pkcs8", "pkcs8|pkcs1")
	f.BoolVar(&o.force, "force", false, "")
	o.unlockOptions.flags(f)
	return c
}

func runExport(ctx context.Context, o *exportOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	s, err := o.state(ctx)
	if err != nil {
		return err
	}
	name, p, err := o.profile(s)
	if err != nil {
		return err
	}
	leaf, err := p.Leaf(name)
	if err != nil {
		return err
	}
	if leaf == nil {
		return problem.New(problem.CertificateMissing, problem.Params{"profile": name})
	}
	out := output{path: o.path(name), force: o.force}
	secret := o.target != "cert"
	var key crypto.Signer
	if secret {
		if p.Certificate.Key == nil {
			return problem.Say(problem.KeyMissing, "export", problem.Params{"profile": name})
		}
		if p.Certificate.Key.Public != leaf.PublicKey() {
			return problem.Say(problem.KeyMismatch, "stored", problem.Params{"profile": name})
		}
		opener, err := o.unlock(ctx, s, o.unlockOptions)
		if err != nil {
			return err
		}
		if key, err = opener.Open(*p.Certificate.Key); err != nil {
			return err
		}
	}
	data, err := o.bytes(leaf, key)
	if err != nil {
		return err
	}
	return o.deliver(exportView{Profile: name, For: o.target, Topic: leaf.Topic(), Secret: secret}, out, data)
}

func (o *exportOptions) check() error {
	targets := exportTargets()
	if _, ok := targets[o.target]; !ok {
		names := make([]string, 0, len(targets))
		for t := range targets {
			names = append(names, t)
		}
		slices.Sort(names)
		return problem.Say(problem.Usage, "export-target", problem.Params{"value": o.target, "targets": strings.Join(names, ", ")})
	}
	if o.keyFormat != "pkcs8" && o.keyFormat != "pkcs1" {
		return problem.Say(problem.Usage, "key-format", problem.Params{"value": o.keyFormat})
	}
	return nil
}

func (o *exportOptions) path(profile string) string {
	if o.out != "" {
		return o.out
	}
	return "PushCertificate-" + fileName(profile) + "-" + o.target + exportTargets()[o.target]
}

// bytes are the leaf first and alone, since NanoMDM keeps the last certificate of a
// file and MicroMDM wants exactly one; then the key, each with its final newline.
func (o *exportOptions) bytes(leaf *pushcert.Certificate, key crypto.Signer) ([]byte, error) {
	var data []byte
	if o.target != "key" {
		data = leaf.PEM()
	}
	if key == nil {
		return data, nil
	}
	block, err := keyBlock(key, o.keyFormat)
	if err != nil {
		return nil, err
	}
	return append(data, pem.EncodeToMemory(block)...), nil
}

func keyBlock(key crypto.Signer, format string) (*pem.Block, error) {
	if format == "pkcs1" {
		rsaKey, ok := key.(*rsa.PrivateKey)
		if !ok {
			return nil, problem.Say(problem.Usage, "pkcs1-rsa", nil)
		}
		return &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(rsaKey)}, nil
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	return &pem.Block{Type: "PRIVATE KEY", Bytes: der}, err
}

func (o *exportOptions) deliver(v exportView, out output, data []byte) error {
	if err := o.write(out, data); err != nil {
		return err
	}
	if v.Secret {
		o.note("export.unencrypted", nil)
	}
	if out.path == stdio {
		return nil
	}
	var err error
	if v.Path, err = filepath.Abs(out.path); err != nil {
		return err
	}
	return o.result(v, func(p *page) {
		p.say("export.done", problem.Params{"profile": v.Profile})
		p.fields(field{label: "file", value: v.Path}, field{label: "topic", value: v.Topic})
		p.say("export.for."+v.For, problem.Params{"file": v.Path})
	})
}
