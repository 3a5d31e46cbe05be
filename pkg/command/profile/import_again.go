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
	k := keeping{has: has, reads: !strings.HasPrefix(rest, "-"), asks: has("--from-server")}
	line, k.same = o.withKey(line, rest, has("KEYFILE"))
	k.same = k.same || k.asks
	if k.same && o.Global.Profile != "" && !has("-p", "--profile", "--profile-from") {
		line += " -p " + msg.Quote(o.Global.Profile)
	}
	k.ours = !has("-p") || strings.Contains(line+" ", " -p "+msg.Quote(o.ProfileName())+" ")
	if line = o.flagged(line, k); o.taken { // a certificate is there, and --first would be refused
		line = strings.Replace(line, " --first", "", 1)
	}
	return line
}

// withKey tells whether a command is about the files of this import, and names the key where it
// names the certificate alone.
func (o *importOptions) withKey(line, rest string, otherKey bool) (whole string, same bool) {
	if len(o.files) == 0 || strings.HasPrefix(rest+" ", o.quoted()+" ") {
		return line, len(o.files) > 0
	}
	for _, file := range o.files {
		after, named := strings.CutPrefix(rest+" ", msg.Quote(file)+" ")
		if named && o.paired && !otherKey {
			return strings.TrimSuffix(importLine+o.quoted()+" "+after, " "), true
		}
	}
	return line, false
}

// flagged is a command with the flags that belong to it.
func (o *importOptions) flagged(line string, k keeping) string {
	o.typed.Visit(func(f *pflag.Flag) {
		switch value := f.Value.String(); {
		case value == f.DefValue || k.has("--"+f.Name) || !k.keeps(f.Name, o.upload):
		case f.Value.Type() == "bool":
			line += " --" + f.Name
		default:
			line += " --" + f.Name + " " + msg.Quote(msg.Clean(value))
		}
	})
	return line
}

// keeping is what is known of a command that imports once more.
type keeping struct {
	has         func(flags ...string) bool
	reads, asks bool // a file, a server
	same, ours  bool // what is imported, and the profile
}

// keeps tells whether a flag belongs to that command.
func (k keeping) keeps(flag string, uploads bool) bool {
	single := k.reads && !k.has("--profile-from")
	either := k.reads || k.asks
	opens, allows, shares := k.tells()
	return map[string]bool{
		"passphrase-file": true, "passphrase-command": true, "identity": true,
		"upload": single, "chain": single, "file-password-file": single,
		"wait":             k.has("--upload") || k.reads && uploads,
		"certificate-only": k.reads && !k.has("KEYFILE"),
		"first":            opens, "expect-topic": opens,
		"apple-account":    either && k.ours,
		"dry-run":          either,
		"accept-new-topic": allows, "allow-shared": shares,
		"keep-going": k.same, "out": k.same, "force": k.same,
		"profile-from": k.same && !k.has("-p"),
	}[flag]
}

// tells are which flags about a profile belong to that command: what its devices listen on, that another topic is
// accepted, and that another profile may have it too. A topic is said of the profile that was found.
func (k keeping) tells() (opens, allows, shares bool) {
	opens = (k.reads || k.asks) && k.ours && !k.has("--first", "--expect-topic", "--accept-new-topic")
	allows = k.same && k.ours && !k.has("--first", "--expect-topic")
	shares = k.same && (k.ours || k.has("--accept-new-topic", "--expect-topic"))
	return opens, allows, shares
}
