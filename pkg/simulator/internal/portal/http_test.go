package portal

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/ca"
	"github.com/apnsctl/apnsctl/pkg/simulator/internal/testkit"
)

func TestCallsThatAreWrongAreAnsweredInOneShape(t *testing.T) {
	r := open(t)
	tooLong := bytes.Repeat([]byte("x"), maxUpload+1)
	for name, row := range map[string]struct {
		method, path string
		body         []byte
		status       int
	}{
		"unknown path":           {"GET", "/nowhere", nil, 404},
		"unknown method":         {"DELETE", "/certificates", nil, 404},
		"unknown serial":         {"GET", "/certificates/0123", nil, 404},
		"serial of zeros":        {"GET", "/certificates/000", nil, 404},
		"renewal of nothing":     {"POST", "/certificates/0123/renew", nil, 404},
		"revocation of nothing":  {"POST", "/certificates/0123/revoke", nil, 404},
		"bad not_before":         {"POST", "/certificates?not_before=yesterday", nil, 400},
		"bad not_after":          {"POST", "/vendor-certificates?not_after=2027-01-01", nil, 400},
		"end before begin":       {"POST", "/certificates?not_before=2027-01-02T00:00:00Z&not_after=2027-01-01T00:00:00Z", nil, 400},
		"year zero":              {"POST", "/certificates?not_after=0000-01-01T00:00:00Z", nil, 400},
		"account of controls":    {"GET", "/certificates?account=%0a", nil, 400},
		"account without end":    {"GET", "/certificates?account=" + strings.Repeat("x", 201), nil, 400},
		"request too large":      {"POST", "/certificates", tooLong, 413},
		"vendor CSR too large":   {"POST", "/vendor-certificates", tooLong, 413},
		"page form without form": {"POST", "/page/create", []byte("x"), 400},
	} {
		t.Run(name, func(t *testing.T) {
			r.Call(t, row.method, row.path, row.body).WantFailure(t, row.status)
		})
	}
}

func TestManyAtOnceGetACertificateEach(t *testing.T) {
	r := open(t)
	request := r.GoodRequest(t)
	const clients = 16
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() { r.Call(t, "POST", "/certificates", request) })
	}
	wg.Wait()
	list := testkit.DecodeJSON[testkit.CertificateList](t, r.Call(t, "GET", "/certificates", nil)).Certificates
	topics, serials := map[string]bool{}, map[string]bool{}
	for _, c := range list {
		topics[c.Topic], serials[c.Serial] = true, true
	}
	if len(list) != clients || len(topics) != clients || len(serials) != clients {
		t.Errorf("%d rows, %d topics, %d serial numbers", len(list), len(topics), len(serials))
	}
}

// submit sends a form of the page, as a browser does.
func (r rig) submit(t *testing.T, path string, file []byte, notes string) testkit.Answer {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("request", "PushCertificateRequest.plist")
	testkit.Must(t, err)
	_, err = part.Write(file)
	testkit.Must(t, err)
	testkit.Must(t, form.WriteField("notes", notes))
	testkit.Must(t, form.Close())
	request, err := http.NewRequestWithContext(t.Context(), "POST", r.URL+path, &body)
	testkit.Must(t, err)
	request.Header.Set("Content-Type", form.FormDataContentType())
	return testkit.Send(t, request)
}

// follow gets the page that a form led to.
func (r rig) follow(t *testing.T, a testkit.Answer) string {
	t.Helper()
	return string(r.Call(t, "GET", a.Want(t, 303).Header.Get("Location"), nil).Want(t, 200).Body)
}

// wantOn ends the test unless the page has each text, in any order.
func wantOn(t *testing.T, page string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			t.Fatalf("the page lacks %q:\n%s", text, page)
		}
	}
}

