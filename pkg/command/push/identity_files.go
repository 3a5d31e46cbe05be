package push

import (
	"cmp"
	"context"
	"crypto"
	"slices"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// fromFiles takes the certificate from a file, and its key from there or beside it.
func (o *pushOptions) fromFiles(ctx context.Context) (*pushIdentity, error) {
	keys, err := o.ReadFile(o.identity.certificate, o.identity.passwordFile)
	if err != nil {
		return nil, err
	}
	if keys.Leaf() == nil {
		return nil, o.noCertificate(keys)
	}
	holder := keys
	if o.identity.key != "" {
		if keys, err = o.ReadFile(o.identity.key, o.identity.passwordFile); err != nil {
			return nil, err
		}
	}
	leaf, err := o.meant(ctx, holder, keys.Keys)
	if err != nil {
		return nil, err
	}
	for _, k := range keys.Keys {
		if k.Signer != nil && k.PublicKey() == leaf.PublicKey() {
			return &pushIdentity{leaf: leaf, open: func() (crypto.Signer, error) { return k.Signer, nil }}, nil
		}
	}
	file, keyFile := disk.Named(o.identity.certificate), disk.Named(cmp.Or(o.identity.key, o.identity.certificate))
	switch {
	case len(keys.Keys) == 0:
		return nil, problem.Say(problem.KeyMissing, "push-file", problem.Params{"file": keyFile, "command": o.again("key")})
	case keys.Keys[0].Signer == nil:
		return nil, problem.New(problem.PasswordMissing, nil)
	}
	return nil, problem.Say(problem.KeyMismatch, "push-file", problem.Params{"file": file, "key_file": keyFile})
}

// noCertificate says what a file is that holds none: a key goes beside its certificate, one for apps in its place.
func (o *pushOptions) noCertificate(file *pushcert.File) error {
	text, command := "push-key", o.again("certificate", "key")
	switch app := o.kind.content().App(); {
	case file.Role != pushcert.RolePrivateKey, file.ProviderKey() != nil && !app:
		return lifecycle.WrongFile(file).Err()
	case file.ProviderKey() != nil:
		text = "push-p8"
		if o.identity.topic == "" {
			command += " --topic TOPIC"
		}
	}
	return problem.Say(problem.WrongRole, text, problem.Params{
		"role": string(file.Role), "key_file": disk.AsArgument(disk.Named(o.identity.certificate)), "command": command,
	})
}

// meant is the certificate to push with, of several in a file: the newest that a key is at hand for, of
// the topic that was named, or that the profile's has. Nobody's devices are guessed.
func (o *pushOptions) meant(ctx context.Context, file *pushcert.File, keys []*pushcert.Key) (*pushcert.Certificate, error) {
	rivals := file.Rivals()
	if len(rivals) < 2 {
		return file.Leaf(), nil
	}
	topic := o.identity.topic
	if topic == "" && o.ProfileName() != "" {
		s, err := o.State(ctx)
		if err != nil {
			return nil, err
		}
		if _, held, err := o.Leaf(s); err != nil {
			return nil, err
		} else if held != nil {
			topic = held.Topic()
		}
	}
	fits := func(c *pushcert.Certificate) bool {
		keyed := slices.ContainsFunc(keys, func(k *pushcert.Key) bool { return k.PublicKey() == c.PublicKey() })
		return keyed && (topic == "" || slices.Contains(c.Topics(), topic))
	}
	topics := pushcert.TopicsOf(slices.DeleteFunc(rivals, func(c *pushcert.Certificate) bool { return !fits(c) }))
	if len(topics) > 1 {
		return nil, problem.Say(problem.SeveralCertificates, "push", problem.Params{
			"file": disk.Named(o.identity.certificate), "held_topics": strings.Join(topics, ", "), "command": o.again(),
		})
	}
	chosen := file.About(fits)
	if len(topics) == 1 {
		o.Warn(problem.Only(chosen.Findings, problem.SeveralCertificates)...)
	}
	return chosen.Leaf(), nil
}
