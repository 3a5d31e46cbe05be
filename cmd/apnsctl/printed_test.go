package main

import (
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/msg"
)

// checkPrinted requires that scripts had every text with commands printed, so that all of
// them were followed.
func (c *counsel) checkPrinted(t testing.TB) {
	t.Helper()
	p, printed := msg.Printer{Lang: msg.English}, 0
	for _, key := range p.Keys() {
		text, _ := p.Lookup(key)
		if strings.HasPrefix(key, "help.") || len(printedCommands(text)) == 0 && !strings.Contains(text, "{steps.") && !strings.Contains(text, "  {command} ") {
			continue
		}
		switch why := notPrinted[key]; {
		case !c.keys[key] && why == "":
			t.Errorf("%s has commands, and no script has it printed", key)
		case c.keys[key] && why != "":
			t.Errorf("%s is printed by a script now: take it off the list", key)
		case c.keys[key]:
			printed++
		}
	}
	for key := range notPrinted {
		if _, ok := p.Lookup(key); !ok {
			t.Errorf("%s is no text of the catalogue", key)
		}
	}
	t.Logf("%d texts of the catalogue with commands were printed, %d await a script", printed, len(notPrinted))
}

// notPrinted are the texts with commands that no script prints, and why. Tests beside the
// code hold their commands and flags against the program; nobody has followed them.
var notPrinted = map[string]string{
	"steps.push.real":                                     "after an import into a file for certificates of Apple's, which Apple alone issues",
	"problem.demo-failed.hint":                            "a fault of apnsctl itself",
	"problem.key-weak.vendor.hint":                        "Apple issues no such vendor certificate; tests of pushcert make one",
	"problem.no-terminal.hint":                            "for a variant without a hint of its own, of which there is none",
	"problem.state-damaged.hint":                          "its steps are no commands",
	"problem.issuer-not-apple.self-signed.signer.hint":    "the hint of issuer-not-apple.signer, for a request that tests of pushcert make",
	"problem.issuer-not-apple.signature.signer.hint":      "the chain of such a request is forged; tests of pushcert make one",
	"problem.issuer-not-apple.signature.path.signer.hint": "that of signature.signer, for an authority further up",
	"problem.revoked.vendor.hint":                         "a vendor certificate of the simulator names no list, as Apple's may not",
	"problem.wrong-role.request.hint":                     "a file that is no request is told by its own role",
	"output.renew.arrived-locked":                         "a walk of renew has it printed, at a terminal that asks for the password",
	"problem.server-unsupported.hint":                     "each call has a sentence of its own",
	"problem.server-unsupported.request.hint":             "csr asks no server that makes no requests",
	"problem.usage.server-insecure.hint":                  "the config file takes no such address",
	"output.portal.ask-topic":                             "a walk of renew has it printed, at a terminal that was told that devices are enrolled",
	"problem.usage.hint":                                  "for a variant without a hint of its own, of which there is none",
}
