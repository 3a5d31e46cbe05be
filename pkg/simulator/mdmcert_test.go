package simulator

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"

	"github.com/smallstep/pkcs7"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/testkit"
)

const mdmcertService = "/mdmcert.download/api/v1/signrequest"

// mdmcertOrder is what a client of mdmcert.download sends, and the certificate in it.
func mdmcertOrder(t *testing.T) (map[string]any, *x509.Certificate) {
	t.Helper()
	key := testkit.KeyOf(t, "exchange")
	template := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "mdmcert.download"},
		NotBefore: testkit.Today(), NotAfter: testkit.Today().AddDate(1, 0, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	testkit.Must(t, err)
	recipient, err := x509.ParseCertificate(der)
	testkit.Must(t, err)
	csr := testkit.NewCSR(t, testkit.KeyOf(t, "customer"), pkix.Name{CommonName: "push", Country: []string{"JP"}})
	return map[string]any{
		"csr":   pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: csr}),
		"email": "mdm@example.com", "key": "any", "encrypt": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
	}, recipient
}

// ask sends an order, and tells what came back.
func (r rig) ask(t *testing.T, order map[string]any, query string) (status int, said map[string]string) {
	t.Helper()
	body, err := json.Marshal(order)
	testkit.Must(t, err)
	a := r.Call(t, "POST", mdmcertService+query, body)
	if a.Header.Get("Content-Type") == "application/json" {
		testkit.Must(t, json.Unmarshal(a.Body, &said))
	}
	return a.Status, said
}

// What is mailed opens with the exchange key alone, and the portal takes it.
func TestMDMCertAnswers(t *testing.T) {
	r := start(t, Options{})
	order, recipient := mdmcertOrder(t)
	for i, fault := range []string{"", "3des", "newline", "capitals", "expired", "other"} {
		if status, said := r.ask(t, order, "?fault="+fault); status != 200 || said["result"]+said["Result"] != "success" {
			t.Fatalf("%q: %d %v", fault, status, said)
		}
		mailed := r.Call(t, "GET", "/mdmcert.download/mails/"+string(rune('1'+i)), nil).Want(t, 200)
		if text := string(mailed.Body); text != strings.ToLower(text) || !strings.Contains(mailed.Header.Get("Content-Disposition"), ".plist.b64.p7") {
			t.Errorf("%q: %v, %.40s", fault, mailed.Header, text)
		}
		der, err := hex.DecodeString(string(bytes.TrimSpace(mailed.Body)))
		testkit.Must(t, err)
		message, err := pkcs7.Parse(der)
		testkit.Must(t, err)
		if _, err := message.Decrypt(recipient, testkit.KeyOf(t, "vendor")); err == nil {
			t.Errorf("%q opens with another key", fault)
		}
		request, err := message.Decrypt(recipient, testkit.KeyOf(t, "exchange"))
		testkit.Must(t, err)
		if !bytes.Contains(request, []byte("\r\n")) {
			t.Errorf("%q is not wrapped as the service does", fault)
		}
		want := map[bool]int{true: 422, false: 201}[fault == "expired"]
		r.Call(t, "POST", "/certificates", request).Want(t, want)
	}
	list := testkit.DecodeJSON[struct {
		Mails []struct{ To, Name, At string }
	}](t, r.Call(t, "GET", "/mdmcert.download/mails", nil).Want(t, 200))
	if len(list.Mails) != 6 || list.Mails[0].To != "mdm@example.com" {
		t.Errorf("%+v", list)
	}
	for _, number := range []string{"0", "7", "x"} {
		r.Call(t, "GET", "/mdmcert.download/mails/"+number, nil).Want(t, 404)
	}
}

// What is no order fails with status 200 and a reason, and nothing is mailed.
func TestMDMCertRefuses(t *testing.T) {
	r := start(t, Options{})
	ec := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("no certificate")})
	changes := map[string]any{"csr": "QQ==", "email": "nobody", "key": "", "encrypt": ec}
	for field, value := range changes {
		order, _ := mdmcertOrder(t)
		order[field] = value
		if status, said := r.ask(t, order, ""); status != 200 || said["result"] != "failure" || !strings.Contains(said["reason"], field) {
			t.Errorf("%s: %d %v", field, status, said)
		}
	}
	order, _ := mdmcertOrder(t)
	for fault, want := range map[string]int{"email": 200, "key": 200, "reason": 200, "page": 200, "empty": 200, "silent": 200, "misspelt": 200, "429": 429, "302": 302} {
		status, said := r.ask(t, order, "?fault="+fault)
		if status != want || fault != "silent" && said["result"] == "success" || fault == "misspelt" && !strings.Contains(said["reason"], "misspelt") {
			t.Errorf("%s: %d %v", fault, status, said)
		}
	}
	if a := r.Call(t, "GET", "/mdmcert.download/mails", nil); string(bytes.TrimSpace(a.Body)) != `{"mails":[]}` {
		t.Errorf("mailed: %s", a.Body)
	}
}
