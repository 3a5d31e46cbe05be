package pushcert

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestCertificateSaysWhatItIs(t *testing.T) {
	c := newWorld(t).push
	for name, got := range map[string][2]string{
		"uid":         {c.UID(), "com.apple.mgmt.External." + testUUID},
		"topic":       {c.Topic(), "com.apple.mgmt.External." + testUUID},
		"cn":          {c.CN(), "APSP:" + testUUID},
		"country":     {c.Country(), "JP"},
		"org":         {c.Organization(), ""},
		"serial hex":  {c.SerialHex(), "680E7B663005A423"},
		"serial dec":  {c.SerialDec(), "7498066108441011235"},
		"subject":     {c.Subject(), "UID=com.apple.mgmt.External." + testUUID + ", CN=APSP:" + testUUID + ", C=JP"},
		"issuer":      {c.Issuer(), "CN=Test Application Integration 2, O=Test CA, C=US"},
		"environment": {strings.Join(c.Environments(), " "), "production"},
		"topics":      {strings.Join(c.Topics(), " "), "com.apple.mgmt.External." + testUUID},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: got %q, want %q", name, got[0], got[1])
		}
	}
}

func TestSerialHexKeepsWholeOctets(t *testing.T) {
	root := issue(t, nil, authoritySpec("Root", "", "root"))
	for serial, want := range map[int64]string{1: "01", 0x0552818DF267903F: "0552818DF267903F", 0xABC: "0ABC"} {
		if got := issue(t, root, spec{cn: "x", serial: serial}).SerialHex(); got != want {
			t.Errorf("serial %d: got %s, want %s", serial, got, want)
		}
	}
}

func TestPEMHasApplesForm(t *testing.T) {
	text := string(newWorld(t).push.PEM())
	lines := strings.Split(text, "\n")
	if lines[len(lines)-1] != "" || strings.Contains(text, "\r") {
		t.Error("no final newline, or CRLF")
	}
	for _, line := range lines[1 : len(lines)-3] {
		if len(line) != 64 {
			t.Errorf("line of %d columns: %s", len(line), line)
		}
	}
}

func TestPublicKeyMatchesCertificateRequestAndKey(t *testing.T) {
	w := newWorld(t)
	key := Key{Signer: testKeys()["customer"], Format: "pkcs8"}
	csr := testCSR(t, "customer")
	if key.PublicKey() != w.push.PublicKey() || csr.PublicKey() != w.push.PublicKey() {
		t.Error("the same key has different names")
	}
	if key.PublicKey() == w.vendor.PublicKey() {
		t.Error("different keys have the same name")
	}
	if key.Algorithm() != "RSA" || key.Bits() != 2048 {
		t.Errorf("got %s %d", key.Algorithm(), key.Bits())
	}
}

func TestLockedKeyTellsNothing(t *testing.T) {
	locked := Key{Encrypted: true}
	if locked.PublicKey() != "" || locked.Algorithm() != "" || locked.Bits() != 0 {
		t.Error("a locked key cannot know its public half")
	}
	if _, err := locked.PKCS8(); problem.Of(err).Code != problem.KeyEncrypted {
		t.Errorf("got %v", err)
	}
}

func TestDaysLeft(t *testing.T) {
	end := time.Date(2027, 3, 1, 9, 59, 59, 0, time.UTC)
	leap := time.Date(2028, 3, 1, 0, 0, 0, 0, time.UTC)
	for name, row := range map[string]struct {
		end, now time.Time
		want     int
	}{
		"a second more than a day":       {end, end.Add(-24*time.Hour - time.Second), 1},
		"exactly a day":                  {end, end.Add(-24 * time.Hour), 1},
		"a second less than a day":       {end, end.Add(-24*time.Hour + time.Second), 0},
		"the last second":                {end, end, 0},
		"within the last second":         {end, end.Add(999 * time.Millisecond), 0},
		"one second after":               {end, end.Add(time.Second), -1},
		"exactly a day after":            {end, end.Add(24 * time.Hour), -1},
		"a day and a second after":       {end, end.Add(24*time.Hour + time.Second), -2},
		"over the leap day":              {leap, time.Date(2028, 2, 28, 0, 0, 0, 0, time.UTC), 2},
		"over no leap day":               {leap.AddDate(1, 0, 0), time.Date(2029, 2, 28, 0, 0, 0, 0, time.UTC), 1},
		"asked from another time zone":   {end, end.Add(-24 * time.Hour).In(time.FixedZone("JST", 9*3600)), 1},
		"a year that has a leap day":     {leap, leap.AddDate(-1, 0, 0), 366},
		"sixty-one days is past the bar": {end, end.Add(-61 * 24 * time.Hour), 61},
	} {
		c := issue(t, nil, spec{cn: "x", to: row.end, from: row.end.AddDate(-2, 0, 0)})
		if got := c.DaysLeft(row.now); got != row.want {
			t.Errorf("%s: got %d, want %d", name, got, row.want)
		}
	}
}

