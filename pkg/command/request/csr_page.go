package request

import (
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// writeRequest writes a request that was made: the file, who signed it, and what comes next.
func writeRequest(p *cli.Page, f written, v CSRView, rehearsal bool) {
	portal := "output.place.apple-alone"
	if rehearsal {
		portal = "output.place.simulator"
	}
	params := problem.Params{"profile": v.Profile, "topic": v.Topic, "place": p.Env.T(portal, nil)}
	kind := "unsigned"
	if v.Signed {
		kind = "signed"
	}
	p.Say("csr."+kind, params)
	p.Fields(
		page.Field{Label: "file", Value: v.Path},
		page.Field{Label: "size", Value: strconv.Itoa(v.Bytes) + " B"},
		page.Field{Label: "sha256", Value: v.SHA256},
		page.Field{Label: "topic", Value: v.Topic},
		page.Field{Label: "vendor", Value: v.Vendor},
		page.Field{Label: "vendor-serial", Value: v.VendorSerial},
	)
	if v.Reused {
		p.Say("csr.reused", params)
	}
	if len(f.recipients) > 0 {
		p.Say("csr.recipients", problem.Params{"count": strconv.Itoa(len(f.recipients))})
	}
	p.Findings(f.Findings)
	switch {
	case !v.Signed:
		p.Advise("csr.next-unsigned", params)
	case v.Topic != "":
		p.Advise("csr.next-renew", params)
	case f.First:
		p.Advise("csr.next-create", params)
	default:
		p.Advise("csr.next-ask", params)
	}
}
