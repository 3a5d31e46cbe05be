package command_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// everyRole is the contract's list.
func everyRole() []pushcert.Role {
	return []pushcert.Role{
		pushcert.RoleMDMPush, pushcert.RoleMDMVendor, pushcert.RoleAppPush, pushcert.RolePassPush, pushcert.RoleServerPush,
		pushcert.RoleRequest, pushcert.RoleCSR, pushcert.RolePrivateKey, pushcert.RoleCA, pushcert.RoleADEToken,
		pushcert.RoleContentToken, pushcert.RoleEnrollmentProfile, pushcert.RoleTokenUpdate, pushcert.RoleMDMCertAnswer,
		pushcert.RoleProfile, pushcert.RoleHTML, pushcert.RoleUnknown,
	}
}

func TestCorpusHasEveryRole(t *testing.T) {
	if got := pushcert.Roles(); !slices.Equal(got, everyRole()) {
		t.Errorf("the roles are %v, those of the contract %v", got, everyRole())
	}
	seen := map[pushcert.Role]bool{}
	for _, row := range corpusRows(t) {
		seen[row.Role] = true
	}
	for _, role := range everyRole() {
		if !seen[role] && role != pushcert.RoleProfile { // sealed to one config file: a script moves one
			t.Errorf("no file is expected to be %q", role)
		}
	}
}

// shownNowhere are the finding codes that no file can show, with the reason.
func shownNowhere() map[problem.Code]string {
	return map[problem.Code]string{
		problem.Revoked:             "only an issuer tells it, and no file; the script status_revoked asks a simulator",
		problem.RevocationUnknown:   "only an issuer tells it, and no file; the script status_revoked asks a simulator",
		problem.RecipientsUnchecked: "how keys were opened, which no file tells; scripts of config show it",
		problem.RecipientsWaiting:   "how keys were sealed, which no file tells; scripts of config show it",
		problem.RecipientMissing:    "it is about settings, and the scripts of notify show it",
		problem.ServerBehind:        "it is about a server, which no file is; tests of pkg/server and scripts of server show it",
		problem.ServerDiffers:       "it is about a server, which no file is; tests of pkg/server and scripts of server show it",
		problem.ServerAhead:         "it is about a server, which no file is; scripts of server show it",
		problem.ServerAlert:         "it is about a server, which no file is; scripts of server show it",
		problem.ServerUnreachable:   "it is about a server, which no file is; tests of pkg/server and scripts of server show it",
	}
}

// shows tells whether a code is among what a row is there for, as a finding or as an error.
func (r corpusRow) shows(code problem.Code) bool {
	return slices.ContainsFunc(r.Shows, func(finding string) bool {
		return finding[strings.LastIndexByte(finding, ' ')+1:] == string(code)
	})
}

// good tells that nothing at all speaks against a file of its kind.
func (r corpusRow) good() bool {
	shown := r.Inspect
	if r.isConfig() || r.Role == pushcert.RoleMDMPush || r.Role == pushcert.RoleRequest {
		shown = r.Verify
	}
	return r.isFile() && len(r.Shows) == 0 && shown.Exit == 0
}

// kind is what a row is compared with: files of one role, or config files.
func (r corpusRow) kind(roles map[string]pushcert.Role) string {
	if r.isConfig() {
		return "config"
	}
	return string(roles[r.File])
}

// TestCorpusHasEveryFinding demands of each code a row that shows it, and beside it a good
// one of the same kind: a check that always speaks up proves nothing.
func TestCorpusHasEveryFinding(t *testing.T) {
	rows := corpusRows(t)
	roles := map[string]pushcert.Role{}
	for _, row := range rows {
		if row.isFile() {
			roles[row.File] = row.Role
		}
	}
	goodKinds := map[string]bool{}
	for _, row := range rows {
		goodKinds[row.kind(roles)] = goodKinds[row.kind(roles)] || row.good()
	}
	for _, code := range problem.FindingCodes() {
		shown, good := false, false
		for _, row := range rows {
			if row.shows(code) {
				shown, good = true, good || goodKinds[row.kind(roles)]
			}
		}
		reason := shownNowhere()[code]
		switch {
		case shown && reason != "":
			t.Errorf("%s is shown after all; take it off the list (%s)", code, reason)
		case !shown && reason == "":
			t.Errorf("no row shows %s", code)
		case shown && !good:
			t.Errorf("%s has no good counterpart", code)
		}
	}
}

// referenceRows are the rows of sections 5.1 to 5.4 of the reference: the formats of
// PKCS #12, private keys and PEM, and the first bytes of files.
func referenceRows() []string {
	sections := map[string]string{
		"5.1": "RC2-40, 3DES, SHA-1 MAC|3DES, 3DES, SHA-1|OpenSSL 3 default|SHA-512 MAC|SHA-384 MAC|PBMAC1|empty password|" +
			"encrypted without MAC|no encryption, no MAC|with CA certificates|key without certificate|certificate without key|EC key|" +
			"wrong password|BER|limit: one or two parts|limit: three parts|limit: one key|limit: PBKDF2 only|limit: PRF|" +
			"limit: AES-CBC only|limit: first certificate is not the key's",
		"5.2": "RSA PRIVATE KEY|RSA PRIVATE KEY, encrypted|PRIVATE KEY|ENCRYPTED PRIVATE KEY, PBES2|ENCRYPTED PRIVATE KEY, other|" +
			"EC PRIVATE KEY|key of another certificate",
		"5.3": "CRLF|bag attributes|byte order mark|glued|DER|p7b|bare base64|pasted from mail",
		"5.4": "30 82, certificate|30 82, key|30 82, PKCS #12|30 82, PKCS #7|-----BEGIN|PD94bWw|<?xml|hex digits|eyJ, token|eyJ, JWT|" +
			"Content-Type:|MIME-Version:",
	}
	var rows []string
	for section, names := range sections {
		for name := range strings.SplitSeq(names, "|") {
			rows = append(rows, section+" "+name)
		}
	}
	return rows
}

// TestCorpusHasEveryRowOfTheReference reads the index of the README.
func TestCorpusHasEveryRowOfTheReference(t *testing.T) {
	files := map[string]corpusRow{}
	for _, row := range corpusRows(t) {
		if row.isFile() {
			files[row.File] = row
		}
	}
	text, err := os.ReadFile(filepath.Join(corpusFolder, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	missing := referenceRows()
	for _, line := range regexp.MustCompile(`(?m)^\| (5\.[1-4] .+?) \| (read|refused) \| (.*) \|$`).FindAllStringSubmatch(string(text), -1) {
		name, refused := line[1], line[2] == "refused"
		at := slices.Index(missing, name)
		if at < 0 {
			t.Errorf("%q stands there twice, or is no row of the reference", name)
			continue
		}
		missing = slices.Delete(missing, at, at+1)
		named := regexp.MustCompile("`(.+?)`").FindAllStringSubmatch(line[3], -1)
		if len(named) == 0 {
			t.Errorf("%q has no file", name)
		}
		for _, file := range named {
			if row, ok := files[file[1]]; !ok || (row.Error != "") != refused {
				t.Errorf("%q: %s is expected to be %s, refused: %v", name, file[1], fmt.Sprint(row.Role, row.Error), refused)
			}
		}
	}
	for _, name := range missing {
		t.Errorf("the README has no line for %q", name)
	}
}
