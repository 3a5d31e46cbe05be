package signing

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"filippo.io/age"
	"filippo.io/age/plugin"
	"filippo.io/age/tag"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/signing/internal/sshage"
)

// Kind is what sort of public key a recipient is.
type Kind string

// The kinds of recipients.
const (
	KindX25519 Kind = "x25519"
	KindHybrid Kind = "hybrid"
	KindTagged Kind = "tagged" // of a key in hardware, for which age itself seals, and a plugin opens
	KindSSH    Kind = "ssh"
	KindPlugin Kind = "plugin"
)

// How the recipients begin that hold a key of P-256 (age specification, "The tagged recipient
// types"): the second is hybrid.
const (
	tagged       = "age1tag1"
	taggedHybrid = "age1tagpq1"
)

// KindOf tells the kind by how a recipient begins.
func KindOf(recipient string) Kind {
	rest, bech32 := strings.CutPrefix(recipient, "age1")
	switch {
	case strings.HasPrefix(recipient, "ssh-"):
		return KindSSH
	case !bech32:
		return KindX25519
	case strings.HasPrefix(rest, "pq1"), strings.HasPrefix(recipient, taggedHybrid):
		return KindHybrid
	case strings.HasPrefix(recipient, tagged):
		return KindTagged
	case strings.Contains(rest, "1"): // the data of Bech32 has no digit 1
		return KindPlugin
	}
	return KindX25519
}

// PostQuantum tells that a file's own recipient is a hybrid one, beside which age takes no others.
func PostQuantum(s lifecycle.Sealing) bool { return KindOf(s.Recipient) == KindHybrid }

// parseRecipient reads age1…, age1pq1…, age1tag1…, age1tagpq1…, age1name1…, ssh-ed25519 … and ssh-rsa ….
func parseRecipient(s string, p Plugins) (age.Recipient, error) {
	if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return nil, errors.New("a character that is not printed") // SSH would pass over a line that is none
	}
	switch kind := KindOf(s); {
	case kind == KindSSH:
		return sshage.ParseRecipient(s)
	case kind == KindTagged, strings.HasPrefix(s, taggedHybrid):
		return tag.ParseRecipient(s)
	case kind == KindHybrid:
		return age.ParseHybridRecipient(s)
	case kind == KindPlugin:
		r, err := plugin.NewRecipient(s, p.ui())
		return pluginRecipient{r, p}, err
	}
	return age.ParseX25519Recipient(s)
}

// CheckRecipient tells whether a further recipient can stand in a file: in one whose own is hybrid,
// others that are, and elsewhere an age X25519 ("age1…"), a tagged ("age1tag1…"), an age plugin's
// ("age1name1…") or an SSH public key (ssh-ed25519, ssh-rsa of 2048 bits or more). If not: [problem.Usage], sentences
// "recipient-invalid" (".ssh-kind" for other SSH keys, ".several" for several lines), "recipient-hybrid-only" and "recipient-not-hybrid".
func CheckRecipient(s lifecycle.Sealing, text string) error {
	if err := CheckTo(text); err != nil {
		return err
	}
	params, safe := problem.Params{"recipient": Short(text)}, KindOf(text) == KindHybrid
	switch {
	case PostQuantum(s) && !safe:
		return problem.Say(problem.Usage, "recipient-hybrid-only", params)
	case !PostQuantum(s) && safe:
		return problem.Say(problem.Usage, "recipient-not-hybrid", params)
	}
	return nil
}

// CheckTo tells whether a text is a recipient of any kind. If not, the problem is that of [CheckRecipient].
func CheckTo(text string) error {
	if _, err := parseRecipient(text, Plugins{}); err != nil {
		return refused(text, err)
	}
	return nil
}

// refused says why a text is no recipient, without all of it.
func refused(text string, cause error) error {
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	kind := sshage.ForeignKind([]byte(text))
	switch {
	case len(lines) > 1:
		return problem.Say(problem.Usage, "recipient-invalid.several", problem.Params{"recipient": Short(lines[0]), "count": strconv.Itoa(len(lines))})
	case kind != "":
		return problem.Say(problem.Usage, "recipient-invalid.ssh-kind", problem.Params{"recipient": Short(text), "kind": kind})
	}
	return problem.Say(problem.Usage, "recipient-invalid", problem.Params{"recipient": Short(text)}).Because(cause)
}

// FileWith finds the file that was named in place of the recipient in it: that file, or the public half beside a
// private one (.pub). It is empty where there is none.
func FileWith(name string, read func(file string) string) (file, recipient string) {
	for _, file := range []string{name, name + ".pub"} {
		text := strings.TrimSpace(read(file))
		if _, err := parseRecipient(text, Plugins{}); err == nil {
			return file, text
		}
	}
	return "", ""
}

// SameRecipient compares two recipients; the comment of an SSH key does not count.
func SameRecipient(a, b string) bool { return bare(a) == bare(b) }

func bare(recipient string) string {
	if words := strings.Fields(recipient); KindOf(recipient) == KindSSH && len(words) > 2 {
		return words[0] + " " + words[1]
	}
	return strings.TrimSpace(recipient)
}

// Comment is what stands behind an SSH key, as a rule whose it is; empty for others.
func Comment(recipient string) string {
	words := strings.Fields(recipient)
	if KindOf(recipient) != KindSSH || len(words) < 3 {
		return ""
	}
	return strings.Join(words[2:], " ")
}

// Short is a recipient for people to see; those of keys with many bits do not fit a line.
func Short(recipient string) string {
	const most, head, tail = 70, 24, 12
	if len(recipient) <= most {
		return recipient
	}
	comment := Comment(recipient)
	if comment != "" {
		comment = " " + comment
	}
	key := bare(recipient)
	if len(key) <= most {
		return key + comment
	}
	return strings.ToValidUTF8(key[:head], "") + "..." + strings.ToValidUTF8(key[len(key)-tail:], "") + comment
}

// Listed are recipients in one line, for people to see.
func Listed(recipients []string) string {
	var all []string
	for _, r := range recipients {
		all = append(all, Short(r))
	}
	return strings.Join(all, ", ")
}

// ownerOf is the file's own recipient. Its identity is in the file, so that it is no plugin's, which would be
// run, and no SSH key: those were put there by somebody else.
func ownerOf(s lifecycle.Sealing) (age.Recipient, error) {
	foreign := !slices.Contains([]Kind{KindX25519, KindHybrid}, KindOf(s.Recipient)) || strings.HasPrefix(s.Recipient, taggedHybrid)
	if foreign {
		return nil, problem.Say(problem.StateDamaged, "recipient", problem.Params{"recipient": Short(s.Recipient)})
	}
	to, err := recipientsOf(Plugins{}, s.Recipient)
	if err != nil {
		return nil, err
	}
	return to[0], nil
}

// recipientsOf are recipients as age takes them.
func recipientsOf(p Plugins, texts ...string) (all []age.Recipient, err error) {
	for _, text := range texts {
		r, err := parseRecipient(text, p)
		if err != nil {
			return nil, problem.Say(problem.StateDamaged, "recipient", problem.Params{"recipient": Short(text)}).Because(err)
		}
		all = append(all, r)
	}
	return all, nil
}
