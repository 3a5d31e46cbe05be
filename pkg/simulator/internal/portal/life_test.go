package portal

import (
	"encoding/pem"
	"fmt"
	"mime"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/ca"
	"github.com/apnsctl/apnsctl/pkg/simulator/internal/testkit"
)

func topicOf(t *testing.T, a testkit.Answer) string {
	t.Helper()
	return ca.SubjectAttribute(a.Certificate(t), ca.OIDUserID)
}

func TestCertificateIsCreatedDownloadedRenewedAndRevoked(t *testing.T) {
	r := open(t)
	created := r.Call(t, "POST", "/certificates?notes=Main+server", r.GoodRequest(t)).Want(t, 201)
	first := created.Certificate(t)
	serial := fmt.Sprintf("%X", first.SerialNumber.Bytes())
	topic := topicOf(t, created)
	if !regexp.MustCompile(`^com\.apple\.mgmt\.External\.[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(topic) {
		t.Errorf("topic %s", topic)
	}
	if !testkit.KeyOf(t, "customer").PublicKey.Equal(first.PublicKey) {
		t.Error("the certificate is for another key")
	}

	for _, form := range []string{serial, strings.ToLower(serial), "00" + serial, strings.TrimLeft(serial, "0")} {
		got := r.Call(t, "GET", "/certificates/"+form, nil).Want(t, 200)
		if string(got.Body) != string(created.Body) {
			t.Errorf("download by %s differs from what was issued", form)
		}
	}

	r.Clock.Set(testkit.Today().AddDate(0, 11, 0))
	renewed := r.Call(t, "POST", "/certificates/"+serial+"/renew", r.GoodRequest(t)).Want(t, 201)
	second := renewed.Certificate(t)
	if topicOf(t, renewed) != topic || second.Subject.CommonName != first.Subject.CommonName {
		t.Error("a renewal changed UID or CN")
	}
	if second.SerialNumber.Cmp(first.SerialNumber) == 0 || !second.NotAfter.After(first.NotAfter) {
		t.Error("a renewal has the serial number or the dates of the certificate before")
	}
	if again := r.Call(t, "POST", "/certificates", r.GoodRequest(t)).Want(t, 201); topicOf(t, again) == topic {
		t.Error("Create repeated a topic")
	}

	r.Call(t, "POST", "/certificates/"+serial+"/revoke", nil).Want(t, 204)
	r.Call(t, "POST", "/certificates/"+serial+"/revoke", nil).Want(t, 204)
	refused := r.Call(t, "POST", "/certificates/"+serial+"/renew", r.GoodRequest(t)).Want(t, 422)
	if reason := refused.Header.Get("Simulator-Reason"); reason != "renewal-of-revoked [I]" {
		t.Errorf("reason %q", reason)
	}

	list := testkit.DecodeJSON[testkit.CertificateList](t, r.Call(t, "GET", "/certificates", nil).Want(t, 200)).Certificates
	if len(list) != 3 {
		t.Fatalf("%d certificates in the list", len(list))
	}
	got := list[0]
	if got.Serial != serial || got.Topic != topic || got.CN != first.Subject.CommonName || got.Vendor != "Acme, Inc." ||
		!got.NotBefore.Equal(first.NotBefore) || !got.NotAfter.Equal(first.NotAfter) || got.Account != "default" {
		t.Errorf("the list says %+v", got)
	}
	if got.Status != "revoked" || list[1].Status != "active" || list[1].Notes != "Main server" || list[2].Notes != "" {
		t.Errorf("statuses or notes: %+v", list)
	}
}

func TestAnotherAccountSeesNothing(t *testing.T) {
	r := open(t)
	request := r.GoodRequest(t)
	mine := r.Call(t, "POST", "/certificates?account=a%40example.com", request).Want(t, 201).Certificate(t)
	path := fmt.Sprintf("/certificates/%X", mine.SerialNumber)
	for _, account := range []string{"?account=b%40example.com", ""} {
		r.Call(t, "GET", path+account, nil).Want(t, 404)
		r.Call(t, "POST", path+"/renew"+account, request).Want(t, 404)
		r.Call(t, "POST", path+"/revoke"+account, nil).Want(t, 404)
		if body := string(r.Call(t, "GET", "/certificates"+account, nil).Want(t, 200).Body); body != `{"certificates":[]}`+"\n" {
			t.Errorf("account %q sees %s", account, body)
		}
	}
	r.Call(t, "POST", path+"/renew?account=a%40example.com", request).Want(t, 201)
}

func TestDownloadIsNamedAndWrittenAsApples(t *testing.T) {
	r := open(t)
	for name, got := range map[string]testkit.Answer{
		"created":    r.Call(t, "POST", "/certificates", r.GoodRequest(t)).Want(t, 201),
		"downloaded": r.Call(t, "GET", "/certificates/"+r.ledger.of("default")[0].serial(), nil).Want(t, 200),
	} {
		text := string(got.Body)
		if strings.HasSuffix(text, "\n") || strings.Count(text, "BEGIN") != 1 || strings.Contains(text, "\r") {
			t.Errorf("%s: not a leaf alone without final newline: %q", name, text)
		}
		lines := strings.Split(text, "\n")
		for _, line := range lines[1 : len(lines)-2] {
			if len(line) != 64 {
				t.Errorf("%s: a line of %d columns", name, len(line))
			}
		}
		_, parameters, err := mime.ParseMediaType(got.Header.Get("Content-Disposition"))
		testkit.Must(t, err)
		if file := parameters["filename"]; file != "MDM_ Acme, Inc._Certificate.pem" {
			t.Errorf("%s: file name %q", name, file)
		}
	}
}

func TestVendorNameThatNoFileCanHaveIsMendedInTheFileName(t *testing.T) {
	if got := fileName("A/B\\C:\nD 株式会社"); got != "A_B_C__D 株式会社" {
		t.Errorf("file name %q", got)
	}
}

func TestValidityIsAppleYearUnlessChosen(t *testing.T) {
	r := open(t)
	request := r.GoodRequest(t)
	const year = 365*24*time.Hour - time.Second
	second := testkit.Today().Truncate(time.Second)
	for _, row := range []struct {
		name, query string
		from, until time.Time
	}{
		{"nothing chosen", "", second, second.Add(year)},
		{"end chosen", "?not_after=2027-03-05T00:00:00Z", time.Date(2027, 3, 5, 0, 0, 0, 0, time.UTC).Add(-year), time.Date(2027, 3, 5, 0, 0, 0, 0, time.UTC)},
		{"begin chosen", "?not_before=2020-02-29T12:00:00Z", time.Date(2020, 2, 29, 12, 0, 0, 0, time.UTC), time.Date(2020, 2, 29, 12, 0, 0, 0, time.UTC).Add(year)},
		{
			"both chosen, with offset and fraction", "?not_before=" + url.QueryEscape("2027-01-01T09:00:00.5+09:00") + "&not_after=2051-01-01T00:00:00Z",
			time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2051, 1, 1, 0, 0, 0, 0, time.UTC),
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			created := r.Call(t, "POST", "/certificates"+row.query, request).Want(t, 201).Certificate(t)
			path := fmt.Sprintf("/certificates/%X/renew", created.SerialNumber)
			renewed := r.Call(t, "POST", path+row.query, request).Want(t, 201).Certificate(t)
			for _, c := range []struct{ from, until time.Time }{{created.NotBefore, created.NotAfter}, {renewed.NotBefore, renewed.NotAfter}} {
				if !c.from.Equal(row.from) || !c.until.Equal(row.until) {
					t.Errorf("valid from %s to %s", c.from, c.until)
				}
			}
		})
	}
}

func TestExpiredCertificateIsListedAndRenewed(t *testing.T) {
	r := open(t)
	request := r.GoodRequest(t)
	c := r.Call(t, "POST", "/certificates?not_after=2027-04-01T00:00:00Z", request).Want(t, 201).Certificate(t)
	for _, row := range []struct {
		name, status string
		at           time.Time
		verdict      ca.Verdict
	}{
		{"last valid second", "active", c.NotAfter, ca.Good},
		{"first second after", "expired", c.NotAfter.Add(time.Second), ca.Expired},
		{"first valid second", "active", c.NotBefore, ca.Good},
		{"second before the first", "active", c.NotBefore.Add(-time.Second), ca.Expired},
	} {
		t.Run(row.name, func(t *testing.T) {
			r.Clock.Set(row.at)
			list := testkit.DecodeJSON[testkit.CertificateList](t, r.Call(t, "GET", "/certificates", nil))
			if got := list.Certificates[0].Status; got != row.status {
				t.Errorf("status %s", got)
			}
			if got := r.Verdict(c); got != row.verdict {
				t.Errorf("APNs is told %v", got)
			}
		})
	}
	r.Clock.Set(c.NotAfter.Add(240 * time.Hour))
	r.Call(t, "POST", fmt.Sprintf("/certificates/%X/renew", c.SerialNumber), r.GoodRequest(t)).Want(t, 201)
}

func TestAPNsIsToldWhoseCertificateItIs(t *testing.T) {
	r, other := open(t), openForeign(t)
	mine := r.Call(t, "POST", "/certificates", r.GoodRequest(t)).Want(t, 201).Certificate(t)
	foreign := other.Call(t, "POST", "/certificates", other.GoodRequest(t)).Want(t, 201).Certificate(t)
	if got := r.Verdict(foreign); got != ca.Unknown {
		t.Errorf("a foreign certificate is %v", got)
	}
	forged := *foreign
	forged.SerialNumber = mine.SerialNumber
	if got := r.Verdict(&forged); got != ca.Unknown {
		t.Errorf("a foreign certificate with our serial number is %v", got)
	}
	if got := r.Verdict(mine); got != ca.Good {
		t.Errorf("our certificate is %v", got)
	}
	r.Call(t, "POST", fmt.Sprintf("/certificates/%X/revoke", mine.SerialNumber), nil).Want(t, 204)
	if got := r.Verdict(mine); got != ca.Revoked {
		t.Errorf("a revoked certificate is %v", got)
	}
}

func TestVendorCertificateFromPEMAndDER(t *testing.T) {
	r := open(t)
	der := testkit.NewCSR(t, testkit.KeyOf(t, "vendor"), appleTestName())
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der})
	for name, upload := range map[string][]byte{"DER": der, "PEM": text} {
		got := r.Call(t, "POST", "/vendor-certificates?account=vendor", upload).Want(t, 201)
		if got.Header.Get("Content-Disposition") != "attachment; filename=mdm.cer" {
			t.Errorf("%s: %s", name, got.Header.Get("Content-Disposition"))
		}
	}
}
