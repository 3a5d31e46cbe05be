package cli

import (
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// csr writes a request that was made: the file, who signed it, and what comes next.
func (p *page) csr(v csrView, findings []problem.Finding) {
	params := problem.Params{"profile": v.Profile, "topic": v.Topic}
	kind := "unsigned"
	if v.Signed {
		kind = "signed"
	}
	p.say("csr."+kind, params)
	p.fields(
		field{label: "file", value: v.Path},
		field{label: "size", value: strconv.Itoa(v.Bytes) + " B"},
		field{label: "sha256", value: v.SHA256},
		field{label: "topic", value: v.Topic},
		field{label: "vendor", value: v.Vendor},
		field{label: "vendor-serial", value: v.VendorSerial},
	)
	if v.Reused {
		p.say("csr.reused", params)
	}
	p.findings(findings)
	switch {
	case !v.Signed:
		p.advise("csr.next-unsigned", params)
	case v.Topic != "":
		p.advise("csr.next-renew", params)
	default:
		p.advise("csr.next-create", params)
	}
}