func TestSubjectIsSafeToPrint(t *testing.T) {
	for value, want := range map[string]string{
		"Acme, Inc.":       `CN=Acme\, Inc.`,
		"a=b+c":            `CN=a=b\+c`,
		"red \x1b[31m":     `CN=red \1B[31m`,
		"two\nlines":       `CN=two\0Alines`,
		"right\u202eleft":  `CN=right\E2\80\AEleft`,
		"株式会社テスト":          "CN=株式会社テスト",
		`back\slash"quote`: `CN=back\\slash\"quote`,
	} {
		if got := issue(t, nil, spec{cn: value}).Subject(); got != want {
			t.Errorf("%q: got %s, want %s", value, got, want)
		}
	}
}

func TestRole(t *testing.T) {
	uidOf := func(uid string) spec { return spec{uid: uid, cn: "x"} }
	with := func(cn string, marks ...pkix.Extension) spec { return spec{cn: cn, extensions: marks} }
	eku := func(oid ...int) pkix.Extension {
		value, err := asn1.Marshal([]asn1.ObjectIdentifier{oid})
		if err != nil {
			t.Fatal(err)
		}
		return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Value: value}
	}
	for name, row := range map[string]struct {
		spec spec
		want Role
	}{
		"MDM of a vendor's customer":          {pushSpec(), RoleMDMPush},
		"MDM of Profile Manager":              {uidOf("com.apple.mgmt.XServer." + testUUID), RoleMDMPush},
		"MDM that is marked as CA":            {spec{uid: "com.apple.mgmt.External.x", ca: true}, RoleMDMPush},
		"MDM whose UID was lost":              {with("APSP:" + testUUID), RoleMDMPush},
		"an app that only looks like MDM":     {spec{uid: "com.example.mgmt", cn: "Apple Push Services: com.example.mgmt"}, RoleAppPush},
		"mail of macOS Server":                {uidOf("com.apple.mail.XServer." + testUUID), RoleServerPush},
		"contacts of macOS Server":            {uidOf("com.apple.contact.XServer." + testUUID), RoleServerPush},
		"calendar of macOS Server":            {uidOf("com.apple.calendar.XServer." + testUUID), RoleServerPush},
		"vendor marked by extension":          {with("x", vendorMark()), RoleMDMVendor},
		"vendor marked by extended key usage": {with("x", eku(1, 2, 840, 113635, 100, 4, 12)), RoleMDMVendor},
		"vendor by name":                      {with("MDM Vendor: Acme"), RoleMDMVendor},
		"extended key usage of another kind":  {with("x", eku(1, 2, 840, 113635, 100, 4, 13)), RoleUnknown},
		"marker under another arc":            {with("x", null(1, 2, 840, 113636, 100, 4, 12)), RoleUnknown},
		"app by marker":                       {spec{uid: "com.example.app", cn: "x", extensions: []pkix.Extension{sandboxMark()}}, RoleAppPush},
		"VoIP by name":                        {with("VoIP Services: com.example.app"), RoleAppPush},
		"website":                             {spec{uid: "web.com.example", cn: "Website Push ID: web.com.example"}, RoleAppPush},
		"Wallet pass":                         {spec{uid: "pass.com.example", cn: "Pass Type ID: pass.com.example", extensions: []pkix.Extension{productionMark()}}, RolePassPush},
		"authority":                           {authoritySpec("x", "", "root"), RoleCA},
		"anything else":                       {with("www.example.com"), RoleUnknown},
		"nothing but Apple's organisation":    {spec{cn: "x", org: "Apple Inc."}, RoleUnknown},
	} {
		if got := issue(t, nil, row.spec).Role(); got != row.want {
			t.Errorf("%s: got %s, want %s", name, got, row.want)
		}
	}
}

