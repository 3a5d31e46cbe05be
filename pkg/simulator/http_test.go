package simulator

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
)

func TestCallsThatAreWrongAreAnsweredInOneShape(t *testing.T) {
	r := start(t, Options{})
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
		"device is no JSON":      {"PUT", "/devices/abcd", []byte("active"), 400},
		"device misspelt":        {"PUT", "/devices/abcd", []byte(`{"topic":"com.example.a","magic":"m"}`), 400},
		"device twice":           {"PUT", "/devices/abcd", []byte(`{"topic":"com.example.a"}{}`), 400},
		"device without state":   {"PUT", "/devices/abcd", []byte(`{"topic":"com.example.a","state":"asleep"}`), 400},
		"token is no hex":        {"PUT", "/devices/xyz", []byte(`{"topic":"com.example.a"}`), 400},
		"fault misspelt":         {"PUT", "/faults", []byte(`{"share429":1}`), 400},
		"fault out of range":     {"PUT", "/faults", []byte(`{"share_429":1.5}`), 400},
		"page form without form": {"POST", "/page/create", []byte("x"), 400},
	} {
		t.Run(name, func(t *testing.T) {
			got := r.call(t, row.method, row.path, row.body).want(t, row.status)
			body := decodeJSON[struct {
				ErrorCode        int
				ErrorMessage     string
				ErrorDescription string
			}](t, got)
			if body.ErrorCode != row.status || body.ErrorMessage != http.StatusText(row.status) || body.ErrorDescription == "" {
				t.Errorf("answer %s", got.body)
			}
		})
	}
}

func TestPortalAnswersToLoopbackNamesOnly(t *testing.T) {
	r := start(t, Options{})
	_, port, _ := strings.Cut(strings.TrimPrefix(r.PortalURL(), "http://"), ":")
	for host, status := range map[string]int{
		"127.0.0.1:" + port: 200, "127.1.2.3": 200, "localhost:" + port: 200, "LocalHost": 200, "[::1]:" + port: 200,
		"attacker.example:" + port: 421, "attacker.example": 421, "192.0.2.1:" + port: 421, "localhost.attacker.example": 421,
		"127.0.0.1.attacker.example": 421, "[2001:db8::1]:" + port: 421,
	} {
		for _, path := range []string{"/certificates", "/", "/pushes"} {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.PortalURL()+path, http.NoBody)
			must(t, err)
			request.Host = host
			if got := send(t, request); got.status != status {
				t.Errorf("%s of %s: status %d, want %d", path, host, got.status, status)
			}
		}
	}
}

func TestDevicesAndFaultsReachAPNs(t *testing.T) {
	r := start(t, Options{})
	r.call(t, "PUT", "/devices/BBCD", []byte(`{"topic":"com.apple.mgmt.External.x","push_magic":"m"}`)).want(t, 204)
	r.call(t, "PUT", "/devices/aacd", []byte(`{"topic":"com.apple.mgmt.External.x","push_magic":"","state":"unregistered"}`)).want(t, 204)
	want := `{"devices":[{"token":"aacd","topic":"com.apple.mgmt.External.x","push_magic":"","state":"unregistered"},` +
		`{"token":"bbcd","topic":"com.apple.mgmt.External.x","push_magic":"m","state":"active"}]}` + "\n"
	if got := string(r.call(t, "GET", "/devices", nil).want(t, 200).body); got != want {
		t.Errorf("devices %s", got)
	}
	if got := string(r.call(t, "GET", "/pushes", nil).want(t, 200).body); got != `{"pushes":[]}`+"\n" {
		t.Errorf("pushes %s", got)
	}
	r.call(t, "PUT", "/faults", []byte(`{"share_429":1,"latency_ms":5,"share_500":0,"share_503":0,"share_reset":0,
		"goaway_after":3,"goaway_reason":"Shutdown","max_streams":7,"wrong_topic":"accept"}`)).want(t, 204)
	if got := r.apns.plan.Load(); got.Share429 != 1 || got.MaxStreams != 7 {
		t.Errorf("faults %+v", got.faults)
	}
	if empty := string(start(t, Options{}).call(t, "GET", "/devices", nil).body); empty != `{"devices":[]}`+"\n" {
		t.Errorf("devices %s", empty)
	}
}