func TestPageLeadsThroughTheWholeLife(t *testing.T) {
	r := open(t)
	const account = "it+mdm@example.com"
	query := "?account=" + url.QueryEscape(account)
	page := string(r.Call(t, "GET", "/"+query, nil).Want(t, 200).Body)
	wantOn(t, page, "SIMULATOR", "This account has no certificates", "Create a Certificate", `action="/page/create?account=it%2Bmdm%40example.com"`)

	page = r.follow(t, r.submit(t, "/page/create"+query, r.GoodRequest(t), "<b>Head office</b>"))
	rows := r.ledger.of(account)
	if len(rows) != 1 {
		t.Fatalf("%d certificates", len(rows))
	}
	first := rows[0]
	wantOn(t, page, "Confirmation", "Acme, Inc.", "Mar 3, 2028", first.topic(), first.cert.Subject.CommonName, first.serial(),
		"&lt;b&gt;Head office&lt;/b&gt;", `class="active"`)
	download := regexp.MustCompile(`href="(/certificates/[^"]+)"`).FindStringSubmatch(page)
	if download == nil {
		t.Fatal("no Download")
	}
	if got := r.Call(t, "GET", download[1], nil).Want(t, 200).Certificate(t); !got.Equal(first.cert) {
		t.Error("Download gives another certificate")
	}

	page = r.follow(t, r.submit(t, "/page/renew/"+first.serial()+query, r.GoodRequest(t), ""))
	second := r.ledger.of(account)[1]
	wantOn(t, page, "<dt>Earlier</dt><dd>"+first.serial(), second.serial())
	if second.topic() != first.topic() || strings.Count(page, "<td class=") != 1 {
		t.Error("a renewed certificate is not one row of one topic")
	}

	page = r.follow(t, r.submit(t, "/page/revoke/"+second.serial()+query, nil, ""))
	wantOn(t, page, `class="revoked"`)
	if strings.Contains(page, "/page/renew/") {
		t.Error("a revoked certificate has a Renew button")
	}
	if other := string(r.Call(t, "GET", "/", nil).Want(t, 200).Body); strings.Contains(other, first.serial()) {
		t.Error("the page shows certificates of another account")
	}
}

func TestPageShowsRefusals(t *testing.T) {
	r := open(t)
	spoilt := r.GoodParts(t)
	spoilt.Chain = spoilt.Chain[:1]
	wantOn(t, string(r.submit(t, "/page/create", spoilt.File(), "").Want(t, 422).Body),
		"Certificate Signature Verification failed", "chain-incomplete [I]", "SIMULATOR")
	wantOn(t, string(r.submit(t, "/page/create", nil, "").Want(t, 422).Body), "Invalid Certificate Signing Request", "request-empty [C]")
	wantOn(t, string(r.submit(t, "/page/renew/12", r.GoodRequest(t), "").Want(t, 404).Body), "no certificate with that serial number")
	wantOn(t, string(r.submit(t, "/page/revoke/12", nil, "").Want(t, 404).Body), "no certificate with that serial number")
	r.Call(t, "GET", "/?issued=12", nil).Want(t, 404)
}

func TestPageOfAnotherSiteCannotPressTheButtons(t *testing.T) {
	r := open(t)
	c := r.Call(t, "POST", "/certificates", r.GoodRequest(t)).Want(t, 201).Certificate(t)
	request, err := http.NewRequestWithContext(t.Context(), "POST", fmt.Sprintf("%s/page/revoke/%X", r.URL, c.SerialNumber), nil)
	testkit.Must(t, err)
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	testkit.Send(t, request).Want(t, 403)
	if got := r.Verdict(c); got != ca.Good {
		t.Errorf("verdict %v", got)
	}
}

func TestNoAnswerCanBeFramed(t *testing.T) {
	r := open(t)
	count := 0
	for _, call := range []struct{ method, path string }{
		{"GET", "/"}, {"GET", "/certificates"}, {"GET", "/nowhere"}, {"POST", "/page/create"}, {"GET", "/?account=%0a"}, {"POST", "/page/revoke/0123"},
	} {
		got := r.Call(t, call.method, call.path, nil).Header
		policy := got.Get("Content-Security-Policy")
		if got.Get("X-Frame-Options") != "DENY" || !strings.Contains(policy, "frame-ancestors 'none'") || got.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s %s: %v", call.method, call.path, got)
		}
		count++
	}
	t.Logf("%d answers", count)
}
