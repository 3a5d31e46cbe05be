package profile

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/apnsctl/apnsctl/pkg/msg"
)

// again is the import with its files, for a hint that gives it another profile.
func (o *importOptions) again() string {
	switch {
	case o.fromServer != "":
		return importLine + "--from-server " + msg.Quote(o.fromServer)
	case len(o.files) == 0:
		return importLine + "--upload"
	}
	return importLine + o.quoted()
}

const importLine = "apnsctl import "

func (o *importOptions) quoted() string {
	var words []string
	for _, file := range o.files {
		words = append(words, msg.Quote(file))
	}
	return strings.Join(words, " ")
}

// kept is a command of a hint that imports once more, with the flags of this import: whoever copies
// it means the same as before. Flags that allow something are for the files that they were given
// with, and for their profile.
func (o *importOptions) kept(line string) string {
	rest, found := strings.CutPrefix(line, importLine)
	if !found {
		return line
	}
	words := strings.Fields(rest)
	has := func(flags ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(flags, w) })
	}
	same := len(o.files) > 0 && strings.HasPrefix(rest+" ", o.quoted()+" ")
	if first := msg.Quote(o.firstFile()); o.paired && !same && !has("KEYFILE") && strings.HasPrefix(rest+" ", first+" ") {
		line, same = importLine+o.quoted()+strings.TrimPrefix(rest, first), true // the key goes with it
	}
	k := keeping{has: has, reads: !strings.HasPrefix(rest, "-"), asks: has("--from-server")}
	k.same = same || k.asks
	if k.same && o.Global.Profile != "" && !has("-p", "--profile", "--profile-from") {
		line += " -p " + msg.Quote(o.Global.Profile)
	}
	k.ours = !has("-p") || strings.Contains(line+" ", " -p "+msg.Quote(o.ProfileName())+" ")
	o.typed.Visit(func(f *pflag.Flag) {
		switch value := f.Value.String(); {
		case value == f.DefValue || has("--"+f.Name) || !k.keeps(f.Name, o.upload):
		case f.Value.Type() == "bool":
			line += " --" + f.Name
		default:
			line += " --" + f.Name + " " + msg.Quote(msg.Clean(value))
		}
	})
	return line
}

// firstFile is the file that hints are about.
func (o *importOptions) firstFile() string {
	if len(o.files) == 0 {
		return ""
	}
	return o.files[0]
}

// keeping is what is known of a command that imports once more.
type keeping struct {
	has         func(flags ...string) bool
	reads, asks bool // a file, a server
	same, ours  bool // what is imported, and the profile
}

// keeps tells whether a flag belongs to that command.
func (k keeping) keeps(flag string, uploads bool) bool {
	switch flag {
	case "passphrase-file", "passphrase-command", "identity":
		return true
	case "upload", "chain", "file-password-file":
		return k.reads && !k.has("--profile-from")
	case "wait":
		return k.has("--upload") || k.reads && uploads
	case "certificate-only":
		return k.reads && !k.has("KEYFILE")
	case "first", "expect-topic":
		return (k.reads || k.asks) && k.ours && !k.has("--first", "--expect-topic", "--accept-new-topic")
	case "apple-account":
		return (k.reads || k.asks) && k.ours
	case "dry-run":
		return k.reads || k.asks
	case "accept-new-topic", "allow-shared":
		return k.same && k.ours && !k.has("--first", "--expect-topic")
	case "keep-going", "out", "force":
		return k.same
	case "profile-from":
		return k.same && !k.has("-p")
	}
	return false
}