func TestManyAtOnceGetACertificateEach(t *testing.T) {
	r := start(t, Options{})
	request := r.goodRequest(t)
	const clients = 16
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() { r.call(t, "POST", "/certificates", request) })
	}
	wg.Wait()
	list := decodeJSON[certificateList](t, r.call(t, "GET", "/certificates", nil)).Certificates
	topics, serials := map[string]bool{}, map[string]bool{}
	for _, c := range list {
		topics[c.Topic], serials[c.Serial] = true, true
	}
	if len(list) != clients || len(topics) != clients || len(serials) != clients {
		t.Errorf("%d rows, %d topics, %d serial numbers", len(list), len(topics), len(serials))
	}
}

// submit sends a form of the page, as a browser does.
func (r rig) submit(t *testing.T, path string, file []byte, notes string) answer {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("request", "PushCertificateRequest.plist")
	must(t, err)
	_, err = part.Write(file)
	must(t, err)
	must(t, form.WriteField("notes", notes))
	must(t, form.Close())
	request, err := http.NewRequestWithContext(t.Context(), "POST", r.PortalURL()+path, &body)
	must(t, err)
	request.Header.Set("Content-Type", form.FormDataContentType())
	return send(t, request)
}

// follow gets the page that a form led to.
func (r rig) follow(t *testing.T, a answer) string {
	t.Helper()
	return string(r.call(t, "GET", a.want(t, 303).header.Get("Location"), nil).want(t, 200).body)
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
	r := start(t, Options{})
	const account = "it+mdm@example.com"
	query := "?account=" + url.QueryEscape(account)
	page := string(r.call(t, "GET", "/"+query, nil).want(t, 200).body)
	wantOn(t, page, "SIMULATOR", "This account has no certificates", "Create a Certificate", `action="/page/create?account=it%2bmdm%40example.com"`)

	page = r.follow(t, r.submit(t, "/page/create"+query, r.goodRequest(t), "<b>Head office</b>"))
	rows := r.portal.ledger.of(account)
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
	if got := r.call(t, "GET", download[1], nil).want(t, 200).certificate(t); !got.Equal(first.cert) {
		t.Error("Download gives another certificate")
	}

	page = r.follow(t, r.submit(t, "/page/renew/"+first.serial()+query, r.goodRequest(t), ""))
	second := r.portal.ledger.of(account)[1]
	wantOn(t, page, "<dt>Earlier</dt><dd>"+first.serial(), second.serial())
	if second.topic() != first.topic() || strings.Count(page, "<td class=") != 1 {
		t.Error("a renewed certificate is not one row of one topic")
	}

	page = r.follow(t, r.submit(t, "/page/revoke/"+second.serial()+query, nil, ""))
	wantOn(t, page, `class="revoked"`)
	if strings.Contains(page, "/page/renew/") {
		t.Error("a revoked certificate has a Renew button")
	}
	if other := string(r.call(t, "GET", "/", nil).want(t, 200).body); strings.Contains(other, first.serial()) {
		t.Error("the page shows certificates of another account")
	}
}

func TestPageShowsRefusals(t *testing.T) {
	r := start(t, Options{})
	spoilt := r.goodParts(t)
	spoilt.chain = spoilt.chain[:1]
	wantOn(t, string(r.submit(t, "/page/create", spoilt.file(), "").want(t, 422).body),
		"Certificate Signature Verification failed", "chain-incomplete [I]", "SIMULATOR")
	wantOn(t, string(r.submit(t, "/page/create", nil, "").want(t, 422).body), "Invalid Certificate Signing Request", "request-empty [C]")
	wantOn(t, string(r.submit(t, "/page/renew/12", r.goodRequest(t), "").want(t, 404).body), "no certificate with that serial number")
	wantOn(t, string(r.submit(t, "/page/revoke/12", nil, "").want(t, 404).body), "no certificate with that serial number")
	r.call(t, "GET", "/?issued=12", nil).want(t, 404)
}

func TestPageOfAnotherSiteCannotPressTheButtons(t *testing.T) {
	r := start(t, Options{})
	c := r.call(t, "POST", "/certificates", r.goodRequest(t)).want(t, 201).certificate(t)
	request, err := http.NewRequestWithContext(t.Context(), "POST", fmt.Sprintf("%s/page/revoke/%X", r.PortalURL(), c.SerialNumber), nil)
	must(t, err)
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	send(t, request).want(t, 403)
	if got := r.portal.judge(c); got != verdictOK {
		t.Errorf("verdict %v", got)
	}
}