func TestTopics(t *testing.T) {
	list := []byte("\x30\x66\x0c\x0fcom.example.app\x30\x07\x0c\x05topic" +
		"\x0c\x14com.example.app.voip\x30\x06\x0c\x04voip" +
		"\x0c\x1ccom.example.app.complication\x30\x0e\x0c\x0ccomplication")
	if len(list) != 104 {
		t.Fatalf("the sample has %d bytes", len(list))
	}
	topics := func(oid int, value []byte) pkix.Extension {
		return pkix.Extension{Id: asn1.ObjectIdentifier{1, 2, 840, 113635, 100, 6, 3, oid}, Value: value}
	}
	all := []string{"com.example.app", "com.example.app.voip", "com.example.app.complication"}
	for name, row := range map[string]struct {
		spec spec
		want []string
	}{
		"universal":                     {spec{uid: "com.example.app", extensions: []pkix.Extension{topics(6, list)}}, all},
		"own topic before those listed": {spec{uid: "com.example.other", extensions: []pkix.Extension{topics(6, list)}}, append([]string{"com.example.other"}, all...)},
		"older VoIP list":               {spec{uid: "com.example.app", extensions: []pkix.Extension{topics(4, list)}}, all},
		"list cut short":                {spec{uid: "com.example.app", extensions: []pkix.Extension{topics(6, list[:60])}}, all[:1]},
		"list broken in the middle":     {spec{extensions: []pkix.Extension{topics(6, []byte("\x30\x05\x0c\x01a\x0c\x09"))}}, []string{"a"}},
		"no list":                       {spec{uid: "com.example.app", extensions: []pkix.Extension{sandboxMark()}}, all[:1]},
		"no push certificate":           {spec{uid: "ABCDE12345"}, nil},
		"an authority":                  {spec{uid: "com.example.app", ca: true, extensions: []pkix.Extension{sandboxMark()}}, nil},
		"a vendor's team":               {vendorSpec(), nil},
		"VoIP, as issued since 2020":    {spec{uid: "com.example.app.voip", cn: "VoIP Services: com.example.app", extensions: []pkix.Extension{sandboxMark(), productionMark(), topics(3, []byte("\x0c\x0fcom.example.app")), topics(4, list), null(1, 2, 840, 113635, 100, 6, 3, 5)}}, []string{"com.example.app.voip", "com.example.app", "com.example.app.complication"}},
		"VoIP topic without a list":     {spec{uid: "com.example.app.voip", cn: "VoIP Services: com.example.app", extensions: []pkix.Extension{topics(4, []byte("\x0c\x14com.example.app.voip"))}}, []string{"com.example.app.voip"}},
		"no topic at all":               {spec{cn: "x"}, nil},
	} {
		if got := issue(t, nil, row.spec).Topics(); !slices.Equal(got, row.want) {
			t.Errorf("%s: got %q, want %q", name, got, row.want)
		}
	}
}

func TestEnvironmentsAreNeverNil(t *testing.T) {
	both := issue(t, nil, spec{extensions: []pkix.Extension{sandboxMark(), productionMark()}}).Environments()
	if !slices.Equal(both, []string{"production", "sandbox"}) {
		t.Errorf("got %q", both)
	}
	if none := issue(t, nil, spec{cn: "x"}).Environments(); none == nil || len(none) != 0 {
		t.Errorf("got %#v", none)
	}
}

func TestWhatIsNoCertificateIsDamaged(t *testing.T) {
	for name, der := range map[string][]byte{"empty": nil, "text": []byte("hello"), "cut": newWorld(t).push.X509.Raw[:100]} {
		if c, err := ParseCertificate(der); c != nil || err == nil || problem.Of(err).Code != problem.FileDamaged {
			t.Errorf("%s: got %v, %v", name, c, err)
		}
	}
}
