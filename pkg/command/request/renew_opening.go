package request

import (
	"slices"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli/typed"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/nextstep"
)

// told tells that the command line says whether devices are enrolled already.
func (o *renewOptions) told() bool { return o.first || o.expectTopic != "" }

// wish is what the command line says of a profile's devices.
func (o *renewOptions) wish(name string) lifecycle.Opening {
	return lifecycle.Opening{Profile: name, First: o.first, ExpectTopic: o.expectTopic, Command: typed.Line(o.typed, "")}
}

// opened makes of where a profile stands where it stands with what the command line says, which its
// request has to take along.
func (o *renewOptions) opened(y nextstep.Year) nextstep.Year {
	if o.expectTopic != "" && o.expectTopic != y.Topic {
		y.Case, y.Topic, y.Step = nextstep.Renewal, o.expectTopic, nextstep.Request
	}
	if o.first {
		y.New, y.Step = true, nextstep.Request
	}
	return y
}

// kept is a command of a hint with what this one opens keys and files with, if it does too.
func (o *renewOptions) kept(line string) string {
	words := strings.Fields(line)
	if len(words) < 2 || slices.Contains(words, "--config") { // of a file with another passphrase
		return line
	}
	without := []string{"file", "watch", "checklist", "due", "first", "expect-topic"}
	switch words[1] {
	case "renew":
	case "import": // reads files, and asks for no dates
		without = append(without, "warn-days")
	case "csr", "export", "push":
		without = append(without, "warn-days", "file-password-file")
	default:
		return line
	}
	return typed.With(line, o.typed, without...)
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
