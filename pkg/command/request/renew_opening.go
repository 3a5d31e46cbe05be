package request

import (
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/nextstep"
)

// told tells that the command line says whether devices are enrolled already.
func (o *renewOptions) told() bool { return o.first || o.expectTopic != "" }

// wish is what the command line says of a profile's devices.
func (o *renewOptions) wish(name string) lifecycle.Opening {
	return lifecycle.Opening{Profile: name, First: o.first, ExpectTopic: o.expectTopic, Command: "apnsctl renew"}
}

// opened makes of where a profile stands where it stands with what the command line says, which its
// request has to take along. What contradicts the config file is refused.
func (o *renewOptions) opened(s *lifecycle.State, y *nextstep.Year) error {
	if !o.told() {
		return nil
	}
	if o.expectTopic != "" && o.expectTopic != y.Topic {
		y.Case, y.Topic, y.Step = nextstep.Renewal, o.expectTopic, nextstep.Request
	}
	if o.first {
		y.New, y.Step = true, nextstep.Request
	}
	return s.CheckOpening(o.wish(y.Profile))
}

// opening are the flags that say so to csr and import.
func (o *renewOptions) opening() (flags []string) {
	if o.first {
		flags = append(flags, "--first")
	}
	if o.expectTopic != "" {
		flags = append(flags, "--expect-topic", o.expectTopic)
	}
	return flags
}

// unlocking are the flags that open the keys.
func (o *renewOptions) unlocking() (flags []string) {
	if o.PassphraseFile != "" {
		flags = append(flags, "--passphrase-file", o.PassphraseFile)
	}
	if o.PassphraseCommand != "" {
		flags = append(flags, "--passphrase-command", o.PassphraseCommand)
	}
	if o.Identity != "" {
		flags = append(flags, "--identity", o.Identity)
	}
	return flags
}

// reading are the flags that a file is read with.
func (o *renewOptions) reading() []string {
	flags := o.unlocking()
	if o.passwordFile != "" {
		flags = append(flags, "--file-password-file", o.passwordFile)
	}
	return flags
}
