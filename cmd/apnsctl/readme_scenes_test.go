package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const (
	readmeToken = "2222222222222222222222222222222222222222222222222222222222222222"
	readmeTopic = "com.apple.mgmt.External.6e340b9c-fb37-989c-544e-bb780a2c7890"
)

// readmeScenes are the scenes of the blocks of the READMEs, in their order.
func readmeScenes() []scene {
	rehearsal := func(*reader) []string { return []string{"--trust-root", "root.pem"} }
	year := "MDM_ Example_Certificate.pem"
	return []scene{
		{}, // the demo, and the tests
		{}, // install
		{
			fixture: "initialised", before: func(r *reader) { r.check(os.Remove("config.yaml")) },
			lines: map[string]aside{"apnsctl init": {more: rehearsal}},
		},
		{fixture: "registered", clock: "2027-02-06"}, // renew
		{fixture: "vendor", instead: map[string]string{"TOPIC": readmeTopic}, before: func(r *reader) { // devices are enrolled
			r.lay("elsewhere", map[string]string{"old.pem": "elsewhere.pem", "key.pem": "elsewhere.key"})
		}},
		{fixture: "initialised", lines: map[string]aside{ // a vendor certificate
			"apnsctl vendor import": {before: func(r *reader) { r.issued("/vendor-certificates", "VendorCertificate.csr", "mdm.cer") }},
		}},
		{lines: map[string]aside{ // what renew does
			"apnsctl verify": {before: func(r *reader) { r.issued("/certificates", "PushCertificateRequest-acme.plist", year) }},
			"apnsctl push":   {before: func(r *reader) { r.enrol(year) }, more: (*reader).server},
		}},
		{fixture: "initialised", lines: map[string]aside{ // an outside vendor
			"apnsctl verify": {before: (*reader).signedOutside},
		}},
		{fixture: "elsewhere", clock: "2027-02-06", before: func(r *reader) { // the product holds the key
			r.lay("elsewhere", map[string]string{"intune.pem": "elsewhere.pem"})
			r.renewElsewhere("renewed.pem")
		}},
		{fixture: "several", clock: "2027-02-06", before: (*reader).customers, lines: map[string]aside{ // many customers
			"apnsctl verify": {before: (*reader).downloads},
		}},
		{fixture: "registered", clock: "2027-02-06", before: func(r *reader) { // a workflow
			r.check(os.Rename("config.yaml", "apnsctl.yaml"))
		}, lines: map[string]aside{"apnsctl --config": {status: 4}}},
		{fixture: "registered", before: func(r *reader) { // files and tokens
			r.lay("registered", map[string]string{"push.pem": "acme.pem", "vendor.cer": "mdm.cer"})
			r.put("sToken_for_Tokyo.vpptoken", []byte(readFile(r.t, filepath.Join(r.root, "testdata/pushcert/token/sToken_for_Example.vpptoken"))))
		}, lines: map[string]aside{"apnsctl status": {more: rehearsal}}},
		{}, // notify
		{fixture: "registered", before: func(r *reader) { // a fleet
			r.enrol("acme.pem")
			r.lay("registered", map[string]string{"new.pem": "wrong.pem"})
		}, lines: map[string]aside{
			"apnsctl devices audit": {status: 3},
			"apnsctl push":          {more: (*reader).server},
		}},
		{fixture: "initialised"}, // a rehearsal
	}
}

// server leads a push to the simulator in place of Apple.
func (r *reader) server() []string {
	return []string{"--endpoint", r.sim.APNsURL(), "--ca-file", r.sim.APNsCAFile()}
}

// field is what inspect says of a file.
func (r *reader) field(name, file string) string {
	return r.w.run("initialised", "inspect", "--field", name, r.path(file))
}

// enrol registers a device that listens on the topic of a certificate, with the files that tell of it.
func (r *reader) enrol(certificate string) {
	r.t.Helper()
	topic := r.field("topic", certificate)
	status, data, err := call("PUT", r.sim.PortalURL()+"/devices/"+readmeToken, fmt.Appendf(nil, `{"topic":%q,"push_magic":"m","state":"active"}`, topic))
	if err != nil || status != 204 {
		r.t.Fatalf("status %d, %v: %s", status, err, data)
	}
	r.put("TokenUpdate.plist", fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict>
<key>MessageType</key><string>TokenUpdate</string>
<key>Topic</key><string>%s</string>
<key>Token</key><data>IiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiI=</data>
<key>PushMagic</key><string>m</string>
</dict></plist>
`, topic))
	r.put("fleet.csv", []byte("token,push_magic\n"+readmeToken+",m\n"))
	r.put("export.csv", []byte("token,topic,push_magic\n"+readmeToken+","+topic+",m\n"))
}

// signedOutside is what another vendor makes of the CSR, in a config file of its own.
func (r *reader) signedOutside() {
	r.w.copy("vendor", "outside-"+string(r.lang))
	r.w.run("outside-"+string(r.lang), "vendor", "sign", r.path("PushCertificate-acme.csr"), "--out", r.path("request-from-vendor.plist"))
}

// renewElsewhere renews the certificate whose key is another's, with a request of its own.
func (r *reader) renewElsewhere(as string) {
	folder := "product-" + string(r.lang)
	r.w.copy("vendor", folder)
	r.w.run(folder, "csr", "-p", "product", "--first", "--out", r.path("product.plist"))
	r.issued("/certificates/"+r.field("serial_hex", "intune.pem")+"/renew", "product.plist", as)
}

// customers are certificates whose keys are elsewhere, and CSRs that wait for a vendor.
func (r *reader) customers() {
	r.lay("elsewhere", map[string]string{"customers/tokyo.pem": "elsewhere.pem"})
	folder := "customer-" + string(r.lang)
	r.w.copy("initialised", folder)
	r.check(os.Mkdir(r.path("incoming"), 0o700))
	for _, name := range []string{"osaka", "nagoya"} {
		r.w.run(folder, "csr", "-p", name, "--unsigned", "--out", r.path("incoming/"+name+".csr"))
	}
}

// downloads are what Apple gave for the requests that csr --due wrote.
func (r *reader) downloads() {
	requests, err := filepath.Glob(r.path("requests/*acme*"))
	r.check(err)
	if len(requests) != 1 {
		r.t.Fatalf("requests for acme: %q", requests)
	}
	request := strings.TrimPrefix(requests[0], r.dir+string(filepath.Separator))
	r.issued("/certificates/"+r.field("serial_hex", "acme.pem")+"/renew", request, "downloads/MDM_ acme.pem")
}
