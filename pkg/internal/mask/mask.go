package mask

import (
	"regexp"
	"strings"
)

// forms are how private keys begin, and what goes with that: PEM of every kind, to its end or that of the
// text; identities of age and of its plugins; and the body of an OpenSSH key without its first line.
const forms = `(?s)(-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----)(?:…|.*?(?:-----END [A-Z0-9 ]*-----|$))` +
	`|((?i:AGE-SECRET-KEY-(?:PQ-)?1)|AGE-PLUGIN-[A-Z0-9+._-]+-1)[0-9A-Za-z]{4,}` +
	`|(b3BlbnNzaC1rZXktdjE)[A-Za-z0-9+/=\s\x{FFFD}]{8,}`

// Keys is a text in which "…" stands after the beginning of each private key, in place of the rest. What is
// masked stays as it is.
func Keys(text string) string {
	if !suspect(text) {
		return text
	}
	return regexp.MustCompile(forms).ReplaceAllStringFunc(text, masked)
}

// Find is the first private key of a text, masked; empty where there is none.
func Find(text string) string {
	if !suspect(text) {
		return ""
	}
	return masked(regexp.MustCompile(forms).FindString(text))
}

// masked is a private key as it is shown: how it begins.
func masked(key string) string {
	return regexp.MustCompile(forms).ReplaceAllString(key, "$1$2$3…")
}

// suspect tells without much work of a text that it may hold a key.
func suspect(text string) bool {
	for _, part := range []string{"PRIVATE KEY", "AGE-", "age-secret-key-", "b3BlbnNzaC1rZXktdjE"} {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}
